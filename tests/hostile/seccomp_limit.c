/* SPDX-License-Identifier: MIT */
/* As sshd's first child does: no file may grow, and a seccomp filter that kills on what could change that, or take a signal back. */
#define T_NAME "seccomp_limit"
#include "t.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#define BADNR(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
static void child(void)
{
    static struct sock_filter deny[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BADNR(SYS_prlimit64), BADNR(SYS_setrlimit), BADNR(SYS_rt_sigtimedwait), BADNR(SYS_rt_sigaction), BADNR(SYS_ftruncate),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
    struct sock_fprog filter = { sizeof deny / sizeof *deny, deny };
    struct rlimit none = { 0, 0 };
    char byte;
    if (setrlimit(RLIMIT_FSIZE, &none)) fail("setrlimit");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) fail("prctl");
    for (int i = 0; i < 100; i++) {
        int fd = open("/dev/zero", O_RDONLY);
        if (fd != 3 || read(fd, &byte, 1) != 1 || close(fd)) fail("open gave %d", fd);
        ERR(open("/nonexistent", O_RDONLY), ENOENT);
    }
    /* an end that leaves no time to say what could not be logged */
    syscall(SYS_kill, getpid(), SIGKILL);
}
int main(void)
{
    pid_t pid = fork();
    if (pid == 0)
        child();
    int status = t_wait(pid);
    if (status != 1000 + SIGKILL) fail("the child ended with %d (1031: SIGSYS, 1025: SIGXFSZ)", status);
    pass();
}
