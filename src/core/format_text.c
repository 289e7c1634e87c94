/* SPDX-License-Identifier: MIT */
#include "core/format.h"

#include "core/call.h"
#include "core/capture.h"
#include "core/flags.h"
#include "core/value.h"

enum colour { DIM, BOLD, RED, BOLD_RED, YELLOW, PLAIN };

static inline char *colour_at(char *to, bool wanted, enum colour colour)
{
    static const char codes[][8] = { "\033[2m", "\033[1m", "\033[31m", "\033[1;31m", "\033[33m", "\033[0m" };
    if (__builtin_expect(!wanted, 1))
        return to;
    memcpy(to, codes[colour], sizeof *codes);
    return to + strlen(codes[colour]);
}

static inline void put_colour(struct out *out, bool wanted, enum colour colour)
{
    char code[8];
    if (__builtin_expect(wanted, 0))
        put(out, code, (size_t)(colour_at(code, true, colour) - code));
}

/* Where the new place of a redirect stands among the arguments; -1: no argument carries it. */
static __attribute__((cold)) int seek_redirected_arg(const struct hook_event *event)
{
    int addr = call_arg_of_kind(event->call, KIND_SOCKADDR, 0);
    int path = call_path_arg(event->call);
    if (path >= 0 && event->to_path == 1)
        path = call_arg_of_kind(event->call, KIND_PATH, (unsigned)path + 1);
    return addr >= 0 ? addr : path;
}

static inline int redirected_arg(const struct hook_event *event)
{
    return event->action == HOOK_ACTION_REDIRECT && event->to ? seek_redirected_arg(event) : -1;
}

/* The length after an address that has been written out says nothing more. */
static bool is_shown(const struct hook_event *event, unsigned arg)
{
    const struct call *call = &call_table[event->call];
    if (event->arg[arg].state == HOOK_VALUE_NONE)
        return false;
    if (call->arg_kind[arg] != KIND_SOCKLEN || arg == 0 || call->arg_kind[arg - 1] != KIND_SOCKADDR)
        return true;
    const struct hook_value *address = &event->arg[arg - 1];
    return address->state != HOOK_VALUE_BYTES || !has_short_form(address->p, address->len);
}

static __attribute__((cold)) void put_redirected(struct out *out, const struct hook_event *event, unsigned arg)
{
    if (call_table[event->call].arg_kind[arg] != KIND_SOCKADDR)
        put_c_string(out, event->to, strlen(event->to));
    else
        put_c_escaped(out, event->to, strlen(event->to));
}

static inline void put_arguments(struct out *out, const struct hook_event *event)
{
    const unsigned args = call_table[event->call].args;
    const int redirected = redirected_arg(event);
    bool first = !event->numbered;
    for (unsigned arg = 0; arg < args; arg++) {
        if (!is_shown(event, arg))
            continue;
        if (!first)
            put_text(out, ", ");
        first = false;
        if (__builtin_expect((int)arg == redirected, 0))
            put_redirected(out, event, arg);
        else
            put_value(out, event, arg, STYLE_TEXT);
    }
}

/* A result that is more than a number. */
static __attribute__((noinline)) void put_special_result(struct out *out, const struct hook_event *event)
{
    const struct call *call = &call_table[event->call];
    const struct hook_value *name = &event->arg[call->args];
    bool handle = call->kind == KIND_STREAM || call->kind == KIND_DIRP;
    if (call->kind == KIND_DIRENT && event->ret)
        put_c_string(out, name->p, name->len);
    else if (call->kind == KIND_DIRENT || (handle && event->failed))
        put_text(out, "NULL");
    else if (call->kind == KIND_GLOBCODE && event->failed)
        put_constant(out, FLAG_SET_GLOB, (uint64_t)event->ret);
    else if (call->kind == KIND_EAI && event->failed)
        put_constant(out, FLAG_SET_EAI, (uint64_t)event->ret);
    else if (call->kind == KIND_MODE)
        put_mode(out, (uint64_t)event->ret);
    else if ((call->kind == KIND_NAME || call->kind == KIND_ENTRY) && name->state == HOOK_VALUE_BYTES)
        put_c_string(out, name->p, name->len);
    else if (event->failed && call->fail == FAIL_NEG1)
        put_signed(out, event->ret);
    else if (call->kind == KIND_SIGHANDLER)
        put_signal_handler(out, (uint64_t)event->ret);
    else if (call->kind == KIND_PTR || call->kind == KIND_NAME || call->kind == KIND_ENTRY)
        put_address(out, (uint64_t)event->ret);
    else
        put_explained(out, event);
}

