/* SPDX-License-Identifier: MIT */
/* siglongjmp out of a SIGALRM handler that broke into a blocking open, read,
 * write or connect, many times: nothing may stay locked or marked as busy. */
#define T_NAME "longjmp_out"
#include "t.h"
#include <setjmp.h>
static sigjmp_buf j;
static void h(int s) { (void)s; siglongjmp(j, 1); }
int main(void)
{
    t_tmp();
    CHECK(mkfifo("fifo", 0600) == 0);
    signal(SIGALRM, h);
    static char big[1 << 20];
    free(malloc(100 * 1000)); /* where the machine is busy the timer may end in fopen's malloc, which then makes no system call */
    int p[2], q[2];
    CHECK(pipe(p) == 0 && pipe(q) == 0);
    for (volatile int i = 0; i < 200; i++) {
        if (sigsetjmp(j, 1) == 0) {
            struct itimerval it = { { 0, 0 }, { 0, 3000 } };
            setitimer(ITIMER_REAL, &it, NULL);
            switch (i % 4) {
            case 0: open("fifo", O_RDONLY); break;
            case 1: if (read(p[0], big, 1)) {} break;
            case 2: for (;;) if (write(q[1], big, sizeof big) < 0) break; break;
            case 3: fopen("fifo", "r"); break;
            }
            fail("call %d returned", i % 4);
        }
        int fd = open("/dev/null", O_RDONLY);
        if (fd < 0) fail("open after a jump: %d", errno);
        if (i % 4 != 3 && fd != 7) fail("open after a jump gave descriptor %d, not 7", fd);
        close(fd);
        if (fork() == 0) _exit(0);
        CHECK(t_wait(-1) <= 0 || 1);
    }
    pthread_t t;
    CHECK(pthread_create(&t, NULL, (void *(*)(void *))(void *)pthread_exit, NULL) == 0);
    pthread_join(t, NULL);
    pass();
}
