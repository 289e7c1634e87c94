/* SPDX-License-Identifier: MIT */
/* A write to a pipe or socket nobody reads: SIGPIPE when it is not ignored,
 * EPIPE when it is, none at all with MSG_NOSIGNAL. */
#define T_NAME "sigpipe"
#include "t.h"
static volatile sig_atomic_t hits;
static void h(int s) { (void)s; hits++; }
int main(void)
{
    int p[2], s[2];
    CHECK(pipe(p) == 0 && close(p[0]) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0 && close(s[0]) == 0);
    struct sigaction sa;
    CHECK(sigaction(SIGPIPE, NULL, &sa) == 0);
    if (sa.sa_handler != SIG_DFL) fail("SIGPIPE is not at its default");
    for (int i = 0; i < 4; i++) {
        pid_t c = fork();
        if (c == 0) {
            if (i == 0) { if (write(p[1], "x", 1)) {} }
            if (i == 1) { struct iovec v = { "x", 1 }; if (writev(p[1], &v, 1)) {} }
            if (i == 2) send(s[1], "x", 1, 0);
            if (i == 3) { if (send(s[1], "x", 1, MSG_NOSIGNAL) != -1 || errno != EPIPE) _exit(1); _exit(33); }
            _exit(2);
        }
        int r = t_wait(c);
        if (r != (i == 3 ? 33 : 1000 + SIGPIPE)) fail("way %d: %d", i, r);
    }
    signal(SIGPIPE, h);
    for (int i = 1; i <= 50; i++) {
        ERR(write(p[1], "x", 1), EPIPE);
        if (hits != i) fail("%d signals after %d writes", (int)hits, i);
    }
    signal(SIGPIPE, SIG_IGN);
    ERR(write(p[1], "x", 1), EPIPE);
    ERR(send(s[1], "x", 1, 0), EPIPE);
    pass();
}
