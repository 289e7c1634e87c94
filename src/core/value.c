/* SPDX-License-Identifier: MIT */
#include "core/value.h"

#include <fcntl.h>
#include <linux/prctl.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "core/call.h"
#include "core/flags.h"

enum { ARGUMENTS_SHOWN = 32, BYTES_SHOWN = 32 };

static void put_string(struct out *out, const char *bytes, size_t len, bool cut, enum style style)
{
    if (style == STYLE_JSON) {
        put_json_string(out, bytes, len);
        return;
    }
    put_c_string(out, bytes, len);
    if (cut)
        put_text(out, "...");
}

/* strace cuts what an argument vector holds as it cuts data. */
static void put_strings(struct out *out, const struct hook_value *value, enum style style)
{
    const char *at = value->p, *end = at + value->len;
    uint32_t shown = 0;
    put_char(out, '[');
    for (; at < end; shown++) {
        size_t len = strnlen(at, (size_t)(end - at));
        bool cut = style == STYLE_TEXT && len > BYTES_SHOWN;
        if (shown)
            put_text(out, ", ");
        if (style == STYLE_TEXT && shown == ARGUMENTS_SHOWN)
            break;
        put_string(out, at, cut ? BYTES_SHOWN : len, cut, style);
        at += len + 1;
    }
    if (style == STYLE_TEXT && shown < value->count)
        put_text(out, at < end ? "..." : ", ...");
    put_char(out, ']');
}

static void put_vector(struct out *out, const struct hook_value *value, enum style style)
{
    const char *at = value->p, *end = at + value->len;
    put_char(out, '[');
    for (bool first = true; at < end; first = false) {
        uint64_t len;
        uint32_t have;
        memcpy(&len, at, sizeof len);
        memcpy(&have, at + sizeof len, sizeof have);
        at += sizeof len + sizeof have;
        if (!first)
            put_text(out, ", ");
        if (style == STYLE_TEXT)
            put_text(out, "{iov_base=");
        put_string(out, at, have, have == BYTES_SHOWN && have < len, style);
        if (style == STYLE_TEXT) {
            put_text(out, ", iov_len=");
            put_unsigned(out, len);
            put_char(out, '}');
        }
        at += have;
    }
    if (style == STYLE_TEXT && value->state == HOOK_VALUE_CUT)
        put_text(out, ", ...");
    put_char(out, ']');
}

static void put_socket_address(struct out *out, const struct hook_value *value, enum style style)
{
    if (style == STYLE_JSON)
        put_char(out, '"');
    if (!put_sockaddr(out, value->p, value->len, style))
        put_other_sockaddr(out, value->p, value->len);
    if (style == STYLE_JSON)
        put_char(out, '"');
}

static void put_bytes(struct out *out, unsigned kind, const struct hook_value *value, enum style style)
{
    switch (kind) {
    case KIND_PATH:
    case KIND_STR:
    case KIND_TEMPLATE:
    case KIND_PATH_OUT:
    case KIND_BUF_IN:
    case KIND_BUF_OUT: put_string(out, value->p, value->len, value->state == HOOK_VALUE_CUT, style); break;
    case KIND_ARGV: put_strings(out, value, style); break;
    case KIND_IOV_IN:
    case KIND_IOV_OUT: put_vector(out, value, style); break;
    case KIND_SOCKADDR:
    case KIND_SOCKADDR_OUT: put_socket_address(out, value, style); break;
    default: put_structure(out, kind, value, style);
    }
}

static void put_protocol(struct out *out, const struct hook_event *event, uint64_t number)
{
    int domain = (int)event->arg[0].n;
    if (domain == AF_INET || domain == AF_INET6)
        put_constant(out, FLAG_SET_IPPROTO, number);
    else if (domain == AF_NETLINK)
        put_constant(out, FLAG_SET_NETLINK, number);
    else
        put_unsigned(out, number);
}

/* The argument of fcntl, by the command before it. */
static void put_fcntl_argument(struct out *out, const struct hook_event *event, unsigned arg)
{
    int64_t number = event->arg[arg].n;
    switch ((int)event->arg[arg - 1].n) {
    case F_SETFD: put_flags(out, FLAG_SET_FD, (uint64_t)number, false); break;
    case F_SETFL: put_open_flags(out, (unsigned)number); break;
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
    case F_SETOWN:
    case F_SETSIG:
    case F_SETPIPE_SZ:
    case F_SETLEASE:
    case F_NOTIFY:
    case F_ADD_SEALS: put_signed(out, (int)number); break;
    default: put_address(out, (uint64_t)number);
    }
}

static void put_at_flags(struct out *out, const struct hook_event *event, uint64_t bits)
{
    bool access = call_arg_of_kind(event->call, KIND_AMODE, 0) >= 0;
    bool as_stat = call_arg_of_kind(event->call, KIND_STATXMASK, 0) >= 0 && !(bits & AT_STATX_SYNC_TYPE);
    if (as_stat)
        put_text(out, "AT_STATX_SYNC_AS_STAT");
    if (!as_stat || bits)
        put_flags(out, access ? FLAG_SET_AT_ACCESS : FLAG_SET_AT, bits, as_stat);
}

