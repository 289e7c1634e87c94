/* SPDX-License-Identifier: MIT */
/* popen and system where they are delicate: with descriptors 0 to 2 closed, many streams at once, odd modes, SIGCHLD
 * ignored, a handler for SIGINT, in threads, and streams closed in any order and by fclose. */
#define T_NAME "popen_odd"
#include "t.h"
static FILE *many[40];
static volatile int ints;
static void on_int(int s) { ints++; }
static void *thread(void *a)
{
    char b[32] = "", cmd[32];
    sprintf(cmd, "echo %ld", (long)a);
    for (int i = 0; i < 5; i++) {
        FILE *f = popen(cmd, i % 2 ? "r" : "re");
        if (!f || !fgets(b, sizeof b, f) || atol(b) != (long)a || pclose(f)) return (void *)1;
        if (system("exit 9") != 9 << 8) return (void *)2;
    }
    return NULL;
}
static int closed(void) /* in a child: 0 to 2 are closed, so the pipe gets these numbers */
{
    char b[8] = "";
    for (int i = 0; i < 3; i++) close(i);
    FILE *f = popen("echo one", "r");
    if (!f || fileno(f) != 0 || !fgets(b, 8, f) || strcmp(b, "one\n") || pclose(f)) return 1;
    f = popen("read x; test \"$x\" = two", "w");
    if (!f || fileno(f) != 1 || fputs("two\n", f) < 0 || pclose(f)) return 2;
    if (open("/dev/null", O_RDWR) != 0 || dup(0) != 1) return 3;
    f = popen("echo three", "r");
    if (!f || fileno(f) != 2 || !fgets(b, 8, f) || strcmp(b, "three\n") || pclose(f)) return 4;
    return system("exit 6") == 6 << 8 ? 0 : 5;
}
int main(void)
{
    t_tmp();
    char b[100] = "";
    ERR(popen("true", "x") ? 0 : -1, EINVAL);
    ERR(popen("true", "rw") ? 0 : -1, EINVAL);
    ERR(popen("true", "") ? 0 : -1, EINVAL);
    FILE *f = popen("exit 5", "r");
    CHECK(f && fcntl(fileno(f), F_GETFD) == 0 && pclose(f) == 5 << 8);
    f = popen("kill -9 $$", "re");
    CHECK(f && fcntl(fileno(f), F_GETFD) == FD_CLOEXEC && pclose(f) == 9);
    f = popen("/nonexistent/x 2>/dev/null", "r");
    CHECK(f && pclose(f) == 127 << 8);
    for (int i = 0; i < 40; i++) CHECK(many[i] = popen(i % 2 ? "cat >/dev/null; exit 2" : "cat; exit 1", "w"));
    for (int i = 0; i < 40; i++) CHECK(fileno(many[i]) == 4 + i);
    for (int i = 39; i >= 0; i -= 3) CHECK(pclose(many[i]) == (i % 2 + 1) << 8); /* would hang if another held the pipe */
    for (int i = 0; i < 40; i++) if (i % 3) CHECK(i % 4 == 1 ? fclose(many[i]) == (i % 2 + 1) << 8 : pclose(many[i]) == (i % 2 + 1) << 8);
    ERR(waitpid(-1, NULL, WNOHANG), ECHILD);
    CHECK(system(NULL) != 0);
    CHECK(system("exit 3") == 3 << 8 && system("kill -2 $$") == 2 && system("/nonexistent/x 2>/dev/null") == 127 << 8);
    struct sigaction sa = { .sa_handler = on_int }, got;
    CHECK(sigaction(SIGINT, &sa, NULL) == 0);
    CHECK(system("kill -2 $PPID; kill -3 $PPID") == 0 && ints == 0);
    CHECK(sigaction(SIGINT, NULL, &got) == 0 && got.sa_handler == on_int);
    CHECK(raise(SIGINT) == 0 && ints == 1);
    f = popen("kill -2 $PPID; sleep 0.1; echo x", "r");
    while (f && !fgets(b, sizeof b, f) && errno == EINTR) clearerr(f);
    CHECK(f && ints == 2 && pclose(f) == 0);
    pthread_t t[8];
    for (long i = 0; i < 8; i++) CHECK(pthread_create(&t[i], NULL, thread, (void *)i) == 0);
    for (int i = 0; i < 8; i++) {
        void *r;
        pthread_join(t[i], &r);
        if (r) fail("a thread's step %ld", (long)r);
    }
    signal(SIGCHLD, SIG_IGN);
    ERR(system("exit 4"), ECHILD);
    CHECK(f = popen("exit 4", "r"));
    ERR(pclose(f), ECHILD);
    signal(SIGCHLD, SIG_DFL);
    pid_t p = fork();
    if (p == 0) _exit(closed());
    int r = t_wait(p);
    if (r) fail("with descriptors closed: step %d", r);
    CHECK(open("/dev/null", O_RDONLY) == 3);
    pass();
}
