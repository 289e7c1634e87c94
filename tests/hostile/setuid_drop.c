/* SPDX-License-Identifier: MIT */
/* Give up root: later opens have the new rights, no old descriptor is left. */
#define T_NAME "setuid_drop"
#include "t.h"
#include <grp.h>
int main(void)
{
    t_tmp();
    t_file("root", "x");
    chmod("root", 0600);
    chmod(t_dir, 0777);
    pid_t p = fork();
    if (p == 0) {
        if (geteuid() == 0) {
            if (setgroups(0, NULL) || setgid(65534) || setuid(65534)) fail("setuid errno %d", errno);
            ERR(open("root", O_RDONLY), EACCES);
            ERR(access("root", R_OK), EACCES);
        }
        for (int i = 0; i < 50; i++) {
            int fd = open("own", O_RDWR | O_CREAT, 0600);
            if (fd != 3) fail("open gave %d errno %d", fd, errno);
            CHECK(write(fd, "x", 1) == 1);
            close(fd);
        }
        struct stat st;
        CHECK(stat("own", &st) == 0 && st.st_uid == geteuid());
        char f[1024];
        int n = t_fds(f);
        if (n != 3) fail("%d descriptors open", n);
        pid_t q = fork();
        if (q == 0) { execl("/bin/true", "true", (char *)0); _exit(9); }
        if (t_wait(q)) fail("exec after setuid");
        _exit(0);
    }
    int r = t_wait(p);
    if (r == 1) { t_rm(); syscall(SYS_exit_group, 1); }
    if (r) fail("child ended with %d", r);
    pass();
}
