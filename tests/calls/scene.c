/* SPDX-License-Identifier: MIT */
#include "calls/scene.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "sys/raw.h"

char buf[64];
struct stat st;
struct stat64 st64;
struct statx stx;
int pair[2];
char template[] = "t-XXXXXX", template_c[] = "t-XXXXXX.c";
glob_t found;
glob64_t found64;
struct dirent entry, *next, **list;
struct dirent64 entry64, *next64, **list64;
struct sockaddr_in peer;
socklen_t peer_len = sizeof peer;
pid_t child;

char *const argv[] = { "true", "x", NULL };
char *const folder[] = { "d", NULL };
const struct iovec hel_lo[2] = { { "hel", 3 }, { "lo", 2 } };
const struct iovec halves[2] = { { buf, 3 }, { buf + 32, 32 } };
struct msghdr to_send = { .msg_iov = (struct iovec *)hel_lo, .msg_iovlen = 2 };
struct msghdr to_receive = { .msg_iov = (struct iovec *)halves, .msg_iovlen = 2 };
struct mmsghdr many_to_send = { .msg_hdr = { .msg_iov = (struct iovec *)hel_lo, .msg_iovlen = 2 } };
struct mmsghdr many_to_receive = { .msg_hdr = { .msg_iov = (struct iovec *)halves, .msg_iovlen = 2 } };
struct open_how beneath = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_BENEATH };
const struct timespec times[2] = { { 1, 2 }, { 3, 4 } };
const struct timeval timevals[2] = { { 1, 2 }, { 3, 4 } };
const struct utimbuf utimbuf_1_2 = { 1, 2 };
struct rlimit no_core;
struct rlimit64 no_core64;
dev_t device;

/* The scene has to be there: a case that runs in another one says nothing. */
static int need(long result, const char *what)
{
    if (result >= 0)
        return (int)result;
    dprintf(2, "scene: %s: %s\n", what, strerror((int)-result));
    leave(125);
}

_Noreturn void leave(int status)
{
    raw(SYS_exit_group, status);
    __builtin_unreachable();
}

static int open_at(const char *path, int flags)
{
    return need(raw(SYS_openat, AT_FDCWD, path, flags, 0644), path);
}

static void put(const char *path, const char *text)
{
    int fd = open_at(path, O_WRONLY | O_CREAT | O_EXCL);
    need(raw(SYS_write, fd, text, strlen(text)), path);
    raw(SYS_close, fd);
}

void scene_build(void)
{
    raw(SYS_umask, 022);
    put("f", "hello");
    need(raw(SYS_symlinkat, "f", AT_FDCWD, "l"), "l");
    need(raw(SYS_mkdirat, AT_FDCWD, "d", 0755), "d");
    put("d/one", "1");
    need(raw(SYS_mknodat, AT_FDCWD, "p", S_IFIFO | 0600, 0), "p");
}

int file(void)
{
    return open_at("f", O_RDWR);
}

int dir(void)
{
    return open_at("d", O_RDONLY | O_DIRECTORY);
}

int program(void)
{
    return open_at("/bin/true", O_RDONLY);
}

int pipe_of(const char *text)
{
    int ends[2];
    need(raw(SYS_pipe2, ends, 0), "pipe");
    need(raw(SYS_write, ends[1], text, strlen(text)), "pipe");
    return ends[0];
}

int socket_of(int domain, int type)
{
    return need(raw(SYS_socket, domain, type, 0), "socket");
}

int bound(int type)
{
    int fd = socket_of(AF_INET, type);
    peer = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    need(raw(SYS_bind, fd, &peer, sizeof peer), "bind");
    need(raw(SYS_getsockname, fd, &peer, &peer_len), "getsockname");
    return fd;
}

int listener(void)
{
    int fd = bound(SOCK_STREAM);
    need(raw(SYS_listen, fd, 8), "listen");
    return fd;
}

int called(void)
{
    int fd = listener();
    need(raw(SYS_connect, socket_of(AF_INET, SOCK_STREAM), &peer, sizeof peer), "connect");
    return fd;
}

int pair_with(const char *text)
{
    int ends[2];
    need(raw(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
    need(raw(SYS_write, ends[1], text, strlen(text)), "socketpair");
    return ends[0];
}

int mailbox(const char *text)
{
    int fd = bound(SOCK_DGRAM);
    need(raw(SYS_sendto, fd, text, strlen(text), 0, &peer, sizeof peer), "sendto");
    return fd;
}

int unix_listener(void)
{
    int fd = socket_of(AF_UNIX, SOCK_STREAM);
    need(raw(SYS_bind, fd, unix_addr(), unix_len()), "bind");
    need(raw(SYS_listen, fd, 8), "listen");
    return fd;
}

const struct sockaddr *peer_addr(void)
{
    return (const struct sockaddr *)&peer;
}

const struct sockaddr *unix_addr(void)
{
    static const struct sockaddr_un address = { AF_UNIX, "s" };
    return (const struct sockaddr *)&address;
}

socklen_t unix_len(void)
{
    return sizeof(struct sockaddr_un);
}

/* Not an arbitrary one: a sanitized library cannot be loaded but behind the sanitizer's runtime. */
char *const *one_variable(void)
{
    static char preload[8192];
    static char *variables[] = { preload, NULL };
    const char *libraries = getenv("LD_PRELOAD");
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", libraries ? libraries : "");
    return variables;
}

int forked(pid_t pid)
{
    if (pid == 0)
        leave(0);
    child = pid;
    return pid > 0 && waited() == 0;
}

int waited(void)
{
    int status = -1;
    raw(SYS_wait4, child, &status, 0, NULL);
    return status >> 8;
}

int visit(const char *path, const struct stat *status, int flag)
{
    (void)path, (void)status, (void)flag;
    return 0;
}

int visit64(const char *path, const struct stat64 *status, int flag)
{
    (void)path, (void)status, (void)flag;
    return 0;
}

int nvisit(const char *path, const struct stat *status, int flag, struct FTW *where)
{
    (void)where;
    return visit(path, status, flag);
}

int nvisit64(const char *path, const struct stat64 *status, int flag, struct FTW *where)
{
    (void)where;
    return visit64(path, status, flag);
}

int call_openat2(int dirfd, const char *path, struct open_how *how, size_t size)
{
    int (*by_name)(int, const char *, struct open_how *, size_t);
    *(void **)&by_name = dlsym(RTLD_DEFAULT, "openat2");
    if (by_name)
        return by_name(dirfd, path, how, size);
    long ret = raw(SYS_openat2, dirfd, path, how, size);
    errno = ret < 0 ? (int)-ret : errno;
    return ret < 0 ? -1 : (int)ret;
}
