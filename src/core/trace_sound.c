/* SPDX-License-Identifier: MIT */
#include "core/trace.h"

#include <string.h>

#include "core/call.h"
#include "core/capture.h"
#include "core/form.h"

static bool is_bytes(const struct hook_value *value)
{
    return value->state == HOOK_VALUE_BYTES || value->state == HOOK_VALUE_CUT;
}

/* As capture_vector makes them: a length, how much of it is there, and that. */
static bool vector_is_sound(const struct hook_value *value)
{
    const size_t head = sizeof(uint64_t) + sizeof(uint32_t);
    const char *at = value->p;
    for (size_t left = value->len; left > 0;) {
        uint32_t have;
        if (left < head)
            return false;
        memcpy(&have, at + sizeof(uint64_t), sizeof have);
        if (have > left - head)
            return false;
        at += head + have;
        left -= head + have;
    }
    return true;
}

static bool value_is_sound(unsigned kind, const struct hook_value *value)
{
    if (!is_bytes(value))
        return true;
    if (kind == KIND_IOV_IN || kind == KIND_IOV_OUT)
        return vector_is_sound(value);
    return value->len == capture_brief_size(kind) || value->len >= capture_block_size(kind);
}

/* A list of strings ends with one. */
static bool ends_with_nul(const struct hook_value *value)
{
    return !value->len || ((const char *)value->p)[value->len - 1] == '\0';
}

bool trace_sound(const struct hook_event *event)
{
    if (event->type == HOOK_EVENT_START)
        return is_bytes(&event->arg[0]) && is_bytes(&event->arg[1]) && is_bytes(&event->arg[2]) && ends_with_nul(&event->arg[1]);
    if (event->type == HOOK_EVENT_EXIT)
        return true;
    if (event->call >= CALL_COUNT)
        return false;
    const struct call *call = &call_table[event->call];
    for (unsigned arg = 0; arg < call->args; arg++)
        if (!value_is_sound(form_kind(event, arg), &event->arg[arg]))
            return false;
    return call->kind != KIND_DIRENT || !event->ret || is_bytes(&event->arg[call->args]);
}
