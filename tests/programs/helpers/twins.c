/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

/* twins PROCESSES PERIOD: each process asks for a file once, in single steps, and a signal handler forks it at one of them, the
 * next process PERIOD steps later. Both go on from there; the child says nothing more. */
#if defined(__x86_64__)

enum { STEPPING = 0x100 };

static volatile sig_atomic_t steps, at;
static volatile pid_t child = -1;

static void on_step(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    if (++steps < at)
        return;
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~STEPPING;
    child = fork();
}

static int run(int from)
{
    char path[32];
    int status;
    snprintf(path, sizeof path, "/at/%d", from);
    at = from;
    if (access("/at/begin", F_OK) == 0)
        return 1;
    __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc");
    const int found = access(path, F_OK);
    __asm__ volatile("pushfq; andq $~0x100, (%%rsp); popfq" ::: "memory", "cc");
    if (child == 0)
        syscall(SYS_exit_group, 0);
    if (child > 0)
        waitpid(child, &status, 0);
    return found == 0 || (child > 0 && status != 0);
}

int main(int argc, char **argv)
{
    struct sigaction action = { .sa_sigaction = on_step, .sa_flags = SA_SIGINFO };
    int status, failed = 0;
    if (argc != 3)
        return 2;
    sigaction(SIGTRAP, &action, NULL);
    for (int i = 1; i <= atoi(argv[1]); i++) {
        if (fork() == 0)
            return run(i * atoi(argv[2]));
        wait(&status);
        failed |= status;
    }
    return failed != 0;
}

#else

int main(void)
{
    return 77;
}

#endif
