/* SPDX-License-Identifier: MIT */
#include "input.h"

#include <stdlib.h>
#include <string.h>

#include "core/call.h"
#include "core/capture.h"
#include "core/form.h"

uint64_t input_number(struct input *input, size_t bytes)
{
    uint64_t n = 0;
    size_t have = bytes < input->len ? bytes : input->len;

    memcpy(&n, input->p, have);
    input->p += have;
    input->len -= have;
    return n;
}

static void *take_bytes(struct input *input, size_t len, size_t nul)
{
    size_t have = len < input->len ? len : input->len;
    char *copy = calloc(1, len + nul + !(len + nul));

    memcpy(copy, input->p, have);
    input->p += have;
    input->len -= have;
    return copy;
}

/* The encoding of IOV_IN and IOV_OUT. */
static void take_vector(struct input *input, struct hook_value *value)
{
    const size_t head = sizeof(uint64_t) + sizeof(uint32_t), most = 32;
    size_t elements = input_number(input, 1) % 4;
    char *block = malloc(elements * (head + most) + 1);

    for (size_t i = 0; i < elements; i++) {
        uint64_t len = input_number(input, 2);
        uint32_t have = (uint32_t)(len < most ? len : most);
        void *bytes = take_bytes(input, have, 0);
        memcpy(block + value->len, &len, sizeof len);
        memcpy(block + value->len + sizeof len, &have, sizeof have);
        memcpy(block + value->len + head, bytes, have);
        value->len += (uint32_t)head + have;
        free(bytes);
    }
    value->p = realloc(block, value->len + !value->len);
}

static void take_block(struct input *input, unsigned kind, struct hook_value *value)
{
    size_t any = input_number(input, 1), whole = capture_block_size(kind);
    size_t nul = kind == KIND_ARGV && any;

    value->p = take_bytes(input, whole ? whole : any, nul);
    value->len = (uint32_t)((whole ? whole : any) + nul);
}

static struct hook_value take_value(struct input *input, unsigned kind)
{
    struct hook_value value = { .state = input_number(input, 1) % (HOOK_VALUE_CUT + 1) };

    value.n = (int64_t)input_number(input, 4);
    value.count = input_number(input, 1);
    if (value.state >= HOOK_VALUE_BYTES && (kind == KIND_IOV_IN || kind == KIND_IOV_OUT))
        take_vector(input, &value);
    else if (value.state >= HOOK_VALUE_BYTES)
        take_block(input, kind, &value);
    return value;
}

static const char *take_string(struct input *input)
{
    size_t len = input_number(input, 1);

    return len ? take_bytes(input, len, 1) : NULL;
}

void input_event(struct input *input, struct hook_event *ret)
{
    struct hook_event event = { .action = input_number(input, 1) % (HOOK_ACTION_DELAY + 1), .pid = 1, .tid = 2 };

    event.call = input_number(input, 2) % CALL_COUNT;
    event.failed = input_number(input, 1) & 1;
    event.named = input_number(input, 1) & 1;
    event.err = (int32_t)input_number(input, 1);
    event.ret = (int64_t)input_number(input, 4);
    event.time_ns = input_number(input, 8);
    event.dur_ns = input_number(input, 4);
    for (unsigned i = 0; i < call_table[event.call].args; i++)
        event.arg[i] = take_value(input, form_kind(&event, i));
    if (event.named && call_table[event.call].args < HOOK_ARGS_MAX)
        event.arg[call_table[event.call].args] = take_value(input, KIND_FD);
    event.path = take_string(input);
    event.path2 = take_string(input);
    event.rule = take_string(input);
    event.to = take_string(input);
    *ret = event;
}

void input_event_free(struct hook_event *event)
{
    for (size_t i = 0; i < HOOK_ARGS_MAX; i++)
        free((void *)event->arg[i].p);
    free((void *)event->path);
    free((void *)event->path2);
    free((void *)event->rule);
    free((void *)event->to);
}
