/* SPDX-License-Identifier: MIT */
/* Which events of a trace are wanted. */
#ifndef CLI_TRACE_FILTER_H
#define CLI_TRACE_FILTER_H

#include <stdbool.h>

#include "core/call.h"
#include "hook/event.h"

enum { FILTER_PIDS = 64 };

struct filter {
    bool some; /* only these calls */
    struct call_set calls;
    unsigned pid_count; /* 0: all */
    int pid[FILTER_PIDS];
};

/* `-e` as run takes it, and `-p`; end the process where they are wrong. */
void filter_set_calls(struct filter *filter, const char *expression);
void filter_add_pid(struct filter *filter, const char *digits);

/* paths: also the begin and end of processes when only some calls are wanted, as JSON has them. */
bool filter_takes(const struct filter *filter, const struct hook_event *event, bool json);

#endif
