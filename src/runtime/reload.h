/* SPDX-License-Identifier: MIT */
/* Rules that change while the program runs: `hook run --reload` compiles them. */
#ifndef RUNTIME_RELOAD_H
#define RUNTIME_RELOAD_H

#include <stdbool.h>

struct policy;

/* Maps the number that says how often they have changed; false when it cannot be seen. */
bool reload_watch(const char *path);

/* The new rules when they have changed since they were asked for last, else NULL. Costs a load of memory then. */
const struct policy *reload_poll(const char *image, const char *rules);

#endif
