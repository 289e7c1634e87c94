/* SPDX-License-Identifier: MIT */
#include "core/trace.h"

#include <string.h>

#include "core/call.h"
#include "core/capture.h"
#include "core/trace_part.h"

static bool is_bytes(const struct hook_value *value)
{
    return value->state == HOOK_VALUE_BYTES || value->state == HOOK_VALUE_CUT;
}

/* How an argument is written, and the bytes that it takes. */
static inline enum hook_trace_part part_of(const struct hook_value *value, uint64_t *size)
{
    uint64_t bytes = trace_bytes_size(value->len);
    bool named = value->state == HOOK_VALUE_NUMBER && value->p;
    switch (value->state) {
    case HOOK_VALUE_NONE: return HOOK_TRACE_NONE;
    case HOOK_VALUE_NUMBER:
        if (named)
            break;
        *size += value->n == (int32_t)value->n ? sizeof(int32_t) : sizeof value->n;
        return value->n == (int32_t)value->n ? HOOK_TRACE_NUMBER : HOOK_TRACE_LONG_NUMBER;
    default: break;
    }
    if (value->count || named) {
        *size += sizeof value->n + 2 * sizeof(uint32_t) + (is_bytes(value) || named ? bytes : sizeof value->len + 4);
        return HOOK_TRACE_COUNTED;
    }
    *size += is_bytes(value) ? bytes : sizeof value->n;
    if (!is_bytes(value))
        return HOOK_TRACE_ADDRESS;
    return value->state == HOOK_VALUE_BYTES ? HOOK_TRACE_BYTES : HOOK_TRACE_CUT;
}

/* A result that is more than a number stands behind the arguments. */
static bool has_named_result(const struct hook_event *event)
{
    unsigned kind = call_table[event->call].kind;
    if (event->named && capture_gives_descriptor(event))
        return true;
    return (kind == KIND_DIRENT && event->ret != 0) || ((kind == KIND_NAME || kind == KIND_ENTRY) && !event->no_ret);
}

static inline unsigned arguments(const struct hook_event *event)
{
    if (event->type == HOOK_EVENT_START)
        return 5;
    if (event->type == HOOK_EVENT_EXIT)
        return 1;
    return call_table[event->call].args + has_named_result(event);
}

/* May a path begin at the working folder? */
static inline bool is_relative(const struct hook_event *event, unsigned arg)
{
    const struct hook_value *value = &event->arg[arg];
    if (event->type != HOOK_EVENT_CALL || !is_bytes(value))
        return false;
    switch (call_table[event->call].arg_kind[arg]) {
    case KIND_PATH:
    case KIND_PATTERN:
    case KIND_TEMPLATE: return !value->len || *(const char *)value->p != '/';
    case KIND_ARGV:
    case KIND_OPENHOW: return true;
    default: return false;
    }
}

static void plan_texts(const struct hook_event *event, struct trace_plan *plan, uint64_t *size)
{
    const char *const texts[TRACE_TEXTS] = { event->path, event->path2, event->rule, event->to };
    for (unsigned i = 0; i < TRACE_TEXTS; i++) {
        if (!texts[i])
            continue;
        plan->text_len[i] = (uint32_t)strlen(texts[i]);
        plan->parts |= 1u << (HOOK_TRACE_STRINGS + i);
        *size += trace_bytes_size(plan->text_len[i]);
    }
}

void trace_plan(const struct hook_event *event, struct trace_plan *ret)
{
    uint64_t size = sizeof(struct hook_trace_record) + (event->err ? sizeof event->err : 0);
    ret->wide = event->dur_ns != (uint16_t)event->dur_ns || event->ret != (int32_t)event->ret;
    size += ret->wide ? sizeof(struct hook_trace_wide) : 0;
    unsigned count = arguments(event);
    ret->parts = (uint32_t)event->action << HOOK_TRACE_ACTION | (uint32_t)event->named << HOOK_TRACE_NAMED;
    ret->folder = ret->pid = ret->tid = false;
    for (unsigned arg = 0; arg < count; arg++) {
        ret->parts |= (uint32_t)part_of(&event->arg[arg], &size) << 3 * arg;
        ret->folder = ret->folder || is_relative(event, arg);
    }
    if (event->path || event->path2 || event->rule || event->to)
        plan_texts(event, ret, &size);
    ret->size = size > TRACE_MOST - TRACE_MORE ? 0 : trace_padded(size, TRACE_UNIT);
}

void trace_plan_pid(struct trace_plan *plan)
{
    plan->pid = true;
    plan->size += TRACE_UNIT;
}

void trace_plan_tid(struct trace_plan *plan)
{
    plan->tid = true;
    plan->size += TRACE_UNIT;
}

void trace_plan_wide(struct trace_plan *plan)
{
    plan->wide = true;
    plan->size += sizeof(struct hook_trace_wide);
}

