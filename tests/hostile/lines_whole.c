/* SPDX-License-Identifier: MIT */
/* 500 short children, some stopped and continued, some killed, write into one log that the program has asked for. No
 * line of those that ended by themselves is torn or lost. (The kernel itself may cut a write short that kill -9 comes
 * into, where a page of the file ends: what stands before the next line is then the beginning of a killed one's.) */
#define T_NAME "lines_whole"
#include "t.h"
enum { CHILDREN = 500 };
static pid_t killed[CHILDREN];
static char *slurp(const char *name)
{
    struct stat st;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDONLY);
    CHECK(fd >= 0 && fstat(fd, &st) == 0);
    char *m = mmap(NULL, st.st_size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(m != MAP_FAILED && read(fd, m, st.st_size) == st.st_size);
    close(fd);
    return m;
}
static void child(int i)
{
    char name[64], data[40];
    memset(data, 'a' + i % 26, sizeof data);
    for (int k = 0; k < 10 || i % 5 == 4; k++) { /* every fifth goes on until it is killed */
        snprintf(name, sizeof name, "/nonexistent/%d-%d", i, k % 10);
        open(name, O_RDONLY);
    }
    snprintf(name, sizeof name, "/nonexistent/%d-end", i);
    open(name, O_RDONLY);
    _exit(0);
}
int main(int argc, char **argv)
{
    const char *lines = getenv("HOSTILE_LOG");
    if (getenv("LD_PRELOAD") && !lines) {
        char log[PATH_MAX];
        snprintf(log, sizeof log, "%s/hostile.lines", getenv("TMPDIR"));
        setenv("HOSTILE_LOG", log, 1);
        setenv("HOOK_OUTPUT", log, 1);
        setenv("HOOK_FORMAT", "text", 1);
        setenv("HOOK_TRACE", "open", 1);
        unsetenv("HOOK_RULES");
        t_follow(argv);
    }
    for (int i = 0; i < CHILDREN; i += 10) {
        pid_t p[10];
        for (int k = 0; k < 10; k++)
            if ((p[k] = fork()) == 0) child(i + k);
        for (int k = 0; k < 10; k += 2) kill(p[k], SIGSTOP);
        usleep(1000);
        for (int k = 4; k < 10; k += 5) kill(p[k], SIGKILL);
        for (int k = 0; k < 10; k += 2) kill(p[k], SIGCONT);
        for (int k = 0; k < 10; k++) {
            int r = t_wait(p[k]);
            if ((i + k) % 5 == 4) killed[i + k] = p[k];
            if (r != ((i + k) % 5 == 4 ? 1009 : 0)) fail("child %d ended with %d", i + k, r);
        }
    }
    if (!lines) pass();
    static unsigned char seen[CHILDREN];
    char *text = slurp(lines);
    unlink(lines);
    for (char *line = text, *end; *line; line = end + 1) {
        int pid, i = -1, k = -1, n = 0;
        if (!(end = strchr(line, '\n'))) fail("the last line has no end: %.60s", line);
        *end = 0;
        char *second = strstr(line + 1, "[HOOK ");
        if (second && !memchr(line, ']', second - line)) line = second; /* cut before it says whose it is */
        if (second && sscanf(line, "[HOOK %d]", &pid) == 1) {
            for (i = 0; i < CHILDREN && killed[i] != pid; i++) {}
            if (i < CHILDREN) line = second;
        }
        if (sscanf(line, "[HOOK %d] open(\"/nonexistent/%d-%d\", O_RDONLY) = -1 ENOENT (No such file or directory)%n", &pid, &i, &k, &n) == 3 && n == end - line) {
            if (i >= 0 && i < CHILDREN && i % 5 != 4) seen[i]++;
        } else if (sscanf(line, "[HOOK %d] open(\"/nonexistent/%d-end\", O_RDONLY) = -1 ENOENT (No such file or directory)%n", &pid, &i, &n) != 2 || n != end - line)
            if (!strstr(line, "] syscall(SYS_openat, ")) /* slurp's own */
                fail("a torn line: %.100s", line);
    }
    for (int i = 0; i < CHILDREN; i++) if (i % 5 != 4 && seen[i] != 10) fail("child %d has %d lines, not 10", i, seen[i]);
    exit((t_line("PASS", NULL), 0));
}
