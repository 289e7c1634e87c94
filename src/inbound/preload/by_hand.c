/* SPDX-License-Identifier: MIT */
/* Wrappers of functions that are variadic, or of type void. */
#include "inbound/preload/preload.h"

#include <stdarg.h>

#include "inbound/preload/rows.inc.h"
#include "inbound/preload/types.h"

#define HAND_NEG1(...) SLOW(__VA_ARGS__)
#define HAND_NUL(...)  SLOW(__VA_ARGS__)
#define HAND_ERR(...)  SLOW(__VA_ARGS__)
#define HAND_NONE(...)
#define CALL(...)
#define HAND(sym, sys, type, fail, kind, n, ...) HAND_##fail(sym, sys, type, fail, kind, n __VA_OPT__(, ) __VA_ARGS__)
#include "calls.inc"

/* The mode is there only when the flags say so: reading it otherwise would read what is not there. */
#define TAKE_MODE(flags)                                                                                                         \
    mode_t mode = 0;                                                                                                             \
    if ((flags)&O_CREAT || ((flags)&O_TMPFILE) == O_TMPFILE) {                                                                   \
        va_list rest;                                                                                                            \
        va_start(rest, flags);                                                                                                   \
        mode = va_arg(rest, mode_t);                                                                                             \
        va_end(rest);                                                                                                            \
    }

#define OPEN(sym)                                                                                                                \
    EXPORT(int, sym)(const char *path, int flags, ...) NAMED(sym);                                                               \
    int entry_##sym(const char *path, int flags, ...)                                                                            \
    {                                                                                                                            \
        TAKE_MODE(flags)                                                                                                         \
        if (__builtin_expect(preload_flags[CALL_##sym] == 0, 1))                                                                 \
            return ((int (*)(const char *, int, ...))real_table[CALL_##sym])(path, flags, mode);                                 \
        return slow_##sym(path, flags, mode);                                                                                    \
    }
OPEN(open)
OPEN(open64)
OPEN(__open)
OPEN(__open64)

#define OPENAT(sym)                                                                                                              \
    EXPORT(int, sym)(int dirfd, const char *path, int flags, ...) NAMED(sym);                                                    \
    int entry_##sym(int dirfd, const char *path, int flags, ...)                                                                 \
    {                                                                                                                            \
        TAKE_MODE(flags)                                                                                                         \
        if (__builtin_expect(preload_flags[CALL_##sym] == 0, 1))                                                                 \
            return ((int (*)(int, const char *, int, ...))real_table[CALL_##sym])(dirfd, path, flags, mode);                     \
        return slow_##sym(dirfd, path, flags, mode);                                                                             \
    }
OPENAT(openat)
OPENAT(openat64)

/* libc takes a pointer-sized argument whether there is one or not, and so do we. */
#define FCNTL(sym)                                                                                                               \
    EXPORT(int, sym)(int fd, int cmd, ...) NAMED(sym);                                                                           \
    int entry_##sym(int fd, int cmd, ...)                                                                                        \
    {                                                                                                                            \
        va_list rest;                                                                                                            \
        va_start(rest, cmd);                                                                                                     \
        long arg = va_arg(rest, long);                                                                                           \
        va_end(rest);                                                                                                            \
        if (__builtin_expect(preload_flags[CALL_##sym] == 0, 1))                                                                 \
            return ((int (*)(int, int, ...))real_table[CALL_##sym])(fd, cmd, arg);                                               \
        return slow_##sym(fd, cmd, arg);                                                                                         \
    }
FCNTL(fcntl)
FCNTL(fcntl64)
FCNTL(__fcntl)

EXPORT(int, prctl)(int option, ...) NAMED(prctl);
int entry_prctl(int option, ...)
{
    va_list rest;
    va_start(rest, option);
    unsigned long a2 = va_arg(rest, unsigned long), a3 = va_arg(rest, unsigned long);
    unsigned long a4 = va_arg(rest, unsigned long), a5 = va_arg(rest, unsigned long);
    va_end(rest);
    if (__builtin_expect(preload_flags[CALL_prctl] == 0, 1))
        return ((int (*)(int, ...))real_table[CALL_prctl])(option, a2, a3, a4, a5);
    return slow_prctl(option, a2, a3, a4, a5);
}

EXPORT(long, syscall)(long number, ...) NAMED(syscall);
long entry_syscall(long number, ...)
{
    va_list rest;
    va_start(rest, number);
    long a1 = va_arg(rest, long), a2 = va_arg(rest, long), a3 = va_arg(rest, long);
    long a4 = va_arg(rest, long), a5 = va_arg(rest, long), a6 = va_arg(rest, long);
    va_end(rest);
    if (__builtin_expect(preload_flags[CALL_syscall] == 0, 1))
        return ((long (*)(long, ...))real_table[CALL_syscall])(number, a1, a2, a3, a4, a5, a6);
    return slow_syscall(number, a1, a2, a3, a4, a5, a6);
}

EXPORT(void, closefrom)(int lowfd) NAMED(closefrom);
ANY_STACK void entry_closefrom(int lowfd)
{
    struct passage p;
    p.word[0] = lowfd;
    bool go = preload_before(&p, CALL_closefrom);
    p.event.no_ret = 1;
    if (go)
        ((void (*)(int))real_symbol(CALL_closefrom))(lowfd);
    preload_after(&p, go, 0);
}
