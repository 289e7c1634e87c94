/* SPDX-License-Identifier: MIT */
/* Helpers of the hostile programs.  Each prints exactly one line on the
 * standard output it was started with: "PASS name" or "FAIL name: why".
 * The line goes out by a raw system call, so no hook and no stdio is in the way. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef T_NAME
#error "T_NAME"
#endif

extern char **environ;

static int t_out = 1;

__attribute__((unused)) static void t_line(const char *what, const char *why)
{
    char b[600];
    int n = snprintf(b, sizeof b, "%s %s%s%s\n", what, T_NAME, why ? ": " : "", why ? why : "");
    if (n >= (int)sizeof b) {
        n = sizeof b - 1;
        b[n - 1] = '\n';
    }
    syscall(SYS_write, t_out, b, (size_t)n);
}

__attribute__((unused, format(printf, 1, 2), noreturn)) static void fail(const char *f, ...)
{
    char w[500];
    va_list a;
    va_start(a, f);
    vsnprintf(w, sizeof w, f, a);
    va_end(a);
    t_line("FAIL", w);
    syscall(SYS_exit_group, 1);
    __builtin_unreachable();
}

__attribute__((unused, noreturn)) static void pass(void)
{
    t_line("PASS", NULL);
    exit(0);
}

#define CHECK(c) do { if (!(c)) fail("line %d: %s (errno %d %s)", __LINE__, #c, errno, strerror(errno)); } while (0)

/* expect a call to fail with one errno */
#define ERR(call, e) do { errno = 0; long r_ = (long)(call); int x_ = errno; \
    if (r_ != -1 || x_ != (e)) fail("line %d: %s gave %ld errno %d, not -1 errno %d", __LINE__, #call, r_, x_, (e)); } while (0)

/* expect the libc call to do what the raw system call does */
#define SAME(call, raw) do { errno = 0; long a_ = (long)(call); int ea_ = errno; \
    errno = 0; long b_ = (long)(raw); int eb_ = errno; \
    if (a_ != b_ || (a_ == -1 && ea_ != eb_)) \
        fail("line %d: %s gave %ld errno %d, the kernel %ld errno %d", __LINE__, #call, a_, ea_, b_, eb_); } while (0)

static char t_dir[200];
__attribute__((unused)) static void t_rm(void)
{
    if (t_dir[0]) {
        char c[200];
        snprintf(c, sizeof c, "%s", t_dir);
        DIR *d = opendir(c);
        if (d) {
            struct dirent *e;
            while ((e = readdir(d)))
                if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
                    if (unlinkat(dirfd(d), e->d_name, 0))
                        unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
            closedir(d);
        }
        rmdir(c);
    }
}

/* Becomes this program again, by hand: the library, not followed, does not take itself out of the environment. */
__attribute__((unused)) static void t_again(char **argv)
{
#ifdef __x86_64__
    long ret;
    register char **env __asm__("rdx") = environ;
    __asm__ volatile("syscall" : "=a"(ret) : "a"(SYS_execve), "D"("/proc/self/exe"), "S"(argv), "r"(env) : "rcx", "r11", "memory");
    errno = (int)-ret;
#else
    execve("/proc/self/exe", argv, environ);
#endif
    fail("execve: errno %d", errno);
}

/* Under the library: starts the program again, with the settings that the environment has by now and followed.
 * Bare, and the second time, it does nothing. */
__attribute__((unused)) static void t_follow(char **argv)
{
    if (!getenv("LD_PRELOAD") || getenv("HOSTILE_AGAIN"))
        return;
    setenv("HOSTILE_AGAIN", "1", 1);
    setenv("HOOK_FOLLOW", "1", 1);
    t_again(argv);
}

/* a fresh folder, made the current one, removed at exit */
__attribute__((unused)) static void t_tmp(void)
{
    const char *top = getenv("TMPDIR");
    snprintf(t_dir, sizeof t_dir, "%s/hostile.XXXXXX", top ? top : "/tmp");
    CHECK(mkdtemp(t_dir));
    CHECK(chdir(t_dir) == 0);
    atexit(t_rm);
}

__attribute__((unused)) static void t_file(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    CHECK(fd >= 0);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    CHECK(close(fd) == 0);
}

/* wait for a child: its exit status, or 1000 + signal */
__attribute__((unused)) static int t_wait(pid_t p)
{
    int st;
    pid_t r;
    while ((r = waitpid(p, &st, 0)) < 0 && errno == EINTR) {}
    if (r != p)
        return -1;
    return WIFEXITED(st) ? WEXITSTATUS(st) : 1000 + WTERMSIG(st);
}

/* the open descriptors below 1024, by raw calls: a bit map in out[1024] */
__attribute__((unused)) static int t_fds(char *out)
{
    int n = 0;
    for (int i = 0; i < 1024; i++) {
        out[i] = syscall(SYS_fcntl, i, F_GETFD) != -1;
        n += out[i];
    }
    return n;
}
