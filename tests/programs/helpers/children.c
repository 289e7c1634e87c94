/* SPDX-License-Identifier: MIT */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* children WAY PROGRAM [ARGUMENT...]: starts the program in one of the ways there are, and ends as it does. */
static char *const nothing[] = { NULL };

static int wait_for(pid_t child)
{
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 99;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static int by_fork(char **argv)
{
    pid_t child = fork();
    if (child == 0) {
        execv(argv[0], argv);
        _exit(97);
    }
    return wait_for(child);
}

static int by_vfork(char **argv)
{
    pid_t child = vfork();
    if (child == 0) {
        execv(argv[0], argv);
        _exit(97);
    }
    return wait_for(child);
}

static int by_spawn(char **argv, char *const *environment)
{
    pid_t child;
    return posix_spawn(&child, argv[0], NULL, NULL, argv, environment) ? 97 : wait_for(child);
}

static int by_popen(const char *command)
{
    char text[4096];
    FILE *stream = popen(command, "r");
    while (stream && fgets(text, sizeof text, stream))
        fputs(text, stdout);
    return stream ? WEXITSTATUS(pclose(stream)) : 97;
}

static int by_replacing(char **argv, char *const *environment)
{
    execve(argv[0], argv, environment);
    return 97;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    const char *way = argv[1];
    argv += 2;
    if (strcmp(way, "fork") == 0)
        return by_fork(argv);
    if (strcmp(way, "vfork") == 0)
        return by_vfork(argv);
    if (strcmp(way, "posix_spawn") == 0)
        return by_spawn(argv, environ);
    if (strcmp(way, "posix_spawn, nothing") == 0)
        return by_spawn(argv, nothing);
    if (strcmp(way, "system") == 0)
        return WEXITSTATUS(system(argv[0]));
    if (strcmp(way, "popen") == 0)
        return by_popen(argv[0]);
    if (strcmp(way, "exec, nothing") == 0)
        return by_replacing(argv, nothing);
    if (strcmp(way, "exec, null") == 0)
        return by_replacing(argv, NULL);
    if (strcmp(way, "clearenv") == 0 && clearenv() == 0)
        return by_replacing(argv, environ);
    return 2;
}
