/* SPDX-License-Identifier: MIT */
/* What is waited for: poll, select, epoll. */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/types.h>

#include "core/call.h"
#include "core/flags.h"
#include "core/value.h"

/* Where what the call has left begins, in the bytes of a kind that is read twice; its length, 0 when it is not there. */
static const char *second_half(const struct hook_value *value, size_t *ret_len)
{
    *ret_len = value->len / 2;
    return (const char *)value->p + *ret_len;
}

static struct pollfd poll_at(const void *bytes, size_t i)
{
    struct pollfd one;
    memcpy(&one, (const char *)bytes + i * sizeof one, sizeof one);
    return one;
}

static void put_poll_asked(struct out *out, const struct pollfd *one)
{
    put_text(out, "{fd=");
    put_signed(out, one->fd);
    if (one->fd >= 0) {
        put_text(out, ", events=");
        put_flags(out, FLAG_SET_POLL, (unsigned short)one->events, false);
    }
    put_char(out, '}');
}

static void put_poll_json(struct out *out, const struct pollfd *one, bool answered)
{
    put_text(out, "{\"fd\":");
    put_signed(out, one->fd);
    put_text(out, ",\"events\":\"");
    put_flags(out, FLAG_SET_POLL, (unsigned short)one->events, false);
    if (answered) {
        put_text(out, "\",\"revents\":\"");
        put_flags(out, FLAG_SET_POLL, (unsigned short)one->revents, false);
    }
    put_text(out, "\"}");
}

static void put_poll(struct out *out, const struct hook_event *event, unsigned arg, enum style style)
{
    const struct hook_value *value = &event->arg[arg];
    size_t len = event->failed ? value->len : value->len / 2, count = len / sizeof(struct pollfd);
    const char *at = (const char *)value->p + (style == STYLE_JSON ? value->len - len : 0);
    put_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        struct pollfd one = poll_at(at, i);
        if (i)
            put_text(out, style == STYLE_JSON ? "," : ", ");
        style == STYLE_JSON ? put_poll_json(out, &one, !event->failed) : put_poll_asked(out, &one);
    }
    if (style == STYLE_TEXT && count < value->count)
        put_text(out, ", ...");
    put_char(out, ']');
}

static bool is_in(const char *set, size_t len, size_t fd)
{
    return fd / 8 < len && (unsigned char)set[fd / 8] >> fd % 8 & 1;
}

static void put_members(struct out *out, const char *set, size_t len, size_t below, char separator)
{
    bool first = true;
    put_char(out, '[');
    for (size_t fd = 0; fd < below && fd / 8 < len; fd++) {
        if (!is_in(set, len, fd))
            continue;
        if (!first)
            put_char(out, separator);
        first = false;
        put_unsigned(out, fd);
    }
    put_char(out, ']');
}

/* Descriptors from the first argument on are not looked at. */
static void put_set(struct out *out, const struct hook_event *event, unsigned arg, enum style style)
{
    const struct hook_value *value = &event->arg[arg];
    size_t below = (size_t)event->arg[0].n, len = event->failed ? value->len : value->len / 2;
    if (style == STYLE_TEXT) {
        put_members(out, value->p, len, below, ' ');
        return;
    }
    put_text(out, "{\"asked\":");
    put_members(out, value->p, len, below, ',');
    if (!event->failed) {
        put_text(out, ",\"ready\":");
        put_members(out, (const char *)value->p + len, len, below, ',');
    }
    put_char(out, '}');
}

static void put_timeout(struct out *out, const void *bytes, enum style style)
{
    struct timeval time;
    memcpy(&time, bytes, sizeof time);
    if (style == STYLE_JSON)
        put_char(out, '"');
    put_moment(out, time.tv_sec, time.tv_usec, "usec");
    if (style == STYLE_JSON)
        put_char(out, '"');
}

void put_both(struct out *out, const struct hook_event *event, unsigned arg, enum style style)
{
    switch (call_table[event->call].arg_kind[arg]) {
    case KIND_POLLFDS: put_poll(out, event, arg, style); break;
    case KIND_FDSET: put_set(out, event, arg, style); break;
    default: put_timeout(out, event->arg[arg].p, style);
    }
}

static void put_epoll_one(struct out *out, const char *bytes)
{
    struct epoll_event event;
    memcpy(&event, bytes, sizeof event);
    put_text(out, "{events=");
    put_flags(out, FLAG_SET_EPOLL_EVENTS, event.events, false);
    put_text(out, ", data={u32=");
    put_unsigned(out, event.data.u32);
    put_text(out, ", u64=");
    put_unsigned(out, event.data.u64);
    put_text(out, "}}");
}

void put_epoll_events(struct out *out, unsigned kind, const struct hook_value *value)
{
    size_t count = value->len / sizeof(struct epoll_event);
    if (kind == KIND_EPOLLEVENT) {
        put_epoll_one(out, value->p);
        return;
    }
    put_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            put_text(out, ", ");
        put_epoll_one(out, (const char *)value->p + i * sizeof(struct epoll_event));
    }
    put_text(out, count < value->count ? ", ...]" : "]");
}

static void put_poll_answers(struct out *out, const struct hook_value *value)
{
    size_t len;
    const char *at = second_half(value, &len);
    bool first = true;
    put_char(out, '[');
    for (size_t i = 0; i < len / sizeof(struct pollfd); i++) {
        struct pollfd one = poll_at(at, i);
        if (!one.revents)
            continue;
        put_text(out, first ? "{fd=" : ", {fd=");
        first = false;
        put_signed(out, one.fd);
        put_text(out, ", revents=");
        put_flags(out, FLAG_SET_POLL, (unsigned short)one.revents, false);
        put_char(out, '}');
    }
    put_char(out, ']');
}

static void put_left(struct out *out, const struct hook_value *value)
{
    size_t len;
    const char *at = second_half(value, &len);
    struct timeval left = { 0 };
    memcpy(&left, at, len < sizeof left ? len : sizeof left);
    put_text(out, "left ");
    put_moment(out, left.tv_sec, left.tv_usec, "usec");
}

static void put_ready(struct out *out, const struct hook_event *event, unsigned arg, unsigned set)
{
    static const char names[][8] = { "in ", "out ", "except " };
    size_t len;
    const char *at = second_half(&event->arg[arg], &len);
    put_text(out, names[set]);
    put_members(out, at, len, (size_t)event->arg[0].n, ' ');
}

/* Behind the result: what the call has found. */
void put_answers(struct out *out, const struct hook_event *event)
{
    const struct call *call = &call_table[event->call];
    const char *before = " (";
    bool waits = call_arg_of_kind(event->call, KIND_POLLFDS, 0) >= 0 || call_arg_of_kind(event->call, KIND_FDSET, 0) >= 0;
    if (!waits || event->failed)
        return;
    if (event->ret == 0) {
        put_text(out, " (Timeout)");
        return;
    }
    for (unsigned arg = 0, set = 0; arg < call->args; arg++) {
        unsigned kind = call->arg_kind[arg];
        bool there = event->arg[arg].state == HOOK_VALUE_BYTES;
        set += kind == KIND_FDSET;
        if (!there || kind_copied(kind) != COPIED_BOTH)
            continue;
        put_text(out, before);
        before = ", ";
        if (kind == KIND_POLLFDS)
            put_poll_answers(out, &event->arg[arg]);
        else if (kind == KIND_FDSET)
            put_ready(out, event, arg, set - 1);
        else
            put_left(out, &event->arg[arg]);
    }
    put_text(out, before[0] == ',' ? ")" : "");
}
