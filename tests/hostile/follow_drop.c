/* SPDX-License-Identifier: MIT */
/* Root becomes nobody, who may reach neither the log nor the folder, and then starts programs: they run. The
 * program starts itself again with the settings that make it followed. */
#define T_NAME "follow_drop"
#include "t.h"
#include <spawn.h>
/* A process that cannot be recorded says that, and nothing else. */
static void check_said(int fd)
{
    static char b[65536];
    pread(fd, b, sizeof b - 1, 0);
    for (char *line = strtok(b, "\n"); line; line = strtok(NULL, "\n"))
        if (strncmp(line, "hook: HOOK_OUTPUT: ", 19) || !strstr(line, "this process is not recorded")) fail("on standard error: %s", line);
}
int main(int argc, char **argv)
{
    t_tmp();
    if (geteuid()) pass();
    CHECK(mkdir("private", 0700) == 0);
    if (!getenv("HOSTILE_AGAIN")) {
        char out[PATH_MAX];
        snprintf(out, sizeof out, "%s/private/log", t_dir);
        setenv("HOOK_OUTPUT", out, 1);
        setenv("HOSTILE_FIRST", t_dir, 1);
        t_follow(argv);
    }
    int err = open("err", O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    CHECK(err >= 0);
    pid_t p = fork();
    if (p == 0) {
        dup2(err, 2);
        if (setgid(65534) || setuid(65534)) _exit(40);
        pid_t c = fork();
        if (c == 0) {
            execl("/bin/true", "true", (char *)0);
            _exit(41);
        }
        int r = t_wait(c);
        if (r) _exit(r > 255 ? 42 : r);
        char *av[] = { "sh", "-c", "exit 7", NULL };
        if (posix_spawn(&c, "/bin/sh", NULL, NULL, av, environ) || t_wait(c) != 7) _exit(43);
        if (system("/bin/true")) _exit(44);
        execl("/bin/sh", "sh", "-c", "/bin/true && exit 5", (char *)0);
        _exit(45);
    }
    int r = t_wait(p);
    check_said(err);
    if (r != 5) fail("the child ended with %d", r);
    unlink("private/log");
    const char *first = getenv("HOSTILE_FIRST");
    if (first) {
        char log[PATH_MAX];
        snprintf(log, sizeof log, "%s/private/log", first);
        unlink(log);
        snprintf(log, sizeof log, "%s/private", first);
        rmdir(log);
        rmdir(first);
    }
    pass();
}
