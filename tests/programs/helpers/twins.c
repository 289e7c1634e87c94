/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "../../steps.h"

/* A signal handler forks a process that makes a call, and both go on from there; the child says nothing more.
 * twins                   the call waits for a byte, and each of them gets one
 * twins PROCESSES PERIOD  each process asks for a file once, in single steps, and is forked at one of them, the next process
 *                         PERIOD steps later */
static volatile pid_t child = -1;

static int end(int failed)
{
    int status = 0;
    if (child == 0)
        syscall(SYS_exit_group, failed);
    if (child > 0)
        waitpid(child, &status, 0);
    return failed || status != 0;
}

static void on_alarm(int number)
{
    (void)number;
    child = fork();
}

static int wait_for_bytes(void)
{
    const struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
    const struct itimerval soon = { { 0, 0 }, { 0, 50000 } };
    int ends[2];
    char byte;
    if (pipe(ends) != 0)
        return 2;
    sigaction(SIGALRM, &action, NULL);
    if (fork() == 0) {
        usleep(300000);
        return write(ends[1], "xy", 2) != 2;
    }
    setitimer(ITIMER_REAL, &soon, NULL);
    const ssize_t got = read(ends[0], &byte, 1);
    return end(got != 1 || child < 0);
}

#if defined(__x86_64__)

static volatile sig_atomic_t steps, at;

static void on_step(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    if (++steps < at)
        return;
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
    child = fork();
}

static int run(int from)
{
    char path[32];
    snprintf(path, sizeof path, "/at/%d", from);
    at = from;
    if (access("/at/begin", F_OK) == 0)
        return 1;
    go_in_steps(1);
    const int found = access(path, F_OK);
    go_in_steps(0);
    return end(found == 0);
}

static int run_all(int processes, int period)
{
    const struct sigaction action = { .sa_sigaction = on_step, .sa_flags = SA_SIGINFO };
    int status, failed = 0;
    sigaction(SIGTRAP, &action, NULL);
    for (int i = 1; i <= processes; i++) {
        if (fork() == 0)
            return run(i * period);
        wait(&status);
        failed |= status;
    }
    return failed != 0;
}

#else

static int run_all(int processes, int period)
{
    (void)processes;
    (void)period;
    return 77;
}

#endif

int main(int argc, char **argv)
{
    return argc == 3 ? run_all(atoi(argv[1]), atoi(argv[2])) : wait_for_bytes();
}
