/* SPDX-License-Identifier: MIT */
/* fork while other threads open, write and close: the child must not hang. */
#define T_NAME "fork_threads"
#include "t.h"
static volatile int stop;
static void *work(void *a)
{
    (void)a;
    while (!stop) {
        int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (fd < 0) fail("open in a thread: %d", errno);
        if (write(fd, "x", 1) != 1) fail("write in a thread");
        close(fd);
        struct stat st;
        stat("/", &st);
    }
    return NULL;
}
int main(void)
{
    pthread_t t[4];
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&t[i], NULL, work, NULL) == 0);
    for (int i = 0; i < 300; i++) {
        pid_t p = fork();
        if (p == 0) {
            alarm(20);
            for (int k = 0; k < 5; k++) {
                int fd = open("/dev/null", O_WRONLY);
                if (fd < 0) _exit(1);
                if (write(fd, "x", 1) != 1) _exit(2);
                close(fd);
            }
            if (i % 10 == 0) execl("/bin/true", "true", (char *)0);
            _exit(0);
        }
        CHECK(p > 0);
        int r = t_wait(p);
        if (r) fail("child %d ended with %d (1014: it hung)", i, r);
    }
    stop = 1;
    for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
    pass();
}
