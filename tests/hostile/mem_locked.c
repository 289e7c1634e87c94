/* SPDX-License-Identifier: MIT */
/* No memory that may be locked, a small limit of stack, no new process: calls go on, or fail
 * with what they would fail with natively. */
#define T_NAME "mem_locked"
#include "t.h"
static char longp[4000];
static void limit(int what, rlim_t soft)
{
    struct rlimit l;
    CHECK(getrlimit(what, &l) == 0);
    l.rlim_cur = soft;
    CHECK(setrlimit(what, &l) == 0);
}
static void calls(void)
{
    struct stat st;
    for (int i = 0; i < 20; i++) {
        int fd = open("f", O_RDWR | O_CREAT, 0600);
        CHECK(fd == 3 && write(fd, longp, sizeof longp) == sizeof longp && close(fd) == 0 && stat("f", &st) == 0);
        CHECK(open(longp, O_RDONLY) == -1 && errno == ENAMETOOLONG);
        char *av[] = { longp, longp, NULL };
        ERR(execve("/nonexistent/x", av, environ), ENOENT);
    }
}
int main(void)
{
    t_tmp();
    memset(longp, 'x', sizeof longp - 1);
    for (int way = 0; way < 2; way++) {
        pid_t p = fork();
        if (p == 0) {
            t_dir[0] = 0;
            if (way == 0) {
                limit(RLIMIT_STACK, 65536);
                if (geteuid() == 0) CHECK(chmod(".", 0777) == 0 && setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0);
                limit(RLIMIT_MEMLOCK, 0);
                mlockall(MCL_FUTURE); /* EPERM; later mappings fail where it succeeds */
            }
            if (way == 1) {
                if (geteuid() == 0) CHECK(chmod(".", 0777) == 0 && setresgid(65533, 65533, 65533) == 0 && setresuid(65533, 65533, 65533) == 0);
                limit(RLIMIT_NPROC, 0);
                ERR(fork(), EAGAIN);
                ERR(vfork(), EAGAIN);
                errno = 0;
                CHECK(system("true") == 127 << 8 && errno == EAGAIN);
                ERR(popen("true", "r") ? 0 : -1, ENOMEM); /* that is what glibc says */
            }
            unlink("f");
            calls();
            _exit(77);
        }
        int r = t_wait(p);
        if (r != 77) { if (r == 1) return 1; fail("way %d: %d", way, r); }
        unlink("f");
    }
    pass();
}
