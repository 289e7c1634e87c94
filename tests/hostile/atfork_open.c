/* SPDX-License-Identifier: MIT */
/* pthread_atfork handlers open files, in the parent and in the child; the
 * current thread's pthread_exit from main leaves the others working. */
#define T_NAME "atfork_open"
#include "t.h"
static int n;
static void h(void)
{
    int fd = open("/dev/null", O_WRONLY);
    if (fd < 0 || write(fd, "x", 1) != 1) fail("open in an atfork handler: %d", errno);
    close(fd);
    n++;
}
static void *last(void *a)
{
    usleep(20000);
    h();
    pass();
    return a;
}
int main(void)
{
    CHECK(pthread_atfork(h, h, h) == 0);
    for (int i = 0; i < 50; i++) {
        pid_t p = fork();
        if (p == 0) _exit(n == 2 * i + 2 ? 0 : 1);
        CHECK(t_wait(p) == 0);
        CHECK(system("true") == 0);
    }
    if (n != 100) fail("%d handler calls, not 100", n);
    pthread_t t;
    CHECK(pthread_create(&t, NULL, last, NULL) == 0);
    pthread_exit(NULL);
}
