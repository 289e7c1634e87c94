/* SPDX-License-Identifier: MIT */
#ifndef SYS_ASIDE_H
#define SYS_ASIDE_H

#include <stdbool.h>

/* Runs the function in a thread that has the caller's memory, and a table of descriptors of its own: what it opens is seen by
 * nobody, and takes no number from the program. The caller waits. The function is to make no call but by raw, and to close what
 * it opens. Valgrind and sanitizers know no such thread: there it runs in the caller's, and `own_table` is false. Returns 0, or a
 * negative errno when there can be no such thread. */
typedef void aside_fn(void *arg, bool own_table);
int aside_run(aside_fn *run, void *arg);

/* The same in the caller's, if no other thread of the program can meanwhile see what is open; else -EBUSY, and nothing is run. */
int aside_here(aside_fn *run, void *arg);

/* By the one or by the other; where there can be no such thread, in the caller's all the same. */
void aside_look(aside_fn *run, void *arg);

#endif
