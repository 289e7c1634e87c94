/* SPDX-License-Identifier: MIT */
#include "core/value.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "core/call.h"
#include "core/form.h"
#include "core/value_part.h"

enum { ARGUMENTS_SHOWN = 32 };

static void put_separator(struct out *out, enum style style)
{
    put_text(out, style == STYLE_JSON ? "," : ", ");
}

void put_string(struct out *out, const char *bytes, size_t len, bool cut, enum style style)
{
    if (style == STYLE_JSON) {
        put_json_string(out, bytes, len);
        return;
    }
    put_c_string(out, bytes, len);
    if (cut)
        put_text(out, "...");
}

/* A part of it is shown, as strace does: names it has whole. */
static void put_data(struct out *out, const char *bytes, size_t len, bool cut, enum style style)
{
    put_string(out, bytes, len > out->strings ? out->strings : len, cut || len > out->strings, style);
}

/* As a string, but for the brackets; a file that is gone is so behind them. */
void put_fd_name(struct out *out, const char *name, size_t len)
{
    static const char gone[] = " (deleted)";
    const size_t tail = sizeof gone - 1;
    bool deleted = name && len > tail && *name == '/' && memcmp(name + len - tail, gone, tail) == 0;
    if (!name)
        return;
    len -= deleted ? tail : 0;
    put_char(out, '<');
    for (size_t i = 0; i < len; i++) {
        if (name[i] == '<' || name[i] == '>')
            put_text(out, name[i] == '<' ? "\\74" : "\\76");
        else
            put_c_byte(out, (unsigned char)name[i], i + 1 < len ? name[i + 1] : '\0');
    }
    put_text(out, deleted ? ">(deleted)" : ">");
}

static void put_pointer(struct out *out, unsigned kind, const struct hook_value *value, enum style style)
{
    if (kind == KIND_ENVP && style == STYLE_JSON && value->n) {
        put_unsigned(out, value->count);
    } else if (style == STYLE_JSON) {
        put_text(out, value->n ? "\"" : "null");
        if (value->n) {
            put_hex(out, (uint64_t)value->n);
            put_char(out, '"');
        }
    } else {
        put_address(out, (uint64_t)value->n);
        if (kind == KIND_ENVP && value->n) {
            put_text(out, " /* ");
            put_unsigned(out, value->count);
            put_text(out, value->count == 1 ? " var */" : " vars */");
        }
    }
}

/* strace cuts what an argument vector holds as it cuts data. */
static void put_strings(struct out *out, const struct hook_value *value, enum style style, bool full)
{
    const char *at = value->p, *end = at + value->len;
    uint32_t shown = 0;
    put_char(out, '[');
    for (; at < end; shown++) {
        size_t len = strnlen(at, (size_t)(end - at));
        if (shown)
            put_separator(out, style);
        if (style == STYLE_TEXT && !full && shown == ARGUMENTS_SHOWN)
            break;
        if (style == STYLE_TEXT)
            put_data(out, at, len, false, style);
        else
            put_json_string(out, at, len);
        at += len + 1;
    }
    if (style == STYLE_TEXT && shown < value->count)
        put_text(out, at < end ? "..." : ", ...");
    put_char(out, ']');
}

void put_elements(struct out *out, const char *at, size_t len, enum style style)
{
    const char *end = at + len;
    uint64_t size;
    uint32_t have;
    for (bool first = true; (size_t)(end - at) >= sizeof size + sizeof have; first = false) {
        memcpy(&size, at, sizeof size);
        memcpy(&have, at + sizeof size, sizeof have);
        at += sizeof size + sizeof have;
        if (have > (size_t)(end - at))
            return;
        if (!first)
            put_separator(out, style);
        if (style == STYLE_TEXT)
            put_text(out, "{iov_base=");
        put_data(out, at, have, have >= out->strings && have < size, style);
        if (style == STYLE_TEXT) {
            put_text(out, ", iov_len=");
            put_unsigned(out, size);
            put_char(out, '}');
        }
        at += have;
    }
}

static void put_vector(struct out *out, const struct hook_value *value, enum style style)
{
    put_char(out, '[');
    put_elements(out, value->p, value->len, style);
    if (style == STYLE_TEXT && value->state == HOOK_VALUE_CUT)
        put_text(out, ", ...");
    put_char(out, ']');
}

void put_address_value(struct out *out, const void *addr, size_t len, enum style style)
{
    if (style == STYLE_JSON)
        put_char(out, '"');
    if (!put_sockaddr(out, addr, len, style))
        put_other_sockaddr(out, addr, len, style);
    if (style == STYLE_JSON)
        put_char(out, '"');
}

static void put_socket_address(struct out *out, const struct hook_value *value, enum style style)
{
    if (value->len < sizeof(sa_family_t))
        put_pointer(out, KIND_PTR, value, style);
    else
        put_address_value(out, value->p, value->len, style);
}

static bool is_linger(const struct hook_event *event, unsigned arg)
{
    return (int)event->arg[arg - 2].n == SOL_SOCKET && (int)event->arg[arg - 1].n == SO_LINGER &&
           event->arg[arg].len >= sizeof(int);
}

/* The kernel writes a part of it where there is no room for more. */
static void put_linger(struct out *out, const struct hook_value *value, enum style style)
{
    struct linger linger;
    const bool whole = value->len >= sizeof linger;
    memcpy(&linger, value->p, whole ? sizeof linger : sizeof linger.l_onoff);
    put_text(out, style == STYLE_JSON ? "\"{l_onoff=" : "{l_onoff=");
    put_signed(out, linger.l_onoff);
    put_text(out, whole ? ", l_linger=" : "");
    if (whole)
        put_signed(out, linger.l_linger);
    put_text(out, style == STYLE_JSON ? "}\"" : "}");
}

