/* SPDX-License-Identifier: MIT */
/* The sinks by name. */
#ifndef OUTBOUND_SINKS_H
#define OUTBOUND_SINKS_H

#include <stdbool.h>

#include "core/call.h"
#include "hook/sink.h"
#include "sys/thread.h"

#define SINK(name, paths, ticks) extern const struct hook_sink sink_##name;
#include "outbound/sinks.def"
#undef SINK

/* Not so in a child that a signal handler has forked while its parent was about to tell of a call. A vfork child may not be able
 * to ask who it is. */
static inline bool sink_is_to_tell(const struct hook_event *event)
{
    return sys_thread.vforked || event->pid == thread_own_pid() ||
           (event->type == HOOK_EVENT_CALL && call_is_childs(event->call));
}

#endif
