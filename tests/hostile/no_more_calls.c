/* SPDX-License-Identifier: MIT */
/* Traced by its parent, a child makes calls: each is one system call, and no more, when nothing is logged or decided. The
 * tracer's stops, and its look at the child's memory, change no result either. */
#define T_NAME "no_more_calls"
#include "t.h"
#include <sys/ptrace.h>
#include <sys/prctl.h>
#include <sys/user.h>
#if defined(__x86_64__)
static void mark(void)
{
    long r;
    __asm__ volatile("syscall" : "=a"(r) : "0"((long)SYS_getpriority) : "rcx", "r11", "memory");
}
static int calls(void)
{
    struct stat st;
    char b[10];
    int fd = open("f", O_RDWR | O_CREAT, 0600), s, n = 0;
    if (fd != 3 || write(fd, "abc", 3) != 3 || pread(fd, b, 3, 0) != 3 || fstat(fd, &st)) return -1;
    n += 4;
    if (fcntl(fd, F_GETFD) || dup(fd) != 4 || dup2(fd, 5) != 5 || close(4) || close(5) || close(fd)) return -1;
    n += 6;
    if (stat("f", &st) || access("nope", R_OK) != -1 || rename("f", "g") || unlink("g") || mkdir("d", 0700) || rmdir("d")) return -1;
    n += 6;
    struct sockaddr_un u = { .sun_family = AF_UNIX, .sun_path = "nope" };
    if ((s = socket(AF_UNIX, SOCK_STREAM, 0)) != 3 || connect(s, (void *)&u, sizeof u) != -1 || close(s)) return -1;
    n += 3;
    if (chdir(".") || prctl(PR_GET_DUMPABLE) < 0 || syscall(SYS_getppid) <= 0) return -1;
    return n + 3;
}
int main(void)
{
    t_tmp();
    pid_t p = fork();
    if (p == 0) {
        calls();
        if (ptrace(PTRACE_TRACEME, 0, 0, 0)) syscall(SYS_exit_group, 70);
        raise(SIGSTOP);
        mark();
        int n = calls() + calls();
        mark();
        syscall(SYS_exit_group, n);
    }
    int st, marks = 0, seen = 0, entry = 1;
    CHECK(waitpid(p, &st, 0) == p);
    if (WIFEXITED(st)) pass(); /* tracing is not allowed here */
    CHECK(WIFSTOPPED(st) && ptrace(PTRACE_SETOPTIONS, p, 0, PTRACE_O_TRACESYSGOOD) == 0);
    for (; ptrace(PTRACE_SYSCALL, p, 0, 0) == 0 && waitpid(p, &st, 0) == p && !WIFEXITED(st); entry = !entry) {
        struct user_regs_struct r;
        if (WSTOPSIG(st) != (SIGTRAP | 0x80)) fail("stopped by signal %d", WSTOPSIG(st));
        CHECK(ptrace(PTRACE_GETREGS, p, 0, &r) == 0);
        if (entry && r.orig_rax == SYS_getpriority) marks++;
        else if (entry && marks == 1) seen++;
    }
    if (!WIFEXITED(st) || WEXITSTATUS(st) != 44) fail("the child ended with %x", st);
    const char *trace = getenv("HOOK_TRACE");
    if ((!getenv("LD_PRELOAD") || (trace && !strcmp(trace, "none"))) && seen != 44) fail("44 calls made %d system calls", seen);
    pass();
}
#else
int main(void) { pass(); }
#endif
