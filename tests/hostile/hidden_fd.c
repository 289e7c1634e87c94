/* SPDX-License-Identifier: MIT */
/* A descriptor that the program has not opened is closed for all of its calls, whatever number it has. */
#define T_NAME "hidden_fd"
#include "t.h"
#include <aio.h>
#include <mqueue.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/timerfd.h>
#include <termios.h>
/* What asks about a terminal, and other things that a descriptor may be of. */
static void ask(int fd)
{
    char name[64];
    struct termios t;
    struct itimerspec it = { 0 };
    struct mq_attr mq;
    eventfd_t count;
    ERR(isatty(fd) - 1, EBADF);
    ERR(ttyname(fd) ? 0 : -1, EBADF);
    if (ttyname_r(fd, name, sizeof name) != EBADF) fail("ttyname_r of %d", fd);
    if (ptsname_r(fd, name, sizeof name) != EBADF) fail("ptsname_r of %d", fd);
    ERR(tcgetattr(fd, &t), EBADF);
    ERR(tcdrain(fd), EBADF);
    ERR(tcflow(fd, TCOON), EBADF);
    ERR(tcflush(fd, TCIFLUSH), EBADF);
    ERR(tcsendbreak(fd, 0), EBADF);
    ERR(tcgetpgrp(fd), EBADF);
    ERR(tcsetpgrp(fd, 1), EBADF);
    ERR(tcgetsid(fd), EBADF);
    ERR(unlockpt(fd), EBADF);
    ERR(fpathconf(fd, _PC_LINK_MAX), EBADF);
    ERR(flock(fd, LOCK_SH), EBADF);
    ERR(sockatmark(fd), EBADF);
    if (isfdtype(fd, S_IFREG) != -1) fail("isfdtype of %d", fd);
    ERR(eventfd_read(fd, &count), EBADF);
    ERR(eventfd_write(fd, 1), EBADF);
    ERR(inotify_rm_watch(fd, 1), EBADF);
    ERR(timerfd_gettime(fd, &it), EBADF);
    ERR(timerfd_settime(fd, 0, &it, NULL), EBADF);
    ERR(mq_getattr(fd, &mq), EBADF);
    ERR(dprintf(fd, "intruder"), EBADF);
}
/* What is told of several descriptors at once, or in memory. */
static void wait_for(int fd)
{
    struct pollfd many[200];
    for (int i = 0; i < 200; i++) many[i] = (struct pollfd){ -1 };
    many[150] = (struct pollfd){ fd };
    if (poll(many, 200, 0) != 1 || many[150].revents != POLLNVAL) fail("poll of %d: %x", fd, many[150].revents);
    struct timespec none = { 0 };
    many[150] = (struct pollfd){ fd, POLLIN };
    if (ppoll(many + 150, 1, &none, NULL) != 1 || many[150].revents != POLLNVAL) fail("ppoll of %d", fd);
    if (fd < FD_SETSIZE) {
        fd_set set;
        struct timeval now = { 0 };
        FD_ZERO(&set);
        FD_SET(fd, &set);
        /* the kernel does not look at numbers behind those it has room for */
        if (select(fd + 1, &set, NULL, NULL, &now) > 0) fail("select of %d", fd);
        FD_SET(fd, &set);
        if (pselect(fd + 1, NULL, &set, NULL, &none, NULL) > 0) fail("pselect of %d", fd);
    }
    char b[8] = "";
    struct aiocb cb = { .aio_fildes = fd, .aio_buf = b, .aio_nbytes = 8 };
    if (aio_write(&cb) == 0) {
        while (aio_error(&cb) == EINPROGRESS) usleep(100);
        errno = aio_error(&cb);
    }
    if (errno != EBADF) fail("aio_write to %d: errno %d", fd, errno);
}
int main(void)
{
    t_tmp();
    static char b[64];
    struct stat st;
    struct iovec v = { b, 8 };
    struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
    struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "s" };
    struct flock l = { .l_type = F_RDLCK };
    socklen_t n = sizeof u;
    int in = open("/proc/self/status", O_RDONLY);
    CHECK(in == 3);
    static const int numbers[] = { 1001, 1023, 1024, 1025, 1026, 2000, 4096, 4097 };
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int fd = numbers[i];
        ERR(write(fd, "intruder", 8), EBADF);
        ERR(pwrite(fd, "intruder", 8, 0), EBADF);
        ERR(writev(fd, &v, 1), EBADF);
        ERR(read(fd, b, 8), EBADF);
        ERR(lseek(fd, 0, SEEK_END), EBADF);
        ERR(fstat(fd, &st), EBADF);
        ERR(ftruncate(fd, 0), EBADF);
        ERR(fchmod(fd, 0), EBADF);
        ERR(fsync(fd), EBADF);
        ERR(fcntl(fd, F_GETFL), EBADF);
        ERR(fcntl(fd, F_SETLK, &l), EBADF);
        ERR(fcntl(fd, F_DUPFD, 0), EBADF);
        ERR(dup(fd), EBADF);
        ERR(dup2(fd, 5), EBADF);
        ERR(dup2(fd, fd), EBADF);
        ERR(dup3(fd, fd, 0), EINVAL);
        ERR(dup3(fd, 5, 0), EBADF);
        ERR(close(fd), EBADF);
        ERR(fchdir(fd), EBADF);
        ERR(sendfile(fd, in, NULL, 8), EBADF);
        ERR(openat(fd, "x", O_RDONLY), EBADF);
        ERR(connect(fd, (void *)&u, n), EBADF);
        ERR(sendmsg(fd, &m, 0), EBADF);
        ERR(fdopendir(fd) ? 0 : -1, EBADF);
        ERR(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0, EBADF);
        ERR(close_range(fd, fd, 0x80), EINVAL);
        ask(fd);
        wait_for(fd);
        if (fdopen(fd, "w")) fail("fdopen of %d", fd);
        struct pollfd p = { fd, POLLOUT, 0 };
        if (poll(&p, 1, 0) != 1 || p.revents != POLLNVAL) fail("poll of %d: %x", fd, p.revents);
        int e = epoll_create1(0);
        struct epoll_event ev = { EPOLLIN };
        ERR(epoll_ctl(e, EPOLL_CTL_ADD, fd, &ev), EBADF);
        CHECK(close(e) == 0);
        int s[2];
        CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, s) == 0);
        char control[CMSG_SPACE(sizeof(int))] = "";
        struct msghdr pass = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
        struct cmsghdr *c = CMSG_FIRSTHDR(&pass);
        *c = (struct cmsghdr){ CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
        ERR(sendmsg(s[0], &pass, 0), EBADF);
        CHECK(close(s[0]) == 0 && close(s[1]) == 0);
    }
    pass();
}
