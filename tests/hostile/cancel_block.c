/* SPDX-License-Identifier: MIT */
/* pthread_cancel reaches a thread blocked in each call that is a cancellation point. */
#define T_NAME "cancel_block"
#include "t.h"
#include <poll.h>
static int fds[2], lsock, full;
static volatile int started, cleaned;
static char big[1 << 20];
static struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "s" };
static const char *names[] = { "open", "openat", "open64", "write", "writev", "read", "connect", "accept", "recv", "send", "poll", "fcntl(F_SETLKW)", "waitpid", "fopen" };
static void clean(void *a) { (void)a; cleaned = 1; }
static void *work(void *a)
{
    int w = (int)(long)a;
    struct iovec v = { big, sizeof big };
    pthread_cleanup_push(clean, NULL);
    started = 1;
    switch (w) {
    case 0: open("fifo", O_RDONLY); break;
    case 1: openat(AT_FDCWD, "fifo", O_WRONLY); break;
    case 2: open64("fifo", O_RDONLY); break;
    case 3: for (;;) if (write(fds[1], big, sizeof big) < 0) break; break;
    case 4: for (;;) if (writev(fds[1], &v, 1) < 0) break; break;
    case 5: if (read(fds[0], big, 1)) {} break;
    case 6: for (;;) { int s = socket(AF_UNIX, SOCK_STREAM, 0); if (connect(s, (void *)&u, sizeof u) < 0) break; } break;
    case 7: accept(full, NULL, NULL); break;
    case 8: { int s[2]; if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0) recv(s[0], big, 1, 0); } break;
    case 9: { int s[2]; if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0) for (;;) if (send(s[0], big, sizeof big, 0) < 0) break; } break;
    case 10: { struct pollfd p = { fds[0], POLLIN, 0 }; poll(&p, 1, -1); } break;
    case 11: { int fd = open("lock", O_RDWR); struct flock l = { .l_type = F_WRLCK }; fcntl(fd, F_SETLKW, &l); } break;
    case 12: waitpid(-1, NULL, 0); break;
    case 13: fopen("fifo", "r"); break;
    }
    pthread_cleanup_pop(0);
    return (void *)1;
}
int main(void)
{
    t_tmp();
    CHECK(mkfifo("fifo", 0600) == 0);
    t_file("lock", "x");
    lsock = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(lsock, (void *)&u, sizeof u) == 0 && listen(lsock, 0) == 0);
    struct sockaddr_un u2 = { .sun_family = AF_UNIX, .sun_path = "s2" };
    full = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(full, (void *)&u2, sizeof u2) == 0 && listen(full, 1) == 0);
    int lp[2];
    CHECK(pipe(lp) == 0);
    pid_t child = fork(); /* holds the lock, and is there to be waited for */
    if (child == 0) {
        int fd = open("lock", O_RDWR);
        struct flock l = { .l_type = F_WRLCK };
        fcntl(fd, F_SETLK, &l);
        if (write(lp[1], "x", 1) != 1) _exit(1);
        for (;;) pause();
    }
    char c;
    CHECK(read(lp[0], &c, 1) == 1);
    for (unsigned w = 0; w < sizeof names / sizeof *names; w++) {
        CHECK(pipe(fds) == 0);
        started = cleaned = 0;
        pthread_t t;
        CHECK(pthread_create(&t, NULL, work, (void *)(long)w) == 0);
        while (!started) usleep(1000);
        usleep(60000);
        CHECK(pthread_cancel(t) == 0);
        struct timespec ts;
        clock_gettime(CLOCK_REALTIME, &ts);
        ts.tv_sec += 5;
        void *r;
        if (pthread_timedjoin_np(t, &r, &ts)) { kill(child, SIGKILL); t_rm(); fail("a thread blocked in %s was not cancelled", names[w]); }
        if (r != PTHREAD_CANCELED || !cleaned) { kill(child, SIGKILL); t_rm(); fail("%s returned instead (cleanup handler run: %d)", names[w], cleaned); }
        close(fds[0]);
        close(fds[1]);
    }
    kill(child, SIGKILL);
    t_wait(child);
    pass();
}
