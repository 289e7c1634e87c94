/* SPDX-License-Identifier: MIT */
/* A seccomp filter that kills on any call but those the program itself makes. */
#define T_NAME "seccomp_filter"
#include "t.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#define OK(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define BADNR(nr) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)
int main(void)
{
    t_tmp();
    int fd = open("warm", O_RDWR | O_CREAT, 0600); /* calls made before may be prepared by them */
    CHECK(fd == 3 && write(fd, "x", 1) == 1);
    close(fd);
    /* 1: no clock, memory, id, path or socket calls besides the program's */
    static struct sock_filter deny[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BADNR(SYS_clock_gettime), BADNR(SYS_gettimeofday), BADNR(SYS_time), BADNR(SYS_mmap), BADNR(SYS_mprotect), BADNR(SYS_brk),
        BADNR(SYS_munmap), BADNR(SYS_futex), BADNR(SYS_getpid), BADNR(SYS_gettid), BADNR(SYS_getuid), BADNR(SYS_readlink), BADNR(SYS_readlinkat),
        BADNR(SYS_getcwd), BADNR(SYS_socket), BADNR(SYS_sendto), BADNR(SYS_fstat), BADNR(SYS_stat), BADNR(SYS_newfstatat), BADNR(SYS_lseek),
        BADNR(SYS_dup), BADNR(SYS_dup2), BADNR(SYS_fcntl), BADNR(SYS_ioctl), BADNR(SYS_rt_sigprocmask), BADNR(SYS_rt_sigaction), BADNR(SYS_getrandom),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
    static struct sock_filter allow[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        OK(SYS_openat), OK(SYS_open), OK(SYS_write), OK(SYS_read), OK(SYS_close), OK(SYS_exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS) };
    struct sock_fprog f[2] = { { sizeof deny / sizeof *deny, deny }, { sizeof allow / sizeof *allow, allow } };
    for (int i = 0; i < 2; i++) {
        pid_t p = fork();
        if (p == 0) {
            if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) _exit(50);
            if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &f[i])) _exit(51);
            char b[4];
            for (int k = 0; k < 100; k++) {
                int g = open("in", O_RDWR | O_CREAT, 0600);
                if (g != 3) _exit(52);
                if (write(g, "abc", 3) != 3) _exit(53);
                if (read(g, b, 3) != (k ? 0 : 0)) _exit(54);
                if (close(g)) _exit(55);
                if (open("nope", O_RDONLY) != -1 || errno != ENOENT) _exit(56);
                g = openat(AT_FDCWD, "in", O_RDONLY);
                if (g != 3 || close(g)) _exit(57);
            }
            _exit(0);
        }
        int r = t_wait(p);
        if (r) fail("%s filter: child ended with %d (1031: SIGSYS, a call of its own was made)", i ? "allow-list" : "deny-list", r);
    }
    pass();
}
