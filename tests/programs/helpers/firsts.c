/* SPDX-License-Identifier: MIT */
/* firsts CALLS: closes descriptors that nobody has, each of those below once: process 1 of a namespace -1 to -ROUNDS * CALLS,
 * those that it makes meanwhile, each process 1 of a namespace of its own, as many from FORKED on, a thread as many from THREAD
 * on, and children in the same memory, which are process 1 too, as many from LENT on. Status 77: there are no namespaces to be
 * had. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20, FORKED = 10000000, THREAD = 20000000, LENT = 30000000, SKIPPED = 77 };

static char stack[64 * 1024];
static volatile int *ready;
static int calls, begin;

static void close_some(int from)
{
    for (int i = 1; i <= calls; i++)
        close(-from - i);
}

static int forked(void *from)
{
    *ready = 1;
    close_some(*(int *)from);
    _exit(0);
}

static int lent(void *from)
{
    close_some(*(int *)from);
    _exit(0);
}

static void *thread(void *unused)
{
    for (int round = 0; round < ROUNDS; round++)
        close_some(THREAD + round * calls);
    return unused;
}

static int make(int (*child)(void *), int flags)
{
    int pid = clone(child, stack + sizeof stack, flags | CLONE_NEWPID | SIGCHLD, &begin), status;
    if (pid > 0 && child == forked) {
        while (!*ready)
            ;
        close_some(begin - FORKED);
    }
    return pid < 0 || waitpid(pid, &status, 0) < 0 ? -1 : status;
}

static int first(void)
{
    pthread_t beside;
    ready = mmap(NULL, sizeof *ready, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (int round = 0; round < ROUNDS; round++) {
        *ready = 0;
        begin = FORKED + round * calls;
        if (make(forked, 0) != 0)
            return 1;
    }
    if (pthread_create(&beside, NULL, thread, NULL) != 0)
        return 1;
    for (int round = 0; round < ROUNDS; round++) {
        begin = LENT + round * calls;
        if (make(lent, CLONE_VM | CLONE_VFORK) != 0)
            return 1;
    }
    return pthread_join(beside, NULL);
}

int main(int argc, char **argv)
{
    int status;
    calls = argc == 2 ? atoi(argv[1]) : 0;
    if (getpid() == 1)
        return first();
    if (unshare(CLONE_NEWPID) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) != 0)
        return SKIPPED;
    int pid = fork();
    if (pid == 0) {
        execv("/proc/self/exe", argv);
        _exit(1);
    }
    return pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ? 1 : WEXITSTATUS(status);
}
