/* SPDX-License-Identifier: MIT */
/* A vfork child shares the parent's memory: what it does (opens, a failing
 * exec, a good exec, being killed in a blocking call) leaves the parent whole. */
#define T_NAME "vfork_shared"
#include "t.h"
static __thread char mark[64] = "parent";
int main(void)
{
    t_tmp();
    CHECK(mkfifo("fifo", 0600) == 0);
    for (int i = 0; i < 100; i++) {
        int way = i % 5;
        pid_t self = getpid();
        pid_t p = vfork();
        if (p == 0) {
            if (way == 0) execl("/bin/true", "true", (char *)0);
            if (way == 1) { execl("/nonexistent/x", "x", (char *)0); execlp("nonexistent-x", "x", (char *)0); _exit(0); }
            if (way == 2) { /* ended by SIGALRM inside a blocking open */
                struct itimerval it = { { 0, 0 }, { 0, 5000 } };
                signal(SIGALRM, SIG_DFL);
                setitimer(ITIMER_REAL, &it, NULL);
                open("fifo", O_RDONLY);
                _exit(1);
            }
            if (way == 3) { int fd = open("/dev/null", O_RDWR); if (write(fd, "x", 1) != 1) _exit(3); dup2(fd, 50); close(fd); close(50); _exit(0); }
            if (way == 4) { kill(getpid(), SIGKILL); _exit(1); }
            _exit(2);
        }
        CHECK(p > 0);
        int r = t_wait(p);
        int want = way == 2 ? 1000 + SIGALRM : way == 4 ? 1000 + SIGKILL : 0;
        if (r != want) fail("way %d: child ended with %d, not %d", way, r, want);
        if (strcmp(mark, "parent")) fail("thread-local memory changed");
        if (getpid() != self) fail("getpid changed");
        int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
        if (fd != 3) fail("way %d: then the parent's open gave %d errno %d", way, fd, errno);
        CHECK(write(fd, "abc", 3) == 3 && close(fd) == 0);
        ERR(open("nope", O_RDONLY), ENOENT);
        pid_t c = fork();
        if (c == 0) { fd = open("f", O_RDONLY); _exit(fd == 3 ? 0 : 1); }
        CHECK(t_wait(c) == 0);
    }
    pass();
}
