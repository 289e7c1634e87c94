/* SPDX-License-Identifier: MIT */
/* posix_spawn with file actions, attributes and an empty environment. */
#define T_NAME "spawn_actions"
#include "t.h"
#include <spawn.h>
int main(int argc, char **argv)
{
    if (argc > 1) { /* the child: descriptors 0-2 and 7 only */
        char f[1024];
        int n = t_fds(f);
        dprintf(1, "%d %d env=%d %s\n", n, f[7], environ && environ[0] ? 1 : 0, argv[1]);
        return 17;
    }
    t_tmp();
    t_file("in", "input");
    posix_spawn_file_actions_t a;
    posix_spawnattr_t at;
    posix_spawn_file_actions_init(&a);
    posix_spawn_file_actions_addopen(&a, 7, "in", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&a, 1, "out", O_WRONLY | O_CREAT | O_TRUNC, 0640);
    posix_spawn_file_actions_adddup2(&a, 1, 2);
    posix_spawn_file_actions_addclose(&a, 40);
    posix_spawnattr_init(&at);
    sigset_t s;
    sigemptyset(&s);
    posix_spawnattr_setsigmask(&at, &s);
    posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    CHECK(n > 0);
    self[n] = 0;
    char *av[] = { "x", "arg", NULL }, *ev[] = { NULL };
    for (int i = 0; i < 20; i++) {
        pid_t p;
        int r = posix_spawn(&p, self, &a, &at, av, ev);
        if (r) fail("posix_spawn gave %d", r);
        r = t_wait(p);
        if (r != 17) fail("child ended with %d", r);
        char b[64] = "";
        int fd = open("out", O_RDONLY);
        CHECK(fd == 3 && read(fd, b, 63) > 0);
        close(fd);
        if (strcmp(b, "4 1 env=0 arg\n")) fail("child saw: %.40s", b);
    }
    pid_t p;
    int r = posix_spawn(&p, "/nonexistent/y", NULL, NULL, av, ev);
    if (r != ENOENT) fail("posix_spawn of a missing program gave %d", r);
    r = posix_spawnp(&p, "true", NULL, NULL, av, environ);
    if (r || t_wait(p)) fail("posix_spawnp");
    pass();
}
