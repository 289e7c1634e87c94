/* SPDX-License-Identifier: MIT */
/* Calls with long paths that a signal handler leaves by siglongjmp, from many depths of the stack and out of each other, and in which
 * threads are cancelled, take no memory that stays. */
#define T_NAME "left_blocks"
#include "t.h"
#include <setjmp.h>
enum { LONG = 2000, TIMES = 1500, THREADS = 800, MOST = 6000 };
static sigjmp_buf out;
static char path[LONG + 1], folder[LONG + 1];
static volatile int inner;
static long pages(void)
{
    char b[64] = "";
    int fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/statm", O_RDONLY);
    CHECK(fd >= 0 && syscall(SYS_read, fd, b, 63) > 0);
    syscall(SYS_close, fd);
    return atol(b);
}
static void wait_there(void)
{
    struct itimerval soon = { { 0, 0 }, { 0, 300 } };
    setitimer(ITIMER_REAL, &soon, NULL);
    open(path, O_RDONLY);
    fail("open came back");
}
static void leave(int s)
{
    CHECK(access(folder, F_OK) == 0);
    if (inner-- > 0)
        wait_there();
    siglongjmp(out, 1);
}
static __attribute__((noinline)) void deep(int n)
{
    volatile char room[200];
    room[n % 200] = 1;
    if (n > 0)
        deep(n - 1);
    else
        wait_there();
    room[0]++;
}
static void *wait_for_ever(void *a) { open(path, O_RDONLY); return a; }
int main(void)
{
    t_tmp();
    CHECK(mkfifo("fifo", 0600) == 0);
    struct sigaction act = { .sa_handler = leave, .sa_flags = SA_NODEFER };
    sigaction(SIGALRM, &act, NULL);
    for (int i = 0; i < LONG; i += 2) memcpy(folder + i, "./", 2);
    strcpy(strcpy(path, folder) + LONG - 4, "fifo");
    long before = pages();
    for (volatile int i = 0; i < TIMES; i++) {
        inner = i % 3;
        if (sigsetjmp(out, 1) == 0)
            deep(i % 40);
    }
    long grown = pages() - before;
    if (grown > MOST) fail("%ld pages more after %d calls", grown, TIMES);
    for (int i = 0; i < THREADS; i++) {
        pthread_t t;
        CHECK(pthread_create(&t, NULL, wait_for_ever, NULL) == 0);
        usleep(2000);
        CHECK(pthread_cancel(t) == 0 && pthread_join(t, NULL) == 0);
    }
    grown = pages() - before;
    if (grown > MOST) fail("%ld pages more after %d threads", grown, THREADS);
    pass();
}
