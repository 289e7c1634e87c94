/* SPDX-License-Identifier: MIT */
/* Nothing in a trace is believed: it may be cut off, still being written, or no trace at all. */
#include "core/trace.h"

#include <string.h>

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

static bool take_event(struct rest *rest, const struct hook_trace_record *record, int32_t pid, struct hook_event *ret)
{
    uint8_t flags = record->flags;
    const bool wide = record->type & HOOK_TRACE_WIDE;
    ret->type = record->type & ~HOOK_TRACE_WIDE;
    ret->action = record->parts >> HOOK_TRACE_ACTION & 7;
    ret->full = 0;
    ret->tip = NULL;
    ret->named = record->parts >> HOOK_TRACE_NAMED & 1;
    ret->failed = (flags & HOOK_TRACE_FAILED) != 0;
    ret->no_ret = (flags & HOOK_TRACE_NO_RET) != 0;
    ret->to_path = (flags & HOOK_TRACE_TO_PATH2) != 0;
    ret->numbered = (flags & HOOK_TRACE_NUMBERED) != 0;
    ret->quiet = (flags & HOOK_TRACE_QUIET) != 0;
    ret->call = record->call;
    ret->tid = record->tid;
    ret->time_ns = record->ticks;
    ret->dur_ns = record->dur | (wide ? take_number(rest, sizeof(uint32_t)) << 32 : 0);
    ret->ret = wide ? (int64_t)((uint32_t)record->ret | take_number(rest, sizeof(uint32_t)) << 32) : record->ret;
    ret->pid = flags & HOOK_TRACE_PID ? (int32_t)take_number(rest, sizeof ret->pid) : pid;
    ret->err = flags & HOOK_TRACE_ERR ? (int32_t)take_number(rest, sizeof ret->err) : 0;
    for (unsigned arg = 0; arg < HOOK_ARGS_MAX; arg++)
        take_value(rest, record->parts >> 3 * arg & 7, &ret->arg[arg]);
    take_texts(rest, record->parts, ret);
    return !rest->wrong && ret->action <= HOOK_ACTION_DELAY;
}

static enum trace_found found_of(uint8_t type)
{
    switch (type & ~HOOK_TRACE_WIDE) {
    case HOOK_EVENT_CALL:
    case HOOK_EVENT_START:
    case HOOK_EVENT_EXIT: return TRACE_EVENT;
    case HOOK_TRACE_AT: return TRACE_EVENT_AT;
    case HOOK_TRACE_FOLDER: return TRACE_FOLDER;
    case HOOK_TRACE_DIRECTORY: return TRACE_DIRECTORY;
    case HOOK_TRACE_NOTHING: return TRACE_NOTHING;
    default: return TRACE_WRONG;
    }
}

enum trace_found trace_get(const void *at, size_t room, int32_t pid, struct hook_event *ret, uint32_t *ret_size)
{
    struct hook_trace_record record;
    uint64_t word = room < sizeof word ? 0 : __atomic_load_n((const uint64_t *)at, __ATOMIC_ACQUIRE);
    *ret_size = sizeof word;
    if (word == 0)
        return TRACE_EMPTY;
    memcpy(&record, &word, sizeof word);
    if (record.size < sizeof record || record.size > room || record.size % 8)
        return TRACE_WRONG;
    *ret_size = record.size;
    if (!(record.flags & HOOK_TRACE_DONE))
        return TRACE_TORN;
    memcpy((char *)&record + sizeof word, (const char *)at + sizeof word, sizeof record - sizeof word);
    struct rest rest = { (const char *)at + sizeof record, record.size - sizeof record, false };
    const enum trace_found found = found_of(record.type);
    if (found == TRACE_NOTHING)
        return found;
    if (found == TRACE_EVENT_AT)
        record.type = HOOK_EVENT_CALL | (record.type & HOOK_TRACE_WIDE);
    return found != TRACE_WRONG && take_event(&rest, &record, pid, ret) ? found : TRACE_WRONG;
}
