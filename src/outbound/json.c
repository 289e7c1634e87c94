/* SPDX-License-Identifier: MIT */
#include "core/format.h"
#include "outbound/sinks.h"
#include "outbound/target.h"

static size_t format(const struct hook_event *event, char *buf, size_t size)
{
    return format_json(event, &target_show, buf, size);
}

static int emit(const struct hook_event *event)
{
    return target_emit(event, format);
}

const struct hook_sink sink_json = {
    .emit = emit,
    .open = target_open,
    .forked = target_forked,
    .close = target_close,
    .take_lost = target_take_lost,
};