static inline char *put_value(char *at, const struct hook_value *value, enum hook_trace_part part)
{
    const uint32_t head[] = { value->state, value->count };
    int32_t number = (int32_t)value->n;
    switch (part) {
    case HOOK_TRACE_NONE: return at;
    case HOOK_TRACE_NUMBER: return trace_put_word(at, &number, sizeof number);
    case HOOK_TRACE_COUNTED: at = trace_put_word(at, head, sizeof head); break;
    default: break;
    }
    if (part != HOOK_TRACE_BYTES && part != HOOK_TRACE_CUT)
        at = trace_put_word(at, &value->n, sizeof value->n);
    if (part == HOOK_TRACE_ADDRESS || part == HOOK_TRACE_LONG_NUMBER)
        return at;
    bool named = value->state == HOOK_VALUE_NUMBER;
    return trace_put_bytes(at, value->p, is_bytes(value) || named ? value->len : 0);
}

static char *put_texts(char *at, const struct hook_event *event, const struct trace_plan *plan)
{
    const char *const texts[TRACE_TEXTS] = { event->path, event->path2, event->rule, event->to };
    for (unsigned i = 0; i < TRACE_TEXTS; i++)
        if (plan->parts >> (HOOK_TRACE_STRINGS + i) & 1)
            at = trace_put_bytes(at, texts[i], plan->text_len[i]);
    return at;
}

static uint8_t flags_of(const struct hook_event *event, const struct trace_plan *plan)
{
    return (uint8_t)(HOOK_TRACE_DONE | (event->failed ? HOOK_TRACE_FAILED : 0) | (event->no_ret ? HOOK_TRACE_NO_RET : 0) |
                     (plan->pid ? HOOK_TRACE_PID : 0) | (plan->tid ? HOOK_TRACE_TID : 0) | (event->err ? HOOK_TRACE_ERR : 0) |
                     (event->to_path ? HOOK_TRACE_TO_PATH2 : 0) | (event->quiet ? HOOK_TRACE_QUIET : 0) |
                     (event->numbered ? HOOK_TRACE_NUMBERED : 0));
}

static char *put_wide(char *at, const struct hook_event *event)
{
    const struct hook_trace_wide wide = { (uint32_t)(event->time_ns >> 32), (int32_t)(event->ret >> 32), event->dur_ns };
    return trace_put_word(at, &wide, sizeof wide);
}

void trace_put(const struct hook_event *event, const struct trace_plan *plan, void *at)
{
    struct hook_trace_record *record = at;
    trace_begin(at, plan->size);
    record->ticks = (uint32_t)event->time_ns;
    record->ret = (int32_t)event->ret;
    record->parts = plan->parts;
    char *to = (char *)(record + 1);
    if (plan->wide)
        to = put_wide(to, event);
    if (plan->pid)
        to = trace_put_word(to, &event->pid, sizeof event->pid);
    if (plan->tid)
        to = trace_put_word(to, &event->tid, sizeof event->tid);
    if (event->err)
        to = trace_put_word(to, &event->err, sizeof event->err);
    unsigned count = arguments(event);
    for (unsigned arg = 0; arg < count; arg++)
        to = put_value(to, &event->arg[arg], plan->parts >> 3 * arg & 7);
    if (plan->parts >> HOOK_TRACE_STRINGS & 15)
        put_texts(to, event, plan);
    trace_put_head(at, plan->size, event->call, event->type | (plan->wide ? HOOK_TRACE_WIDE : 0), flags_of(event, plan),
                   plan->wide ? 0 : (uint16_t)event->dur_ns);
}

uint32_t trace_folder_size(size_t len)
{
    return trace_padded(sizeof(struct hook_trace_record) + sizeof(uint32_t) + len + 1, TRACE_UNIT);
}

void trace_put_folder(uint8_t type, const char *path, size_t len, void *at)
{
    struct hook_trace_record *record = at;
    uint32_t size = trace_folder_size(len);
    trace_begin(at, size);
    record->parts = len ? 1u << HOOK_TRACE_STRINGS : 0;
    if (len)
        trace_put_bytes((char *)(record + 1), path, (uint32_t)len);
    trace_put_head(at, size, 0, type, HOOK_TRACE_DONE, 0);
}

void trace_put_thread(int tid, void *at)
{
    struct hook_trace_record *record = at;
    _Static_assert(TRACE_THREAD_SIZE >= sizeof *record && TRACE_THREAD_SIZE % TRACE_UNIT == 0, "the size of a record");
    trace_begin(at, TRACE_THREAD_SIZE);
    record->ret = tid;
    trace_put_head(at, TRACE_THREAD_SIZE, 0, HOOK_TRACE_THREAD, HOOK_TRACE_DONE, 0);
}
