/* SPDX-License-Identifier: MIT */
/* Programs on disk: where execvp finds one, and whether an exec of it can succeed. */
#ifndef SYS_PROGRAM_H
#define SYS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* Looks file up in the PATH that execvp would use and writes the path of the first that may be
 * executed, or of the last tried, with its NUL. False when nothing fits into size. */
bool program_search(const char *file, char *buf, size_t size);

/* May this process execute that regular file? flags: AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW. */
bool program_may_execute(int dirfd, const char *path, int flags);

/* False when the exec of that file will surely fail: an exec that succeeds does not come
 * back to tell. flags: execveat's. */
bool program_can_start(int dirfd, const char *path, int flags);

/* The first bytes of a file, which say what the kernel will make of it: how many, or a negative errno. */
long program_read_start(int dirfd, const char *path, int flags, char *buf, size_t size);

/* The path of the program that this process runs, without a NUL: its length, or a negative errno where /proc/self/exe has to be
 * asked, which takes some times as long. */
long program_own_path(char *buf, size_t size);

/* False when so many strings surely exceed what the kernel takes. */
bool program_arguments_fit(size_t count);

#endif
