/* SPDX-License-Identifier: MIT */
/* Started with descriptors 0 to 2 closed: the program's first opens get them. */
#define T_NAME "closed012"
#include "t.h"
int main(int argc, char **argv)
{
    if (argc > 1) {
        t_out = 100;
        char f[1024];
        int n = t_fds(f);
        if (n != 1) fail("%d descriptors are open at main, not 1 (0: %d 1: %d 2: %d 3: %d)", n, f[0], f[1], f[2], f[3]);
        for (int i = 0; i < 5; i++) {
            int fd = open("/dev/null", O_RDWR);
            if (fd != i) fail("open %d gave %d", i, fd);
        }
        fprintf(stderr, "to nowhere\n");
        puts("to nowhere");
        n = t_fds(f);
        if (n != 6) fail("%d descriptors, not 6", n);
        for (int i = 0; i < 5; i++) close(i);
        int s = socket(AF_UNIX, SOCK_STREAM, 0);
        if (s != 0) fail("socket gave %d, not 0", s);
        close(0);
        _exit(0);
    }
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    CHECK(n > 0);
    self[n] = 0;
    pid_t p = fork();
    if (p == 0) {
        dup2(1, 100);
        close(0);
        close(1);
        close(2);
        execl(self, self, "child", (char *)0);
        _exit(9);
    }
    int r = t_wait(p);
    if (r == 1) syscall(SYS_exit_group, 1);
    if (r) fail("child ended with %d", r);
    pass();
}
