/* SPDX-License-Identifier: MIT */
/* Signal handlers fork, vfork, exec, spawn and popen while the program is inside of a call, and inside of an exec that
 * fails or a command that it runs. */
#define T_NAME "signal_exec"
#include "t.h"
#include <spawn.h>
static volatile int hits, bad;
static void h(int s)
{
    int e = errno, how = hits % 4;
    char *av[] = { "true", NULL };
    pid_t p = 0;
    if (how == 0 && (p = fork()) == 0) execv("/bin/true", av);
    if (how == 1 && (p = vfork()) == 0) { execv("/bin/true", av); _exit(1); }
    if (how == 2 && posix_spawn(&p, "/bin/true", NULL, NULL, av, environ)) bad = 1;
    if (how == 3 && execv("/nonexistent/x", av) != -1) bad = 2;
    int st;
    if (how < 3 && (syscall(SYS_wait4, p, &st, 0, 0) != p || st)) bad = 3;
    hits++;
    errno = e;
}
int main(void)
{
    t_tmp();
    struct sigaction sa = { .sa_handler = h, .sa_flags = SA_RESTART };
    char *av[] = { "x", NULL };
    CHECK(sigaction(SIGALRM, &sa, NULL) == 0);
    struct itimerval it = { { 0, 4000 }, { 0, 4000 } };
    setitimer(ITIMER_REAL, &it, NULL);
    for (int i = 0; i < 40 || hits < 120; i++) {
        errno = 0;
        ERR(execve("/nonexistent/y", av, environ), ENOENT);
        ERR(execvp("nonexistent-y", av), ENOENT);
        int fd = open("f", O_WRONLY | O_CREAT, 0600);
        CHECK(fd == 3 && write(fd, "x", 1) == 1 && close(fd) == 0);
        if (i % 10 == 0) CHECK(system("exit 3") == 3 << 8);
        pid_t p = vfork();
        if (p == 0) _exit(5);
        CHECK(t_wait(p) == 5);
        if (bad) fail("handler step %d", bad);
    }
    struct itimerval z = { { 0, 0 }, { 0, 0 } };
    setitimer(ITIMER_REAL, &z, NULL);
    pass();
}
