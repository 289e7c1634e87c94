/* SPDX-License-Identifier: MIT */
/* The third argument of open: taken when it is there, not needed when it isn't. */
#define T_NAME "open_mode"
#include "t.h"
static mode_t mode(const char *p)
{
    struct stat st;
    CHECK(stat(p, &st) == 0);
    return st.st_mode & 07777;
}
__attribute__((noinline)) static void dirty(void)
{
    volatile char g[4096];
    memset((char *)g, 0xff, sizeof g);
}
int main(void)
{
    t_tmp();
    umask(0);
    static const mode_t ms[] = { 0, 0400, 0600, 0640, 0644, 0666, 0755, 0777, 01777, 02755, 04755, 07777 };
    for (unsigned i = 0; i < sizeof ms / sizeof *ms; i++) {
        for (int how = 0; how < 8; how++) {
            int fd = -1, F = O_WRONLY | O_CREAT | O_EXCL;
            switch (how) {
            case 0: fd = open("a", F, ms[i]); break;
            case 1: fd = open64("a", F, ms[i]); break;
            case 2: fd = openat(AT_FDCWD, "a", F, ms[i]); break;
            case 3: fd = openat64(AT_FDCWD, "a", F, ms[i]); break;
            case 4: fd = creat("a", ms[i]); break;
            case 5: fd = creat64("a", ms[i]); break;
            case 6: case 7: {
                fd = how == 6 ? open(".", O_TMPFILE | O_RDWR, ms[i]) : openat(AT_FDCWD, ".", O_TMPFILE | O_RDWR, ms[i]);
                if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) continue;
                struct stat st;
                CHECK(fd >= 0 && fstat(fd, &st) == 0);
                if ((st.st_mode & 07777) != ms[i]) fail("O_TMPFILE mode %o gave %o", ms[i], st.st_mode & 07777);
                close(fd);
                continue; }
            }
            CHECK(fd == 3);
            close(fd);
            if (mode("a") != ms[i]) fail("way %d mode %o gave %o", how, ms[i], mode("a"));
            CHECK(unlink("a") == 0);
        }
    }
    t_file("b", "x");
    chmod("b", 0644);
    for (int i = 0; i < 100; i++) {
        dirty();
        int fd = open("b", O_RDWR); /* no mode: garbage where it would be */
        CHECK(fd == 3);
        close(fd);
        fd = open("b", O_RDWR | O_TRUNC);
        CHECK(fd == 3);
        close(fd);
        fd = open(".", O_DIRECTORY | O_RDONLY); /* O_TMPFILE holds O_DIRECTORY */
        CHECK(fd == 3);
        close(fd);
    }
    if (mode("b") != 0644) fail("mode of an existing file became %o", mode("b"));
    mode_t old = umask(027);
    CHECK(old == 0);
    int fd = open("c", O_CREAT | O_WRONLY, 0777);
    CHECK(fd == 3);
    close(fd);
    if (mode("c") != 0750) fail("umask not kept: %o", mode("c"));
    pass();
}
