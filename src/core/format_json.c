/* SPDX-License-Identifier: MIT */
#include "core/format.h"

#include "core/call.h"
#include "core/capture.h"
#include "core/flags.h"
#include "core/form.h"
#include "core/value.h"
#include "core/value_part.h"

/* One literal each: `,"key":` with the quote that a string begins with. */
#define KEY(key)        ",\"" key "\":"
#define STRING_KEY(key) KEY(key) "\""

static inline __attribute__((always_inline)) void put_quoted(struct out *out, const char *key, const char *text, size_t len)
{
    put_text(out, key);
    put_json_escaped(out, text, len);
    put_char(out, '"');
}

static inline __attribute__((always_inline)) void put_number(struct out *out, const char *key, int64_t number)
{
    put_text(out, key);
    put_signed(out, number);
}

static char *time_at(char *to, uint64_t ns)
{
    const uint32_t second = 1000000000, eight = 100000000, rest = (uint32_t)(ns % second);
    const uint64_t seconds = ns / second, digits = eight_digits(rest % eight);
    to = second_at(to, seconds);
    *to = (char)('0' + rest / eight);
    memcpy(to + 1, &digits, sizeof digits);
    return text_at(to + 9, "Z\"");
}

/* The text of the last string or address among the arguments, between its quotes: what is said of it again need not be made. */
struct shown {
    const void *of; /* NULL: there is none */
    size_t at, len; /* where in the buffer */
    bool address;   /* there may be one */
};

static inline bool can_be_shown_again(const struct out *out, const struct shown *shown, const void *what)
{
    return shown->of == what && out->len + shown->len + sizeof(block) <= out->size;
}

/* By blocks, the last of which ends behind it. */
static inline void put_again(struct out *out, const struct shown *shown)
{
    const char *from = out->buf + shown->at;
    char *to = out->buf + out->len;
    for (size_t at = 0; at < shown->len; at += sizeof(block))
        *(block *)(to + at) = *(const block *)(from + at);
    out->len += shown->len;
}

/* The name of an argument; gives the next one's. */
static inline char *key_at(char *to, const char **name, bool first)
{
    *to = ',';
    return text_at(name_at(text_at(to + !first, "\""), *name, name), "\":");
}

/* What is neither a plain number nor a string. */
static inline __attribute__((always_inline)) void put_odd_argument(struct out *out, const struct hook_event *event, unsigned arg,
                                                                   unsigned kind, struct shown *ret)
{
    const size_t at = out->len + 1;
    put_odd_value(out, event, arg, kind, STYLE_JSON);
    if (!kind_may_name_address(kind))
        return;
    ret->address = true;
    if (event->arg[arg].state == HOOK_VALUE_BYTES)
        *ret = (struct shown){ event->arg[arg].p, at, out->len - 1 - at, true };
}

static inline __attribute__((always_inline)) void put_string_argument(struct out *out, const struct hook_value *value,
                                                                      struct shown *ret)
{
    put_char(out, '"');
    const size_t at = out->len;
    put_json_escaped(out, value->p, value->len);
    if (value->state == HOOK_VALUE_BYTES)
        *ret = (struct shown){ value->p, at, out->len - at, ret->address };
    put_char(out, '"');
}

/* Behind the bracket. name: that of the first, with the others' behind it. */
static inline __attribute__((always_inline)) struct shown put_args(struct out *out, const struct hook_event *event,
                                                                   const char *name)
{
    const unsigned args = call_table[event->call].args;
    struct shown shown = { 0 };
    bool first = true;
    for (unsigned arg = 0; arg < args; arg++) {
        const struct hook_value *value = &event->arg[arg];
        const unsigned kind = form_kind(event, arg);
        char elsewhere[PIECE], *to = key_at(piece_begin(out, elsewhere), &name, first);
        if (value->state == HOOK_VALUE_NONE)
            continue;
        first = false;
        const bool bare = value->state == HOOK_VALUE_NUMBER && kind_is_bare(kind);
        piece_end(out, elsewhere, bare ? bare_at(to, kind, value->n) : to);
        if (value->state >= HOOK_VALUE_BYTES && kind_is_string(kind))
            put_string_argument(out, value, &shown);
        else if (!bare)
            put_odd_argument(out, event, arg, kind, &shown);
    }
    put_char(out, '}');
    return shown;
}

static inline __attribute__((always_inline)) void put_text_if(struct out *out, const char *key, const char *text,
                                                              const struct shown *shown)
{
    if (!text)
        return;
    put_text(out, key);
    if (can_be_shown_again(out, shown, text))
        put_again(out, shown);
    else
        put_json_text(out, text);
    put_char(out, '"');
}

