/* SPDX-License-Identifier: MIT */
/* Calls with optional arguments of every width: fcntl, ioctl, syscall, prctl,
 * semctl, mremap, openat, execl, dprintf. */
#define T_NAME "varargs"
#include "t.h"
#include <sys/ioctl.h>
#include <sys/prctl.h>
int main(void)
{
    t_tmp();
    t_file("f", "0123456789");
    int fd = open("f", O_RDWR);
    CHECK(fd == 3);
    CHECK(fcntl(fd, F_GETFD) == 0);
    CHECK(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
    CHECK(fcntl(fd, F_DUPFD, 30) == 30 && fcntl(fd, F_DUPFD_CLOEXEC, 31L) == 31);
    struct flock l = { .l_type = F_WRLCK, .l_start = 2, .l_len = 3 };
    CHECK(fcntl(fd, F_SETLK, &l) == 0);
    pid_t p = fork();
    if (p == 0) {
        struct flock g = { .l_type = F_RDLCK };
        if (fcntl(fd, F_GETLK, &g) || g.l_type != F_WRLCK || g.l_start != 2 || g.l_len != 3 || g.l_pid != getppid()) _exit(1);
        if (fcntl(fd, F_SETLK, &g) != -1 || errno != EAGAIN) _exit(2);
        _exit(0);
    }
    CHECK(t_wait(p) == 0);
    struct flock o = { .l_type = F_RDLCK, .l_start = 7, .l_len = 1 };
    CHECK(fcntl(30, F_OFD_SETLK, &o) == 0);
    CHECK(fcntl(fd, F_SETFL, O_APPEND) == 0 && (fcntl(fd, F_GETFL) & O_APPEND));
    int n = 0, q[2];
    CHECK(ioctl(fd, FIONREAD, &n) == 0 && n == 10);
    CHECK(ioctl(fd, FIOCLEX) == 0 && ioctl(fd, FIONCLEX) == 0);
    CHECK(pipe(q) == 0 && fcntl(q[0], F_SETPIPE_SZ, 8192) == 8192);
    int on = 1;
    CHECK(ioctl(q[0], FIONBIO, &on) == 0);
    char c;
    ERR(read(q[0], &c, 1), EAGAIN);
    ERR(ioctl(fd, 0xdeadbeef, 0x123456789abcul), ENOTTY);
    ERR(fcntl(fd, 9999, 1ul << 40), EINVAL);
    char *m = (char *)syscall(SYS_mmap, NULL, 8192ul, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0ul);
    CHECK(m != MAP_FAILED && m[3] == '3');
    m = mremap(m, 8192, 16384, MREMAP_MAYMOVE);
    CHECK(m != MAP_FAILED && m[9] == '9');
    char *to = mmap(NULL, 16384, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(mremap(m, 16384, 16384, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to && to[9] == '9');
    char name[16] = "";
    CHECK(prctl(PR_SET_NAME, "hostile", 0, 0, 0) == 0 && prctl(PR_GET_NAME, name, 0, 0, 0) == 0 && !strcmp(name, "hostile"));
    CHECK(dprintf(fd, "%d %s %.2f %ld %c %s %d", 1, "two", 3.0, 4L, '5', "six", 7) == 20);
    char b[64] = "";
    CHECK(pread(fd, b, 63, 10) == 20 && !strcmp(b, "1 two 3.00 4 5 six 7"));
    pass();
}
