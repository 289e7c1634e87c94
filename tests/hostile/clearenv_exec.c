/* SPDX-License-Identifier: MIT */
/* clearenv, then open, getenv, and exec by name without PATH. */
#define T_NAME "clearenv_exec"
#include "t.h"
int main(void)
{
    CHECK(clearenv() == 0);
    CHECK(environ == NULL);
    int fd = open("/dev/null", O_RDONLY);
    CHECK(fd == 3);
    close(fd);
    CHECK(environ == NULL);
    int p[2];
    CHECK(pipe(p) == 0);
    pid_t c = fork();
    if (c == 0) {
        dup2(p[1], 1);
        close(p[0]);
        close(p[1]);
        char *av[] = { "env", NULL };
        execvp("env", av);
        _exit(9);
    }
    close(p[1]);
    char b[200];
    ssize_t n = read(p[0], b, sizeof b - 1);
    CHECK(t_wait(c) == 0);
    b[n > 0 ? n : 0] = 0;
    if (n) fail("the child's environment has %.100s", strtok(b, "\n"));
    CHECK(system("true") == 0);
    CHECK(environ == NULL);
    pass();
}
