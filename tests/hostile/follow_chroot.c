/* SPDX-License-Identifier: MIT */
/* A program in a new root, where the library and the log are not to be found, starts another one: it runs, and is
 * as silent as it would be bare. */
#define T_NAME "follow_chroot"
#include "t.h"
static void copy(const char *from, const char *to)
{
    static char b[1 << 16];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0755);
    ssize_t n;
    if (in < 0 || out < 0) fail("copy of %s: errno %d", from, errno);
    while ((n = read(in, b, sizeof b)) > 0) CHECK(write(out, b, n) == n);
    close(in);
    close(out);
}
int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "inner")) return open("/true", O_RDONLY) == 3 ? 9 : 8;
    t_follow(argv);
    t_tmp();
    if (geteuid()) pass();
    CHECK(mkdir("root", 0755) == 0 && mkdir("root/lib64", 0755) == 0 && mkdir("root/lib", 0755) == 0 &&
          mkdir("root/lib/x86_64-linux-gnu", 0755) == 0);
    copy("/proc/self/exe", "root/true");
    copy("/lib64/ld-linux-x86-64.so.2", "root/lib64/ld-linux-x86-64.so.2");
    copy("/lib/x86_64-linux-gnu/libc.so.6", "root/lib/x86_64-linux-gnu/libc.so.6");
    int err = open("err", O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    for (int i = 0; i < 2; i++) {
        pid_t p = fork();
        if (p == 0) {
            t_dir[0] = 0;
            if (dup2(err, 2) != 2 || chroot("root") || chdir("/")) _exit(40);
            close(err);
            if (i) {
                pid_t c = vfork();
                if (c == 0) {
                    execl("/true", "true", "inner", (char *)0);
                    _exit(41);
                }
                _exit(t_wait(c));
            }
            execl("/true", "true", "inner", (char *)0);
            _exit(42);
        }
        int r = t_wait(p);
        char b[300] = "";
        if (pread(err, b, sizeof b - 1, 0) > 0) fail("on standard error: %s", b);
        if (r != 9) fail("the child ended with %d", r);
    }
    unlink("root/true");
    unlink("root/lib64/ld-linux-x86-64.so.2");
    unlink("root/lib/x86_64-linux-gnu/libc.so.6");
    rmdir("root/lib/x86_64-linux-gnu");
    rmdir("root/lib");
    rmdir("root/lib64");
    pass();
}
