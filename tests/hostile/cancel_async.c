/* SPDX-License-Identifier: MIT */
/* Threads that may be cancelled at any instruction are, while they make calls; and threads in system, popen and a
 * spawned command's wait. The environment is the program's own afterwards, and calls go on. */
#define T_NAME "cancel_async"
#include "t.h"
static volatile int started;
static void *busy(void *a)
{
    (void)a;
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    for (;;) {
        struct stat st;
        started = 1;
        stat("/nonexistent/x", &st);
        access("/", R_OK);
        syscall(SYS_getppid);
        readlink("/proc/self/exe", (char[64]){ 0 }, 64);
    }
}
static void *shell(void *a)
{
    started = 1;
    system("sleep 100");
    return NULL;
}
static void *spin(void *a) { (void)a; for (;;) { started = 1; system("exit 3"); } }
int main(void)
{
    t_tmp();
    char **env = environ;
    char *path = getenv("PATH");
    for (int i = 0; i < 300; i++) {
        pthread_t t;
        void *r;
        started = 0;
        CHECK(pthread_create(&t, NULL, i % 100 == 50 ? shell : i % 20 == 19 ? spin : busy, (void *)1) == 0);
        while (!started) sched_yield();
        usleep(i % 100 == 50 ? 50000 : i * 7 % 300);
        CHECK(pthread_cancel(t) == 0);
        struct timespec ts;
        clock_gettime(CLOCK_REALTIME, &ts);
        ts.tv_sec += 10;
        if (pthread_timedjoin_np(t, &r, &ts)) fail("thread %d was not cancelled", i);
        CHECK(r == PTHREAD_CANCELED);
        int fd = open("f", O_WRONLY | O_CREAT, 0600);
        if (fd != 3) fail("after thread %d a file got descriptor %d", i, fd);
        CHECK(close(fd) == 0);
    }
    if (environ != env || getenv("PATH") != path) fail("the environment was exchanged");
    struct sigaction sa;
    CHECK(sigaction(SIGINT, NULL, &sa) == 0);
    if (sa.sa_handler != SIG_DFL) fail("SIGINT stays ignored");
    sigset_t s;
    CHECK(pthread_sigmask(SIG_BLOCK, NULL, &s) == 0);
    if (sigismember(&s, SIGCHLD)) fail("SIGCHLD stays blocked");
    if (system("exit 3") != 3 << 8) fail("system");
    ERR(waitpid(-1, NULL, WNOHANG), ECHILD);
    pass();
}
