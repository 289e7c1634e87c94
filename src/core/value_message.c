/* SPDX-License-Identifier: MIT */
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

#include "core/call.h"
#include "core/flags.h"
#include "core/message.h"
#include "core/value.h"

static void put_count(struct out *out, const char *name, uint64_t number, bool first, enum style style)
{
    put_member(out, name, first, style);
    put_unsigned(out, number);
}

static void put_pointer_to(struct out *out, uint64_t address, enum style style)
{
    bool quoted = style == STYLE_JSON && address;
    put_text(out, quoted ? "\"" : "");
    style == STYLE_JSON && !address ? put_text(out, "null") : put_address(out, address);
    put_text(out, quoted ? "\"" : "");
}

static void put_quoted_constant(struct out *out, enum flag_set set, uint64_t number, enum style style)
{
    put_text(out, style == STYLE_JSON ? "\"" : "");
    put_constant(out, set, number);
    put_text(out, style == STYLE_JSON ? "\"" : "");
}

static enum flag_set types_of(int level)
{
    return level == SOL_IPV6 ? FLAG_SET_IPV6 : level == SOL_IP ? FLAG_SET_IP : FLAG_SET_SCM;
}

static void put_descriptors(struct out *out, const char *data, size_t len, enum style style)
{
    put_char(out, '[');
    for (size_t i = 0; i < len / sizeof(int); i++) {
        int fd;
        memcpy(&fd, data + i * sizeof fd, sizeof fd);
        if (i)
            put_text(out, style == STYLE_JSON ? "," : ", ");
        put_signed(out, fd);
    }
    put_char(out, ']');
}

static void put_credentials(struct out *out, const char *data, enum style style)
{
    struct ucred who;
    memcpy(&who, data, sizeof who);
    put_char(out, '{');
    put_member(out, "pid", true, style);
    put_signed(out, who.pid);
    put_count(out, "uid", who.uid, false, style);
    put_count(out, "gid", who.gid, false, style);
    put_char(out, '}');
}

static void put_stamp(struct out *out, const char *data, const char *unit, enum style style)
{
    struct timespec time;
    memcpy(&time, data, sizeof time);
    put_text(out, style == STYLE_JSON ? "\"" : "");
    put_moment(out, time.tv_sec, time.tv_nsec, unit);
    put_text(out, style == STYLE_JSON ? "\"" : "");
}

static void put_control_data(struct out *out, const struct cmsghdr *head, const char *data, size_t len, enum style style)
{
    enum { TIMEVAL = 29, TIMESPEC = 35 };
    bool socket = head->cmsg_level == SOL_SOCKET;
    if (socket && head->cmsg_type == SCM_RIGHTS)
        put_descriptors(out, data, len, style);
    else if (socket && head->cmsg_type == SCM_CREDENTIALS && len >= sizeof(struct ucred))
        put_credentials(out, data, style);
    else if (socket && (head->cmsg_type == TIMEVAL || head->cmsg_type == TIMESPEC) && len >= sizeof(struct timespec))
        put_stamp(out, data, head->cmsg_type == TIMEVAL ? "usec" : "nsec", style);
    else if (!socket && len == sizeof(int))
        put_descriptors(out, data, len, style);
    else
        put_string(out, data, len, false, style);
}

static void put_control(struct out *out, const char *at, size_t len, enum style style)
{
    struct cmsghdr head;
    bool first = true;
    put_char(out, '[');
    for (; len >= sizeof head; first = false) {
        memcpy(&head, at, sizeof head);
        size_t have = head.cmsg_len < len ? head.cmsg_len : len;
        if (head.cmsg_len < sizeof head)
            break;
        if (!first)
            put_text(out, style == STYLE_JSON ? "," : ", ");
        put_char(out, '{');
        put_count(out, "cmsg_len", head.cmsg_len, true, style);
        put_member(out, "cmsg_level", false, style);
        put_quoted_constant(out, FLAG_SET_SOL, (unsigned)head.cmsg_level, style);
        put_member(out, "cmsg_type", false, style);
        put_quoted_constant(out, types_of(head.cmsg_level), (unsigned)head.cmsg_type, style);
        put_member(out, "cmsg_data", false, style);
        put_control_data(out, &head, at + sizeof head, have - sizeof head, style);
        put_char(out, '}');
        size_t step = (have + 7) & ~(size_t)7;
        at += step < len ? step : len;
        len -= step < len ? step : len;
    }
    put_char(out, ']');
}

static void put_name_of(struct out *out, const struct message_view *m, uint32_t room, enum style style)
{
    put_member(out, "msg_name", true, style);
    if (m->head.name_have >= sizeof(sa_family_t))
        put_address_value(out, m->name, m->head.name_have, style);
    else
        put_pointer_to(out, m->head.name, style);
    put_member(out, "msg_namelen", false, style);
    if (room && room != m->head.name_len && style == STYLE_TEXT) {
        put_unsigned(out, room);
        put_text(out, " => ");
    }
    put_unsigned(out, m->head.name_len);
}

static void put_message(struct out *out, const struct message_view *m, uint32_t room, enum style style)
{
    const uint64_t shown_most = 32;
    put_char(out, '{');
    put_name_of(out, m, room, style);
    put_member(out, "msg_iov", false, style);
    if (m->head.vector_have || !m->head.vector_count) {
        put_char(out, '[');
        put_elements(out, m->vector, m->head.vector_have, style);
        put_text(out, m->head.vector_count > shown_most && style == STYLE_TEXT ? ", ...]" : "]");
    } else {
        put_pointer_to(out, m->head.vector, style);
    }
    put_count(out, "msg_iovlen", m->head.vector_count, false, style);
    if (m->head.control_len) {
        put_member(out, "msg_control", false, style);
        m->head.control_have ? put_control(out, m->control, m->head.control_have, style)
                             : put_pointer_to(out, m->head.control, style);
    }
    put_count(out, "msg_controllen", m->head.control_len, false, style);
    put_member(out, "msg_flags", false, style);
    put_text(out, style == STYLE_JSON ? "\"" : "");
    put_flags(out, FLAG_SET_MSG, m->head.flags, false);
    put_text(out, style == STYLE_JSON ? "\"}" : "}");
}

void put_messages(struct out *out, unsigned kind, const struct hook_value *value, enum style style)
{
    struct message_view view;
    size_t at = 0;
    bool many = kind == KIND_MMSGHDR_IN || kind == KIND_MMSGHDR_OUT;
    if (!many) {
        message_next(value, &at, &view) ? put_message(out, &view, value->count, style)
                                        : put_pointer_to(out, (uint64_t)value->n, style);
        return;
    }
    put_char(out, '[');
    for (bool first = true; message_next(value, &at, &view); first = false) {
        if (!first)
            put_text(out, style == STYLE_JSON ? "," : ", ");
        put_char(out, '{');
        put_member(out, "msg_hdr", true, style);
        put_message(out, &view, 0, style);
        put_count(out, "msg_len", view.head.sent, false, style);
        put_char(out, '}');
    }
    put_text(out, value->state == HOOK_VALUE_CUT && style == STYLE_TEXT ? ", ...]" : "]");
}
