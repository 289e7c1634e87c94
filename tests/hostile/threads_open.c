/* SPDX-License-Identifier: MIT */
/* 64 threads, 10,000 opens each (HOSTILE_N changes that). */
#define T_NAME "threads_open"
#include "t.h"
static int N = 10000;
static void *work(void *a)
{
    char p[64], b[32], want[32];
    long id = (long)a;
    snprintf(p, sizeof p, "f%ld", id);
    int n = snprintf(want, sizeof want, "thread %ld", id);
    for (int i = 0; i < N; i++) {
        errno = (int)id + 1000;
        int fd = open(p, O_RDONLY);
        if (fd < 0) fail("open: %d", errno);
        if (i % 100 == 0 && (read(fd, b, 32) != n || memcmp(b, want, n))) fail("thread %ld read another file", id);
        if (errno != (int)id + 1000) fail("errno became %d", errno);
        if (close(fd)) fail("close: %d (two threads had the same descriptor?)", errno);
        if (open("nope", O_RDONLY) != -1 || errno != ENOENT) fail("open of a missing file: %d", errno);
    }
    return NULL;
}
int main(void)
{
    if (getenv("HOSTILE_N")) N = atoi(getenv("HOSTILE_N"));
    t_tmp();
    pthread_t t[64];
    for (long i = 0; i < 64; i++) {
        char p[64], m[32];
        snprintf(p, sizeof p, "f%ld", i);
        snprintf(m, sizeof m, "thread %ld", i);
        t_file(p, m);
    }
    for (long i = 0; i < 64; i++) CHECK(pthread_create(&t[i], NULL, work, (void *)i) == 0);
    for (int i = 0; i < 64; i++) pthread_join(t[i], NULL);
    char f[1024];
    int n = t_fds(f);
    if (n != 3) fail("%d descriptors are left open, not 3", n);
    pass();
}
