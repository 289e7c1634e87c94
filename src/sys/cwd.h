/* SPDX-License-Identifier: MIT */
/* The current folder; remembered for a program that has put itself under seccomp, and may no longer
 * be made to ask for it. */
#ifndef SYS_CWD_H
#define SYS_CWD_H

#include <stddef.h>

/* Writes it without a NUL; returns the length or a negative errno. */
long cwd_get(char *buf, size_t size);

/* The program may have changed it. */
void cwd_changed(void);

#endif
