/* SPDX-License-Identifier: MIT */
#include <stdatomic.h>

#include "core/format.h"
#include "outbound/sinks.h"
#include "outbound/target.h"

static atomic_ulong last_ns; /* when the call of this process's last line began */

static size_t format(const struct hook_event *event, char *buf, size_t size)
{
    return format_text(event, &target_show, buf, size);
}

static size_t format_since(const struct hook_event *event, char *buf, size_t size)
{
    struct show show = target_show;
    show.since = atomic_load_explicit(&last_ns, memory_order_relaxed);
    return format_text(event, &show, buf, size);
}

static int emit(const struct hook_event *event)
{
    if (!show_quiet_takes(target_show.quiet, event))
        return 0;
    if (!target_show.relative)
        return target_emit(event, format);
    int ret = target_emit(event, format_since);
    atomic_store_explicit(&last_ns, event->time_ns, memory_order_relaxed);
    return ret;
}

static void forked(void)
{
    atomic_store_explicit(&last_ns, 0, memory_order_relaxed);
    target_forked();
}

const struct hook_sink sink_text = {
    .emit = emit,
    .open = target_open,
    .forked = forked,
    .close = target_close,
    .take_lost = target_take_lost,
};
