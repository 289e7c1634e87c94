/* SPDX-License-Identifier: MIT */
/* NULL and "" as a path. */
#define T_NAME "null_path"
#include "t.h"
#include <sys/xattr.h>
#pragma GCC diagnostic ignored "-Wnonnull"
int main(void)
{
    char *volatile n = NULL;
    char *av[] = { "x", NULL };
    struct stat st;
    char b[10];
    for (int i = 0; i < 2; i++) {
        char *x = i ? "" : n;
        int e = i ? ENOENT : EFAULT;
        ERR(open(x, O_RDONLY), e);
        ERR(open(x, O_RDONLY | O_CREAT, 0600), e);
        ERR(open64(x, O_RDONLY), e);
        ERR(openat(AT_FDCWD, x, O_RDONLY), e);
        ERR(openat(-1, x, O_RDONLY), i ? ENOENT : EFAULT);
        ERR(creat(x, 0600), e);
        ERR(stat(x, &st), e);
        ERR(lstat(x, &st), e);
        ERR(access(x, R_OK), e);
        ERR(readlink(x, b, 10), e);
        ERR(unlink(x), e);
        ERR(rename(x, "/tmp/zz"), e);
        ERR(rename("/", x), i ? ENOENT : EFAULT);
        ERR(mkdir(x, 0700), e);
        ERR(rmdir(x), e);
        ERR(chdir(x), e);
        ERR(chroot(x), e);
        ERR(chmod(x, 0600), e);
        ERR(truncate(x, 0), e);
        ERR(symlink(x, "/tmp/hostile.no/zz"), e);
        ERR(execve(x, av, environ), e);
        ERR(execv(x, av), e);
        ERR(getxattr(x, "user.x", b, 10), e);
        errno = 0;
        if (fopen(x, "r") || errno != e) fail("fopen errno %d", errno);
        errno = 0; /* glibc's own opendir(NULL) crashes */
        if (i && (opendir(x) || errno != e)) fail("opendir errno %d", errno);
        errno = 0;
        if (realpath(x, NULL) || errno != (i ? ENOENT : EINVAL)) fail("realpath errno %d", errno);
    }
    ERR(execvp("", av), ENOENT);
    ERR(connect(0, NULL, 0), ENOTSOCK);
    SAME(write(1, NULL, 0), syscall(SYS_write, 1, NULL, 0));
    pass();
}
