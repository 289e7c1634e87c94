/* SPDX-License-Identifier: MIT */
/* What a program forbids itself by seccomp it forbids the library too: a system call of ours that would end the
 * program must not be made. */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include <stdbool.h>

/* Some system call is forbidden. */
extern bool sandbox_active;

/* Would that system call end the program, or raise a signal? */
bool sandbox_forbids(long nr, const long args[6]);
/* The same for one whose arguments no filter will look at. */
bool sandbox_forbids_any(long nr);

/* The program has just entered strict mode; had each system call announced to it by a signal. */
void sandbox_strict(void);
void sandbox_all(void);

/* It is about to install a filter (struct sock_fprog), which has to be copied while that is still allowed; and now it has. */
void sandbox_prepare(const void *filter);
void sandbox_filter(void);

#endif
