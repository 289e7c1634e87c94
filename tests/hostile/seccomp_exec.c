/* SPDX-License-Identifier: MIT */
/* The sandbox is there before the program starts, as in a container: what is not for everybody gives EPERM or ENOSYS.
 * The program runs, and the rules hold. */
#define T_NAME "seccomp_exec"
#include "t.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#define NO(nr, e) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (e))
static void inner(void)
{
    int expected = getenv("HOOK_RULES") ? EPERM : ENOENT; /* tests/hostile/rules */
    struct stat st;
    t_tmp();
    for (int i = 0; i < 20; i++) {
        int fd = open("f", O_RDWR | O_CREAT, 0600);
        CHECK(fd == 3 && write(fd, "abc", 3) == 3 && close(fd) == 0 && stat("f", &st) == 0);
        ERR(open("/nonexistent/zzz/x", O_RDONLY), expected);
        ERR(open("/nonexistent/other", O_RDONLY), ENOENT);
        int s = socket(AF_UNIX, SOCK_STREAM, 0);
        struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "nope" };
        ERR(connect(s, (void *)&u, sizeof u), ENOENT);
        CHECK(close(s) == 0);
        pid_t p = i % 2 ? fork() : vfork();
        if (p == 0) {
            if (open("f", O_RDONLY) == 3) execl("/bin/true", "true", (char *)0);
            _exit(9);
        }
        CHECK(t_wait(p) == 0);
    }
    CHECK(system("exit 4") == 4 << 8);
    pass();
}
int main(int argc, char **argv)
{
    if (argc > 1) inner();
    static struct sock_filter f[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        NO(SYS_process_vm_readv, EPERM), NO(SYS_process_vm_writev, EPERM), NO(SYS_ptrace, EPERM), NO(SYS_madvise, EINVAL),
        NO(SYS_clone3, ENOSYS), NO(SYS_close_range, ENOSYS), NO(SYS_faccessat2, ENOSYS), NO(SYS_openat2, ENOSYS), NO(SYS_statx, ENOSYS),
        NO(SYS_io_uring_setup, ENOSYS), NO(SYS_prlimit64, EPERM), NO(SYS_personality, EPERM), NO(SYS_userfaultfd, EPERM),
        NO(SYS_rseq, ENOSYS), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
    struct sock_fprog p = { sizeof f / sizeof *f, f };
    char *av[] = { argv[0], "inner", NULL };
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &p) == 0);
    t_again(av);
}
