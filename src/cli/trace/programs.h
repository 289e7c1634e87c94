/* SPDX-License-Identifier: MIT */
/* Which program each process runs, as far as the events tell. */
#ifndef CLI_TRACE_PROGRAMS_H
#define CLI_TRACE_PROGRAMS_H

#include <stdint.h>

#include "cli/trace/number.h"
#include "cli/trace/tracker.h"
#include "hook/event.h"

struct programs {
    struct ids pids;
    struct running {
        char *exe; /* NULL: not known */
        uint64_t since_ns;
    } * running;            /* by the number of the pid */
    struct tracker parents; /* tracker_look tells it of events that are yet to come, where a name is asked for before */
};

void programs_look(struct programs *programs, const struct hook_event *event);

/* The event is a process's end: its number may be used again. */
void programs_gone(struct programs *programs, const struct hook_event *event);

/* The program that the process runs by now; NULL: not known. Memory of the programs', until they look at another event. */
const char *programs_name(struct programs *programs, int pid);
void programs_free(struct programs *programs);

#endif
