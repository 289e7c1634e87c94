/* SPDX-License-Identifier: MIT */
#include "calls/waits.h"

#include <fcntl.h>

#include "calls/scene.h"
#include "sys/raw.h"

fd_set no_set;
struct timeval moment;
struct termios settings;
struct epoll_event readable = { .events = EPOLLIN, .data.u64 = 7 }, epolled[4];

struct pollfd *waiting(void)
{
    static struct pollfd one;
    one = (struct pollfd){ .fd = pipe_of("a"), .events = POLLIN | POLLPRI };
    return &one;
}

fd_set *set_of(int fd)
{
    static fd_set set;
    FD_SET(fd, &set);
    return &set;
}

int epoll_of(const char *text)
{
    int epoll = (int)raw(SYS_epoll_create1, 0);
    raw(SYS_epoll_ctl, epoll, EPOLL_CTL_ADD, pipe_of(text), &readable);
    return epoll;
}

const sigset_t *interrupt(void)
{
    static sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    return &set;
}

int terminal(void)
{
    return (int)raw(SYS_openat, AT_FDCWD, "/dev/ptmx", O_RDWR | O_NOCTTY);
}
