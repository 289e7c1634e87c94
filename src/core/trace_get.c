/* SPDX-License-Identifier: MIT */
/* Nothing in a trace is believed: it may be cut off, still being written, or no trace at all. */
#include "core/trace.h"

#include <string.h>

#include "core/trace_part.h"

/* What is left of a record. */
struct rest {
    const char *at;
    size_t left;
    bool wrong;
};

static const void *take(struct rest *rest, uint64_t size)
{
    const char *at = rest->at;
    if (rest->wrong || size > rest->left) {
        rest->wrong = true;
        return NULL;
    }
    rest->at += size;
    rest->left -= size;
    return at;
}

static uint64_t take_number(struct rest *rest, size_t size)
{
    uint64_t number = 0;
    uint32_t half;
    const void *at = take(rest, size);
    if (at && size == sizeof half) {
        memcpy(&half, at, sizeof half);
        return half;
    }
    if (at)
        memcpy(&number, at, sizeof number);
    return number;
}

static const char *take_bytes(struct rest *rest, uint32_t *ret_len)
{
    uint32_t len = (uint32_t)take_number(rest, sizeof len);
    const char *at = take(rest, ((uint64_t)len + 1 + 3) & ~(uint64_t)3);
    if (at && at[len] != '\0')
        rest->wrong = true;
    *ret_len = at ? len : 0;
    return at;
}

static void take_value(struct rest *rest, enum hook_trace_part part, struct hook_value *ret)
{
    *ret = (struct hook_value){ 0 };
    switch (part) {
    case HOOK_TRACE_NONE: return;
    case HOOK_TRACE_NUMBER:
        ret->state = HOOK_VALUE_NUMBER;
        ret->n = (int32_t)take_number(rest, sizeof(int32_t));
        return;
    case HOOK_TRACE_LONG_NUMBER: ret->state = HOOK_VALUE_NUMBER; break;
    case HOOK_TRACE_ADDRESS: ret->state = HOOK_VALUE_ADDRESS; break;
    case HOOK_TRACE_BYTES: ret->state = HOOK_VALUE_BYTES; break;
    case HOOK_TRACE_CUT: ret->state = HOOK_VALUE_CUT; break;
    case HOOK_TRACE_COUNTED: {
        uint64_t state = take_number(rest, sizeof(uint32_t));
        rest->wrong = rest->wrong || state > HOOK_VALUE_CUT;
        ret->state = (uint8_t)state;
        ret->count = (uint32_t)take_number(rest, sizeof ret->count);
        break;
    }
    default: rest->wrong = true; return;
    }
    if (part != HOOK_TRACE_BYTES && part != HOOK_TRACE_CUT)
        ret->n = (int64_t)take_number(rest, sizeof ret->n);
    if (part >= HOOK_TRACE_BYTES)
        ret->p = take_bytes(rest, &ret->len);
}

static void take_texts(struct rest *rest, uint32_t parts, struct hook_event *event)
{
    const char **const texts[TRACE_TEXTS] = { &event->path, &event->path2, &event->rule, &event->to };
    uint32_t len;
    for (unsigned i = 0; i < TRACE_TEXTS; i++)
        *texts[i] = parts >> (HOOK_TRACE_STRINGS + i) & 1 ? take_bytes(rest, &len) : NULL;
}

/* A record as its head says it. */
struct head {
    struct hook_trace_record record;
    uint32_t size;
    uint16_t call;
    uint8_t type, flags;
    bool wide;
};

static void take_times(struct rest *rest, const struct head *head, struct trace_context *context, struct hook_event *ret)
{
    struct hook_trace_wide wide;
    const void *at = head->wide ? take(rest, sizeof wide) : NULL;
    ret->time_ns = context->ticks + (uint64_t)(int64_t)(int32_t)(head->record.ticks - (uint32_t)context->ticks);
    ret->dur_ns = head->record.dur;
    ret->ret = head->record.ret;
    if (at) {
        memcpy(&wide, at, sizeof wide);
        ret->time_ns = (uint64_t)wide.ticks << 32 | head->record.ticks;
        ret->dur_ns = wide.dur;
        ret->ret = (int64_t)((uint64_t)(uint32_t)wide.ret << 32 | (uint32_t)head->record.ret);
    }
    if (!(head->flags & HOOK_TRACE_TID))
        context->after = ret->time_ns;
}

