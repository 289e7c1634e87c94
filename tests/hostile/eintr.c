/* SPDX-License-Identifier: MIT */
/* A signal during a blocking open: EINTR without SA_RESTART, goes on with it. */
#define T_NAME "eintr"
#include "t.h"
static volatile sig_atomic_t hits;
static void h(int s) { (void)s; hits++; }
static void timer(int us)
{
    struct itimerval it = { { 0, us }, { 0, us } };
    setitimer(ITIMER_REAL, &it, NULL);
}
int main(void)
{
    t_tmp();
    CHECK(mkfifo("fifo", 0600) == 0);
    struct sigaction sa = { .sa_handler = h };
    sigaction(SIGALRM, &sa, NULL);
    int p[2];
    CHECK(pipe(p) == 0);
    char c;
    for (int i = 0; i < 20; i++) {
        timer(5000);
        ERR(open("fifo", O_RDONLY), EINTR);
        ERR(openat(AT_FDCWD, "fifo", O_WRONLY), EINTR);
        ERR(read(p[0], &c, 1), EINTR);
        ERR(wait(NULL), ECHILD);
        timer(0);
    }
    if (hits < 60) fail("%d signals only", (int)hits);
    sa.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &sa, NULL);
    for (int i = 0; i < 3; i++) {
        pid_t q = fork();
        if (q == 0) {
            usleep(150000);
            int fd = open("fifo", O_WRONLY);
            _exit(fd < 0);
        }
        hits = 0;
        timer(10000);
        int fd = open("fifo", O_RDONLY);
        int e = errno;
        timer(0);
        if (fd < 0) fail("open with SA_RESTART: errno %d", e);
        if (hits < 5) fail("%d signals only in the restarted open", (int)hits);
        close(fd);
        CHECK(t_wait(q) == 0);
    }
    pass();
}
