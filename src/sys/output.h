/* SPDX-License-Identifier: MIT */
/* Writing a whole line to a descriptor, so that nothing of it reaches the program: no
 * SIGPIPE, no SIGXFSZ, no errno. */
#ifndef SYS_OUTPUT_H
#define SYS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A write may raise a signal: the descriptor is a pipe or socket, or the program limits the size
 * of files. Such a write has the signals held back meanwhile. */
extern bool output_pipe, output_limited;

/* Looks at the descriptor and at RLIMIT_FSIZE. */
void output_look_at(int fd);
void output_limits_changed(void);

/* Returns 0, or a negative errno when not all could be written. */
int output_write(int fd, const char *line, size_t len);
int output_write_at(int fd, uint64_t at, const void *bytes, size_t len); /* from that place of a file on */
int output_zero_at(int fd, uint64_t at, size_t len);                     /* zeros; for files that have no limit */

#endif