/* An int, as most options are, or data. */
static void put_option(struct out *out, const struct hook_event *event, unsigned arg, enum style style)
{
    const struct hook_value *value = &event->arg[arg];
    int number;
    if (is_linger(event, arg)) {
        put_linger(out, value, style);
        return;
    }
    if (value->len != sizeof number) {
        put_data(out, value->p, value->len, value->state == HOOK_VALUE_CUT, style);
        return;
    }
    memcpy(&number, value->p, sizeof number);
    put_char(out, '[');
    put_signed(out, number);
    put_char(out, ']');
}

/* Bytes that are no text whatever they are. */
static void put_random(struct out *out, const struct hook_value *value, enum style style)
{
    const unsigned char *bytes = value->p;
    const uint32_t shown = value->len < out->strings ? value->len : out->strings;
    if (style == STYLE_JSON) {
        put_json_string(out, value->p, shown);
        return;
    }
    put_char(out, '"');
    for (uint32_t i = 0; i < shown; i++) {
        put_text(out, "\\x");
        put_hex_digits(out, bytes[i], 2);
    }
    put_text(out, value->state == HOOK_VALUE_CUT || shown < value->len ? "\"..." : "\"");
}

/* Does it ask for arguments? `%%` and `%m` do not. */
static bool takes_more(const char *format, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++)
        if (format[i] == '%' && format[++i] != '%' && format[i] != 'm')
            return true;
    return false;
}

static void put_format(struct out *out, const struct hook_value *value, enum style style)
{
    put_string(out, value->p, value->len, value->state == HOOK_VALUE_CUT, style);
    if (style == STYLE_TEXT && takes_more(value->p, value->len))
        put_text(out, ", ...");
}

static void put_bytes(struct out *out, const struct hook_event *event, unsigned arg, unsigned kind, enum style style)
{
    const struct hook_value *value = &event->arg[arg];
    switch (kind) {
    case KIND_FORMAT: put_format(out, value, style); break;
    case KIND_LINEP:
    case KIND_BUF_IN:
    case KIND_BUF_OUT: put_data(out, value->p, value->len, value->state == HOOK_VALUE_CUT, style); break;
    case KIND_RANDOM: put_random(out, value, style); break;
    case KIND_OPTVAL_IN:
    case KIND_OPTVAL_OUT: put_option(out, event, arg, style); break;
    case KIND_ENVP:
    case KIND_ARGV: put_strings(out, value, style, event->full); break;
    case KIND_IOV_IN:
    case KIND_IOV_OUT: put_vector(out, value, style); break;
    case KIND_MSGHDR_IN:
    case KIND_MSGHDR_OUT:
    case KIND_MMSGHDR_IN:
    case KIND_MMSGHDR_OUT: put_messages(out, kind, value, style); break;
    case KIND_SOCKADDR:
    case KIND_SOCKADDR_OUT: put_socket_address(out, value, style); break;
    default: put_structure(out, kind, value, style);
    }
}

/* In JSON words are strings. */
static bool put_as_word(struct out *out, const struct hook_event *event, unsigned arg, enum style style)
{
    const size_t start = out->len;
    if (style == STYLE_JSON)
        put_char(out, '"');
    const bool is_word = put_word(out, event, arg);
    if (is_word && style == STYLE_JSON)
        put_char(out, '"');
    if (!is_word)
        out->len = start;
    return is_word;
}

static void put_number(struct out *out, const struct hook_event *event, unsigned arg, unsigned kind, enum style style)
{
    const struct hook_value *value = &event->arg[arg];
    if (!kind_is_bare(kind) && put_as_word(out, event, arg, style))
        return;
    if (kind == KIND_PTR)
        put_pointer(out, kind, value, style);
    else if (kind == KIND_DIRFD && (int)value->n == AT_FDCWD)
        put_text(out, style == STYLE_JSON ? "\"AT_FDCWD\"" : "AT_FDCWD");
    else
        put_bare(out, kind, value->n);
    if (event->named && style == STYLE_TEXT)
        put_fd_name(out, value->p, value->len);
}

__attribute__((noinline)) void put_odd_value(struct out *out, const struct hook_event *event, unsigned arg, unsigned kind,
                                             enum style style)
{
    const struct hook_value *value = &event->arg[arg];
    if (value->state == HOOK_VALUE_NUMBER)
        put_number(out, event, arg, kind, style);
    else if (value->state == HOOK_VALUE_ADDRESS)
        put_pointer(out, kind, value, style);
    else if (kind_copied(kind) == COPIED_BOTH)
        put_both(out, event, arg, style);
    else if (!event->full || value->state != HOOK_VALUE_BYTES || !put_full(out, kind, value, style))
        put_bytes(out, event, arg, kind, style);
}

/* What most arguments are needs nothing of this function's behind it. */
void put_value(struct out *out, const struct hook_event *event, unsigned arg, enum style style)
{
    const struct hook_value *value = &event->arg[arg];
    const unsigned kind = form_kind(event, arg);
    if (value->state == HOOK_VALUE_NUMBER && kind_is_bare(kind) && !value->p)
        put_bare(out, kind, value->n);
    else if (value->state >= HOOK_VALUE_BYTES && kind_is_string(kind))
        put_string(out, value->p, value->len, value->state == HOOK_VALUE_CUT, style);
    else
        put_odd_value(out, event, arg, kind, style);
}
