/* SPDX-License-Identifier: MIT */
/* Started with a hard limit of few descriptors, and without the right to raise it. */
#define T_NAME "nofile_hard"
#include "t.h"
#include <linux/capability.h>
#include <sys/prctl.h>
int main(int argc, char **argv)
{
    if (argc == 1) {
        char *av[] = { argv[0], "inner", NULL };
        CHECK(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 16, 16 }) == 0);
        prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE, 0, 0, 0); /* if root */
        t_again(av);
        fail("execve: %d", errno);
    }
    for (int i = 3; i < 16; i++) {
        int fd = open("/dev/null", O_RDONLY);
        if (fd != i) fail("open gave %d, not %d (errno %d)", fd, i, errno);
    }
    ERR(open("/dev/null", O_RDONLY), EMFILE);
    for (int i = 3; i < 16; i++) CHECK(close(i) == 0);
    pass();
}
