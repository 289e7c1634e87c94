/* SPDX-License-Identifier: MIT */
/* The least that a preload library can do: each function is looked up once and called. What libhook costs is
 * measured from here. With BENCH_LTTNG a trace point of LTTng-UST stands behind each call; with BENCH_LINE a write(2)
 * of so many bytes as BENCH_LENGTH says to the file BENCH_OUTPUT, which is the least that a line can cost. */
#ifdef BENCH_LTTNG
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "lttng_call.h"
#define TELL(name, path, number, ret) lttng_ust_tracepoint(bench, call, name, path, number, (long)(ret), errno)
#elif defined(BENCH_LINE)
#define TELL(name, path, number, ret) write_line()
#else
#define TELL(name, path, number, ret)
#endif

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef BENCH_LINE
static char line[4096];
static size_t length;
static int output;

__attribute__((constructor)) static void open_output(void)
{
    const char *path = getenv("BENCH_OUTPUT"), *bytes = getenv("BENCH_LENGTH");
    output = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    length = (size_t)atol(bytes) % sizeof line;
    for (size_t i = 0; i < length; i++)
        line[i] = i + 1 < length ? 'x' : '\n';
}

static void write_line(void)
{
    int saved = errno;
    if (syscall(SYS_write, output, line, length) != (long)length)
        abort();
    errno = saved;
}
#endif

/* FORWARD(type, name, (parameters), (arguments), path and number to tell) */
#define FORWARDED                                                                                                                \
    FORWARD(int, close, (int fd), (fd), "", fd)                                                                                  \
    FORWARD(int, connect, (int fd, const struct sockaddr *address, socklen_t len), (fd, address, len), "", fd)                   \
    FORWARD(int, execv, (const char *path, char *const argv[]), (path, argv), path, 0)                                           \
    FORWARD(int, fclose, (FILE * file), (file), "", 0)                                                                           \
    FORWARD(FILE *, fopen, (const char *path, const char *mode), (path, mode), path, 0)                                          \
    FORWARD(pid_t, fork, (void), (), "", 0)                                                                                      \
    FORWARD(int, stat, (const char *path, struct stat *st), (path, st), path, 0)                                                 \
    FORWARD(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options), "", pid)                              \
    FORWARD(ssize_t, write, (int fd, const void *data, size_t len), (fd, data, len), "", fd)

#define FORWARD(type, name, params, args, path, number)                                                                          \
    static type(*real_##name) params;                                                                                            \
    type name params                                                                                                             \
    {                                                                                                                            \
        if (__builtin_expect(!real_##name, 0))                                                                                   \
            real_##name = dlsym(RTLD_NEXT, #name);                                                                               \
        type ret = real_##name args;                                                                                             \
        TELL(#name, path, number, ret);                                                                                          \
        return ret;                                                                                                              \
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
    int ret = real_open(path, flags, mode);
    TELL("open", path, flags, ret);
    return ret;
}
