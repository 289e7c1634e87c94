/* SPDX-License-Identifier: MIT */
#include "cli/run.h"

#include <errno.h>
#include <fcntl.h>
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
        die(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE, "%s: %s", path, strerror(errno));
    die(STATUS_NOT_EXECUTABLE, "%s: %s", path, strerror(S_ISDIR(st.st_mode) ? EISDIR : EACCES));
}

const char *run_search_program(const char *name, bool *ret_found)
{
    static char path[PATH_MAX];
    const char *dir = getenv("PATH");
    *ret_found = false;
    for (dir = dir ? dir : "/bin:/usr/bin"; *name; dir++) {
        size_t len = strcspn(dir, ":");
        if (snprintf(path, sizeof path, "%.*s%s%s", (int)len, dir, len ? "/" : "", name) < PATH_MAX) {
            if (is_program(path))
                return path;
            *ret_found = *ret_found || access(path, F_OK) == 0;
        }
        dir += len;
        if (!*dir)
            break;
    }
    return NULL;
}

const char *run_find_program(const char *name)
{
    bool found;
    if (strchr(name, '/')) {
        if (!is_program(name))
            refuse_path(name);
        return name;
    }
    const char *path = run_search_program(name, &found);
    if (path)
        return path;
    if (found)
        die(STATUS_NOT_EXECUTABLE, "%s: found, but not executable", name);
    die(STATUS_NOT_FOUND, "%s: command not found", name);
}

/* Stops when the command stops, so that a shell's job control sees one job. Without a terminal there is none, and
 * nobody who would continue two processes. */
static void stop_with(pid_t pid)
{
    int terminal = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0)
        return;
    close(terminal);
    raise(SIGSTOP);
    kill(pid, SIGCONT);
}

/* Returns whether the command has ended, with its status as a shell tells it. Where hook is a container's first process, or
 * in the place of one that had children, there are others to be waited for. */
static bool has_ended(pid_t pid, int *ret)
{
    pid_t child;
    int status;
    while ((child = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
        if (child != pid)
            continue;
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            *ret = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            return true;
        }
        stop_with(pid);
    }
    return false;
}

/* What a terminal, or the kernel for it, sends goes to all of its foreground processes: the command has it already. Of a
 * terminal that goes away the leader of the session alone is told. */
static bool comes_from_terminal(const siginfo_t *info)
{
    int signal = info->si_signo;
    bool can = signal == SIGINT || signal == SIGQUIT || signal == SIGTSTP || signal == SIGWINCH;
    return info->si_code > 0 && (can || (signal == SIGHUP && getsid(0) != getpid()));
}

/* What is meant for the command goes on to it, but what it sent itself. */
static void forward(pid_t pid, const siginfo_t *info)
{
    bool own = info->si_code <= 0 && info->si_pid == pid;
    if (!own && !comes_from_terminal(info))
        kill(pid, info->si_signo);
}

/* The signals that concern the command; they are blocked, and waited for. */
static void fill_signals(sigset_t *ret)
{
    static const int signals[] = { SIGCHLD, SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH };
    sigemptyset(ret);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaddset(ret, signals[i]);
}

static int wait_for(pid_t pid, const sigset_t *signals)
{
    const struct timespec pause = { .tv_nsec = 50000000 };
    siginfo_t info;
    int status;
    while (!has_ended(pid, &status)) {
        bool polls = reload_watches() || run_count_watches();
        int signal = polls ? sigtimedwait(signals, &info, &pause) : sigwaitinfo(signals, &info);
        if (reload_watches())
            reload_poll();
        if (run_count_watches())
            run_count_poll();
        if (signal > 0 && signal != SIGCHLD)
            forward(pid, &info);
    }
    return status;
}

static noreturn void become(const char *path, char **argv)
{
    execv(path, argv);
    if (errno == ENOEXEC) /* a script without #!: as execvp runs it */
        execvp(path, argv);
    die(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE, "%s: %s", path, strerror(errno));
}

/* Where SIGCHLD is ignored, as it may have been by who started us, there is no status to wait for. */
int run_program(const char *path, char **argv)
{
    const struct sigaction usual = { .sa_handler = SIG_DFL };
    struct sigaction old_chld;
    sigset_t signals, old;
    fill_signals(&signals);
    sigprocmask(SIG_BLOCK, &signals, &old);
    sigaction(SIGCHLD, &usual, &old_chld);
    pid_t pid = fork();
    if (pid < 0)
        die(STATUS_FAILED, "fork: %s", strerror(errno));
    if (pid == 0) {
        sigaction(SIGCHLD, &old_chld, NULL);
        sigprocmask(SIG_SETMASK, &old, NULL);
        become(path, argv);
    }
    return wait_for(pid, &signals);
}

int command_run(int argc, char **argv)
{
    struct run run = { 0 };
    struct elf program;
    run_read_options(&run, argc, argv);
    const char *path = run_find_program(run.command[0]);
    const char *why = look_at_program(&program, path);
    if (run.count)
        run_count_begin(&run);
    run_set_environment(&run, &program);
    if (why)
        say("%s %s", path, why);
    int status = run_program(path, run.command);
    if (run.count)
        run_count_end();
    return status;
}
