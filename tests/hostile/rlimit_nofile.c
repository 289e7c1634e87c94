/* SPDX-License-Identifier: MIT */
/* RLIMIT_NOFILE 3 and 4: EMFILE comes where it does natively. */
#define T_NAME "rlimit_nofile"
#include "t.h"
int main(int argc, char **argv)
{
    struct rlimit r = { 3, 1024 };
    if (argc < 2) {
        CHECK(setrlimit(RLIMIT_NOFILE, &r) == 0);
        ERR(open("/dev/null", O_RDONLY), EMFILE);
        ERR(socket(AF_UNIX, SOCK_STREAM, 0), EMFILE);
        CHECK(write(1, "", 0) == 0);
        errno = 0;
        if (fopen("/dev/null", "r") || errno != EMFILE) fail("fopen errno %d", errno);
        if (opendir("/") || errno != EMFILE) fail("opendir errno %d", errno);
        ERR(dup(0), EMFILE);
        r.rlim_cur = 4;
        CHECK(setrlimit(RLIMIT_NOFILE, &r) == 0);
        for (int i = 0; i < 100; i++) {
            CHECK(open("/dev/null", O_RDONLY) == 3);
            ERR(open("/dev/null", O_RDONLY), EMFILE);
            ERR(dup(3), EMFILE);
            int p[2];
            CHECK(close(3) == 0);
            ERR(pipe(p), EMFILE);
        }
        /* and start under it: 4 is what the dynamic loader needs */
        char self[PATH_MAX];
        ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
        CHECK(n > 0);
        self[n] = 0;
        pid_t p = fork();
        if (p == 0) {
            execl(self, self, "again", (char *)0);
            _exit(9);
        }
        int s = t_wait(p);
        if (s == 1) syscall(SYS_exit_group, 1);
        if (s) fail("a program started with RLIMIT_NOFILE 4 ended with %d", s);
        pass();
    }
    for (int i = 0; i < 100; i++) {
        int fd = open("/dev/null", O_RDONLY);
        if (fd != 3) fail("started with RLIMIT_NOFILE 4: open gave %d errno %d", fd, errno);
        ERR(open("/dev/null", O_RDONLY), EMFILE);
        close(3);
    }
    _exit(0);
}
