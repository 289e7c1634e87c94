/* SPDX-License-Identifier: MIT */
/* What a redirect needs beside another argument. */
#include "inbound/preload/preload.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "sys/raw.h"

/* A redirected write: the bytes go to the end of another file instead. The file is opened for each
 * write, so that no descriptor is held and each process of a family may write. */
void divert_write(struct passage *passage)
{
    const long *word = passage->word;
    bool vector = call_arg_of_kind(passage->event.call, KIND_IOV_IN, 0) >= 0;
    long fd = raw(SYS_openat, AT_FDCWD, passage->verdict.to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    long done = fd;
    if (fd >= 0) {
        done = vector ? raw(SYS_writev, fd, word[1], word[2]) : raw(SYS_write, fd, word[1], word[2]);
        raw(SYS_close, fd);
    }
    passage->event.ret = done < 0 ? -1 : done;
    passage->event.err = done < 0 ? (int)-done : 0;
}

static int socket_option(int fd, int option)
{
    int value = -1;
    socklen_t size = sizeof value;
    raw(SYS_getsockopt, fd, SOL_SOCKET, option, &value, &size);
    return value;
}

/* An IPv6 socket reaches an IPv4 address as ::ffff:a.b.c.d. */
static bool map_address(struct passage *passage, int addr)
{
    struct sockaddr_in6 *mapped = arena_take(&passage->arena, sizeof *mapped);
    struct sockaddr_in old;
    if (!mapped)
        return false;
    memcpy(&old, passage->verdict.to_addr, sizeof old);
    *mapped = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = old.sin_port };
    mapped->sin6_addr.s6_addr[10] = mapped->sin6_addr.s6_addr[11] = 0xff;
    memcpy(mapped->sin6_addr.s6_addr + 12, &old.sin_addr, 4);
    passage->word[addr] = (long)mapped;
    passage->word[addr + 1] = sizeof *mapped;
    return true;
}

/* Another family needs another socket: one of the same type takes the number, and its flags. */
static void swap_socket(int fd, int family)
{
    long flags = raw(SYS_fcntl, fd, F_GETFL), descriptor_flags = raw(SYS_fcntl, fd, F_GETFD);
    int type = socket_option(fd, SO_TYPE) | (flags & O_NONBLOCK ? SOCK_NONBLOCK : 0);
    long other = raw(SYS_socket, family, type | SOCK_CLOEXEC, 0);
    if (other < 0)
        return;
    raw(SYS_dup3, other, fd, descriptor_flags & FD_CLOEXEC ? O_CLOEXEC : 0);
    raw(SYS_close, other);
}

void divert_socket(struct passage *passage)
{
    int addr = call_arg_of_kind(passage->event.call, KIND_SOCKADDR, 0), fd = (int)passage->word[0];
    int family = ((const struct sockaddr *)passage->verdict.to_addr)->sa_family, has = socket_option(fd, SO_DOMAIN);
    if (has == family || has < 0)
        return;
    if (has == AF_INET6 && family == AF_INET && map_address(passage, addr))
        return;
    swap_socket(fd, family);
}
