/* SPDX-License-Identifier: MIT */
#include "outbound/text.h"

#include "core/format.h"
#include "outbound/sinks.h"
#include "outbound/target.h"

bool text_colour;

static size_t format(const struct hook_event *event, char *buf, size_t size)
{
    return format_text(event, text_colour, buf, size);
}

static int emit(const struct hook_event *event)
{
    return target_emit(event, format);
}

const struct sink sink_text = {
    .emit = emit,
    .open = target_open,
    .forked = target_forked,
    .close = target_close,
    .take_lost = target_take_lost,
};
