/* SPDX-License-Identifier: MIT */
/* vfork, then open/dup2 in the child, then exec or a failing exec. */
#define T_NAME "vfork_exec"
#include "t.h"
static __thread int tls = 5;
int main(void)
{
    t_tmp();
    for (int i = 0; i < 300; i++) {
        volatile int local = i;
        tls = i;
        pid_t p = vfork();
        if (p == 0) {
            int fd = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
            if (fd < 0) _exit(3);
            if (dup2(fd, 9) != 9) _exit(4);
            close(fd);
            if (i % 3 == 0) execl("/nonexistent/x", "x", (char *)0);
            if (i % 3 == 1) execlp("true", "true", "a", "b", (char *)0);
            char *av[] = { "true", NULL };
            if (i % 3 == 2) execve("/bin/true", av, environ);
            _exit(errno == ENOENT ? 0 : 5);
        }
        CHECK(p > 0);
        int r = t_wait(p);
        if (r) fail("child %d ended with %d", i, r);
        if (local != i || tls != i) fail("parent's variables changed");
        int fd = open("out", O_RDONLY);
        if (fd != 3) fail("parent's open gave %d", fd);
        close(fd);
    }
    pass();
}
