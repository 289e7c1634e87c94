/* SPDX-License-Identifier: MIT */
/* The program defines open, write, close and connect itself (they come before a
 * preload library's): only the program's own calls may arrive in them. */
#define T_NAME "own_open"
#include "t.h"
static int opens, writes, closes, connects;
int open(const char *p, int f, ...)
{
    opens++;
    va_list a;
    va_start(a, f);
    mode_t m = va_arg(a, mode_t);
    va_end(a);
    return (int)syscall(SYS_openat, AT_FDCWD, p, f, m);
}
ssize_t write(int fd, const void *b, size_t n) { writes++; return syscall(SYS_write, fd, b, n); }
int close(int fd) { closes++; return (int)syscall(SYS_close, fd); }
int connect(int fd, const struct sockaddr *a, socklen_t l) { connects++; return (int)syscall(SYS_connect, fd, a, l); }
int main(void)
{
    if (opens || writes || closes) fail("before main the program's open was called %d times, write %d, close %d", opens, writes, closes);
    for (int i = 0; i < 10; i++) {
        int fd = open("/dev/null", O_RDWR, 0);
        CHECK(fd == 3 && write(fd, "x", 1) == 1 && close(fd) == 0);
    }
    FILE *f = fopen("/proc/self/status", "r"); /* libc's own calls don't come here */
    CHECK(f);
    char b[100];
    CHECK(fgets(b, 100, f));
    fclose(f);
    struct stat st;
    CHECK(stat("/", &st) == 0 && access("/", R_OK) == 0);
    DIR *d = opendir("/");
    CHECK(d);
    closedir(d);
    int fd = openat(AT_FDCWD, "/dev/null", O_RDONLY);
    CHECK(fd == 3);
    CHECK(system("true") == 0);
    if (opens != 10 || writes != 10 || closes != 10 || connects)
        fail("the program's open was called %d times, write %d, close %d, connect %d: not 10, 10, 10, 0", opens, writes, closes, connects);
    pass();
}
