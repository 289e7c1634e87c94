/* SPDX-License-Identifier: MIT */
/* The least that a preload library can do: each function is looked up once and called. What libhook costs is
 * measured from here. */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* FORWARD(type, name, (parameters), (arguments)) */
#define FORWARDED                                                                                                                \
    FORWARD(int, close, (int fd), (fd))                                                                                          \
    FORWARD(int, connect, (int fd, const struct sockaddr *address, socklen_t len), (fd, address, len))                           \
    FORWARD(int, execv, (const char *path, char *const argv[]), (path, argv))                                                    \
    FORWARD(int, fclose, (FILE * file), (file))                                                                                  \
    FORWARD(FILE *, fopen, (const char *path, const char *mode), (path, mode))                                                   \
    FORWARD(pid_t, fork, (void), ())                                                                                             \
    FORWARD(int, stat, (const char *path, struct stat *st), (path, st))                                                          \
    FORWARD(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options))                                       \
    FORWARD(ssize_t, write, (int fd, const void *data, size_t len), (fd, data, len))

#define FORWARD(type, name, params, args)                                                                                        \
    static type(*real_##name) params;                                                                                            \
    type name params                                                                                                             \
    {                                                                                                                            \
        if (__builtin_expect(!real_##name, 0))                                                                                   \
            real_##name = dlsym(RTLD_NEXT, #name);                                                                               \
        return real_##name args;                                                                                                 \
    }
FORWARDED

int open(const char *path, int flags, ...)
{
    static int (*real_open)(const char *path, int flags, ...);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    if (__builtin_expect(!real_open, 0))
        real_open = dlsym(RTLD_NEXT, "open");
    return real_open(path, flags, mode);
}
