/* SPDX-License-Identifier: MIT */
/* fork and exec in atexit and at_quick_exit handlers. */
#define T_NAME "fork_atexit"
#include "t.h"
static void h(void)
{
    pid_t p = fork();
    if (p == 0) {
        int fd = open("/dev/null", O_RDWR);
        if (fd != 3 || write(fd, "x", 1) != 1) _exit(4);
        close(fd);
        execl("/bin/sh", "sh", "-c", "exit 21", (char *)0);
        _exit(5);
    }
    int r = t_wait(p);
    if (r != 21) fail("child of the handler ended with %d", r);
    if (system("exit 3") != 3 << 8) fail("system");
}
static void ok(void) { t_line("PASS", NULL); }
int main(void)
{
    pid_t p = fork();
    if (p == 0) {
        at_quick_exit(h);
        quick_exit(6);
    }
    int r = t_wait(p);
    if (r != 6) fail("quick_exit child ended with %d", r);
    atexit(ok);
    atexit(h);
    return 0;
}
