/* SPDX-License-Identifier: MIT */
/* SECCOMP_MODE_STRICT: read and write must make no other system call. */
#define T_NAME "seccomp_strict"
#include "t.h"
#include <linux/seccomp.h>
#include <sys/prctl.h>
int main(void)
{
    int p[2], q[2];
    CHECK(pipe(p) == 0 && pipe(q) == 0);
    CHECK(write(q[1], "go", 2) == 2);
    char b[8];
    pid_t c = fork();
    if (c == 0) {
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)) syscall(SYS_exit, 7);
        ssize_t n = read(q[0], b, 8);
        if (n == 2) n = write(p[1], "ok", 2);
        if (write(-1, "x", 1) != -1 || errno != EBADF) n = 9;
        syscall(SYS_exit, n == 2 ? 0 : 8);
    }
    int r = t_wait(c);
    if (r) fail("child ended with %d (1009: a call of its own was made)", r);
    CHECK(read(p[0], b, 8) == 2);
    pass();
}
