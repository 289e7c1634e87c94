/* SPDX-License-Identifier: MIT */
/* Paths of 4095, 4096 and a million bytes, names of 255 and 256. */
#define T_NAME "long_path"
#include "t.h"
int main(void)
{
    t_tmp();
    t_file("f", "x");
    static char p[1 << 20];
    struct stat st;
    char *av[] = { "x", NULL };
    for (size_t len = 4000; len < 4200; len++) {
        memset(p, '/', len);
        p[0] = '.';
        p[len - 1] = 'f';
        p[len] = 0;
        SAME(access(p, R_OK), syscall(SYS_access, p, R_OK));
        int fd = open(p, O_RDONLY);
        if (len < 4096 ? fd != 3 : (fd != -1 || errno != ENAMETOOLONG)) fail("%zu bytes: %d errno %d", len, fd, errno);
        if (fd >= 0) close(fd);
    }
    memset(p, '/', sizeof p - 1);
    p[0] = '.';
    ERR(open(p, O_RDONLY), ENAMETOOLONG);
    ERR(open(p, O_RDONLY | O_CREAT, 0600), ENAMETOOLONG);
    ERR(openat(AT_FDCWD, p, O_RDONLY), ENAMETOOLONG);
    ERR(stat(p, &st), ENAMETOOLONG);
    ERR(unlink(p), ENAMETOOLONG);
    ERR(rename("f", p), ENAMETOOLONG);
    ERR(execve(p, av, environ), ENAMETOOLONG);
    ERR(chdir(p), ENAMETOOLONG);
    ERR(mkdir(p, 0700), ENAMETOOLONG);
    ERR(symlink(p, "l"), ENAMETOOLONG);
    errno = 0;
    if (fopen(p, "r") || errno != ENAMETOOLONG) fail("fopen errno %d", errno);
    if (opendir(p) || errno != ENAMETOOLONG) fail("opendir errno %d", errno);
    memset(p, 'n', 256);
    p[256] = 0;
    ERR(open(p, O_WRONLY | O_CREAT, 0600), ENAMETOOLONG);
    p[255] = 0;
    int fd = open(p, O_WRONLY | O_CREAT, 0600);
    CHECK(fd == 3);
    close(fd);
    CHECK(unlink(p) == 0);
    /* a current folder deeper than PATH_MAX */
    char d[65];
    memset(d, 'd', 64);
    d[64] = 0;
    int i;
    for (i = 0; i < 80; i++) {
        if (mkdir(d, 0700) || chdir(d)) fail("folder %d: errno %d", i, errno);
        if (i % 20 == 19) {
            fd = open("deep", O_WRONLY | O_CREAT, 0600);
            if (fd != 3) fail("open in a deep folder: errno %d", errno);
            close(fd);
            CHECK(stat("deep", &st) == 0 && unlink("deep") == 0);
        }
    }
    while (i-- > 0)
        if (chdir("..") || rmdir(d)) fail("going up: errno %d", errno);
    pass();
}
