/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "core/format.h"
#include "core/policy/decision.h"
#include "core/policy/glob.h"

enum { TEXT_SIZE = 128 }; /* of an address */

static int path_arg(const struct decision *d)
{
    unsigned call = d->facts->event->call;
    int at = call_path_arg(call);
    return at >= 0 && d->path == 1 ? call_arg_of_kind(call, KIND_PATH, (unsigned)at + 1) : at;
}

bool redirect_has_path(const struct decision *d)
{
    int arg = path_arg(d);
    return arg < 0 || d->facts->event->arg[arg].state == HOOK_VALUE_BYTES;
}

bool redirect_applies(const struct decision *d, const struct rule *rule)
{
    const struct destination *to = image_data(d->policy, rule->to);
    size_t len;
    if (to->form != TARGET_PATH)
        return facts_sockaddr(d->facts, &len);
    return redirect_has_path(d);
}

/* The pieces with what the wildcards matched between them; size 0: only counts. */
static size_t build(const struct destination *to, const char *piece, const char *rest, const struct glob_span *spans, char *buf)
{
    size_t used = 0;
    for (unsigned i = 0;; i++) {
        size_t len = strlen(piece);
        if (buf)
            memcpy(buf + used, piece, len);
        used += len;
        if (i == to->captures)
            return used;
        piece += len + 1;
        if (buf)
            memcpy(buf + used, rest + spans[i].at, spans[i].len);
        used += spans[i].len;
    }
}

/* What the destination says, in the arena, with `more` bytes behind it; NULL when there is no memory. */
static char *fill(const struct decision *d, const struct destination *to, size_t more, size_t *ret_len)
{
    struct glob_span spans[GLOB_SPANS] = { 0 };
    const char *pieces = image_data(d->policy, to->text);
    if (to->captures > 0)
        glob_match(image_data(d->policy, d->target->glob), d->rest, spans);
    *ret_len = build(to, pieces, d->rest, spans, NULL);
    char *text = arena_take(d->facts->arena, *ret_len + more);
    if (text)
        build(to, pieces, d->rest, spans, text);
    return text;
}

/* The path ends as the call's does: a name that can only be a folder's stays one. */
static int to_path(const struct decision *d, const struct destination *to, struct verdict *ret)
{
    const char *end = facts_path_end(d->facts, d->path);
    size_t len, more = 3 + strlen(end);
    ret->path = (uint8_t)d->path;
    ret->to = image_data(d->policy, to->text);
    if (to->captures == 0 && !*end)
        return 0;
    char *path = fill(d, to, more, &len);
    long joined = path ? path_join("/", path, len, path, len + more) : -1;
    if (joined < 0)
        return EACCES;
    if (joined > 1)
        memcpy(path + joined, end, strlen(end) + 1);
    ret->to = path;
    return 0;
}

static int unix_name(const struct decision *d, const struct destination *to, struct sockaddr_un *name, uint32_t *ret_len)
{
    const size_t more = 3, room = sizeof name->sun_path - 1;
    bool abstract = to->form == TARGET_ABSTRACT;
    size_t len;
    char *text = fill(d, to, more, &len);
    long plain = !text || abstract ? (long)len : path_join("/", text, len, text, len + more);
    if (!text || plain < 0)
        return EACCES;
    if ((size_t)plain > room)
        return ENAMETOOLONG;
    memset(name, 0, sizeof *name);
    name->sun_family = AF_UNIX;
    memcpy(name->sun_path + abstract, text, (size_t)plain);
    *ret_len = (uint32_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)plain + 1);
    return 0;
}

/* In the family that the program's socket has: IPv4 is written as IPv6 for an IPv6 socket. */
static uint32_t ip_name(const struct decision *d, const struct destination *to, struct sockaddr_in6 *name)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct address original = { 0 };
    size_t len;
    sa_family_t family;
    const void *given = facts_sockaddr(d->facts, &len);
    address_of_sockaddr(given, len, &original);
    memcpy(&family, given, sizeof family);
    uint16_t port = htons(to->ip.has_port ? to->ip.first : original.first);
    if (to->ip.family == 4 && family != AF_INET6) {
        v4.sin_port = port;
        memcpy(&v4.sin_addr, to->ip.bytes, 4);
        memcpy(name, &v4, sizeof v4);
        return sizeof v4;
    }
    *name = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = port };
    if (to->ip.family == 6) {
        memcpy(&name->sin6_addr, to->ip.bytes, 16);
    } else {
        memset(name->sin6_addr.s6_addr + 10, 0xff, 2);
        memcpy(name->sin6_addr.s6_addr + 12, to->ip.bytes, 4);
    }
    return sizeof *name;
}

static int to_address(const struct decision *d, const struct destination *to, struct verdict *ret)
{
    int err = 0;
    bool ip = to->form == TARGET_IP;
    void *name = arena_take(d->facts->arena, ip ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_un));
    char *text = name ? arena_take(d->facts->arena, TEXT_SIZE) : NULL;
    if (!text)
        return EACCES;
    if (ip)
        ret->to_len = ip_name(d, to, name);
    else
        err = unix_name(d, to, name, &ret->to_len);
    if (err)
        return err;
    ret->to_addr = name;
    size_t len = format_sockaddr(name, ret->to_len, text, TEXT_SIZE - 1);
    text[len < TEXT_SIZE ? len : TEXT_SIZE - 1] = '\0';
    ret->to = text;
    return 0;
}

int redirect_to(const struct decision *d, const struct rule *rule, struct verdict *ret)
{
    const struct destination *to = image_data(d->policy, rule->to);
    return to->form == TARGET_PATH ? to_path(d, to, ret) : to_address(d, to, ret);
}
