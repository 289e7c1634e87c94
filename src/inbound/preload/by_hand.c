/* SPDX-License-Identifier: MIT */
/* Wrappers of functions that are variadic, or of type void. */
#include "inbound/preload/preload.h"

#include <errno.h>

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

/* Arguments that may not be there are declared as if they always were: on these processors they come in the same registers. So an
 * entry needs no frame, and stays a jump: each further return after a system call would be predicted wrongly. What is in the
 * register of an argument that is not there is not used. */
#if !defined(__x86_64__) && !defined(__aarch64__)
#error "where do arguments without a name come in?"
#endif

#define OPEN(sym)                                                                                                                \
    EXPORT(int, sym)(const char *path, int flags, mode_t mode) NAMED(sym);                                                       \
    int entry_##sym(const char *path, int flags, mode_t mode)                                                                    \
    {                                                                                                                            \
        mode = plain_is_creating(flags) ? mode : 0;                                                                              \
        const uint8_t flags_ = preload_flag(CALL_##sym);                                                                         \
        if (__builtin_expect(flags_ == 0, 1))                                                                                    \
            return ((int (*)(const char *, int, ...))real_table[CALL_##sym])(path, flags, mode);                                 \
        if (preload_is_plain(flags_))                                                                                            \
            return slow_##sym##_plain(path, flags, mode);                                                                        \
        return slow_##sym(path, flags, mode);                                                                                    \
    }
OPEN(open)
OPEN(open64)
OPEN(__open)
OPEN(__open64)

#define OPENAT(sym)                                                                                                              \
    EXPORT(int, sym)(int dirfd, const char *path, int flags, mode_t mode) NAMED(sym);                                            \
    int entry_##sym(int dirfd, const char *path, int flags, mode_t mode)                                                         \
    {                                                                                                                            \
        mode = plain_is_creating(flags) ? mode : 0;                                                                              \
        const uint8_t flags_ = preload_flag(CALL_##sym);                                                                         \
        if (__builtin_expect(flags_ == 0, 1))                                                                                    \
            return ((int (*)(int, const char *, int, ...))real_table[CALL_##sym])(dirfd, path, flags, mode);                     \
        if (preload_is_plain(flags_) && dirfd != descriptor_own)                                                                 \
            return slow_##sym##_plain(dirfd, path, flags, mode);                                                                 \
        return slow_##sym(dirfd, path, flags, mode);                                                                             \
    }
OPENAT(openat)
OPENAT(openat64)

/* libc takes a pointer-sized argument whether there is one or not, and so do we. */
#define FCNTL(sym)                                                                                                               \
    EXPORT(int, sym)(int fd, int cmd, long arg) NAMED(sym);                                                                      \
    int entry_##sym(int fd, int cmd, long arg)                                                                                   \
    {                                                                                                                            \
        const uint8_t flags_ = preload_flag(CALL_##sym);                                                                         \
        if (__builtin_expect(flags_ == 0, 1))                                                                                    \
            return ((int (*)(int, int, ...))real_table[CALL_##sym])(fd, cmd, arg);                                               \
        if (preload_is_plain(flags_) && fd != descriptor_own)                                                                    \
            return slow_##sym##_plain(fd, cmd, arg);                                                                             \
        return slow_##sym(fd, cmd, arg);                                                                                         \
    }
FCNTL(fcntl)
FCNTL(fcntl64)
FCNTL(__fcntl)

EXPORT(int, prctl)(int option, unsigned long a2, unsigned long a3, unsigned long a4, unsigned long a5) NAMED(prctl);
int entry_prctl(int option, unsigned long a2, unsigned long a3, unsigned long a4, unsigned long a5)
{
    if (__builtin_expect(preload_flag(CALL_prctl) == 0, 1))
        return ((int (*)(int, ...))real_table[CALL_prctl])(option, a2, a3, a4, a5);
    return slow_prctl(option, a2, a3, a4, a5);
}

/* The argument is an int or a pointer, or not there. */
EXPORT(int, ioctl)(int fd, unsigned long op, long argp) NAMED(ioctl);
int entry_ioctl(int fd, unsigned long op, long argp)
{
    const uint8_t flags_ = preload_flag(CALL_ioctl);
    if (__builtin_expect(flags_ == 0 && fd != descriptor_own, 1))
        return ((int (*)(int, unsigned long, ...))real_table[CALL_ioctl])(fd, op, argp);
    if (preload_is_plain(flags_) && fd != descriptor_own)
        return slow_ioctl_plain(fd, op, argp);
    return slow_ioctl(fd, op, argp);
}

EXPORT(long, ptrace)(int op, pid_t pid, void *addr, void *data) NAMED(ptrace);
long entry_ptrace(int op, pid_t pid, void *addr, void *data)
{
    if (__builtin_expect(preload_flag(CALL_ptrace) == 0, 1))
        return ((long (*)(int, ...))real_table[CALL_ptrace])(op, pid, addr, data);
    return slow_ptrace(op, pid, addr, data);
}

EXPORT(void *, mremap)(void *old_address, size_t old_size, size_t new_size, int flags, void *new_address) NAMED(mremap);
void *entry_mremap(void *old_address, size_t old_size, size_t new_size, int flags, void *new_address)
{
    new_address = flags & MREMAP_FIXED ? new_address : NULL;
    if (__builtin_expect(preload_flag(CALL_mremap) == 0, 1))
        return ((void *(*)(void *, size_t, size_t, int, ...))real_table[CALL_mremap])(old_address, old_size, new_size, flags,
                                                                                      new_address);
    return slow_mremap(old_address, old_size, new_size, flags, new_address);
}

EXPORT(mqd_t, mq_open)(const char *name, int oflag, mode_t mode, struct mq_attr *attr) NAMED(mq_open);
mqd_t entry_mq_open(const char *name, int oflag, mode_t mode, struct mq_attr *attr)
{
    mode = oflag & O_CREAT ? mode : 0;
    attr = oflag & O_CREAT ? attr : NULL;
    if (__builtin_expect(preload_flag(CALL_mq_open) == 0, 1))
        return ((mqd_t(*)(const char *, int, ...))real_table[CALL_mq_open])(name, oflag, mode, attr);
    return slow_mq_open(name, oflag, mode, attr);
}

EXPORT(sem_t *, sem_open)(const char *name, int oflag, mode_t mode, unsigned value) NAMED(sem_open);
sem_t *entry_sem_open(const char *name, int oflag, mode_t mode, unsigned value)
{
    mode = oflag & O_CREAT ? mode : 0;
    value = oflag & O_CREAT ? value : 0;
    if (__builtin_expect(preload_flag(CALL_sem_open) == 0, 1))
        return ((sem_t * (*)(const char *, int, ...)) real_table[CALL_sem_open])(name, oflag, mode, value);
    return slow_sem_open(name, oflag, mode, value);
}

/* What the last argument is, or whether it is there, is the operation's matter. */
EXPORT(int, semctl)(int semid, int semnum, int op, long arg) NAMED(semctl);
int entry_semctl(int semid, int semnum, int op, long arg)
{
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
