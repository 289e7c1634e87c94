/* SPDX-License-Identifier: MIT */
/* A timer's handler opens, writes and closes while the main program does. */
#define T_NAME "signal_open"
#include "t.h"
static volatile sig_atomic_t hits, bad;
static void h(int s)
{
    (void)s;
    int e = errno;
    errno = 77;
    int fd = open("/dev/null", O_WRONLY);
    if (fd < 0) bad = 1;
    else {
        if (write(fd, "ab", 2) != 2) bad = 2;
        if (errno != 77) bad = 3;
        if (close(fd)) bad = 4;
    }
    struct stat st;
    if (stat("/", &st)) bad = 5;
    if (access("/dev/null", R_OK)) bad = 6;
    hits++;
    errno = e;
}
int main(void)
{
    t_tmp();
    struct sigaction sa = { .sa_handler = h, .sa_flags = SA_RESTART };
    sigaction(SIGALRM, &sa, NULL);
    struct itimerval it = { { 0, 300 }, { 0, 300 } };
    setitimer(ITIMER_REAL, &it, NULL);
    time_t end = time(NULL) + 3;
    long n = 0;
    while (time(NULL) < end || hits < 500) {
        errno = 55;
        int fd = open("f", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (fd < 0) fail("open errno %d after %ld", errno, n);
        if (write(fd, "abc", 3) != 3) fail("write");
        if (errno != 55) fail("errno became %d", errno);
        if (close(fd)) fail("close");
        n++;
    }
    struct itimerval z = { { 0, 0 }, { 0, 0 } };
    setitimer(ITIMER_REAL, &z, NULL);
    if (bad) fail("handler step %d", (int)bad);
    pass();
}
