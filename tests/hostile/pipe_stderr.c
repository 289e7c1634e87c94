/* SPDX-License-Identifier: MIT */
/* Standard error takes the log: a pipe that is full and does not block, one that nobody reads any more, a terminal, a
 * socket. The program gets no signal, no error, and its own lines are whole. */
#define T_NAME "pipe_stderr"
#include "t.h"
#include <pty.h>
static volatile int pipes;
static void on_pipe(int s) { pipes++; }
static int inner(const char *kind)
{
    signal(SIGPIPE, on_pipe);
    for (int i = 0; i < 30; i++) {
        errno = 0;
        if (open("/nonexistent/x", O_RDONLY) != -1 || errno != ENOENT) return 70;
        int fd = open("/dev/null", O_WRONLY);
        if (fd != 3 || write(fd, "x", 1) != 1 || close(fd)) return 71;
    }
    if (pipes) return 72;
    if (!strcmp(kind, "full")) { if (syscall(SYS_write, 2, "x", 1) != -1 || errno != EAGAIN) return 73; }
    else if (!strcmp(kind, "dead")) { if (write(2, "x", 1) != -1 || errno != EPIPE || pipes != 1) return 74; }
    else if (write(2, "own\n", 4) != 4) return 75;
    if (!!isatty(2) != !strcmp(kind, "pty")) return 76;
    return 77;
}
static int run(char **argv, const char *kind, int fd)
{
    pid_t p = fork();
    if (p == 0) {
        char *av[] = { argv[0], (char *)kind, NULL };
        dup2(fd, 2);
        for (int i = 3; i < 100; i++) close(i);
        alarm(50);
        t_again(av);
        _exit(78);
    }
    return t_wait(p);
}
static void look_for_own(int fd)
{
    static char b[200000];
    ssize_t n = 0, got;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    while ((got = read(fd, b + n, sizeof b - 1 - n)) > 0) n += got;
    for (char *line = b, *end; (end = strchr(line, '\n')); line = end + 1) {
        if (!strncmp(line, "own", 3)) return;
    }
    fail("the program's line is not there: %.200s", b);
}
int main(int argc, char **argv)
{
    if (argc > 1) return inner(argv[1]);
    setenv("HOOK_OUTPUT", "stderr", 1);
    setenv("HOOK_FORMAT", "text", 1);
    unsetenv("HOOK_RULES");
    int p[2], s[2], r;
    CHECK(pipe2(p, O_NONBLOCK) == 0);
    fcntl(p[1], F_SETPIPE_SZ, 4096);
    while (write(p[1], "filling", 7) > 0) {}
    if (getenv("HOOK_TRACE")) r = 77; /* nothing to log: only what follows */
    else setenv("HOOK_TRACE", "close", 1); /* each line may wait for a reader: not many of them */
    if ((r = run(argv, "pty", open("/dev/null", O_RDONLY))) != 75) fail("a file not open for writing: %d", r);
    CHECK(close(p[0]) == 0);
    if ((r = run(argv, "dead", p[1])) != 77) fail("a pipe that nobody reads: %d", r);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    if ((r = run(argv, "socket", s[1])) != 77) fail("a socket: %d", r);
    look_for_own(s[0]);
    int master, slave;
    if (openpty(&master, &slave, NULL, NULL, NULL) && (errno == ENODEV || errno == ENOENT)) pass(); /* a root without /dev/pts */
    CHECK(isatty(slave));
    if ((r = run(argv, "pty", slave)) != 77) fail("a terminal: %d", r);
    look_for_own(master);
    pass();
}
