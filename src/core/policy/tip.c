/* SPDX-License-Identifier: MIT */
/* The rule that would have allowed a call, to stand before the one that blocked it: as narrow as a target is. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "core/format.h"
#include "core/policy/compile.h"
#include "core/print.h"

enum { ADDRESS = 80 };

/* Bytes that stand for themselves in a word in quotes. */
static void put_literal(struct out *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < ' ' || byte > '~') {
            put_char(out, '\\');
            put_octal(out, byte, 3);
            continue;
        }
        if (strchr("\"\\*?[]{}$~,()", byte))
            put_char(out, '\\');
        put_char(out, (char)byte);
    }
}

static void put_word_of(struct out *out, const char *before, const char *bytes, size_t len)
{
    put_text(out, " \"");
    put_text(out, before);
    put_literal(out, bytes, len);
    put_char(out, '"');
}

/* A call of two paths is allowed when both are. */
static bool put_paths(struct out *out, struct facts *facts)
{
    const char *first = facts_path(facts, 0), *second = facts_path(facts, 1);
    const char *one = first ? first : second;
    if (!one || facts->unknown & (FACT_ABS | FACT_ABS << 1))
        return false;
    if (!first || !second || strcmp(first, second) == 0) {
        put_word_of(out, "", one, strlen(one));
        return true;
    }
    put_text(out, " \"{");
    put_literal(out, first, strlen(first));
    put_char(out, ',');
    put_literal(out, second, strlen(second));
    put_text(out, "}\"");
    return true;
}

static bool put_descriptor(struct out *out, struct facts *facts)
{
    bool is_file = call_matches_path(facts->event->call);
    const char *path = is_file ? facts_fd_path(facts) : NULL;
    int fd = facts_fd(facts);
    if (path) {
        put_word_of(out, "", path, strlen(path));
    } else if (fd >= 0) {
        put_text(out, " fd=");
        put_signed(out, fd);
    }
    return path || fd >= 0;
}

/* The scope of an IPv6 address is no part of a target. */
static bool put_ip(struct out *out, const void *address, size_t len)
{
    char text[ADDRESS];
    size_t written = format_sockaddr(address, len, text, sizeof text);
    const char *scope = memchr(text, '%', written < sizeof text ? written : 0);
    const char *end = scope ? memchr(scope, ']', written - (size_t)(scope - text)) : NULL;
    put_char(out, ' ');
    put(out, text, end ? (size_t)(scope - text) : written);
    if (end)
        put(out, end, written - (size_t)(end - text));
    return written > 0 && written < sizeof text;
}

static bool put_unix(struct out *out, struct facts *facts, const char *name, size_t len)
{
    const char *path = len && *name ? facts_path(facts, FACT_SOCKET) : NULL;
    if (path)
        put_word_of(out, "unix:", path, strlen(path));
    else if (len > 1 && !*name)
        put_word_of(out, "unix:@", name + 1, strnlen(name + 1, len - 1));
    else
        return len == 0 && put_descriptor(out, facts);
    return true;
}

static bool put_target(struct out *out, struct facts *facts)
{
    unsigned call = facts->event->call;
    size_t len = 0;
    sa_family_t family = AF_UNSPEC;
    const char *address = facts_sockaddr(facts, &len);
    if (address && len >= sizeof family)
        memcpy(&family, address, sizeof family);
    if (family == AF_UNIX)
        return put_unix(out, facts, address + sizeof family, len - sizeof family);
    if (family == AF_INET || family == AF_INET6)
        return put_ip(out, address, len);
    if (call_has_path(call))
        return put_paths(out, facts);
    return !call_has_fd(call) || put_descriptor(out, facts);
}

static bool put_rule(struct out *out, struct facts *facts)
{
    out->len = 0;
    put_text(out, "allow ");
    put_text(out, call_op(facts->event->call));
    return put_target(out, facts);
}

const char *policy_tip(struct facts *facts)
{
    struct out out = { 0 };
    char *text = put_rule(&out, facts) && out.len <= LIMIT_WORD ? arena_take(facts->arena, out.len + 1) : NULL;
    if (!text)
        return NULL;
    out.buf = text;
    out.size = out.len;
    put_rule(&out, facts);
    text[out.size] = '\0';
    return text;
}
