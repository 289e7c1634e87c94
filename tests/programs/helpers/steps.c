/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../steps.h"

/* steps PROCESSES PERIOD: each process reads for three seconds, beside a handler that asks for files, and goes on from there
 * in single steps, of which every PERIOD'th asks for a file too: each process begins with another. A name has the time at which
 * it is asked for. */
#if defined(__x86_64__)

static volatile sig_atomic_t alarms, steps, first, period;

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void ask(const char *how)
{
    char path[64];
    snprintf(path, sizeof path, "/at/%s/%lu", how, (unsigned long)now());
    if (access(path, F_OK) == 0)
        abort();
}

static void on_alarm(int number)
{
    const int err = errno;
    (void)number;
    alarms = alarms + 1;
    ask("alarm");
    errno = err;
}

static void on_step(int number)
{
    const int err = errno;
    (void)number;
    if (alarms > 100 && steps++ % period == first)
        ask("step");
    errno = err;
}

static int run(int fd, int from)
{
    enum { ROOM = 1100 }; /* so many make the room that one process takes at once large */
    const struct itimerval often = { { 0, 20000 }, { 0, 20000 } }, never = { { 0, 0 }, { 0, 0 } };
    char byte;
    first = from;
    for (int i = 0; i < ROOM; i++)
        ask("begin");
    setitimer(ITIMER_REAL, &often, NULL);
    go_in_steps(1);
    const ssize_t got = read(fd, &byte, 1);
    go_in_steps(0);
    setitimer(ITIMER_REAL, &never, NULL);
    return got != 1;
}

int main(int argc, char **argv)
{
    struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
    int ends[2], status, failed = 0;
    if (argc != 3 || pipe(ends) != 0)
        return 2;
    period = atoi(argv[2]);
    sigaction(SIGALRM, &action, NULL);
    action.sa_handler = on_step;
    sigaction(SIGTRAP, &action, NULL);
    const int processes = atoi(argv[1]);
    for (int i = 0; i < processes; i++)
        if (fork() == 0)
            return run(ends[0], i * period / processes);
    sleep(3);
    for (int i = 0; i < processes; i++)
        failed |= write(ends[1], "x", 1) != 1;
    while (wait(&status) > 0)
        failed |= status;
    return failed != 0;
}

#else

int main(void)
{
    return 77;
}

#endif
