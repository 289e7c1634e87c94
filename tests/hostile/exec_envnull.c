/* SPDX-License-Identifier: MIT */
/* execve with a NULL and with an empty environment: the new program's is empty. */
#define T_NAME "exec_envnull"
#include "t.h"
int main(int argc, char **argv)
{
    if (argc > 1) {
        int n = 0;
        while (environ && environ[n]) n++;
        if (n) fail("%s: the environment has %d strings, first %.80s", argv[1], n, environ[0]);
        _exit(0);
    }
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    CHECK(n > 0);
    self[n] = 0;
    for (int i = 0; i < 4; i++) {
        char *av[] = { "x", i == 0 ? "NULL" : i == 1 ? "empty" : i == 2 ? "execle" : "execveat", NULL };
        static char *none[] = { NULL };
        pid_t p = fork();
        if (p == 0) {
            if (i == 0) execve(self, av, NULL);
            if (i == 1) execve(self, av, none);
            if (i == 2) execle(self, "x", "execle", (char *)0, none);
            if (i == 3) execveat(AT_FDCWD, self, av, none, 0);
            _exit(9);
        }
        int r = t_wait(p);
        if (r == 1) syscall(SYS_exit_group, 1); /* the child has said why */
        if (r) fail("%s: child ended with %d", av[1], r);
    }
    pass();
}
