/* SPDX-License-Identifier: MIT */
/* closefrom(3) and close_range(3, ~0): open must go on, with the native numbers. */
#define T_NAME "closefrom3"
#include "t.h"
static void use(void)
{
    for (int i = 0; i < 3; i++) {
        int fd = open("/dev/null", O_RDWR);
        if (fd != 3) fail("open gave %d", fd);
        CHECK(write(fd, "x", 1) == 1);
        int s = socket(AF_UNIX, SOCK_STREAM, 0);
        if (s != 4) fail("socket gave %d", s);
        struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "/nonexistent" };
        ERR(connect(s, (void *)&u, sizeof u), ENOENT);
        CHECK(close(s) == 0);
        CHECK(close(fd) == 0);
    }
    FILE *f = fopen("/proc/self/status", "r");
    CHECK(f && fileno(f) == 3);
    fclose(f);
}
int main(void)
{
    use();
    for (int k = 0; k < 3; k++) {
        closefrom(3);
        use();
        CHECK(close_range(3, ~0u, 0) == 0);
        use();
        CHECK(close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) == 0);
        use();
        for (int i = 3; i < 1024; i++) close(i);
        use();
        pid_t p = fork();
        if (p == 0) {
            closefrom(3);
            use();
            _exit(0);
        }
        CHECK(t_wait(p) == 0);
    }
    pass();
}
