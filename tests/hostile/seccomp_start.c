/* SPDX-License-Identifier: MIT */
/* A filter that is there before the program starts and ends it for what it does not let happen: that lets happen what the dynamic
 * linker and a small program need, and what docs/depths.md says of the library. */
#define T_NAME "seccomp_start"
#include "t.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#define YES(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
static void inner(void)
{
    char b[8];
    int fd = open("/etc/passwd", O_RDONLY);
    CHECK(fd == 3 && read(fd, b, 8) == 8 && close(fd) == 0);
    ERR(open("/nonexistent/other", O_RDONLY), ENOENT);
    pass();
}
int main(int argc, char **argv)
{
    if (argc > 1) inner();
    static struct sock_filter f[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        /* the dynamic linker, libc and the program */
        YES(execve), YES(brk), YES(mmap), YES(munmap), YES(mprotect), YES(openat), YES(read), YES(pread64), YES(close), YES(newfstatat),
        YES(faccessat), YES(set_tid_address), YES(set_robust_list), YES(rseq), YES(prlimit64), YES(getrandom), YES(futex), YES(write),
        YES(exit_group),
#ifdef __x86_64__
        YES(access), YES(arch_prctl),
#endif
        /* the library */
        YES(clock_gettime), YES(fcntl), YES(flock), YES(fstat), YES(getcwd), YES(getpid), YES(getppid), YES(gettid), YES(getuid),
        YES(ioctl), YES(lseek), YES(madvise), YES(mremap), YES(prctl), YES(readlinkat), YES(rt_sigprocmask), YES(statx),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS) };
    struct sock_fprog p = { sizeof f / sizeof *f, f };
    char *av[] = { argv[0], "inner", NULL };
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &p) == 0);
    t_again(av);
}
