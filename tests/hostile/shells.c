/* SPDX-License-Identifier: MIT */
/* system and popen in full: statuses, signals that are ignored meanwhile, the mask, SIGCHLD, cancellation, several
 * streams at once, their order, fclose in place of pclose, wrong modes; and setenv in another thread all the while. */
#define T_NAME "shells"
#include "t.h"

static volatile int children, interrupts;
static void on_child(int s) { children++; }
static void on_interrupt(int s) { interrupts++; }

static void *run_long(void *unused)
{
    system("sleep 30");
    return NULL;
}

static void check_system(void)
{
    struct sigaction old;
    sigset_t mask;
    errno = 77;
    CHECK(system("exit 3") == 3 << 8 && errno == 77);
    CHECK(system(NULL) != 0);
    CHECK(system("kill -TERM $$") == SIGTERM);
    children = interrupts = 0;
    signal(SIGCHLD, on_child);
    signal(SIGINT, on_interrupt);
    CHECK(system("kill -INT $PPID; exit 0") == 0 && interrupts == 0);
    CHECK(children == 1 && kill(getpid(), SIGINT) == 0 && interrupts == 1);
    CHECK(sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler == on_interrupt);
    CHECK(system("trap '' INT; kill -INT $$; exit 5") == 5 << 8);
    CHECK(system("kill -INT $$") == SIGINT);
    CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0 && !sigismember(&mask, SIGCHLD));
    signal(SIGCHLD, SIG_DFL);
}

static void *run_short(void *unused)
{
    return (void *)(intptr_t)system("echo >started; sleep 0.3; exit 9");
}

/* The environment may be changed while a command runs. */
static void check_setenv(void)
{
    char name[32], value[32];
    pthread_t thread;
    void *result;
    unlink("started");
    CHECK(pthread_create(&thread, NULL, run_short, NULL) == 0);
    while (access("started", F_OK) != 0) usleep(10000); /* not while it takes its environment */
    setenv("PATH", "/bin:/usr/bin", 1);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "SHELLS_%d", i);
        snprintf(value, sizeof value, "%d", i);
        setenv(name, value, 1);
        if (i % 3 == 0) unsetenv(name);
    }
    CHECK(pthread_join(thread, &result) == 0 && (intptr_t)result == 9 << 8);
    CHECK(strcmp(getenv("PATH"), "/bin:/usr/bin") == 0);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "SHELLS_%d", i);
        snprintf(value, sizeof value, "%d", i);
        CHECK(i % 3 ? strcmp(getenv(name), value) == 0 : !getenv(name));
        unsetenv(name);
    }
    CHECK(system("test \"$PATH\" = /bin:/usr/bin") == 0);
}

static void check_cancel(void)
{
    pthread_t thread;
    void *result;
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    CHECK(pthread_create(&thread, NULL, run_long, NULL) == 0);
    usleep(100000);
    CHECK(pthread_cancel(thread) == 0 && pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    clock_gettime(CLOCK_MONOTONIC, &end);
    CHECK(end.tv_sec - begin.tv_sec < 20);
    CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

static void check_popen(void)
{
    char line[64] = "";
    FILE *in = popen("cat >got", "w"), *other = popen("cat", "we"), *out = popen("echo said; exit 4", "r");
    CHECK(in && other && out);
    CHECK(fcntl(fileno(in), F_GETFD) == 0 && fcntl(fileno(other), F_GETFD) == FD_CLOEXEC);
    CHECK(fgets(line, sizeof line, out) && strcmp(line, "said\n") == 0);
    CHECK(fputs("text\n", in) > 0);
    /* the later commands do not hold the pipe of the first: its reader ends */
    CHECK(pclose(in) == 0 && pclose(out) == 4 << 8 && fclose(other) == 0);
    CHECK(access("got", F_OK) == 0);
    errno = 0;
    CHECK(!popen("true", "rw") && errno == EINVAL);
    errno = 0;
    CHECK(!popen("true", "") && errno == EINVAL);
    out = popen("exit 6", "r");
    CHECK(fclose(out) == 6 << 8);
    FILE *file = fopen("got", "r");
    CHECK(file && fclose(file) == 0);
    CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

/* A command does not hold the pipe of one before it, whatever has become of the environment in between. */
static void check_mixed(void)
{
    char *preload = getenv("LD_PRELOAD") ? strdup(getenv("LD_PRELOAD")) : NULL;
    FILE *first = popen("cat >/dev/null", "w");
    unsetenv("LD_PRELOAD");
    FILE *second = popen("exec sleep 20", "r"), *third = popen("cat >/dev/null", "w");
    if (preload) setenv("LD_PRELOAD", preload, 1);
    FILE *fourth = popen("exec sleep 20", "r");
    CHECK(first && second && third && fourth);
    alarm(10);
    CHECK(pclose(first) == 0 && pclose(third) == 0);
    alarm(0);
    CHECK(system("pkill -f -P $PPID '[s]leep 20'") == 0); /* which may not have taken the shell's place yet */
    CHECK(pclose(second) == SIGTERM && pclose(fourth) == SIGTERM);
}

static void check_closed(void)
{
    char line[64] = "";
    int in = dup(0), out = dup(1);
    close(0);
    close(1);
    FILE *stream = popen("echo low", "r");
    CHECK(stream && fgets(line, sizeof line, stream) && strcmp(line, "low\n") == 0 && pclose(stream) == 0);
    dup2(in, 0);
    dup2(out, 1);
    close(in);
    close(out);
}

int main(void)
{
    t_tmp();
    for (int round = 0; round < 3; round++) {
        if (round == 1) unsetenv("LD_PRELOAD");
        if (round == 2) clearenv();
        check_popen();
        check_mixed();
        check_closed();
        check_system();
        check_setenv();
        check_cancel();
    }
    pass();
}