static inline bool is_special_result(unsigned kind)
{
    switch (kind) {
    case KIND_STREAM:
    case KIND_DIRP:
    case KIND_DIRENT:
    case KIND_GLOBCODE:
    case KIND_EAI:
    case KIND_NAME:
    case KIND_ENTRY:
    case KIND_MODE:
    case KIND_SIGHANDLER:
    case KIND_PTR: return true;
    default: return false;
    }
}

static inline void put_result_value(struct out *out, const struct hook_event *event)
{
    if (__builtin_expect(event->no_ret, 0))
        put_char(out, '?');
    else if (__builtin_expect(is_special_result(call_table[event->call].kind), 0))
        put_special_result(out, event);
    else
        put_explained(out, event);
}

static char *error_at(char *to, int number)
{
    const char *name = errno_name(number), *behind;
    if (name) {
        *to = ' ';
        to = text_at(name_at(to + 1, name, &behind), " (");
        to = name_at(to, errno_text(number), &behind);
    } else {
        to = signed_at(text_at(to, " (errno "), number);
    }
    return text_at(to, ")");
}

static void put_error(struct out *out, int number)
{
    char elsewhere[PIECE];
    piece_end(out, elsewhere, error_at(piece_begin(out, elsewhere), number));
}

static inline void put_result(struct out *out, const struct hook_event *event, bool colour)
{
    put_text(out, ") = ");
    put_colour(out, colour && event->failed, RED);
    put_result_value(out, event);
    if (event->named && capture_gives_descriptor(event)) {
        const struct hook_value *value = &event->arg[call_table[event->call].args];
        put_fd_name(out, value->p, value->len);
    }
    if (event->failed && event->err)
        put_error(out, event->err);
    put_answers(out, event);
    put_colour(out, colour && event->failed, PLAIN);
}

/* Where the call would have gone. */
static void put_origin(struct out *out, const struct hook_event *event)
{
    int arg = redirected_arg(event);
    if (arg < 0) {
        put_text(out, " to ");
        put_c_escaped(out, event->to, strlen(event->to));
        return;
    }
    const struct hook_value *value = &event->arg[arg];
    put_text(out, " from ");
    if (value->state != HOOK_VALUE_BYTES)
        put_address(out, (uint64_t)value->n);
    else if (call_table[event->call].arg_kind[arg] != KIND_SOCKADDR)
        put_c_escaped(out, value->p, value->len);
    else if (!put_sockaddr(out, value->p, value->len, STYLE_TEXT))
        put_other_sockaddr(out, value->p, value->len, STYLE_TEXT);
}

static __attribute__((cold)) void put_decision(struct out *out, const struct hook_event *event, bool colour)
{
    static const char actions[][9] = { "log", "allow", "block", "redirect", "inject", "delay" };
    put_char(out, ' ');
    put_colour(out, colour, event->action == HOOK_ACTION_BLOCK ? BOLD_RED : YELLOW);
    put_char(out, '<');
    put_text(out, actions[event->action]);
    put_char(out, ' ');
    put_c_escaped(out, event->rule, strlen(event->rule));
    if (event->action == HOOK_ACTION_REDIRECT && event->to)
        put_origin(out, event);
    put_char(out, '>');
    put_colour(out, colour, PLAIN);
}

static inline char *symbol_at(char *to, const struct hook_event *event, bool colour)
{
    const char *behind;
    to = colour_at(to, colour, BOLD);
    if (__builtin_expect(event->numbered, 0)) {
        to = text_at(colour_at(text_at(to, "syscall"), colour, PLAIN), "(SYS_");
        return name_at(to, syscall_name(call_made(event)), &behind);
    }
    to = colour_at(name_at(to, call_symbol(event->call), &behind), colour, PLAIN);
    return text_at(to, "(");
}

