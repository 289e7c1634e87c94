/* SPDX-License-Identifier: MIT */
/* RLIMIT_FSIZE: the program's own writes are cut, and nothing else writes a
 * file for it that would bring SIGXFSZ. */
#define T_NAME "rlimit_fsize"
#include "t.h"
int main(void)
{
    t_tmp();
    struct rlimit r = { 100, 100 };
    CHECK(setrlimit(RLIMIT_FSIZE, &r) == 0);
    /* SIGXFSZ would end the program: calls that write nothing must not bring it */
    for (int i = 0; i < 5000; i++) {
        int fd = open("/dev/null", O_RDWR);
        CHECK(fd == 3 && write(fd, "0123456789", 10) == 10);
        close(fd);
        if (i % 1000 == 0) {
            pid_t p = fork();
            if (p == 0) { execl("/bin/true", "true", (char *)0); _exit(9); }
            int s = t_wait(p);
            if (s) fail("a child program ended with %d", s);
        }
    }
    signal(SIGXFSZ, SIG_IGN);
    static char b[300];
    int fd = open("f", O_WRONLY | O_CREAT, 0600);
    CHECK(write(fd, b, 200) == 100);
    ERR(write(fd, b, 1), EFBIG);
    signal(SIGXFSZ, SIG_DFL);
    pid_t p = fork();
    if (p == 0) {
        if (write(fd, b, 1)) {}
        _exit(0);
    }
    CHECK(t_wait(p) == 1000 + SIGXFSZ);
    pass();
}
