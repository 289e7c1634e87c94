/* SPDX-License-Identifier: MIT */
/* Outbound port: the one way out for events. */
#ifndef CORE_SINK_H
#define CORE_SINK_H

#include "hook/event.h"

struct sink {
    /* Takes one event. Async-signal-safe, re-entrant, leaves errno as it was. Returns 0,
     * or a negative errno when the event could not be recorded. */
    int (*emit)(const struct hook_event *event);
};

#endif
