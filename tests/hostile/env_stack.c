/* SPDX-License-Identifier: MIT */
/* Environments made by hand: on the stack, in read-only memory, shared with nobody, with entries that are no
 * assignments, doubled, or taken away; the program overwrites its initial strings. */
#define T_NAME "env_stack"
#include "t.h"
#include <spawn.h>
static int child(char **argv) /* prints how many variables there are, and some of them */
{
    int n = 0, twice = 0;
    for (; environ && environ[n]; n++) twice += !strncmp(environ[n], "A=", 2);
    return (environ ? n : 99) == atoi(argv[2]) && twice == atoi(argv[3]) ? 21 : 22;
}
static void run(int line, char **env, const char *n, const char *twice)
{
    char *av[] = { "x", "child", (char *)n, (char *)twice, NULL };
    for (int how = 0; how < 4; how++) {
        pid_t p = 0;
        if (how == 3) CHECK(posix_spawn(&p, "/proc/self/exe", NULL, NULL, av, env) == 0);
        else if ((p = how == 1 ? vfork() : fork()) == 0) {
            if (how == 2) {
                environ = env;
                execv("/proc/self/exe", av);
            }
            execve("/proc/self/exe", av, env);
            _exit(30);
        }
        int r = t_wait(p);
        if (r != 21) fail("line %d, way %d: %d", line, how, r);
    }
}
#define RUN(env, n, twice) run(__LINE__, env, n, twice)
int main(int argc, char **argv)
{
    if (argc == 4) return child(argv);
    t_tmp();
    char a[16] = "A=1", b[] = "B=2";
    char *env[8] = { a, b, NULL };
    RUN(env, "2", "1");
    char *none[] = { NULL };
    RUN(none, "0", "0");
    char *odd[] = { "A=1", "no assignment", "", "=", "A=2", "=x=y", NULL };
    RUN(odd, "6", "2");
    char **page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy((char *)(page + 100), "A=page");
    page[0] = page[1] = page[2] = (char *)(page + 100);
    CHECK(mprotect(page, 4096, PROT_READ) == 0);
    RUN(page, "3", "3");
    static char big[100000] = "A=";
    memset(big + 2, 'b', sizeof big - 3);
    char *large[] = { big, big, "LD_LIBRARY_PATH=/nonexistent", NULL };
    RUN(large, "3", "2");
    char **old = environ;
    environ = env;
    CHECK(putenv(a) == 0 && !strcmp(getenv("A"), "1"));
    strcpy(a, "A=9");
    CHECK(!strcmp(getenv("A"), "9") && system("test \"$A$B\" = 92") == 0);
    FILE *f = popen("test \"$A\" = 9", "r");
    CHECK(f && pclose(f) == 0);
    environ = NULL;
    CHECK(system("test -z \"$A\"") == 0 && environ == NULL);
    CHECK(open("/nope", O_RDONLY) == -1 && getenv("A") == NULL);
    environ = old;
    for (char **e = environ; *e; e++) memset(*e, 'Z', strlen(*e)); /* as setproctitle does */
    int fd = open("f", O_WRONLY | O_CREAT, 0600);
    CHECK(fd == 3 && write(fd, "x", 1) == 1 && close(fd) == 0);
    environ = env;
    RUN(env, "2", "1");
    pass();
}
