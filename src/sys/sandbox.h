/* SPDX-License-Identifier: MIT */
/* What a program forbids itself by seccomp it forbids the library too: a system call of ours that would end the
 * program must not be made. */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include <stdbool.h>

/* Some system call is forbidden. */
extern bool sandbox_active;

/* Would that system call end the program, or raise a signal? */
bool sandbox_forbids(long nr);

/* The program has just entered strict mode; installed a filter (struct sock_fprog); had each system call
 * announced to it by a signal. */
void sandbox_strict(void);
void sandbox_all(void);
void sandbox_filter(const void *filter);

#endif
