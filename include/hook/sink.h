/* SPDX-License-Identifier: MIT */
/* Where events go: what each sink of libhook.so is, for who adds one (a row of src/outbound/sinks.def). */
#ifndef HOOK_SINK_H
#define HOOK_SINK_H

#include <stdbool.h>

#include "hook/event.h"

#ifdef __cplusplus
extern "C" {
#endif

struct hook_room; /* the library's own */

struct hook_sink {
    /* Takes one event. Async-signal-safe, re-entrant, leaves errno as it was. Returns 0,
     * or a negative errno when the event could not be recorded. */
    int (*emit)(const struct hook_event *event);

    /* Gives room for a record that is made of a call (src/core/plain.h) that has begun and ended then, in ticks, and whose path
     * begins at that folder, under the same conditions. False: emit is to take the call, as an event. NULL: it always is. */
    bool (*room)(uint64_t begun, uint64_t now, int folder, struct hook_room *ret);

    /* Where events go, as HOOK_OUTPUT says it. Returns 0 or a negative errno. */
    int (*open)(const char *spec);
    /* In a child that fork has made. */
    void (*forked)(void);
    /* Nothing more will be recorded in this process. */
    void (*close)(void);
    /* The program is about to forbid itself system calls, or to leave for where the output cannot be reached; NULL:
     * that is no matter. */
    void (*prepare)(void);
    /* Events that could not be recorded in this process or those it forked, since this was last asked, and the last
     * reason: an errno, or 0 when the program had put something else in the place of standard error. */
    uint64_t (*take_lost)(int *ret_err);
};

#ifdef __cplusplus
}
#endif
#endif
