/* SPDX-License-Identifier: MIT */
/* What a redirect needs beside another argument. */
#include "inbound/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "inbound/preload/swap.h"
#include "sys/raw.h"

/* globfree is called whatever glob has returned. */
void divert_refused(const struct passage *passage)
{
    unsigned row = call_table[passage->event.call].row;
    glob_t *found = (glob_t *)passage->word[3];
    if ((row == CALL_glob || row == CALL_glob64) && !(passage->word[1] & GLOB_APPEND)) {
        found->gl_pathc = 0;
        found->gl_pathv = NULL;
    }
}

/* A redirected write: the bytes go to the end of another file instead. The file is opened for each
 * write, so that no descriptor is held and each process of a family may write. */
void divert_write(struct passage *passage)
{
    const long *word = passage->word;
    bool vector = call_arg_of_kind(passage->event.call, KIND_IOV_IN, 0) >= 0;
    long mode = raw(SYS_fcntl, (int)word[0], F_GETFL);
    if (mode < 0 || (mode & O_ACCMODE) == O_RDONLY || mode & O_PATH) {
        gate_refuse(passage, EBADF);
        return;
    }
    long fd = raw(SYS_openat, AT_FDCWD, passage->verdict.to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    long done = fd;
    if (fd >= 0) {
        done = vector ? raw(SYS_writev, fd, word[1], word[2]) : raw(SYS_write, fd, word[1], word[2]);
        raw(SYS_close, fd);
    }
    passage->event.ret = done;
    if (done < 0)
        gate_refuse(passage, (int)-done);
}

static int socket_option(int fd, int level, int option)
{
    int value = -1;
    socklen_t size = sizeof value;
    raw(SYS_getsockopt, fd, level, option, &value, &size);
    return value;
}

/* Can that IPv6 socket reach no IPv4 address? It is told so, or bound to an address of IPv6. */
static bool is_v6_only(int fd)
{
    struct sockaddr_in6 own = { 0 };
    socklen_t size = sizeof own;
    if (socket_option(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 1)
        return true;
    return raw(SYS_getsockname, fd, &own, &size) == 0 && !IN6_IS_ADDR_UNSPECIFIED(&own.sin6_addr) &&
           !IN6_IS_ADDR_V4MAPPED(&own.sin6_addr);
}

/* An IPv4 address that has been written as one of IPv6, for a socket that cannot have that. */
static void unmap_address(struct passage *passage)
{
    struct sockaddr_in *plain = arena_take(&passage->arena, sizeof *plain);
    struct sockaddr_in6 mapped;
    memcpy(&mapped, passage->verdict.to_addr, sizeof mapped);
    if (!plain)
        return;
    *plain = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = mapped.sin6_port };
    memcpy(&plain->sin_addr, mapped.sin6_addr.s6_addr + 12, sizeof plain->sin_addr);
    passage->verdict.to_addr = plain;
    passage->verdict.to_len = sizeof *plain;
    gate_set_address(passage, plain, sizeof *plain);
}

/* An IPv6 socket reaches an IPv4 address as ::ffff:a.b.c.d. */
static bool map_address(struct passage *passage)
{
    struct sockaddr_in6 *mapped = arena_take(&passage->arena, sizeof *mapped);
    struct sockaddr_in old;
    if (!mapped)
        return false;
    memcpy(&old, passage->verdict.to_addr, sizeof old);
    *mapped = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = old.sin_port };
    mapped->sin6_addr.s6_addr[10] = mapped->sin6_addr.s6_addr[11] = 0xff;
    memcpy(mapped->sin6_addr.s6_addr + 12, &old.sin_addr, 4);
    gate_set_address(passage, mapped, sizeof *mapped);
    return true;
}

bool divert_socket(struct passage *passage)
{
    int fd = (int)passage->word[0];
    int has = socket_option(fd, SOL_SOCKET, SO_DOMAIN);
    struct sockaddr_in6 to = { 0 };
    memcpy(&to, passage->verdict.to_addr, passage->verdict.to_len < sizeof to ? passage->verdict.to_len : sizeof to);
    bool v4_only = has == AF_INET6 && (to.sin6_family == AF_INET || IN6_IS_ADDR_V4MAPPED(&to.sin6_addr)) && is_v6_only(fd);
    if (v4_only && to.sin6_family == AF_INET6)
        unmap_address(passage);
    int family = ((const struct sockaddr *)passage->verdict.to_addr)->sa_family;
    if (has == family || has < 0)
        return true;
    if (has == AF_INET6 && family == AF_INET && !v4_only && map_address(passage))
        return true;
    long err = swap_socket(fd, family);
    if (err < 0)
        gate_refuse(passage, (int)-err);
    return err == 0;
}

/* The call has made a name in our copy of the template: the program finds the same letters in its own. */
long divert_template(const struct passage *passage, long ret)
{
    const unsigned made = 6;
    unsigned call = passage->event.call;
    int arg = call_arg_of_kind(call, KIND_TEMPLATE, 0), suffix = call_arg_of_kind(call, KIND_INT, 0);
    char *template = (char *)passage->event.arg[arg].n;
    const char *name = (const char *)passage->word[arg];
    size_t tail = made + (suffix < 0 ? 0 : (size_t)passage->word[suffix]);
    if (strlen(name) >= tail) /* mktemp tells a failure by an empty name */
        memcpy(template + strlen(template) - tail, name + strlen(name) - tail, made);
    return ret == (long)name ? (long)template : ret;
}
