/* SPDX-License-Identifier: MIT */
/* A million opens and closes (HOSTILE_N changes that), some failing, in this and
 * in short-lived threads: memory and descriptors don't grow. */
#define T_NAME "leak_1m"
#include "t.h"
static long rss(void)
{
    char b[100];
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/statm", O_RDONLY);
    long n = syscall(SYS_read, fd, b, 99ul), v, r;
    syscall(SYS_close, fd);
    b[n > 0 ? n : 0] = 0;
    return sscanf(b, "%ld %ld", &v, &r) == 2 ? r * 4 : -1;
}
static void *work(void *a)
{
    for (int i = 0; i < 10; i++) {
        int fd = open("/dev/null", O_RDONLY);
        if (fd < 0) fail("open in a thread: %d", errno);
        close(fd);
    }
    return a;
}
int main(void)
{
    long N = getenv("HOSTILE_N") ? atol(getenv("HOSTILE_N")) : 1000000, before = 0;
    for (int round = 0; round < 2; round++) {
        for (long i = 0; i < (round ? N : N / 10); i++) {
            int fd = open("/dev/null", O_WRONLY);
            if (fd != 3) fail("open %ld gave %d errno %d", i, fd, errno);
            if (i % 16 == 0 && write(fd, "x", 1) != 1) fail("write");
            if (close(fd)) fail("close");
            if (i % 16 == 1 && open("/nonexistent/x", O_RDONLY) != -1) fail("open of nothing");
        }
        for (int i = 0; i < (round ? 4000 : 400); i++) {
            pthread_t t;
            int e = pthread_create(&t, NULL, work, NULL);
            if (e) fail("thread %d: %d", i, e);
            pthread_join(t, NULL);
        }
        if (!round) before = rss();
    }
    long after = rss();
    if (after - before > 1024) fail("resident memory grew from %ld to %ld KiB", before, after);
    char f[1024];
    int n = t_fds(f);
    if (n != 3) fail("%d descriptors are left", n);
    pass();
}
