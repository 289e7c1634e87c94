/* SPDX-License-Identifier: MIT */
/* The checked entry points that a program built with _FORTIFY_SOURCE calls:
 * __open_2, __openat_2, __read_chk, __readlink_chk, __getcwd_chk, __fdelt_chk... */
#define _FORTIFY_SOURCE 2
#pragma GCC optimize("O2")
#define T_NAME "fortify"
#include "t.h"
#include <poll.h>
extern int __open_2(const char *, int), __open64_2(const char *, int), __openat_2(int, const char *, int), __openat64_2(int, const char *, int);
extern ssize_t __read_chk(int, void *, size_t, size_t), __pread_chk(int, void *, size_t, off_t, size_t), __pread64_chk(int, void *, size_t, off_t, size_t);
extern ssize_t __readlink_chk(const char *, char *, size_t, size_t), __readlinkat_chk(int, const char *, char *, size_t, size_t);
extern ssize_t __recv_chk(int, void *, size_t, size_t, int), __recvfrom_chk(int, void *, size_t, size_t, int, struct sockaddr *, socklen_t *);
extern char *__getcwd_chk(char *, size_t, size_t), *__realpath_chk(const char *, char *, size_t);
extern int __poll_chk(struct pollfd *, nfds_t, int, size_t);
int main(void)
{
    t_tmp();
    t_file("f", "hello");
    char b[PATH_MAX];
    int fd = __open_2("f", O_RDONLY);
    CHECK(fd == 3);
    CHECK(__open64_2("f", O_RDONLY) == 4 && __openat_2(AT_FDCWD, "f", O_RDONLY) == 5 && __openat64_2(AT_FDCWD, "f", O_RDWR) == 6);
    ERR(__open_2("nope", O_RDONLY), ENOENT);
    CHECK(__read_chk(fd, b, 5, sizeof b) == 5 && !memcmp(b, "hello", 5));
    CHECK(__pread_chk(fd, b, 3, 1, sizeof b) == 3 && !memcmp(b, "ell", 3));
    CHECK(__pread64_chk(fd, b, 3, 2, sizeof b) == 3 && !memcmp(b, "llo", 3));
    CHECK(symlink("f", "l") == 0 && __readlink_chk("l", b, 100, sizeof b) == 1 && __readlinkat_chk(AT_FDCWD, "l", b, 100, sizeof b) == 1);
    CHECK(__getcwd_chk(b, sizeof b, sizeof b) && !strcmp(b, t_dir));
    CHECK(__realpath_chk("l", b, sizeof b) && strstr(b, "/f"));
    int s[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0 && write(s[0], "abcdef", 6) == 6);
    CHECK(__recv_chk(s[1], b, 3, sizeof b, 0) == 3 && __recvfrom_chk(s[1], b, 3, sizeof b, 0, NULL, NULL) == 3);
    struct pollfd p = { s[0], POLLOUT, 0 };
    CHECK(__poll_chk(&p, 1, 0, sizeof p) == 1);
    /* what they are for still works: open with O_CREAT and no mode, and a too long read, abort */
    for (int i = 0; i < 3; i++) {
        pid_t c = fork();
        if (c == 0) {
            close(2);
            setenv("LIBC_FATAL_STDERR_", "1", 1);
            open("/dev/null", O_WRONLY);
            struct rlimit r = { 0, 0 };
            setrlimit(RLIMIT_CORE, &r);
            dup2(open("/dev/null", O_RDWR), 2);
            setsid(); /* no terminal for the message */
            if (i == 0) __open_2("new", O_CREAT | O_WRONLY);
            if (i == 1) __read_chk(fd, b, 10, 5);
            if (i == 2) __openat_2(AT_FDCWD, "new", O_CREAT | O_WRONLY);
            _exit(0);
        }
        int r = t_wait(c);
        if (r != 1000 + SIGABRT) fail("case %d ended with %d, not by abort", i, r);
    }
    pass();
}
