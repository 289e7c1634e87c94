/* SPDX-License-Identifier: MIT */
#include "cli/run.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

static bool is_program(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* Why a path with a slash in it cannot be run. */
static noreturn void refuse_path(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        die(errno == ENOENT || errno == ENOTDIR ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE, "%s: %s", path, strerror(errno));
    die(STATUS_NOT_EXECUTABLE, "%s: %s", path, strerror(S_ISDIR(st.st_mode) ? EISDIR : EACCES));
}

const char *run_find_program(const char *name)
{
    static char path[PATH_MAX];
    const char *dir = getenv("PATH");
    bool found = false;
    if (strchr(name, '/')) {
        if (!is_program(name))
            refuse_path(name);
        return name;
    }
    for (dir = dir ? dir : "/bin:/usr/bin"; *name; dir++) {
        size_t len = strcspn(dir, ":");
        if (snprintf(path, sizeof path, "%.*s%s%s", (int)len, dir, len ? "/" : "", name) < PATH_MAX) {
            if (is_program(path))
                return path;
            found = found || access(path, F_OK) == 0;
        }
        dir += len;
        if (!*dir)
            break;
    }
    if (found)
        die(STATUS_NOT_EXECUTABLE, "%s: found, but not executable", name);
    die(STATUS_NOT_FOUND, "%s: command not found", name);
}

static volatile sig_atomic_t child;

/* What is meant for the command goes on to it; the terminal's own signals reach it anyway. */
static void forward(int signal)
{
    int saved = errno;
    if (child > 0)
        kill(child, signal);
    errno = saved;
}

static const int forwarded[] = { SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH };

static void set_signals(void)
{
    struct sigaction action = { .sa_handler = forward, .sa_flags = SA_RESTART };
    for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++)
        sigaction(forwarded[i], &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGQUIT, &action, NULL);
}

/* Stops when the command stops, so that a shell's job control sees one job. */
static int wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, WUNTRACED) < 0 || WIFSTOPPED(status)) {
        if (errno == ECHILD)
            return STATUS_FAILED;
        if (WIFSTOPPED(status)) {
            raise(SIGSTOP);
            kill(pid, SIGCONT);
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run_program(const char *path, char **argv)
{
    sigset_t all, old;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &old);
    pid_t pid = fork();
    if (pid < 0)
        die(STATUS_FAILED, "fork: %s", strerror(errno));
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &old, NULL);
        execv(path, argv);
        if (errno == ENOEXEC) /* a script without #!: as execvp runs it */
            execvp(path, argv);
        die(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE, "%s: %s", path, strerror(errno));
    }
    child = pid;
    set_signals();
    sigprocmask(SIG_SETMASK, &old, NULL);
    return wait_for(pid);
}

int command_run(int argc, char **argv)
{
    struct run run = { 0 };
    run_read_options(&run, argc, argv);
    const char *path = run_find_program(run.command[0]);
    run_set_environment(&run);
    const char *why = blind_spot(path);
    if (why)
        say("%s %s", path, why);
    return run_program(path, run.command);
}
