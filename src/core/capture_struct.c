/* SPDX-License-Identifier: MIT */
/* Structures behind pointers. */
#include "core/capture_part.h"
#include "core/form.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <utime.h>

enum {
    SET_MAX = 1024,    /* bytes of a set of descriptors */
    TERMIOS_SIZE = 36, /* the kernel's structure, which is not libc's */
};

size_t capture_block_size(unsigned kind)
{
    switch (kind) {
    case KIND_FLOCK_IN:
    case KIND_FLOCK_OUT: return sizeof(struct flock);
    case KIND_FOWNER_IN:
    case KIND_FOWNER_OUT: return sizeof(struct f_owner_ex);
    case KIND_ITIMERSPEC_IN:
    case KIND_ITIMERSPEC_OUT: return sizeof(struct itimerspec);
    case KIND_ITIMERVAL_IN:
    case KIND_ITIMERVAL_OUT: return sizeof(struct itimerval);
    case KIND_RLIMIT_IN:
    case KIND_RLIMIT_OUT: return sizeof(struct rlimit);
    case KIND_RUSAGE: return sizeof(struct rusage);
    case KIND_SIGINFO: return sizeof(siginfo_t);
    case KIND_TERMIOS_IN:
    case KIND_TERMIOS_OUT: return TERMIOS_SIZE;
    case KIND_WINSIZE_IN:
    case KIND_WINSIZE_OUT: return 4 * sizeof(uint16_t);
    case KIND_STAT: return sizeof(struct stat);
    case KIND_STATX: return sizeof(struct statx);
    case KIND_FD2: return 2 * sizeof(int);
    case KIND_PIDP: return sizeof(int32_t);
    case KIND_SOCKLENP: return sizeof(uint32_t);
    case KIND_OPENHOW: return sizeof(struct open_how);
    case KIND_TIMES: return 2 * sizeof(struct timespec);
    case KIND_TIMELEFT: return sizeof(struct timeval);
    case KIND_TIMESPEC: return sizeof(struct timespec);
    case KIND_TIMEVALS: return 2 * sizeof(struct timeval);
    case KIND_UTIMBUF: return sizeof(struct utimbuf);
    case KIND_EPOLLEVENT: return sizeof(struct epoll_event);
    case KIND_HINTS: return sizeof(struct addrinfo);
    case KIND_INTP:
    case KIND_INTP_IN:
    case KIND_WSTATUS: return sizeof(int);
    case KIND_SIGACT_IN:
    case KIND_SIGACT_OUT: return sizeof(struct sigaction);
    case KIND_SIGSET_IN:
    case KIND_SIGSET_OUT: return sizeof(uint64_t);
    case KIND_STATFS: return sizeof(struct statfs);
    case KIND_STATVFS: return sizeof(struct statvfs);
    default: return 0;
    }
}

size_t capture_brief_size(unsigned kind)
{
    _Static_assert(offsetof(struct statx, stx_size) + sizeof(uint64_t) == STATX_BRIEF, "what is shown of it lies there");
    return kind == KIND_STAT ? STAT_BRIEF : kind == KIND_STATX ? STATX_BRIEF : capture_block_size(kind);
}

static void capture_epoll_events(const struct capture *c, struct hook_value *value)
{
    size_t count = (size_t)c->event->ret, shown = capture_smaller(count, VECTOR_MAX);
    value->count = (uint32_t)count;
    capture_block(c, value, shown * sizeof(struct epoll_event), false, shown < count);
}

static void capture_groups(const struct capture *c, unsigned arg, struct hook_value *value)
{
    size_t count = (size_t)c->words[arg - 1], shown = capture_smaller(count, VECTOR_MAX);
    value->count = (uint32_t)count;
    capture_block(c, value, shown * sizeof(gid_t), false, shown < count);
}

void capture_line(const struct capture *c, struct hook_value *value, size_t len)
{
    struct hook_value line = *value;
    if (c->event->ret < 0 || !capture_peek(c, &line.n, (const void *)value->n, sizeof line.n))
        return;
    capture_block(c, &line, capture_smaller(len, c->source->strings), false, len > c->source->strings);
    line.n = value->n;
    *value = line;
}

void capture_structure(const struct capture *c, unsigned arg, struct hook_value *value)
{
    unsigned kind = form_kind(c->event, arg);
    bool out = kind_copied(kind) == COPIED_OUT;
    if (kind == KIND_EPOLLEVENTS)
        capture_epoll_events(c, value);
    else if (kind == KIND_GIDS_IN)
        capture_groups(c, arg, value);
    else if (kind == KIND_FD2 && c->event->named)
        capture_fd_pair(c, value);
    else if (kind == KIND_EPOLLEVENT && c->words[1] == EPOLL_CTL_DEL)
        return;
    else if (capture_block_size(kind))
        capture_block(c, value, capture_block_size(kind), out && c->trusted, false);
}

/* The bytes that are read once; for a set of descriptors those below the number that comes first. */
static size_t both_size(const struct capture *c, unsigned arg, struct hook_value *value)
{
    size_t count = (size_t)c->words[0] & INT32_MAX;
    switch (c->call->arg_kind[arg]) {
    case KIND_TIMELEFT: return sizeof(struct timeval);
    case KIND_FDSET: return capture_smaller((count + 63) / 64 * 8, SET_MAX);
    default: break;
    }
    count = (size_t)capture_number(c, arg, KIND_NFDS);
    value->count = (uint32_t)count;
    return capture_smaller(count, VECTOR_MAX) * sizeof(struct pollfd);
}

void capture_both(const struct capture *c, unsigned arg, struct hook_value *value)
{
    const void *from = (const void *)value->n;
    if (!c->after) {
        size_t size = both_size(c, arg, value);
        char *block = arena_take(c->arena, 2 * size);
        if (block && capture_peek(c, block, from, size))
            capture_set(value, block, size, false);
    } else if (value->state == HOOK_VALUE_BYTES && !c->event->failed) {
        if (capture_peek(c, (char *)value->p + value->len, from, value->len))
            value->len *= 2;
        else
            value->state = HOOK_VALUE_ADDRESS;
    }
}
