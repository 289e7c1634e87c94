/* SPDX-License-Identifier: MIT */
/* chroot to an empty folder: opens go on there, none of the old root is needed. */
#define T_NAME "chroot_open"
#include "t.h"
#include <sched.h>
int main(void)
{
    t_tmp();
    pid_t p = fork();
    if (p == 0) {
        if (geteuid() != 0 && unshare(CLONE_NEWUSER)) _exit(0); /* may not: nothing to see */
        if (chroot(".") || chdir("/")) fail("chroot errno %d", errno);
        for (int i = 0; i < 50; i++) {
            int fd = open("/in", O_RDWR | O_CREAT | O_TRUNC, 0600);
            if (fd != 3) fail("open gave %d errno %d", fd, errno);
            if (write(fd, "abc", 3) != 3) fail("write");
            close(fd);
            ERR(open("/etc/passwd", O_RDONLY), ENOENT);
            ERR(open("/dev/null", O_RDONLY), ENOENT);
            ERR(execl("/bin/true", "true", (char *)0), ENOENT);
            char b[50];
            if (!getcwd(b, 50) || strcmp(b, "/")) fail("getcwd gives %s", b);
        }
        DIR *d = opendir("/");
        struct dirent *e;
        CHECK(d);
        while ((e = readdir(d)))
            if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && strcmp(e->d_name, "in")) fail("a file %s appeared in the new root", e->d_name);
        closedir(d);
        _exit(0);
    }
    int r = t_wait(p);
    if (r == 1) { t_rm(); syscall(SYS_exit_group, 1); }
    if (r) fail("child ended with %d", r);
    pass();
}
