/* SPDX-License-Identifier: MIT */
/* Calls that succeed leave errno as it was. */
#define T_NAME "errno_kept"
#include "t.h"
#define K(call) do { errno = 4242; long r_ = (long)(call); int e_ = errno; \
    if (r_ == -1) fail("line %d: %s failed with %d", __LINE__, #call, e_); \
    if (e_ != 4242) fail("line %d: %s left errno %d", __LINE__, #call, e_); } while (0)
int main(void)
{
    t_tmp();
    struct stat st;
    char b[100];
    int fd, p[2], s[2];
    K(fd = open("f", O_RDWR | O_CREAT, 0600));
    K(write(fd, "abc", 3));
    K(pwrite(fd, "abc", 3, 10));
    K(lseek(fd, 0, SEEK_SET));
    K(read(fd, b, 3));
    K(pread(fd, b, 3, 0));
    K(fstat(fd, &st));
    K(fcntl(fd, F_GETFL));
    K(ftruncate(fd, 5));
    K(fsync(fd));
    K(dup2(fd, 20));
    K(close(20));
    K(close(fd));
    K(fd = openat(AT_FDCWD, "f", O_RDONLY));
    K(close(fd));
    K(stat("f", &st));
    K(lstat("f", &st));
    K(access("f", R_OK));
    K(chmod("f", 0640));
    K(chown("f", -1, -1));
    K(link("f", "g"));
    K(rename("g", "h"));
    K(symlink("f", "l"));
    K(readlink("l", b, 100));
    K(unlink("h"));
    K(unlink("l"));
    K(truncate("f", 3));
    K(mkdir("d", 0700));
    K(chdir("d"));
    K(chdir(".."));
    K(rmdir("d"));
    K(mkfifo("ff", 0600));
    K(unlink("ff"));
    K(pipe(p));
    K(write(p[1], "x", 1));
    K(read(p[0], b, 1));
    K(close(p[0]));
    K(close(p[1]));
    K(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
    K(send(s[0], "x", 1, 0));
    K(recv(s[1], b, 1, 0));
    K(close(s[0]));
    K(close(s[1]));
    int l, c, a;
    struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "sock" };
    K(l = socket(AF_UNIX, SOCK_STREAM, 0));
    K(bind(l, (void *)&u, sizeof u));
    K(listen(l, 5));
    K(c = socket(AF_UNIX, SOCK_STREAM, 0));
    K(connect(c, (void *)&u, sizeof u));
    K(a = accept(l, NULL, NULL));
    K(close(a));
    K(close(c));
    K(close(l));
    errno = 4242;
    char *w = getcwd(b, 100);
    if (!w || errno != 4242) fail("getcwd errno %d", errno);
    errno = 4242;
    pid_t q = fork();
    if (q == 0) _exit(errno == 4242 ? 0 : 1);
    if (errno != 4242) fail("fork left errno %d", errno);
    if (t_wait(q)) fail("fork: errno in the child");
    /* the first call of all in a new thread, too */
    errno = 4242;
    char *e = getenv("HOME");
    (void)e;
    if (errno != 4242) fail("getenv");
    pass();
}
