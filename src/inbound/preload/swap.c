/* SPDX-License-Identifier: MIT */
/* A connect that is redirected to another address family needs another socket. */
#include "inbound/preload/swap.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "sys/memory.h"
#include "sys/raw.h"

static const struct {
    uint8_t level, option;
} options[] = {
    { SOL_SOCKET, SO_REUSEADDR },      { SOL_SOCKET, SO_REUSEPORT },  { SOL_SOCKET, SO_KEEPALIVE },
    { SOL_SOCKET, SO_LINGER },         { SOL_SOCKET, SO_OOBINLINE },  { SOL_SOCKET, SO_BROADCAST },
    { SOL_SOCKET, SO_PRIORITY },       { SOL_SOCKET, SO_SNDBUF },     { SOL_SOCKET, SO_RCVBUF },
    { SOL_SOCKET, SO_RCVTIMEO },       { SOL_SOCKET, SO_SNDTIMEO },   { SOL_SOCKET, SO_RCVLOWAT },
    { SOL_SOCKET, SO_TIMESTAMP },      { SOL_SOCKET, SO_DONTROUTE },  { IPPROTO_TCP, TCP_NODELAY },
    { IPPROTO_TCP, TCP_CORK },         { IPPROTO_TCP, TCP_KEEPIDLE }, { IPPROTO_TCP, TCP_KEEPINTVL },
    { IPPROTO_TCP, TCP_KEEPCNT },      { IPPROTO_TCP, TCP_QUICKACK }, { IPPROTO_TCP, TCP_USER_TIMEOUT },
    { IPPROTO_TCP, TCP_DEFER_ACCEPT },
};

/* Those that differ from what the new socket has anyway; one that it does not know is of no use to it. */
static void copy_options(int from, int to)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        int level = options[i].level, option = options[i].option;
        long old[2] = { 0, 0 }, new[2] = { 0, 0 };
        socklen_t old_size = sizeof old, new_size = sizeof new;
        if (raw(SYS_getsockopt, from, level, option, old, &old_size) < 0 ||
            raw(SYS_getsockopt, to, level, option, new, &new_size) < 0 || memcmp(old, new, sizeof old) == 0)
            continue;
        if (level == SOL_SOCKET && (option == SO_SNDBUF || option == SO_RCVBUF))
            old[0] /= 2; /* the kernel doubles what it is given */
        raw(SYS_setsockopt, to, level, option, old, old_size);
    }
}

struct linux_dirent64 {
    uint64_t ino;
    int64_t off;
    uint16_t len;
    uint8_t type;
    char name[];
};

enum { SETS = 64 };

/* A search through the process's epoll sets, and those that have the descriptor. */
struct search {
    int fd;
    unsigned count;
    int set[SETS];
    struct epoll_event event[SETS];
    char names[4096], info[8192], link[64];
};

static void put_path(char *out, const char *folder, const char *name)
{
    strcpy(out, folder);
    strcat(out, name);
}

static bool is_epoll(struct search *s, const char *name)
{
    static const char epoll[] = "anon_inode:[eventpoll]";
    char path[48];
    put_path(path, "/proc/self/fd/", name);
    long len = raw(SYS_readlinkat, AT_FDCWD, path, s->link, sizeof s->link);
    return len == sizeof epoll - 1 && memcmp(s->link, epoll, sizeof epoll - 1) == 0;
}

static long read_info(struct search *s, const char *name)
{
    char path[48];
    long used = 0, got = 0;
    put_path(path, "/proc/self/fdinfo/", name);
    long file = raw(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return file;
    while (used < (long)sizeof s->info - 1 && (got = raw(SYS_read, file, s->info + used, sizeof s->info - 1 - (size_t)used)) > 0)
        used += got;
    raw(SYS_close, file);
    s->info[used] = '\0';
    return used;
}

static uint64_t number(const char *at, unsigned base)
{
    uint64_t value = 0;
    for (at += strspn(at, " \t"); *at; at++) {
        unsigned digit = *at >= 'a' ? (unsigned)(*at - 'a') + 10 : (unsigned)(*at - '0');
        if (digit >= base)
            break;
        value = value * base + digit;
    }
    return value;
}

/* "tfd:        5 events:       19 data:                5 ..." a line. */
static void note_set(struct search *s, int set)
{
    for (char *line = strstr(s->info, "tfd:"); line && s->count < SETS; line = strstr(line + 1, "tfd:")) {
        char *events = strstr(line, "events:"), *data = strstr(line, "data:");
        if (!events || !data || (int)number(line + 4, 10) != s->fd)
            continue;
        s->set[s->count] = set;
        s->event[s->count++] =
            (struct epoll_event){ .events = (uint32_t)number(events + 7, 16), .data.u64 = number(data + 5, 16) };
        return;
    }
}

static void find_sets(struct search *s)
{
    long folder = raw(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC), got;
    while (folder >= 0 && (got = raw(SYS_getdents64, folder, s->names, sizeof s->names)) > 0)
        for (long at = 0; at < got;) {
            const struct linux_dirent64 *entry = (const void *)(s->names + at);
            at += entry->len;
            if (entry->name[0] != '.' && is_epoll(s, entry->name) && read_info(s, entry->name) > 0)
                note_set(s, (int)number(entry->name, 10));
        }
    raw(SYS_close, folder);
}

long swap_socket(int fd, int family)
{
    long flags = raw(SYS_fcntl, fd, F_GETFL), descriptor_flags = raw(SYS_fcntl, fd, F_GETFD);
    int type = 0;
    socklen_t size = sizeof type;
    raw(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &size);
    struct search *search = memory_map(sizeof *search);
    long other = search ? raw(SYS_socket, family, type | (flags & O_NONBLOCK ? SOCK_NONBLOCK : 0) | SOCK_CLOEXEC, 0) : -ENOMEM;
    if (other >= 0) {
        copy_options(fd, (int)other);
        search->fd = fd;
        find_sets(search);
        raw(SYS_dup3, other, fd, descriptor_flags & FD_CLOEXEC ? O_CLOEXEC : 0);
        raw(SYS_close, other);
        /* the kernel has taken the old socket out of its sets */
        for (unsigned i = 0; i < search->count; i++)
            raw(SYS_epoll_ctl, search->set[i], EPOLL_CTL_ADD, fd, &search->event[i]);
    }
    memory_unmap(search, sizeof *search);
    return other < 0 ? other : 0;
}
