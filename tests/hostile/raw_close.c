/* SPDX-License-Identifier: MIT */
/* Every descriptor is closed by system calls that go past libc's wrappers, and the program then puts files of its
 * own at all the numbers: nobody else writes into them. */
#define T_NAME "raw_close"
#include "t.h"
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
static void mark(int i, char *b) { memset(b, 'a' + i % 26, 8); }
static void check(const char *how)
{
    struct rlimit l = { 4096, 4096 };
    getrlimit(RLIMIT_NOFILE, &l);
    l.rlim_cur = l.rlim_max < 1100 ? l.rlim_max : 1100;
    CHECK(setrlimit(RLIMIT_NOFILE, &l) == 0);
    char b[100];
    int top = 0, all = open("file", O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);
    CHECK(all == 3);
    for (int fd; (fd = dup(all)) >= 0; top = fd) {}
    CHECK(errno == EMFILE);
    if (top != (int)l.rlim_cur - 1) fail("%s: the last descriptor is %d, not %ld", how, top, (long)l.rlim_cur - 1);
    mark(1, b);
    for (int i = 0; i < 20; i++) {
        CHECK(write(3 + i, b, 8) == 8);
        struct stat st;
        CHECK(stat("/", &st) == 0 && access("/nope", F_OK) == -1);
    }
    off_t size = lseek(3, 0, SEEK_END);
    if (size != 160) {
        lseek(3, 0, SEEK_SET);
        CHECK(read(3, b, sizeof b - 1) > 0);
        b[80] = 0;
        fail("%s: the program's file has %ld bytes, not 160: %s", how, (long)size, b + 8);
    }
    for (int i = 3; i < top; i++) CHECK(close(i) == 0);
}
int main(void)
{
    t_tmp();
    for (int how = 0; how < 4; how++) {
        pid_t p = fork();
        if (p == 0) {
            t_dir[0] = 0;
            static const char *names[] = { "syscall(SYS_close_range)", "syscall(SYS_close)", "an own system call", "dup3 over it" };
            int keep = 0;
            if (how == 0) CHECK(syscall(SYS_close_range, 3, ~0u, 0) == 0);
            for (int i = 3; how == 1 && i < 5000; i++) syscall(SYS_close, i);
            for (long i = 3; how == 2 && i < 5000; i++) {
                long r;
                __asm__ volatile("syscall" : "=a"(r) : "0"((long)SYS_close), "D"(i) : "rcx", "r11", "memory");
            }
            if (how == 3) {
                int fd = open("/dev/null", O_WRONLY);
                for (int i = 1000; i < 1100; i++) syscall(SYS_dup3, fd, i, 0);
                for (int i = 1000; i < 1100; i++) syscall(SYS_close, i);
                close(fd);
            }
            check(names[how]);
            exit(0);
        }
        int r = t_wait(p);
        if (r) return 1;
    }
    pass();
}
