/* SPDX-License-Identifier: MIT */
/* Which events of a trace are wanted. */
#ifndef CLI_TRACE_FILTER_H
#define CLI_TRACE_FILTER_H

#include <stdbool.h>

#include "cli/look.h"
#include "cli/trace/tracker.h"
#include "core/call.h"
#include "hook/event.h"

enum { FILTER_PIDS = 64 };

struct filter {
    bool none; /* no events at all */
    bool some; /* only these calls */
    struct call_set calls;
    unsigned pid_count; /* 0: all */
    int pid[FILTER_PIDS];
    struct look look;       /* -P, -z, -Z; for cat, how the lines look */
    struct tracker tracker; /* with -P: what descriptors are of */
};

void filter_init(struct filter *filter);

/* Takes an option of filters.def; false for another. Ends the process where the argument is wrong. */
bool filter_option(struct filter *filter, int key, const char *arg);

/* Before the first event is asked for, unless the trace is followed: what a child has from its parent is known by a fork that may
 * come later. */
void filter_look(struct filter *filter, const char *name);
/* To be asked of each event, in order. json: also the begin and end of processes when only some calls are wanted, as JSON
 * has them. */
bool filter_takes(struct filter *filter, const struct hook_event *event, bool json);
/* Where a program's begin stands for the execve of it; true of other events. */
bool filter_takes_begin(const struct filter *filter, const struct hook_event *event);
void filter_free(struct filter *filter);

#endif
