/* SPDX-License-Identifier: MIT */
/* A followed program starts others that the library cannot go into: linked with musl, for 32 bits, static; and one built
 * with the address sanitizer, which wants to be first. They run, and say nothing that they would not say bare. */
#define T_NAME "other_abi"
#include "t.h"
#include <spawn.h>
static char other[PATH_MAX], script[PATH_MAX];
static void start(int how)
{
    char *av[] = { "x", NULL }, *ev[] = { "ASAN_OPTIONS=detect_leaks=0", NULL };
    pid_t p = 0;
    switch (how) {
    case 0: execv(other, av); break;
    case 1: execve(script, av, ev); break;
    case 2: execlp(strrchr(other, '/') + 1, "x", (char *)0); break;
    case 3: fexecve(open(other, O_RDONLY | O_CLOEXEC), av, environ); break;
    case 4: if (posix_spawn(&p, other, NULL, NULL, av, ev) == 0) _exit(t_wait(p)); break;
    case 5: if (posix_spawnp(&p, strrchr(other, '/') + 1, NULL, NULL, av, environ) == 0) _exit(t_wait(p)); break;
    case 6: _exit(WEXITSTATUS(system(script))); break;
    case 7: if ((p = vfork()) == 0) { execv(other, av); _exit(50); } _exit(t_wait(p));
    case 8: execl("/bin/sh", "sh", "-c", "\"$0\"; s=$?; /bin/true && exit $s", other, (char *)0); break;
    }
    _exit(51);
}
int main(int argc, char **argv)
{
    t_follow(argv);
    t_tmp();
    setenv("PATH", HOSTILE_DIR "/other:/usr/bin:/bin", 1);
    DIR *d = opendir(HOSTILE_DIR "/other");
    CHECK(d);
    for (struct dirent *e; (e = readdir(d));) {
        if (e->d_name[0] == '.') continue;
        char text[PATH_MAX + 10], b[300];
        snprintf(other, sizeof other, "%s/%s", HOSTILE_DIR "/other", e->d_name);
        snprintf(script, sizeof script, "./script-%s", e->d_name);
        snprintf(text, sizeof text, "#!%s\n", other);
        t_file(script, text);
        CHECK(chmod(script, 0755) == 0);
        for (int how = 0; how < 9; how++) {
            int said = open("said", O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
            pid_t p = fork();
            if (p == 0) {
                dup2(said, 1);
                dup2(said, 2);
                start(how);
            }
            int r = t_wait(p);
            ssize_t n = pread(said, b, sizeof b - 1, 0);
            b[n > 0 ? n : 0] = 0;
            if (r != 3 || strcmp(b, "hello\n")) fail("%s, way %d: %d, %s", e->d_name, how, r, b);
            close(said);
        }
    }
    closedir(d);
    pass();
}
