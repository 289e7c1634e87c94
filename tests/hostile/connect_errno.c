/* SPDX-License-Identifier: MIT */
/* connect: refused, in progress, already, connected, bad sockets; the errno and
 * the state of the socket are native. */
#define T_NAME "connect_errno"
#include "t.h"
#include <netinet/in.h>
#include <poll.h>
int main(void)
{
    int l = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t n = sizeof a;
    CHECK(bind(l, (void *)&a, sizeof a) == 0 && getsockname(l, (void *)&a, &n) == 0 && n == sizeof a && a.sin_port);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    ERR(connect(s, (void *)&a, sizeof a), ECONNREFUSED);
    close(s);
    CHECK(listen(l, 5) == 0);
    s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    errno = 0;
    int r = connect(s, (void *)&a, sizeof a);
    if (!(r == -1 && errno == EINPROGRESS) && r != 0) fail("non-blocking connect: %d errno %d", r, errno);
    struct pollfd p = { s, POLLOUT, 0 };
    CHECK(poll(&p, 1, 5000) == 1);
    int e;
    n = sizeof e;
    CHECK(getsockopt(s, SOL_SOCKET, SO_ERROR, &e, &n) == 0 && e == 0);
    r = connect(s, (void *)&a, sizeof a);
    if (r == 0) r = connect(s, (void *)&a, sizeof a);
    if (r != -1 || errno != EISCONN) fail("second connect: %d errno %d", r, errno);
    struct sockaddr_in q;
    n = sizeof q;
    int c = accept4(l, (void *)&q, &n, SOCK_CLOEXEC);
    CHECK(c == s + 1 && n == sizeof q && q.sin_family == AF_INET && (fcntl(c, F_GETFD) & FD_CLOEXEC));
    CHECK(getpeername(s, (void *)&q, &n) == 0 && q.sin_port == a.sin_port);
    ERR(connect(0, (void *)&a, sizeof a), ENOTSOCK);
    ERR(connect(999, (void *)&a, sizeof a), EBADF);
    int six = socket(AF_INET6, SOCK_STREAM, 0);
    if (six >= 0) ERR(connect(six, (void *)&(struct sockaddr_in6){ .sin6_family = AF_INET6 }, 10), EINVAL);
    int u = socket(AF_UNIX, SOCK_STREAM, 0);
    ERR(connect(u, (void *)&a, sizeof a), EINVAL);
    struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/dev/null" };
    ERR(connect(u, (void *)&un, sizeof un), ECONNREFUSED);
    ERR(accept(u, NULL, NULL), EINVAL);
    ERR(bind(l, (void *)&a, sizeof a), EINVAL);
    ERR(listen(0, 1), ENOTSOCK);
    pass();
}
