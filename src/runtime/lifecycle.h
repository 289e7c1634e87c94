/* SPDX-License-Identifier: MIT */
/* The first and the last event of a process image. */
#ifndef RUNTIME_LIFECYCLE_H
#define RUNTIME_LIFECYCLE_H

#include <stdbool.h>

#include "hook/sink.h"

/* The sink to be wired: `real`, with the start event before the first other one. `shown`: the
 * two events are wanted at all; `quiet`: but not in text; `follow`: other processes' events as well. Registers what notices the
 * end. */
const struct hook_sink *lifecycle_init(const struct hook_sink *real, bool shown, bool quiet, bool follow);

/* No more of either, in a child that is not followed. */
void lifecycle_stop(void);

/* Logs the start now, not with the first event. The arguments as the program was given them; 0 and NULL: the kernel is asked. */
void lifecycle_start(int argc, char *const *argv);
/* The start, if the vfork child has left it to be told. */
void lifecycle_vfork_ended(void);

/* The program ends without returning to libc's exit. */
void lifecycle_end(int status);

/* Says on standard error what could not be recorded, if there is such a thing and it has not been said. */
void lifecycle_say_losses(void);

/* Says that nothing can be recorded from here on: standard error is being replaced. */
void lifecycle_say_cut(void);

/* quick_exit tells its handlers no status. */
void lifecycle_quick_status(int status);

#endif
