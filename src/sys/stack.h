/* SPDX-License-Identifier: MIT */
#ifndef SYS_STACK_H
#define SYS_STACK_H

#include <stdbool.h>

/* Calls fn on a large stack of its own, while no signal is delivered to this thread: for work that is too much for the
 * stack of whoever happens to call. False, and fn has not been called, when that cannot be had. */
bool stack_call(void (*fn)(void));

#endif
