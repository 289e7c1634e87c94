/* SPDX-License-Identifier: MIT */
/* Signals every 200 us, without SA_RESTART: calls that block are interrupted as often as natively, are not made again by
 * anyone, and those that do not block never fail by it. */
#define T_NAME "eintr_storm"
#include "t.h"
#include <poll.h>
static volatile int hits;
static void h(int s) { hits++; }
int main(void)
{
    t_tmp();
    CHECK(mkfifo("fifo", 0600) == 0);
    t_file("f", "data");
    int p[2], s[2], file = open("f", O_RDWR);
    CHECK(pipe(p) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "s" };
    int full = socket(AF_UNIX, SOCK_STREAM, 0), first = socket(AF_UNIX, SOCK_STREAM, 0), next = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(full, (void *)&u, sizeof u) == 0 && listen(full, 0) == 0 && connect(first, (void *)&u, sizeof u) == 0);
    int empty = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un u2 = { .sun_family = AF_UNIX, .sun_path = "s2" };
    CHECK(bind(empty, (void *)&u2, sizeof u2) == 0 && listen(empty, 0) == 0);
    pid_t child = fork();
    if (child == 0) for (;;) pause();
    struct sigaction sa = { .sa_handler = h };
    CHECK(sigaction(SIGALRM, &sa, NULL) == 0);
    struct itimerval it = { { 0, 200 }, { 0, 200 } }, off = { { 0, 0 }, { 0, 0 } };
    char b[100000] = "";
    struct iovec v = { b, 10 };
    struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
    struct stat st;
    setitimer(ITIMER_REAL, &it, NULL);
    for (int i = 0; i < 30; i++) {
        ERR(read(p[0], b, 1), EINTR);
        ERR(readv(p[0], &v, 1), EINTR);
        ERR(open("fifo", O_RDONLY), EINTR);
        ERR(open64("fifo", O_WRONLY), EINTR);
        ERR(fopen("fifo", "r") ? 0 : -1, EINTR);
        ERR(creat("fifo", 0600), EINTR);
        ERR(recv(s[0], b, 1, 0), EINTR);
        ERR(recvfrom(s[0], b, 1, 0, NULL, NULL), EINTR);
        ERR(recvmsg(s[0], &m, 0), EINTR);
        ERR(accept(empty, NULL, NULL), EINTR);
        ERR(accept4(empty, NULL, NULL, SOCK_CLOEXEC), EINTR);
        ERR(connect(next, (void *)&u, sizeof u), EINTR);
        ERR(waitpid(child, NULL, 0), EINTR);
        ERR(splice(p[0], NULL, file, NULL, 1, 0), EINTR);
        ERR(syscall(SYS_read, p[0], b, 1), EINTR);
        CHECK(stat("f", &st) == 0 && access("f", R_OK) == 0 && pwrite(file, b, sizeof b, 0) == sizeof b && pread(file, b, 4, 0) == 4);
        int fd = open("f", O_RDONLY);
        CHECK(fd >= 0 && close(fd) == 0 && rename("f", "g") == 0 && rename("g", "f") == 0);
    }
    if (hits < 30 * 15) fail("%d signals only", hits);
    CHECK(fcntl(p[1], F_SETPIPE_SZ, 4096) == 4096);
    for (int i = 0; i < 10; i++) {
        ssize_t n = write(p[1], b, sizeof b);
        if (i == 0 ? n != 4096 : n != -1 || errno != EINTR) fail("write %d to a full pipe gave %zd", i, n);
    }
    setitimer(ITIMER_REAL, &off, NULL);
    kill(child, SIGKILL);
    t_wait(child);
    pass();
}
