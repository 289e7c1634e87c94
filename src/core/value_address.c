/* SPDX-License-Identifier: MIT */
#include "core/value.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core/flags.h"
#include "core/format.h"

void put_other_sockaddr(struct out *out, const void *addr, size_t len)
{
    sa_family_t family = AF_UNSPEC;
    if (len >= sizeof family)
        memcpy(&family, addr, sizeof family);
    put_text(out, "{sa_family=");
    put_constant(out, FLAG_SET_AF, family);
    if (family == AF_NETLINK && len >= sizeof(struct sockaddr_nl)) {
        struct sockaddr_nl nl;
        memcpy(&nl, addr, sizeof nl);
        put_text(out, ", nl_pid=");
        put_unsigned(out, nl.nl_pid);
        put_text(out, ", nl_groups=");
        char groups[8];
        for (unsigned i = 0, n = nl.nl_groups; i < 8; i++, n <<= 4)
            groups[i] = "0123456789abcdef"[n >> 28];
        put(out, groups, sizeof groups);
    }
    put_char(out, '}');
}

static void put_port(struct out *out, in_port_t port)
{
    put_char(out, ':');
    put_unsigned(out, ntohs(port));
}

static void put_inet(struct out *out, const void *addr)
{
    struct sockaddr_in in;
    memcpy(&in, addr, sizeof in);
    const unsigned char *byte = (const unsigned char *)&in.sin_addr;
    for (int i = 0; i < 4; i++) {
        if (i)
            put_char(out, '.');
        put_unsigned(out, byte[i]);
    }
    put_port(out, in.sin_port);
}

static unsigned group_at(const struct in6_addr *address, int i)
{
    return (unsigned)address->s6_addr[2 * i] << 8 | address->s6_addr[2 * i + 1];
}

/* RFC 5952: the longest run of zero groups, if of two or more, is `::`. */
static int longest_run(const struct in6_addr *address, int *ret_len)
{
    int best = -1;
    *ret_len = 1;
    for (int i = 0, len; i < 8; i += len ? len : 1) {
        for (len = 0; i + len < 8 && group_at(address, i + len) == 0;)
            len++;
        if (len > *ret_len) {
            best = i;
            *ret_len = len;
        }
    }
    return best;
}

static void put_group(struct out *out, unsigned group)
{
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
        unsigned digit = group >> shift & 15;
        started = started || digit || shift == 0;
        if (started)
            put_char(out, "0123456789abcdef"[digit]);
    }
}

static void put_inet6(struct out *out, const void *addr, size_t size)
{
    struct sockaddr_in6 in = { 0 };
    memcpy(&in, addr, size < sizeof in ? size : sizeof in);
    int len, run = longest_run(&in.sin6_addr, &len);
    put_char(out, '[');
    for (int i = 0; i < 8; i++) {
        if (i == run) {
            put_text(out, "::");
            i += len - 1;
            continue;
        }
        if (i && i != run + len)
            put_char(out, ':');
        else if (i && run < 0)
            put_char(out, ':');
        put_group(out, group_at(&in.sin6_addr, i));
    }
    put_char(out, ']');
    put_port(out, in.sin6_port);
}

static void put_unix(struct out *out, const void *addr, size_t len, enum style style)
{
    const char *path = (const char *)addr + offsetof(struct sockaddr_un, sun_path);
    len -= offsetof(struct sockaddr_un, sun_path);
    bool abstract = len > 0 && !path[0];
    put_text(out, abstract ? "unix:@" : "unix:");
    path += abstract;
    len = abstract ? len - 1 : strnlen(path, len);
    style == STYLE_JSON ? put_json_escaped(out, path, len) : put_c_escaped(out, path, len);
}

bool put_sockaddr(struct out *out, const void *addr, size_t len, enum style style)
{
    sa_family_t family = AF_UNSPEC;
    if (len >= sizeof family)
        memcpy(&family, addr, sizeof family);
    if (family == AF_INET && len >= sizeof(struct sockaddr_in))
        put_inet(out, addr);
    else if (family == AF_INET6 && len >= offsetof(struct sockaddr_in6, sin6_scope_id))
        put_inet6(out, addr, len);
    else if (family == AF_UNIX)
        put_unix(out, addr, len, style);
    else
        return false;
    return true;
}

size_t format_sockaddr(const void *addr, size_t len, char *buf, size_t size)
{
    struct out out = { .buf = buf, .size = size };
    return put_sockaddr(&out, addr, len, STYLE_TEXT) ? out.len : 0;
}
