/* SPDX-License-Identifier: MIT */
/* The *at calls: AT_FDCWD, folders, -1, files as folders, AT_EMPTY_PATH, absolute
 * paths, a removed and a renamed current folder. */
#define T_NAME "at_calls"
#include "t.h"
int main(void)
{
    t_tmp();
    CHECK(mkdir("d", 0700) == 0);
    t_file("d/f", "x");
    int d = open("d", O_RDONLY | O_DIRECTORY), f = open("d/f", O_RDONLY);
    struct stat st, s2;
    CHECK(d == 3 && f == 4);
    CHECK(openat(d, "f", O_RDONLY) == 5 && close(5) == 0);
    CHECK(openat(-1, "/dev/null", O_RDONLY) == 5 && close(5) == 0);
    CHECK(openat(f, "/dev/null", O_RDONLY) == 5 && close(5) == 0);
    ERR(openat(-1, "f", O_RDONLY), EBADF);
    ERR(openat(12345, "f", O_RDONLY), EBADF);
    ERR(openat(f, "f", O_RDONLY), ENOTDIR);
    ERR(openat(d, "f/g", O_RDONLY), ENOTDIR);
    ERR(openat(d, "", O_RDONLY), ENOENT);
    CHECK(fstatat(d, "", &st, AT_EMPTY_PATH) == 0 && stat("d", &s2) == 0 && st.st_ino == s2.st_ino);
    CHECK(faccessat(d, "f", R_OK, AT_EACCESS) == 0);
    ERR(faccessat(d, "f", 99, 0), EINVAL);
    CHECK(linkat(d, "f", d, "g", 0) == 0 && renameat(d, "g", AT_FDCWD, "h") == 0 && unlinkat(AT_FDCWD, "h", 0) == 0);
    CHECK(symlinkat("f", d, "l") == 0 && mkdirat(d, "e", 0700) == 0 && unlinkat(d, "e", AT_REMOVEDIR) == 0);
    char b[20] = "";
    CHECK(readlinkat(d, "l", b, 20) == 1 && b[0] == 'f');
    CHECK(openat(d, "l", O_RDONLY) == 5 && close(5) == 0);
    ERR(openat(d, "l", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK(openat(d, "l", O_PATH | O_NOFOLLOW) == 5 && fstat(5, &st) == 0 && S_ISLNK(st.st_mode) && close(5) == 0);
    CHECK(fchmodat(d, "f", 0600, 0) == 0 && fchownat(d, "f", -1, -1, AT_SYMLINK_NOFOLLOW) == 0);
    CHECK(symlink("loop2", "loop1") == 0 && symlink("loop1", "loop2") == 0);
    ERR(open("loop1", O_RDONLY), ELOOP);
    ERR(open("d/f/", O_RDONLY), ENOTDIR);
    ERR(open("d", O_WRONLY), EISDIR);
    ERR(open("d/f", O_RDONLY | O_CREAT | O_EXCL, 0600), EEXIST);
    ERR(open("d/f", O_RDONLY | O_DIRECTORY), ENOTDIR);
    /* the current folder is removed */
    char home[100];
    CHECK(getcwd(home, 100) && mkdir("gone", 0700) == 0 && chdir("gone") == 0 && rmdir("../gone") == 0);
    ERR(open("x", O_RDONLY), ENOENT);
    ERR(open("x", O_WRONLY | O_CREAT, 0600), ENOENT);
    CHECK(open(".", O_RDONLY) == 5 && close(5) == 0);
    errno = 0;
    CHECK(getcwd(b, 20) == NULL && errno == ENOENT);
    CHECK(open("/dev/null", O_RDONLY) == 5 && close(5) == 0);
    pid_t p = fork();
    if (p == 0) {
        execl("/bin/true", "true", (char *)0);
        _exit(9);
    }
    CHECK(t_wait(p) == 0);
    CHECK(chdir(home) == 0);
    pass();
}
