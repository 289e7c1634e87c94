/* SPDX-License-Identifier: MIT */
/* Symbols that libc exports and its headers do not declare, or declare only for other builds. */
#ifndef TESTS_CALLS_NAMES_H
#define TESTS_CALLS_NAMES_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>

int __close(int);
int __connect(int, const struct sockaddr *, socklen_t);
int __dup2(int, int);
int __fcntl(int, int, ...);
pid_t __fork(void);
int __fxstat(int, int, struct stat *);
int __fxstat64(int, int, struct stat64 *);
int __fxstatat(int, int, const char *, struct stat *, int);
int __fxstatat64(int, int, const char *, struct stat64 *, int);
int __lxstat(int, const char *, struct stat *);
int __lxstat64(int, const char *, struct stat64 *);
int __open(const char *, int, ...);
int __open64(const char *, int, ...);
int __open64_2(const char *, int);
int __open_2(const char *, int);
int __openat64_2(int, const char *, int);
int __openat_2(int, const char *, int);
int __pipe(int *);
ssize_t __pread64(int, void *, size_t, off64_t);
ssize_t __pread64_chk(int, void *, size_t, off64_t, size_t);
ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
ssize_t __pwrite64(int, const void *, size_t, off64_t);
ssize_t __read(int, void *, size_t);
ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __readlink_chk(const char *, char *, size_t, size_t);
ssize_t __readlinkat_chk(int, const char *, char *, size_t, size_t);
ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __recvfrom_chk(int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);
ssize_t __send(int, const void *, size_t, int);
pid_t __vfork(void) __attribute__((returns_twice));
ssize_t __write(int, const void *, size_t);
int __xmknod(int, const char *, mode_t, dev_t *);
int __xmknodat(int, int, const char *, mode_t, dev_t *);
int __xstat(int, const char *, struct stat *);
int __xstat64(int, const char *, struct stat64 *);

#endif
