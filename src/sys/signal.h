/* SPDX-License-Identifier: MIT */
#ifndef SYS_SIGNAL_H
#define SYS_SIGNAL_H

/* Ends the process by a signal, whatever it has made of it. Returns only where the kernel does not let it end so:
 * as the first process of a container. */
void signal_end_process(int number);

#endif
