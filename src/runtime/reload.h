/* SPDX-License-Identifier: MIT */
/* Rules that change while the program runs: `hook run --reload` compiles them and says so, or this process looks at their
 * files by itself. */
#ifndef RUNTIME_RELOAD_H
#define RUNTIME_RELOAD_H

#include <stdbool.h>

struct policy;

/* By the number, in a file to be mapped, that says how often they have changed; false when it cannot be seen. */
bool reload_by_number(const char *path);
/* By the files that rules_load has read. */
void reload_by_files(void);

/* The new rules when they have changed since they were asked for last, else NULL. Costs a load of memory then, or a look at
 * the clock. What is wrong with new ones is told. */
const struct policy *reload_poll(const char *image, const char *rules);

/* In a child that fork has made: the thread that was at it is not there. */
void reload_forked(void);

#endif