static void put_start(struct out *out, const struct hook_event *event)
{
    const char *at = event->arg[1].p, *end = at + event->arg[1].len;
    put_text(out, "+++ started ");
    put_c_escaped(out, event->arg[0].p, event->arg[0].len);
    put_text(out, " [");
    for (const char *sep = ""; at < end; sep = ", ") {
        size_t len = strnlen(at, (size_t)(end - at));
        put_text(out, sep);
        put_c_string(out, at, len);
        at += len + 1;
    }
    put_text(out, "] +++");
}

enum { SECOND = 1000000000 };

static char *microseconds_at(char *to, uint64_t ns)
{
    const uint64_t digits = eight_digits((uint32_t)(ns % SECOND / 1000)) >> 16;
    *to = '.';
    memcpy(to + 1, &digits, sizeof digits);
    return to + 7;
}

/* A call that began before the one whose line stands before it comes no time after it. */
static char *since_at(char *to, const struct hook_event *event, const struct show *show)
{
    const uint64_t ns = show->since && event->time_ns > show->since ? event->time_ns - show->since : 0, seconds = ns / SECOND;
    for (uint64_t limit = 100000; limit > 1 && seconds < limit; limit /= 10)
        *to++ = ' ';
    return microseconds_at(unsigned_at(to, seconds), ns);
}

/* As strace has them. */
static char *clock_at(char *to, const struct hook_event *event, const struct show *show)
{
    const uint64_t day = 86400, seconds = event->time_ns / SECOND;
    if (show->clock == SHOW_UNIX)
        to = unsigned_at(to, seconds);
    else if (show->clock)
        to = clock_time_at(to, (unsigned)((seconds + day + (uint64_t)(int64_t)show->east) % day));
    if (show->clock > SHOW_SECONDS)
        to = microseconds_at(to, event->time_ns);
    if (show->relative) {
        to = since_at(text_at(to, show->clock ? " (+" : ""), event, show);
        to = text_at(to, show->clock ? ")" : "");
    }
    return text_at(to, " ");
}

static void put_duration(struct out *out, uint64_t ns)
{
    char elsewhere[PIECE], *to = text_at(piece_begin(out, elsewhere), " <");
    to = microseconds_at(unsigned_at(to, ns / SECOND), ns);
    piece_end(out, elsewhere, text_at(to, ">"));
}

/* No part of the line: what can be pasted stands alone. */
static void put_tip(struct out *out, const char *tip)
{
    put_text(out, "hook: tip: ");
    put_text(out, tip);
    put_char(out, '\n');
}

/* What each line begins with; of a call all before its arguments. */
static inline void put_beginning(struct out *out, const struct hook_event *event, const struct show *show)
{
    char elsewhere[PIECE], *to = colour_at(piece_begin(out, elsewhere), show->colour, DIM);
    to = text_at(signed_at(text_at(to, "[HOOK "), event->pid), "]");
    to = text_at(colour_at(to, show->colour, PLAIN), " ");
    if (__builtin_expect(show->clock || show->relative, 0))
        to = clock_at(to, event, show);
    if (event->type == HOOK_EVENT_CALL)
        to = symbol_at(to, event, show->colour);
    piece_end(out, elsewhere, to);
}

size_t format_text(const struct hook_event *event, const struct show *show, char *buf, size_t size)
{
    struct out out = { .buf = buf, .size = size, .hex = show->hex, .strings = show->strings };
    put_beginning(&out, event, show);
    if (event->type == HOOK_EVENT_CALL) {
        put_arguments(&out, event);
        put_result(&out, event, show->colour);
        if (event->rule)
            put_decision(&out, event, show->colour);
        if (show->duration)
            put_duration(&out, event->dur_ns);
    } else if (event->type == HOOK_EVENT_START) {
        put_start(&out, event);
    } else {
        put_text(&out, "+++ exited with ");
        put_signed(&out, event->arg[0].n);
        put_text(&out, " +++");
    }
    put_char(&out, '\n');
    if (event->type == HOOK_EVENT_CALL && event->tip)
        put_tip(&out, event->tip);
    return out.len;
}
