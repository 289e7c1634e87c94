/* SPDX-License-Identifier: MIT */
/* Descriptors have the native numbers, and /proc/self/fd lists the native set:
 * at main, after many calls, in a thread, in a forked child. */
#define T_NAME "fd_numbers"
#include "t.h"
static void listing(const char *when, const char *want)
{
    char got[300] = "";
    DIR *d = opendir("/proc/self/fd");
    CHECK(d);
    struct dirent *e;
    int v[64], n = 0;
    while ((e = readdir(d)) && n < 64)
        if (e->d_name[0] != '.') v[n++] = atoi(e->d_name);
    closedir(d);
    for (int i = 0; i < n; i++)
        for (int k = i + 1; k < n; k++)
            if (v[k] < v[i]) { int t = v[i]; v[i] = v[k]; v[k] = t; }
    for (int i = 0; i < n; i++) sprintf(got + strlen(got), "%s%d", i ? " " : "", v[i]);
    if (strcmp(got, want)) fail("%s: /proc/self/fd lists %s, not %s", when, got, want);
}
static void *work(void *a) { (void)a; listing("in a thread", "0 1 2 3"); return NULL; }
int main(void)
{
    listing("at main", "0 1 2 3");
    int p[2], s[2];
    CHECK(open("/dev/null", O_RDONLY) == 3);
    CHECK(open("/dev/null", O_WRONLY) == 4);
    CHECK(socket(AF_INET, SOCK_STREAM, 0) == 5);
    CHECK(pipe(p) == 0 && p[0] == 6 && p[1] == 7);
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, s) == 0 && s[0] == 8 && s[1] == 9);
    CHECK(dup(0) == 10);
    CHECK(fcntl(0, F_DUPFD, 20) == 20);
    FILE *f = fopen("/dev/null", "r");
    CHECK(f && fileno(f) == 11);
    listing("with some open", "0 1 2 3 4 5 6 7 8 9 10 11 12 20");
    CHECK(close(4) == 0 && open("/dev/null", O_RDONLY) == 4);
    for (int i = 3; i < 30; i++) close(i);
    listing("all closed again", "0 1 2 3");
    for (int i = 0; i < 2000; i++) {
        int fd = open(i & 1 ? "/dev/null" : "/nonexistent/x", O_WRONLY);
        if (fd != (i & 1 ? 3 : -1)) fail("open gave %d", fd);
        if (fd > 0) { CHECK(write(fd, "x", 1) == 1); close(fd); }
    }
    listing("after many calls", "0 1 2 3");
    pthread_t t;
    CHECK(pthread_create(&t, NULL, work, NULL) == 0);
    pthread_join(t, NULL);
    pid_t c = fork();
    if (c == 0) { listing("in a child", "0 1 2 3"); _exit(0); }
    int r = t_wait(c);
    if (r == 1) syscall(SYS_exit_group, 1);
    CHECK(r == 0);
    FILE *q = popen("ls /proc/self/fd | tr '\\n' ' '", "r");
    char b[100] = "";
    CHECK(q && fgets(b, 100, q) && pclose(q) == 0);
    if (strcmp(b, "0 1 2 3 ")) fail("a program started from here has descriptors %s", b);
    pass();
}