static void put_addr(struct out *out, const struct hook_event *event, const struct shown *shown)
{
    size_t len;
    const void *addr = value_address(event, &len);
    if (!addr || !has_short_form(addr, len))
        return;
    put_text(out, STRING_KEY("addr"));
    if (can_be_shown_again(out, shown, addr))
        put_again(out, shown);
    else
        put_sockaddr(out, addr, len, STYLE_JSON);
    put_char(out, '"');
}

static void put_fd(struct out *out, bool *first, const char *key, const struct hook_value *value)
{
    if (!value->p || !value->len)
        return;
    put_text(out, *first ? ",\"fds\":{\"" : ",\"");
    *first = false;
    put_text(out, key);
    put_text(out, "\":");
    put_json_string(out, value->p, value->len);
}

/* The paths of descriptors, by the names of the arguments, and of the result. */
static void put_fds(struct out *out, const struct hook_event *event)
{
    const struct call *call = &call_table[event->call];
    bool first = true;
    for (unsigned arg = 0; arg < call->args; arg++)
        if (event->arg[arg].state == HOOK_VALUE_NUMBER)
            put_fd(out, &first, call_arg_name(event->call, arg), &event->arg[arg]);
    if (capture_gives_descriptor(event))
        put_fd(out, &first, "ret", &event->arg[call->args]);
    put_text(out, first ? "" : "}");
}

/* Writes a result that is no number; false when it is one. */
static inline bool put_odd_ret(struct out *out, const struct hook_event *event)
{
    const struct call *call = &call_table[event->call];
    const struct hook_value *name = &event->arg[call->args];
    bool handle = call->kind == KIND_STREAM || call->kind == KIND_DIRP;
    bool named = call->kind == KIND_NAME || call->kind == KIND_ENTRY, pointer = call->kind == KIND_PTR || named;
    if (event->no_ret)
        return true;
    if ((handle && event->failed) || ((pointer || call->kind == KIND_DIRENT) && !event->ret)) {
        put_text(out, KEY("ret") "null");
    } else if (call->kind == KIND_DIRENT || (named && name->state == HOOK_VALUE_BYTES)) {
        put_text(out, KEY("ret"));
        put_json_string(out, name->p, name->len);
    } else if (call->kind == KIND_SIGHANDLER && !event->failed) {
        put_text(out, STRING_KEY("ret"));
        put_signal_handler(out, (uint64_t)event->ret);
        put_char(out, '"');
    } else if (pointer && !(event->failed && call->fail == FAIL_NEG1)) {
        put_text(out, STRING_KEY("ret"));
        put_hex(out, (uint64_t)event->ret);
        put_char(out, '"');
    } else {
        return false;
    }
    return true;
}

/* What stands between the symbol of a call and its arguments. */
#define HEAD(name, op) "\"" STRING_KEY("op") #op "\"" STRING_KEY("syscall") #name "\"" KEY("args") "{"
static const struct heads {
#define SYSCALL(name, op, classes) char name[sizeof HEAD(name, op) - 1];
#include "core/syscalls.def"
#undef SYSCALL
    char behind[sizeof(block)];
} heads = {
#define SYSCALL(name, op, classes) .name = HEAD(name, op),
#include "core/syscalls.def"
#undef SYSCALL
};

static const uint16_t head_begins[SYSCALL_COUNT + 1] = {
#define SYSCALL(name, op, classes) offsetof(struct heads, name),
#include "core/syscalls.def"
#undef SYSCALL
    offsetof(struct heads, behind),
};

/* Copied by blocks, the last of which ends behind it. */
static inline char *head_at(char *to, unsigned number)
{
    const size_t begin = head_begins[number], len = head_begins[number + 1] - begin;
    for (size_t at = 0; at < len; at += sizeof(block))
        memcpy(to + at, (const char *)&heads + begin + at, sizeof(block));
    return to + len;
}

/* All before the arguments, whose names it gives. */
static inline char *call_at(char *to, const struct hook_event *event, const char **ret_names)
{
    static const char numbered[SHORT] = "syscall";
    const char *behind;
    to = name_at(text_at(to, STRING_KEY("symbol")), event->numbered ? numbered : call_symbol(event->call), ret_names);
    if (__builtin_expect(event->numbered, 0))
        *ret_names = call_arg_name(event->call, 0);
    if (!(call_classes(event->call) & CLASS_STDIO))
        return head_at(to, event->numbered ? call_made(event) : call_table[event->call].syscall);
    to = name_at(text_at(to, "\"" STRING_KEY("op")), call_op(event->call), &behind);
    return text_at(to, "\"" KEY("args") "{");
}

