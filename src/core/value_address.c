/* SPDX-License-Identifier: MIT */
#include "core/value.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core/call.h"
#include "core/flags.h"
#include "core/format.h"
#include "core/message.h"
#include "core/value_part.h"

static sa_family_t family_of(const void *addr, size_t len)
{
    sa_family_t family = AF_UNSPEC;
    if (len >= sizeof family)
        memcpy(&family, addr, sizeof family);
    return family;
}

static void put_netlink(struct out *out, const void *addr)
{
    struct sockaddr_nl nl;
    memcpy(&nl, addr, sizeof nl);
    put_text(out, ", nl_pid=");
    put_unsigned(out, nl.nl_pid);
    put_text(out, ", nl_groups=");
    put_text(out, nl.nl_groups ? "0x" : "00");
    put_hex_digits(out, nl.nl_groups, 6);
}

/* Bytes that nothing is known about. In JSON the text as strace has it is escaped once more. */
static void put_data(struct out *out, const char *data, size_t len, enum style style)
{
    put_text(out, style == STYLE_JSON ? ", sa_data=\\\"" : ", sa_data=\"");
    for (size_t i = 0; i < len; i++) {
        char text[4];
        struct out one = { .buf = text, .size = sizeof text };
        put_c_byte(&one, (unsigned char)data[i], i + 1 < len ? data[i + 1] : '\0');
        style == STYLE_JSON ? put_json_escaped(out, text, one.len) : put(out, text, one.len);
    }
    put_text(out, style == STYLE_JSON ? "\\\"" : "\"");
}

void put_other_sockaddr(struct out *out, const void *addr, size_t len, enum style style)
{
    sa_family_t family = family_of(addr, len);
    put_text(out, "{sa_family=");
    put_constant(out, FLAG_SET_AF, family);
    if (family == AF_NETLINK && len >= sizeof(struct sockaddr_nl))
        put_netlink(out, addr);
    else if (len > sizeof family)
        put_data(out, (const char *)addr + sizeof family, len - sizeof family, style);
    put_char(out, '}');
}

/* 255.255.255.255:65535 and some more bytes. */
enum { INET_TEXT = 2 * NUMBER };

static char *port_at(char *to, in_port_t port)
{
    *to = ':';
    return unsigned_at(to + 1, ntohs(port));
}

static void put_port(struct out *out, in_port_t port)
{
    char text[NUMBER];
    put(out, text, (size_t)(port_at(text, port) - text));
}

static char *dotted_at(char *to, const unsigned char *byte)
{
    to = unsigned_at(to, byte[0]);
    for (int i = 1; i < 4; i++) {
        *to = '.';
        to = unsigned_at(to + 1, byte[i]);
    }
    return to;
}

static void put_inet(struct out *out, const void *addr)
{
    struct sockaddr_in in;
    char text[INET_TEXT];
    memcpy(&in, addr, sizeof in);
    put(out, text, (size_t)(port_at(dotted_at(text, (const unsigned char *)&in.sin_addr), in.sin_port) - text));
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

static void put_groups(struct out *out, const struct in6_addr *address)
{
    if (IN6_IS_ADDR_V4MAPPED(address)) {
        char text[INET_TEXT];
        put_text(out, "::ffff:");
        put(out, text, (size_t)(dotted_at(text, address->s6_addr + 12) - text));
        return;
    }
    int len, run = longest_run(address, &len);
    for (int i = 0; i < 8; i++) {
        if (i == run) {
            put_text(out, "::");
            i += len - 1;
            continue;
        }
        if (i && (run < 0 || i != run + len))
            put_char(out, ':');
        put_hex_digits(out, group_at(address, i), 1);
    }
}

static void put_inet6(struct out *out, const void *addr, size_t size)
{
    struct sockaddr_in6 in = { 0 };
    memcpy(&in, addr, size < sizeof in ? size : sizeof in);
    put_char(out, '[');
    put_groups(out, &in.sin6_addr);
    if (in.sin6_scope_id) {
        put_char(out, '%');
        put_unsigned(out, in.sin6_scope_id);
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

bool has_short_form(const void *addr, size_t len)
{
    switch (family_of(addr, len)) {
    case AF_INET: return len >= sizeof(struct sockaddr_in);
    case AF_INET6: return len >= offsetof(struct sockaddr_in6, sin6_scope_id);
    case AF_UNIX: return true;
    default: return false;
    }
}

bool put_sockaddr(struct out *out, const void *addr, size_t len, enum style style)
{
    if (!has_short_form(addr, len))
        return false;
    switch (family_of(addr, len)) {
    case AF_INET: put_inet(out, addr); break;
    case AF_INET6: put_inet6(out, addr, len); break;
    default: put_unix(out, addr, len, style);
    }
    return true;
}

size_t format_sockaddr(const void *addr, size_t len, char *buf, size_t size)
{
    struct out out = { .buf = buf, .size = size };
    return put_sockaddr(&out, addr, len, STYLE_TEXT) ? out.len : 0;
}

const void *value_address(const struct hook_event *event, size_t *ret_len)
{
    const struct call *call = &call_table[event->call];
    for (unsigned arg = 0; arg < call->args; arg++) {
        const struct hook_value *value = &event->arg[arg];
        const unsigned kind = call->arg_kind[arg];
        if (!kind_may_name_address(kind))
            continue;
        if (kind != KIND_SOCKADDR && kind != KIND_SOCKADDR_OUT)
            return message_name(value, ret_len);
        *ret_len = value->len;
        return value->state == HOOK_VALUE_BYTES ? value->p : NULL;
    }
    return NULL;
}
