/* SPDX-License-Identifier: MIT */
/* A descriptor that the program has not opened is closed for all of its calls, whatever number it has. */
#define T_NAME "hidden_fd"
#include "t.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sendfile.h>
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
    static const int numbers[] = { 1001, 1023, 1024, 1025, 1026, 2000 };
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
