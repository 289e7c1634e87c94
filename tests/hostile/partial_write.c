/* SPDX-License-Identifier: MIT */
/* A non-blocking pipe or socket takes part of a write; the count is exact. */
#define T_NAME "partial_write"
#include "t.h"
static char big[1 << 20], in[1 << 20];
static size_t drain(int fd, size_t from)
{
    size_t n = 0;
    for (;;) {
        ssize_t r = read(fd, in, sizeof in);
        if (r <= 0) break;
        for (ssize_t i = 0; i < r; i++)
            if (in[i] != big[from + n + (size_t)i]) fail("byte %zu differs", n + (size_t)i);
        n += (size_t)r;
    }
    return n;
}
int main(void)
{
    for (size_t i = 0; i < sizeof big; i++) big[i] = (char)(i * 7 + i / 251);
    int p[2];
    CHECK(pipe2(p, O_NONBLOCK) == 0);
    int cap = fcntl(p[1], F_GETPIPE_SZ);
    CHECK(cap > 0);
    for (int i = 0; i < 20; i++) {
        ssize_t w = write(p[1], big, sizeof big);
        if (w != cap) fail("write gave %zd, not %d", w, cap);
        ERR(write(p[1], big, 1), EAGAIN);
        CHECK(drain(p[0], 0) == (size_t)cap);
        struct iovec v[3] = { { big, 10 }, { big + 10, 100 }, { big + 110, sizeof big - 110 } };
        w = writev(p[1], v, 3);
        size_t d = drain(p[0], 0);
        if (w < 0 || (size_t)w != d) fail("writev gave %zd, the pipe held %zu", w, d);
        CHECK(write(p[1], big, 0) == 0);
    }
    int s[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s) == 0);
    size_t t = 0;
    ssize_t w;
    while ((w = send(s[0], big, sizeof big - t > 70000 ? 70000 : sizeof big - t, 0)) > 0 && (t += (size_t)w) < sizeof big) break;
    CHECK(t > 0 && drain(s[1], 0) == t);
    pass();
}
