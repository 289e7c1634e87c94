/* SPDX-License-Identifier: MIT */
/* exec with too many and with very many arguments, also from a small thread stack. */
#define T_NAME "e2big"
#include "t.h"
static char **av, one[200000];
static void *work(void *a)
{
    char **v = a;
    errno = 0;
    execve("/bin/true", v, environ);
    return (void *)(long)errno;
}
static int from_thread(char **v)
{
    pthread_attr_t at;
    pthread_attr_init(&at);
    pthread_attr_setstacksize(&at, 32768);
    pthread_t t;
    void *r;
    CHECK(pthread_create(&t, &at, work, v) == 0);
    pthread_join(t, &r);
    return (int)(long)r;
}
int main(void)
{
    size_t n = 400000;
    av = malloc((n + 1) * sizeof *av);
    for (size_t i = 0; i < n; i++) av[i] = "0123456789012345678901234567890123456789";
    av[n] = NULL;
    ERR(execve("/bin/true", av, environ), E2BIG);
    ERR(execv("/bin/true", av), E2BIG);
    ERR(execvp("true", av), E2BIG);
    ERR(execve("/bin/true", (char *[]){ "true", NULL }, av), E2BIG);
    int e = from_thread(av);
    if (e != E2BIG) fail("from a small stack: errno %d", e);
    memset(one, 'x', sizeof one - 1); /* one string over 128 KiB */
    ERR(execve("/bin/true", (char *[]){ "true", one, NULL }, environ), E2BIG);
    /* very many that do fit: 1 MiB of them */
    av[25000] = NULL;
    for (int i = 0; i < 4; i++) {
        pid_t p = i == 3 ? vfork() : fork();
        if (p == 0) {
            if (i == 0) execve("/bin/true", av, environ);
            if (i == 1) execvp("true", av);
            if (i == 2) { from_thread(av); _exit(8); }
            if (i == 3) execv("/bin/true", av);
            _exit(9);
        }
        int r = t_wait(p);
        if (r) fail("25,000 arguments, way %d: %d", i, r);
    }
    /* very many arguments by execl */
#define A8 "a", "b", "c", "d", "e", "f", "g", "h",
#define A64 A8 A8 A8 A8 A8 A8 A8 A8
    pid_t p = fork();
    if (p == 0) {
        execl("/bin/sh", "sh", "-c", "test $# = 512", "x", A64 A64 A64 A64 A64 A64 A64 A64 (char *)0);
        _exit(9);
    }
    CHECK(t_wait(p) == 0);
    p = fork();
    if (p == 0) {
        execle("/bin/sh", "sh", "-c", "test \"$#$Q\" = 64w", "x", A64 (char *)0, (char *[]){ "Q=w", NULL });
        _exit(9);
    }
    CHECK(t_wait(p) == 0);
    pass();
}
