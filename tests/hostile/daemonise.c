/* SPDX-License-Identifier: MIT */
/* The classic daemon: fork, setsid, fork, close every descriptor, open /dev/null. */
#define T_NAME "daemonise"
#include "t.h"
int main(void)
{
    t_tmp();
    char path[256];
    snprintf(path, sizeof path, "%s/fifo", t_dir);
    CHECK(mkfifo(path, 0600) == 0);
    pid_t p = fork();
    if (p == 0) {
        setsid();
        if (fork()) _exit(0);
        CHECK(chdir("/") == 0);
        umask(027);
        long max = sysconf(_SC_OPEN_MAX);
        for (long i = 0; i < max && i < 4096; i++) close((int)i);
        int a = open("/dev/null", O_RDWR), b = dup(a), c = dup(a);
        int f = open(path, O_WRONLY);
        char m[100];
        struct stat st;
        int isnull = fstat(0, &st) == 0 && S_ISCHR(st.st_mode);
        snprintf(m, sizeof m, "%d %d %d %d %d", a, b, c, f, isnull);
        if (write(f, m, strlen(m)) < 0) _exit(1);
        _exit(0);
    }
    CHECK(t_wait(p) == 0);
    int f = open(path, O_RDONLY);
    char m[100] = "";
    CHECK(read(f, m, 99) > 0);
    if (strcmp(m, "0 1 2 3 1")) fail("the daemon's descriptors: %s", m);
    close(f);
    int r = daemon(1, 1) ? errno : 0;
    if (r) fail("daemon() errno %d", r);
    f = open("/dev/null", O_RDONLY);
    if (f != 3) fail("after daemon() open gave %d", f);
    pass();
}