static bool take_event(struct rest *rest, const struct head *head, struct trace_context *context, struct hook_event *ret)
{
    const uint8_t flags = head->flags;
    const uint32_t parts = head->record.parts;
    ret->type = head->type;
    ret->action = parts >> HOOK_TRACE_ACTION & 7;
    ret->full = 0;
    ret->tip = NULL;
    ret->named = parts >> HOOK_TRACE_NAMED & 1;
    ret->failed = (flags & HOOK_TRACE_FAILED) != 0;
    ret->no_ret = (flags & HOOK_TRACE_NO_RET) != 0;
    ret->to_path = (flags & HOOK_TRACE_TO_PATH2) != 0;
    ret->numbered = head->type == HOOK_EVENT_CALL && flags & HOOK_TRACE_NUMBERED;
    ret->quiet = head->type != HOOK_EVENT_CALL && flags & HOOK_TRACE_QUIET;
    ret->call = head->call;
    take_times(rest, head, context, ret);
    ret->pid = flags & HOOK_TRACE_PID ? (int32_t)take_number(rest, sizeof ret->pid) : context->pid;
    ret->tid = flags & HOOK_TRACE_TID ? (int32_t)take_number(rest, sizeof ret->tid) : context->tid;
    ret->err = flags & HOOK_TRACE_ERR ? (int32_t)take_number(rest, sizeof ret->err) : 0;
    for (unsigned arg = 0; arg < HOOK_ARGS_MAX; arg++)
        take_value(rest, parts >> 3 * arg & 7, &ret->arg[arg]);
    take_texts(rest, parts, ret);
    return !rest->wrong && ret->action <= HOOK_ACTION_DELAY;
}

static enum trace_found found_of(uint8_t type)
{
    switch (type) {
    case HOOK_EVENT_CALL:
    case HOOK_EVENT_START:
    case HOOK_EVENT_EXIT: return TRACE_EVENT;
    case HOOK_TRACE_AT: return TRACE_EVENT_AT;
    case HOOK_TRACE_FOLDER: return TRACE_FOLDER;
    case HOOK_TRACE_DIRECTORY: return TRACE_DIRECTORY;
    case HOOK_TRACE_THREAD: return TRACE_OWNER;
    case HOOK_TRACE_NOTHING: return TRACE_NOTHING;
    default: return TRACE_WRONG;
    }
}

static struct head head_of(const void *at, uint64_t word)
{
    struct head head;
    memcpy(&head.record, &word, sizeof word);
    head.size = (head.record.size & TRACE_MOST / TRACE_UNIT) * TRACE_UNIT;
    head.flags = (uint8_t)(head.record.size >> 24);
    head.call = head.record.call & 0xfff;
    head.type = (uint8_t)(head.record.call >> 12 & ~HOOK_TRACE_WIDE);
    head.wide = head.record.call >> 12 & HOOK_TRACE_WIDE;
    if (head.flags & HOOK_TRACE_DONE)
        memcpy((char *)&head.record + sizeof word, (const char *)at + sizeof word, sizeof head.record - sizeof word);
    return head;
}

enum trace_found trace_get(const void *at, size_t room, struct trace_context *context, struct hook_event *ret, uint32_t *ret_size)
{
    uint64_t word = room < sizeof word ? 0 : __atomic_load_n((const uint64_t *)at, __ATOMIC_ACQUIRE);
    *ret_size = sizeof word;
    context->after = context->ticks;
    if (word == 0)
        return TRACE_EMPTY;
    if (room < sizeof(struct hook_trace_record))
        return TRACE_WRONG;
    struct head head = head_of(at, word);
    if (head.size < sizeof head.record || head.size > room)
        return TRACE_WRONG;
    *ret_size = head.size;
    if (!(head.flags & HOOK_TRACE_DONE))
        return TRACE_TORN;
    struct rest rest = { (const char *)at + sizeof head.record, head.size - sizeof head.record, false };
    const enum trace_found found = found_of(head.type);
    ret->tid = head.record.ret;
    if (found == TRACE_NOTHING || found == TRACE_OWNER)
        return found;
    if (found == TRACE_EVENT_AT)
        head.type = HOOK_EVENT_CALL;
    const bool is_event = found == TRACE_EVENT || found == TRACE_EVENT_AT;
    const bool good = found != TRACE_WRONG && take_event(&rest, &head, context, ret);
    context->after = is_event ? context->after : context->ticks;
    return good ? found : TRACE_WRONG;
}
