/* SPDX-License-Identifier: MIT */
#ifndef SYS_ASIDE_H
#define SYS_ASIDE_H

/* Runs the function in a thread that has the caller's memory, and a table of descriptors of its own: what it opens is seen by
 * nobody, takes no number from the program, and is closed when it ends. The caller waits, and has every signal blocked. It is to
 * make no call but by raw. Returns 0, or a negative errno when there can be no such thread. */
int aside_run(void (*run)(void *), void *arg);

#endif
