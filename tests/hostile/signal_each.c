/* SPDX-License-Identifier: MIT */
/* A signal comes after each instruction of a call, and its handler makes calls itself, of another kind each round; in a vfork
 * child too. The program steps through itself: the trap flag raises SIGTRAP after an instruction. */
#define T_NAME "signal_each"
#include "t.h"
#include "../steps.h"
#ifndef __x86_64__
int main(void)
{
    pass();
}
#else
#include <netinet/in.h>
#include <sys/auxv.h>
#include <ucontext.h>
enum { KINDS = 3, FEW = 16, VDSO_MOST = 0x10000 };
static volatile unsigned long steps, childs_steps, round_no, wrong;
static char *av[] = { "x", NULL };
static long main_pid;
static unsigned long vdso;
static int sock;
/* By hand: the handler's calls are those below. */
static long pid(void)
{
    long ret;
    __asm__ volatile("syscall" : "=a"(ret) : "a"(SYS_getpid) : "rcx", "r11", "memory");
    return ret;
}
static int fails(long ret, int err)
{
    return ret != -1 || errno != err;
}
static void handlers_calls(void)
{
    int fd;
    struct stat st;
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = 9, .sin_addr = { 0x0100007f } };
    pid_t p;
    switch ((steps++ + round_no) % KINDS) {
    case 0: wrong |= fails(execve("/nonexistent/x", av, environ), ENOENT); break;
    case 1: wrong |= ((fd = open("g", O_RDWR | O_CREAT, 0600)) < 0 || close(fd)) << 1; break;
    case 2:
        wrong |= fails(stat("/nonexistent/y", &st), ENOENT) << 2;
        wrong |= (connect(sock, (void *)&to, sizeof to) != 0) << 3;
        wrong |= fails(write(-1, "x", 1), EBADF) << 4;
        if (steps / KINDS % (3 * FEW))
            break;
        p = steps % 2 ? vfork() : fork();
        if (p == 0)
            _exit(0);
        wrong |= (t_wait(p) != 0) << 5;
    }
}
/* In the child of the vfork that is stepped through, on its parent's memory. */
static void childs_calls(void)
{
    pid_t p = childs_steps++ % FEW ? -1 : vfork();
    if (p == 0)
        _exit(0);
    wrong |= (p > 0 && t_wait(p) != 0) << 6;
}
static void h(int s, siginfo_t *info, void *context)
{
    int e = errno;
    greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;
    if (reg[REG_RIP] - vdso < VDSO_MOST) /* which reads the clock until it has not been changed meanwhile */
        return;
    if (pid() == main_pid)
        handlers_calls();
    else
        childs_calls();
    errno = e;
}
static void calls(void)
{
    struct stat st;
    ERR(execve("/nonexistent/y", av, environ), ENOENT);
    int fd = open("f", O_WRONLY | O_CREAT, 0600);
    CHECK(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
    CHECK(stat("f", &st) == 0 && st.st_size == 1);
    pid_t p = vfork();
    if (p == 0) {
        ERR(execve("/nonexistent/z", av, environ), ENOENT);
        _exit(5);
    }
    CHECK(t_wait(p) == 5);
}
static void calls_in_steps(void)
{
    go_in_steps(1);
    calls();
    go_in_steps(0);
}
int main(void)
{
    t_tmp();
    main_pid = pid();
    vdso = getauxval(AT_SYSINFO_EHDR);
    CHECK((sock = socket(AF_INET, SOCK_DGRAM, 0)) >= 0);
    struct sigaction sa = { .sa_sigaction = h, .sa_flags = SA_SIGINFO };
    CHECK(sigaction(SIGTRAP, &sa, NULL) == 0);
    calls();
    for (round_no = 0; round_no < KINDS; round_no++) {
        calls_in_steps();
        if (wrong)
            fail("calls %#lx of the handler went wrong", wrong);
    }
    CHECK(steps > KINDS);
    pass();
}
#endif
