/* SPDX-License-Identifier: MIT */
/* upset jumps|forks|vforks|threads|sandboxed|chroots CALLS: closes the descriptors -1, -2, ... -CALLS, while signal handlers jump
 * out of it, or fork children that go on from there; beside vfork children that close as many, and threads that come and go; by
 * forty threads; where a filter ends who writes to a file; or after a thousand calls that might have changed the root. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_CALLS = 20, THREADS = 40 };

static sigjmp_buf start;
static volatile int next, left, is_child;
static int calls;

/* Asked for again by each handler: between two of them the program comes on, however slow the machine is. */
static void alarm_in(int microseconds)
{
    const struct itimerval once = { { 0, 0 }, { 0, microseconds } };
    setitimer(ITIMER_REAL, &once, NULL);
}

static void jump(int unused)
{
    (void)unused;
    close(-99999999);
    alarm_in(300);
    siglongjmp(start, 1);
}

static void fork_here(int unused)
{
    (void)unused;
    if (is_child)
        return;
    if (fork() == 0) {
        is_child = 1;
        left = CHILD_CALLS;
    } else {
        alarm_in(400);
    }
}

static void handle(void (*handler)(int))
{
    const struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
    signal(SIGCHLD, SIG_IGN);
    sigaction(SIGALRM, &action, NULL);
    alarm_in(300);
}

static void close_all(void)
{
    for (; next < calls; next++) {
        close(-next - 1);
        if (is_child && --left == 0)
            _exit(0);
    }
}

static void *short_lived(void *unused)
{
    close(-99999999);
    return unused;
}

static void *closing(void *unused)
{
    for (int i = 0; i < calls; i++)
        close(-i - 1);
    return unused;
}

static void *come_and_go(void *stop)
{
    pthread_t thread[4];
    while (!*(volatile int *)stop) {
        for (int i = 0; i < 4; i++)
            pthread_create(&thread[i], NULL, short_lived, NULL);
        for (int i = 0; i < 4; i++)
            pthread_join(thread[i], NULL);
    }
    return NULL;
}

static void beside_threads(void)
{
    pthread_t thread;
    volatile int stop = 0;
    pthread_create(&thread, NULL, come_and_go, (void *)&stop);
    for (; next < calls; next += 100) {
        pid_t pid = vfork();
        if (pid == 0) {
            for (int i = 0; i < 100; i++)
                close(-next - i - 1);
            _exit(0);
        }
        waitpid(pid, NULL, 0);
    }
    stop = 1;
    pthread_join(thread, NULL);
}

static void by_threads(void)
{
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread[i], NULL, closing, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
}

static void sandboxed(void)
{
    static struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_writev, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, STDERR_FILENO, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = { sizeof code / sizeof *code, code };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        exit(1);
    close_all();
}

int main(int argc, char **argv)
{
    const char *how = argc == 3 ? argv[1] : "";
    calls = argc == 3 ? atoi(argv[2]) : 0;
    if (strcmp(how, "jumps") == 0) {
        sigsetjmp(start, 1); /* the call that is left is made again */
        handle(jump);
        close_all();
        handle(SIG_IGN);
    } else if (strcmp(how, "forks") == 0) {
        handle(fork_here);
        close_all();
        handle(SIG_IGN);
    } else if (strcmp(how, "vforks") == 0) {
        beside_threads();
    } else if (strcmp(how, "threads") == 0) {
        by_threads();
    } else if (strcmp(how, "sandboxed") == 0) {
        sandboxed();
    } else {
        for (int i = 0; i < 1000; i++)
            if (chroot("/nonexistent") == 0)
                return 1;
        closing(NULL);
    }
    return 0;
}
