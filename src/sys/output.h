/* SPDX-License-Identifier: MIT */
/* Writing a whole line to a descriptor, so that nothing of it reaches the program: no
 * SIGPIPE, no SIGXFSZ, no errno. */
#ifndef SYS_OUTPUT_H
#define SYS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/raw.h"

/* A write may raise a signal: the descriptor is a pipe or socket, or the program limits the size
 * of files. Such a write has the signals held back meanwhile. */
extern bool output_pipe, output_limited;

/* Looks at the descriptor and at RLIMIT_FSIZE. */
void output_look_at(int fd);
void output_limits_changed(void);

/* Goes on when a write has taken so much of the line, or has failed. */
__attribute__((cold)) int output_write_on(int fd, const char *line, size_t len, long done);

/* Writes with those signals held back. */
int output_write_held(int fd, const char *line, size_t len);

/* Returns 0, or a negative errno when not all could be written. Expanded in place: each return behind a system call is
 * likely to be predicted wrongly. */
static inline int output_write(int fd, const char *line, size_t len)
{
    if (output_pipe || output_limited)
        return output_write_held(fd, line, len);
    const long done = raw(SYS_write, fd, line, len);
    return done == (long)len ? 0 : output_write_on(fd, line, len, done);
}

int output_write_at(int fd, uint64_t at, const void *bytes, size_t len); /* from that place of a file on */
int output_zero_at(int fd, uint64_t at, size_t len);                     /* zeros; for files that have no limit */

#endif
