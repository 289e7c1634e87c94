/* SPDX-License-Identifier: MIT */
/* A program started with an empty environment (so without a preload library)
 * finds no descriptor besides 0 to 2: the library's are close-on-exec. */
#define T_NAME "exec_cloexec"
#include "t.h"
int main(int argc, char **argv)
{
    if (argc > 1) {
        char f[1024];
        int n = t_fds(f);
        if (n != 3) {
            int i = 3;
            while (i < 1023 && !f[i]) i++;
            char l[40], to[100] = "";
            snprintf(l, sizeof l, "/proc/self/fd/%d", i);
            if (readlink(l, to, 99) < 0) {}
            fail("%s: a new program has %d descriptors, %d is %s", argv[1], n, i, to);
        }
        _exit(0);
    }
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    CHECK(n > 0);
    self[n] = 0;
    for (int i = 0; i < 200; i++) { int fd = open("/dev/null", O_RDONLY); close(fd); }
    for (int i = 0; i < 4; i++) {
        char *av[] = { "x", i == 0 ? "fork" : i == 1 ? "vfork" : i == 2 ? "clean" : "inherit", NULL };
        pid_t p = i == 1 ? vfork() : fork();
        if (p == 0) {
            execve(self, av, i == 3 ? environ : (char *[]){ NULL });
            _exit(9);
        }
        int r = t_wait(p);
        if (r == 1) syscall(SYS_exit_group, 1);
        if (r) fail("%s: %d", av[1], r);
    }
    pass();
}
