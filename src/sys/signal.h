/* SPDX-License-Identifier: MIT */
#ifndef SYS_SIGNAL_H
#define SYS_SIGNAL_H

#include <stdbool.h>
#include <stdint.h>

/* Holds every signal back from this thread, libc's for cancelling it among them; false: that may not be done. And lets those come
 * that could before. */
bool signal_hold(uint64_t *ret_before);
void signal_let(uint64_t before);

/* Ends the process by a signal, whatever it has made of it. Returns only where the kernel does not let it end so:
 * as the first process of a container. */
void signal_end_process(int number);

/* Would that signal, sent to this thread, end the process? The first process of a container is ended by none of its own. */
bool signal_would_end(int number);

#endif
