/* SPDX-License-Identifier: MIT */
/* Bad pointers give EFAULT, not a crash. */
#define T_NAME "efault"
#include "t.h"
#include <sys/statfs.h>
#define BAD ((char *)1)
int main(void)
{
    t_tmp();
    t_file("f", "x");
    char *bad2 = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *bads[] = { BAD, bad2, (char *)-1, (char *)0x7ffffffff000, (char *)0xdead000000000000ul };
    char *av[] = { "true", NULL };
    struct stat st;
    struct statfs sf;
    char b[100];
    int fd = open("f", O_RDWR), p[2], s = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(fd == 3 && pipe(p) == 0);
    for (int i = 0; i < 5; i++) {
        char *x = bads[i];
        ERR(open(x, O_RDONLY), EFAULT);
        ERR(open(x, O_RDWR | O_CREAT, 0600), EFAULT);
        ERR(open64(x, O_RDONLY), EFAULT);
        ERR(openat(AT_FDCWD, x, O_RDONLY), EFAULT);
        ERR(creat(x, 0600), EFAULT);
        ERR(write(p[1], x, 10), EFAULT);
        ERR(write(fd, x, 10), EFAULT);
        ERR(pwrite(fd, x, 10, 0), EFAULT);
        ERR(stat(x, &st), EFAULT);
        ERR(lstat(x, &st), EFAULT);
        ERR(access(x, R_OK), EFAULT);
        ERR(readlink(x, b, 100), EFAULT);
        ERR(unlink(x), EFAULT);
        ERR(rename(x, "y"), EFAULT);
        ERR(rename("f", x), EFAULT);
        ERR(link("f", x), EFAULT);
        ERR(symlink(x, "y"), EFAULT);
        ERR(symlink("f", x), EFAULT);
        ERR(mkdir(x, 0700), EFAULT);
        ERR(rmdir(x), EFAULT);
        ERR(chdir(x), EFAULT);
        ERR(chmod(x, 0600), EFAULT);
        ERR(chown(x, 0, 0), EFAULT);
        ERR(truncate(x, 0), EFAULT);
        ERR(mkfifo(x, 0600), EFAULT);
        ERR(statfs(x, &sf), EFAULT);
        ERR(execve(x, av, environ), EFAULT);
        ERR(execve("/bin/true", (char **)x, environ), EFAULT);
        ERR(execve("/bin/true", av, (char **)x), EFAULT);
        char *av2[] = { "true", x, NULL };
        ERR(execve("/bin/true", av2, environ), EFAULT);
        ERR(connect(s, (void *)x, sizeof(struct sockaddr_un)), EFAULT);
        ERR(bind(s, (void *)x, sizeof(struct sockaddr_un)), EFAULT);
        ERR(writev(fd, (void *)x, 2), EFAULT);
        struct iovec v = { x, 10 };
        ERR(writev(p[1], &v, 1), EFAULT);
        SAME(send(s, x, 10, MSG_NOSIGNAL), syscall(SYS_sendto, s, x, 10ul, MSG_NOSIGNAL, NULL, 0));
        SAME(sendmsg(s, (void *)x, 0), syscall(SYS_sendmsg, s, x, 0));
        SAME(fopen(x, "r") ? 0 : -1, syscall(SYS_open, x, O_RDONLY));
        SAME(pipe((int *)x), syscall(SYS_pipe, x));
    }
    CHECK(open("/dev/null", O_RDONLY) == 7);
    pass();
}
