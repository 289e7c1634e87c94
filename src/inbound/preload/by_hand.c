/* SPDX-License-Identifier: MIT */
/* Wrappers of functions that are variadic, or of type void. */
#include "inbound/preload/preload.h"

#include <errno.h>
#include <stdarg.h>

#include "inbound/preload/rows.inc.h"
#include "inbound/preload/types.h"

#define HAND_NEG1(...) SLOW(__VA_ARGS__)
#define HAND_NUL(...)  SLOW(__VA_ARGS__)
#define HAND_ERR(...)  SLOW(__VA_ARGS__)
#define HAND_NEGEND(...)
#define HAND_NONE(...)
#define HAND_VOID(...)
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
        if (__builtin_expect(preload_flag(CALL_##sym) == 0, 1))                                                                  \
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
        if (__builtin_expect(preload_flag(CALL_##sym) == 0, 1))                                                                  \
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
        if (__builtin_expect(preload_flag(CALL_##sym) == 0, 1))                                                                  \
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
    if (__builtin_expect(preload_flag(CALL_prctl) == 0, 1))
        return ((int (*)(int, ...))real_table[CALL_prctl])(option, a2, a3, a4, a5);
    return slow_prctl(option, a2, a3, a4, a5);
}

/* The argument is an int or a pointer, or not there. */
EXPORT(int, ioctl)(int fd, unsigned long op, ...) NAMED(ioctl);
ANY_STACK int entry_ioctl(int fd, unsigned long op, ...)
{
    va_list rest;
    va_start(rest, op);
    long argp = va_arg(rest, long);
    va_end(rest);
    if (__builtin_expect(preload_flag(CALL_ioctl) == 0 && fd != descriptor_own, 1))
        return ((int (*)(int, unsigned long, ...))real_table[CALL_ioctl])(fd, op, argp);
    return slow_ioctl(fd, op, argp);
}

EXPORT(long, ptrace)(int op, ...) NAMED(ptrace);
ANY_STACK long entry_ptrace(int op, ...)
{
    va_list rest;
    va_start(rest, op);
    pid_t pid = va_arg(rest, pid_t);
    void *addr = va_arg(rest, void *), *data = va_arg(rest, void *);
    va_end(rest);
    if (__builtin_expect(preload_flag(CALL_ptrace) == 0, 1))
        return ((long (*)(int, ...))real_table[CALL_ptrace])(op, pid, addr, data);
    return slow_ptrace(op, pid, addr, data);
}

EXPORT(void *, mremap)(void *old_address, size_t old_size, size_t new_size, int flags, ...) NAMED(mremap);
ANY_STACK void *entry_mremap(void *old_address, size_t old_size, size_t new_size, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    void *new_address = flags & MREMAP_FIXED ? va_arg(rest, void *) : NULL;
    va_end(rest);
    if (__builtin_expect(preload_flag(CALL_mremap) == 0, 1))
        return ((void *(*)(void *, size_t, size_t, int, ...))real_table[CALL_mremap])(old_address, old_size, new_size, flags,
                                                                                      new_address);
    return slow_mremap(old_address, old_size, new_size, flags, new_address);
}

EXPORT(mqd_t, mq_open)(const char *name, int oflag, ...) NAMED(mq_open);
ANY_STACK mqd_t entry_mq_open(const char *name, int oflag, ...)
{
    va_list rest;
    va_start(rest, oflag);
    mode_t mode = oflag & O_CREAT ? va_arg(rest, mode_t) : 0;
    struct mq_attr *attr = oflag & O_CREAT ? va_arg(rest, struct mq_attr *) : NULL;
    va_end(rest);
    if (__builtin_expect(preload_flag(CALL_mq_open) == 0, 1))
        return ((mqd_t(*)(const char *, int, ...))real_table[CALL_mq_open])(name, oflag, mode, attr);
    return slow_mq_open(name, oflag, mode, attr);
}

EXPORT(sem_t *, sem_open)(const char *name, int oflag, ...) NAMED(sem_open);
ANY_STACK sem_t *entry_sem_open(const char *name, int oflag, ...)
{
    va_list rest;
    va_start(rest, oflag);
    mode_t mode = oflag & O_CREAT ? va_arg(rest, mode_t) : 0;
    unsigned value = oflag & O_CREAT ? va_arg(rest, unsigned) : 0;
    va_end(rest);
    if (__builtin_expect(preload_flag(CALL_sem_open) == 0, 1))
        return ((sem_t * (*)(const char *, int, ...)) real_table[CALL_sem_open])(name, oflag, mode, value);
    return slow_sem_open(name, oflag, mode, value);
}

/* What the last argument is, or whether it is there, is the operation's matter. */
EXPORT(int, semctl)(int semid, int semnum, int op, ...) NAMED(semctl);
ANY_STACK int entry_semctl(int semid, int semnum, int op, ...)
{
    va_list rest;
    va_start(rest, op);
    long arg = va_arg(rest, long);
    va_end(rest);
    if (__builtin_expect(preload_flag(CALL_semctl) == 0, 1))
        return ((int (*)(int, int, int, ...))real_table[CALL_semctl])(semid, semnum, op, arg);
    return slow_semctl(semid, semnum, op, arg);
}

/* Messages that go to several places are decided on place by place; the program finds them sent by one call. */
static ANY_STACK __attribute__((noinline)) int send_many(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    unsigned sent = 0, asked;
    int ret, saved = errno;
    do {
        struct passage p = { .word = { fd, (long)(messages + sent), (long)(count - sent), flags } };
        bool go = preload_before(&p, CALL_sendmmsg);
        const long *w = p.word;
        asked = (unsigned)w[2];
        ret = go ? ((int (*)(int, void *, unsigned, int))real_symbol(CALL_sendmmsg))((int)w[0], (void *)w[1], asked, (int)w[3])
                 : (int)p.event.ret;
        ret = (int)preload_after(&p, go, ret);
        if (ret < 0 && sent > 0)
            errno = saved;
        sent += ret > 0 ? (unsigned)ret : 0;
    } while (ret > 0 && (unsigned)ret == asked && sent < count);
    return sent > 0 ? (int)sent : ret;
}

EXPORT(int, sendmmsg)(int fd, struct mmsghdr *messages, unsigned count, int flags) NAMED(sendmmsg);
int entry_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    if (__builtin_expect(preload_flag(CALL_sendmmsg) == 0 && fd != descriptor_own, 1))
        return ((int (*)(int, struct mmsghdr *, unsigned, int))real_table[CALL_sendmmsg])(fd, messages, count, flags);
    return send_many(fd, messages, count, flags);
}
