/* SPDX-License-Identifier: MIT */
/* A filter that looks at arguments: it kills who writes elsewhere than to the first three descriptors. */
#define T_NAME "seccomp_args"
#include "t.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
int main(void)
{
    static struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
    struct sock_fprog filter = { sizeof code / sizeof *code, code };
    pid_t pid = fork();
    if (pid == 0) {
        char byte;
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) _exit(50);
        memset(code, 0xff, sizeof code); /* the kernel has its copy, and so has who needs one */
        for (int i = 0; i < 50; i++) {
            int fd = open("/dev/zero", O_RDONLY);
            if (read(fd, &byte, 1) != 1 || write(2, "", 0) != 0 || close(fd)) _exit(51);
        }
        _exit(0);
    }
    int status = t_wait(pid);
    if (status) fail("the child ended with %d (1031: SIGSYS)", status);
    pass();
}