static void put_socket_type(struct out *out, unsigned type)
{
    const unsigned mask = SOCK_CLOEXEC | SOCK_NONBLOCK;
    put_constant(out, FLAG_SET_SOCK, type & ~mask);
    if (type & mask)
        put_flags(out, FLAG_SET_SOCK_TYPE, type & mask, true);
}

/* Numbers that are shown as words: in JSON strings. */
static bool put_word(struct out *out, const struct hook_event *event, unsigned arg)
{
    uint64_t n = (uint64_t)event->arg[arg].n;
    unsigned bits = (unsigned)n;
    switch (call_table[event->call].arg_kind[arg]) {
    case KIND_OFLAGS: put_open_flags(out, bits); break;
    case KIND_PIPEFLAGS: put_flags(out, FLAG_SET_OPEN, bits, false); break;
    case KIND_MODE: put_mode(out, bits); break;
    case KIND_FMODE: put_file_mode(out, bits); break;
    case KIND_AMODE: bits ? put_flags(out, FLAG_SET_ACCESS, bits, false) : put_text(out, "F_OK"); break;
    case KIND_ATFLAGS: put_at_flags(out, event, bits); break;
    case KIND_STATXMASK: put_flags(out, FLAG_SET_STATX, bits, false); break;
    case KIND_SOCKDOMAIN: put_constant(out, FLAG_SET_AF, bits); break;
    case KIND_SOCKTYPE: put_socket_type(out, bits); break;
    case KIND_SOCKPROTO: put_protocol(out, event, bits); break;
    case KIND_SHUTHOW: put_constant(out, FLAG_SET_SHUT, bits); break;
    case KIND_MSGFLAGS: put_flags(out, FLAG_SET_MSG, bits, false); break;
    case KIND_ACCEPTFLAGS: put_flags(out, FLAG_SET_SOCK_TYPE, bits, false); break;
    case KIND_FCNTLCMD: put_constant(out, FLAG_SET_FCNTL, bits); break;
    case KIND_RWFLAGS: put_flags(out, FLAG_SET_RWF, bits, false); break;
    case KIND_SPLICEFLAGS: put_flags(out, FLAG_SET_SPLICE, bits, false); break;
    case KIND_CLOSERANGEFLAGS: put_flags(out, FLAG_SET_CLOSE_RANGE, bits, false); break;
    case KIND_RENAMEFLAGS: put_flags(out, FLAG_SET_RENAME, bits, false); break;
    case KIND_XATTRFLAGS: put_flags(out, FLAG_SET_XATTR, bits, false); break;
    case KIND_CLONEFLAGS: put_flags(out, FLAG_SET_CLONE, bits, false); break;
    case KIND_PRCTLOP: put_constant(out, FLAG_SET_PRCTL, bits); break;
    case KIND_RESOURCE: put_constant(out, FLAG_SET_RLIMIT, bits); break;
    case KIND_HEX: n ? put_hex(out, n) : put_char(out, '0'); break;
    case KIND_DEV:
        put_text(out, "makedev(");
        put_hex(out, major(n));
        put_text(out, ", ");
        put_hex(out, minor(n));
        put_char(out, ')');
        break;
    default: return false;
    }
    return true;
}

static void put_number(struct out *out, const struct hook_event *event, unsigned arg, enum style style)
{
    int64_t n = event->arg[arg].n;
    switch (call_table[event->call].arg_kind[arg]) {
    case KIND_DIRFD:
        if ((int)n == AT_FDCWD)
            put_text(out, style == STYLE_JSON ? "\"AT_FDCWD\"" : "AT_FDCWD");
        else
            put_signed(out, (int)n);
        break;
    case KIND_PTR:
        if (style == STYLE_TEXT || !n) {
            n || style == STYLE_TEXT ? put_address(out, (uint64_t)n) : put_text(out, "null");
            break;
        }
        put_char(out, '"');
        put_hex(out, (uint64_t)n);
        put_char(out, '"');
        break;
    case KIND_FCNTLARG:
        if (style == STYLE_JSON)
            put_char(out, '"');
        put_fcntl_argument(out, event, arg);
        if (style == STYLE_JSON)
            put_char(out, '"');
        break;
    case KIND_SIZE: put_unsigned(out, (uint64_t)n); break;
    case KIND_UINT:
    case KIND_SOCKLEN: put_unsigned(out, (unsigned)n); break;
    case KIND_LONG:
    case KIND_IOVCNT: put_signed(out, n); break;
    case KIND_UID: (int)n == -1 ? put_text(out, "-1") : put_unsigned(out, (unsigned)n); break;
    default: put_signed(out, (int)n);
    }
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

void put_value(struct out *out, const struct hook_event *event, unsigned arg, enum style style)
{
    const struct hook_value *value = &event->arg[arg];
    unsigned kind = call_table[event->call].arg_kind[arg];
    if (value->state == HOOK_VALUE_ADDRESS) {
        put_pointer(out, kind, value, style);
        return;
    }
    if (value->state != HOOK_VALUE_NUMBER) {
        put_bytes(out, kind, value, style);
        return;
    }
    size_t start = out->len;
    if (style == STYLE_JSON)
        put_char(out, '"');
    if (put_word(out, event, arg)) {
        if (style == STYLE_JSON)
            put_char(out, '"');
        return;
    }
    out->len = start;
    put_number(out, event, arg, style);
}