static inline char *outcome_at(char *to, const struct hook_event *event)
{
    static const char actions[][16] = { "log", "allow", "block", "redirect", "inject", "delay" };
    const char *error = event->failed ? errno_name(event->err) : NULL, *behind;
    if (error)
        to = text_at(name_at(text_at(to, STRING_KEY("errno")), error, &behind), "\"");
    to = signed_at(text_at(to, KEY("dur_ns")), (int64_t)event->dur_ns);
    to = name_at(text_at(to, STRING_KEY("action")), actions[event->action], &behind);
    return text_at(to, "\"");
}

static inline void put_outcome(struct out *out, const struct hook_event *event)
{
    const bool odd = put_odd_ret(out, event);
    char elsewhere[PIECE], *to = piece_begin(out, elsewhere);
    if (!odd)
        to = signed_at(text_at(to, KEY("ret")), event->ret);
    piece_end(out, elsewhere, outcome_at(to, event));
}

static inline __attribute__((always_inline)) void put_call(struct out *out, const struct hook_event *event, const char *names)
{
    const struct shown shown = put_args(out, event, names), none = { 0 };
    put_text_if(out, STRING_KEY("path"), event->path, &shown);
    put_text_if(out, STRING_KEY("path2"), event->path2, &shown);
    if (shown.address)
        put_addr(out, event, &shown);
    if (event->named)
        put_fds(out, event);
    put_outcome(out, event);
    put_text_if(out, STRING_KEY("rule"), event->rule, &none);
    put_text_if(out, STRING_KEY("to"), event->to, &none);
    put_text_if(out, STRING_KEY("tip"), event->tip, &none);
}

static void put_start(struct out *out, const struct hook_event *event)
{
    const char *at = event->arg[1].p, *end = at + event->arg[1].len;
    put_text(out, STRING_KEY("op") "start\"");
    put_quoted(out, STRING_KEY("exe"), event->arg[0].p, event->arg[0].len);
    put_text(out, KEY("argv") "[");
    for (const char *sep = ""; at < end; sep = ",") {
        size_t len = strnlen(at, (size_t)(end - at));
        put_text(out, sep);
        put_json_string(out, at, len);
        at += len + 1;
    }
    put_char(out, ']');
    if (event->arg[2].len)
        put_quoted(out, STRING_KEY("cwd"), event->arg[2].p, event->arg[2].len);
    put_number(out, KEY("ppid"), event->arg[3].n);
    put_number(out, KEY("uid"), event->arg[4].n);
}

/* They are the same mostly. */
static inline char *ids_at(char *to, int pid, int tid)
{
    char *const from = text_at(to, KEY("pid"));
    uint64_t digits;
    to = signed_at(from, pid);
    const size_t len = (size_t)(to - from);
    memcpy(&digits, from, sizeof digits);
    to = text_at(to, KEY("tid"));
    if (tid != pid || len > sizeof digits)
        return signed_at(to, tid);
    return (char *)memcpy(to, &digits, sizeof digits) + len;
}

/* What each line begins with; of a call all before its arguments, whose names it gives. */
static inline __attribute__((always_inline)) const char *put_beginning(struct out *out, const struct hook_event *event)
{
    const char *names = NULL;
    char elsewhere[PIECE], *to = time_at(text_at(piece_begin(out, elsewhere), "{\"time\":\""), event->time_ns);
    to = ids_at(to, event->pid, event->tid);
    if (event->type == HOOK_EVENT_CALL)
        to = call_at(to, event, &names);
    piece_end(out, elsewhere, to);
    return names;
}

static void put_event(struct out *out, const struct hook_event *event)
{
    const char *names = put_beginning(out, event);
    if (event->type == HOOK_EVENT_CALL) {
        put_call(out, event, names);
    } else if (event->type == HOOK_EVENT_START) {
        put_start(out, event);
    } else {
        put_text(out, STRING_KEY("op") "exit\"");
        put_number(out, KEY("status"), event->arg[0].n);
    }
    if (out->raw)
        put_text(out, KEY("raw") "true");
    put_text(out, "}\n");
}

/* Once a byte is found that is no UTF-8, the whole is written anew with each byte by itself: else that byte and the
 * character of its number could not be told apart. */
static inline size_t put_whole(struct out *out, void (*put)(struct out *, const struct hook_event *),
                               const struct hook_event *event)
{
    put(out, event);
    if (out->raw) {
        out->len = 0;
        put(out, event);
    }
    return out->len;
}

size_t format_json(const struct hook_event *event, const struct show *show, char *buf, size_t size)
{
    struct out out = { .buf = buf, .size = size, .strings = show->strings };
    return put_whole(&out, put_event, event);
}

static void put_args_alone(struct out *out, const struct hook_event *event)
{
    put_char(out, '{');
    put_args(out, event, call_arg_name(event->call, 0));
}

size_t format_args(const struct hook_event *event, const struct show *show, char *buf, size_t size)
{
    struct out out = { .buf = buf, .size = size, .strings = show->strings };
    return put_whole(&out, put_args_alone, event);
}
