/* SPDX-License-Identifier: MIT */
/* Descriptors where what is written is surely read: a file, a pipe, a socket. A device may count bytes without a look at them, as
 * /dev/null does, and then a pointer may lead nowhere although the call has succeeded. */
#ifndef SYS_READER_H
#define SYS_READER_H

#include <stdbool.h>

/* Asked for once, and remembered for as long as the descriptor is open. */
bool reader_reads(int fd);

/* The descriptor may be another file from now on; any may be. */
void reader_forget(int fd);
void reader_forget_all(void);

#endif
