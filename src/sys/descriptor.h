/* SPDX-License-Identifier: MIT */
/* The one descriptor that the library may hold, and standard error as the process
 * started with it: kept apart from what the program does with numbers. */
#ifndef SYS_DESCRIPTOR_H
#define SYS_DESCRIPTOR_H

#include <stdbool.h>

/* The name under /proc/thread-self/fd that a descriptor has. */
enum { DESCRIPTOR_NAME = 32 };
void descriptor_name(char out[DESCRIPTOR_NAME], int fd);

/* The number held, or -1. The program must find it closed. Hidden: each wrapper looks at it. */
extern int descriptor_own __attribute__((visibility("hidden")));

/* It has been inherited, and the program's children inherit it. */
extern bool descriptor_inherited;

/* Moves fd out of the program's reach, close-on-exec: to the number just above its limit, to 4096 when that is
 * higher, to the highest there is when it cannot be raised; closes fd. Returns it, or a negative errno. */
int descriptor_hide(int fd);

/* The program wants our number for itself, or is to find it closed by the kernel: holds another. */
void descriptor_move(void);

/* Standard error: is number 2 still what the process started with? */
void descriptor_stderr_init(bool is_output);
void descriptor_stderr_changed(void);  /* the program did something to number 2 */
void descriptor_stderr_copied(int fd); /* it has duplicated number 2 */
bool descriptor_stderr_ok(void);
bool descriptor_stderr_is_output(void);

/* Are the numbers first to last the only ones left by which the output, that is standard error, can be reached? */
bool descriptor_stderr_cut(unsigned first, unsigned last);

/* The program closes its stream stderr, as coreutils do just before they end: what is still to be
 * told goes through a duplicate from then on. */
void descriptor_stderr_keep(void);

/* The number through which standard error is reached, or -1. */
int descriptor_stderr(void);

#endif
