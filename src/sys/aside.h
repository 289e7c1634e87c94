/* SPDX-License-Identifier: MIT */
#ifndef SYS_ASIDE_H
#define SYS_ASIDE_H

#include <stdbool.h>

/* Runs the function in a thread that has the caller's memory, and a table of descriptors of its own: what it opens is seen by
 * nobody, and takes no number from the program. The caller waits, and has every signal blocked. It is to make no call but by
 * raw. Returns 0, or a negative errno when there can be no such thread. */
#ifdef HOOK_SANITIZED /* which cannot run in a thread that it has not seen begin */
#define ASIDE_OWN_TABLE false
#else
#define ASIDE_OWN_TABLE true
#endif
int aside_run(void (*run)(void *), void *arg);

#endif
