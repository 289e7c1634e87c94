/* SPDX-License-Identifier: MIT */
/* Children are told from the first process by how their HOOK_OUTPUT is spelled, as nobody else spells it: //./tmp/trace,
 * fd:01, fd:05:DEVICE:INODE. The last says what was open at that number: a program may put its own file there. */
#ifndef RUNTIME_MARK_H
#define RUNTIME_MARK_H

#include <stdbool.h>

enum { MARK_ROOM = 64 }; /* how much longer a mark may make the value */

bool mark_is_child(const char *output);

/* Marks the value, in place; it has MARK_ROOM. */
void mark_put(char *output) __attribute__((nonnull));

/* What of it the user has written; it may be in buf. */
const char *mark_written(const char *output, char buf[MARK_ROOM]);

#endif
