/* SPDX-License-Identifier: MIT */
/* What run, and those that read traces, have in common: which calls are shown, and how. */
#ifndef CLI_LOOK_H
#define CLI_LOOK_H

#include <stdbool.h>

#include "core/show.h"

struct look {
    struct show show;
    bool any;       /* an option has been given */
    char *paths;    /* of -P, ':' between them; NULL: none */
    char text_only; /* the letter of an option that is of text alone, or 0 */
};

void look_init(struct look *look);

/* Takes an option of look.def, or -P, -z or -Z; false for another. Ends the process where the argument is wrong. */
bool look_option(struct look *look, int key, const char *arg);

/* Ends the process when an option does not go with that format, or with another. */
void look_check(const struct look *look, const char *format);

/* How far the wall clock is ahead of UTC at that time, in seconds. */
int look_east(uint64_t ns);

/* The list of HOOK_SHOW that says the same; to be freed. */
char *look_list(const struct look *look);

#endif
