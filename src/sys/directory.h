/* SPDX-License-Identifier: MIT */
/* The paths of descriptors that calls name as the folder to begin at, remembered for as long as they are open. */
#ifndef SYS_DIRECTORY_H
#define SYS_DIRECTORY_H

#include <stddef.h>
#include <stdint.h>

enum { DIRECTORY_PATH = 244 };

/* What /proc/thread-self/fd names: the length of what is written to buf without a NUL, or a negative errno. */
long directory_read(int fd, char *buf, size_t size);

/* The number of that directory: another one, another number. 0: it cannot be remembered. */
uint32_t directory_number(int fd);

/* Copies its path; the length, or 0 when it is not that number's any more. */
size_t directory_path(int fd, uint32_t number, char buf[DIRECTORY_PATH]);

/* fd is now of the folder `name`, "." or "..", in that of another descriptor; of the same as another one. */
void directory_enter(int fd, int from, const char *name);
void directory_copy(int fd, int from);

/* The descriptor may be another file from now on; directories may have other names. */
void directory_forget(int fd);
void directory_forget_all(void);

#endif
