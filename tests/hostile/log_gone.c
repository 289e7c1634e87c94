/* SPDX-License-Identifier: MIT */
/* The log is renamed, deleted, cut to nothing, or its disk is full while the program runs: it goes on as before. */
#define T_NAME "log_gone"
#include "t.h"
#include <sched.h>
#include <sys/mount.h>
static void calls(void)
{
    for (int i = 0; i < 200; i++) {
        int fd = open("f", O_WRONLY | O_CREAT, 0600);
        CHECK(fd == 3 && write(fd, "abc", 3) == 3 && close(fd) == 0);
        ERR(open("/nonexistent/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", O_RDONLY), ENOENT);
    }
    CHECK(system("exit 3") == 3 << 8);
    pid_t p = fork();
    if (p == 0) _exit(open("f", O_RDONLY) == 3 ? 5 : 6);
    CHECK(t_wait(p) == 5);
}
int main(int argc, char **argv)
{
    if (!getenv("HOSTILE_AGAIN")) { /* a mount namespace of its own, with a small disk, where that is allowed */
        int small = geteuid() == 0 && unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
                    mount("small", "/mnt", "tmpfs", 0, "size=64k") == 0;
        char log[PATH_MAX];
        snprintf(log, sizeof log, "%s/hostile.log", small ? "/mnt" : getenv("TMPDIR"));
        setenv("HOOK_OUTPUT", log, 1);
        setenv("HOSTILE_LOG", log, 1);
        unsetenv("HOOK_RULES");
        char said[PATH_MAX];
        snprintf(said, sizeof said, "%s/hostile.said", getenv("TMPDIR"));
        int fd = open(said, O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);
        CHECK(fd >= 0 && dup2(fd, 2) == 2 && unlink(said) == 0 && close(fd) == 0);
        t_follow(argv);
    }
    t_tmp();
    char moved[PATH_MAX];
    const char *log = getenv("HOSTILE_LOG");
    snprintf(moved, sizeof moved, "%s.1", log);
    calls();
    rename(log, moved);
    calls();
    truncate(moved, 0);
    calls();
    unlink(moved);
    calls();
    for (int i = 0; i < 5; i++) calls(); /* the disk is full by now */
    static char said[65536];
    pread(2, said, sizeof said - 1, 0);
    for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
        if (strncmp(line, "hook: ", 6) || !strstr(line, "could not be written: No space")) fail("on standard error: %s", line);
    pass();
}
