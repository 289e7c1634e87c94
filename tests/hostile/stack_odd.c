/* SPDX-License-Identifier: MIT */
/* Code written by hand calls libc with a stack that is not aligned to 16 bytes: system call wrappers do not mind. */
#define T_NAME "stack_odd"
#include "t.h"
#if defined(__x86_64__)
/* odd(fn, a, b, c, d): fn(a, b, c, d) on a stack 8 bytes off; and what that gave as the first call of all: dso_odd.c */
long odd(void *fn, ...);
extern int odd_first;
int main(void)
{
    CHECK(odd_first == -1);
    t_tmp();
    char b[64];
    struct stat st;
    struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "nope" };
    char *av[] = { "x", NULL };
    for (int i = 0; i < 3; i++) {
        int fd = (int)odd((void *)open, "file", O_RDWR | O_CREAT, 0600);
        CHECK(fd == 3);
        CHECK(odd((void *)write, fd, "hello", 5) == 5);
        CHECK(odd((void *)pread, fd, b, 5, 0) == 5);
        CHECK((int)odd((void *)fstat, fd, &st) == 0);
        CHECK((int)odd((void *)stat, "file", &st) == 0);
        CHECK((int)odd((void *)access, "nope", R_OK) == -1);
        CHECK((int)odd((void *)fcntl, fd, F_GETFD) == 0);
        CHECK((int)odd((void *)dup2, fd, 9) == 9);
        CHECK((int)odd((void *)close, 9) == 0);
        CHECK((int)odd((void *)close, fd) == 0);
        CHECK((int)odd((void *)mkdir, "dir", 0700) == 0);
        CHECK((int)odd((void *)rename, "dir", "dir2") == 0);
        CHECK((int)odd((void *)rmdir, "dir2") == 0);
        int s = (int)odd((void *)socket, AF_UNIX, SOCK_STREAM, 0);
        CHECK(s == 3);
        CHECK((int)odd((void *)connect, s, &u, sizeof u) == -1);
        CHECK((int)odd((void *)close, s) == 0);
        CHECK((int)odd((void *)execve, "/nonexistent/x", av, environ) == -1);
        CHECK((int)odd((void *)syscall, SYS_getppid) == getppid());
        CHECK((int)odd((void *)unlink, "file") == 0);
    }
    pass();
}
#else
int main(void) { pass(); }
#endif
