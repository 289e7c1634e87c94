/* SPDX-License-Identifier: MIT */
/* connect, bind, sendto with every address length, the address ending at an
 * unmapped page: what the kernel says, and no look beyond. */
#define T_NAME "short_sockaddr"
#include "t.h"
#include <netinet/in.h>
int main(void)
{
    char *m = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(m != MAP_FAILED && munmap(m + 4096, 4096) == 0);
    static const int fams[] = { AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, 999, 65535 };
    static const int socks[] = { AF_UNIX, AF_INET, AF_INET6 };
    for (unsigned s = 0; s < 3; s++)
        for (unsigned f = 0; f < 8; f++)
            for (socklen_t l = 0; l < 140; l++) {
                unsigned char a[140];
                memset(a, f == 1 ? 'q' : 0, sizeof a);
                unsigned short fam = (unsigned short)fams[f];
                memcpy(a, &fam, 2);
                if (fams[f] == AF_INET && l >= 8) { a[3] = 1; a[4] = 127; a[7] = 1; }
                if (fams[f] == AF_INET6 && l >= 24) { a[3] = 1; a[23] = 1; }
                char *p = m + 4096 - l;
                memcpy(p, a, l);
                int x = socket(socks[s], SOCK_DGRAM, 0), y = socket(socks[s], SOCK_DGRAM, 0);
                if (x < 0 || y < 0) fail("socket errno %d", errno);
                SAME(connect(x, (void *)p, l), syscall(SYS_connect, y, p, l));
                SAME(sendto(x, "d", 1, MSG_NOSIGNAL | MSG_DONTWAIT, (void *)p, l), syscall(SYS_sendto, y, "d", 1ul, MSG_NOSIGNAL | MSG_DONTWAIT, p, l));
                close(x);
                close(y);
            }
    int x = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un u = { .sun_family = AF_UNIX };
    ERR(connect(x, (void *)&u, -1), EINVAL);
    ERR(connect(x, (void *)&u, 1000000), EINVAL);
    ERR(bind(x, (void *)&u, 1000000), EINVAL);
    ERR(connect(-1, (void *)&u, sizeof u), EBADF);
    ERR(connect(x, NULL, sizeof u), EFAULT);
    memset(u.sun_path, 'a', sizeof u.sun_path); /* not terminated */
    ERR(connect(x, (void *)&u, sizeof u), ENOENT);
    memcpy(u.sun_path, "\0abstract\nname", 14); /* abstract */
    ERR(connect(x, (void *)&u, offsetof(struct sockaddr_un, sun_path) + 14), ECONNREFUSED);
    pass();
}
