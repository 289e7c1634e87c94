/* SPDX-License-Identifier: MIT */
/* What each descriptor of each process is of, as far as the events tell. */
#ifndef CLI_TRACE_TRACKER_H
#define CLI_TRACE_TRACKER_H

#include <stdbool.h>

#include "cli/trace/number.h"
#include "hook/event.h"

/* A thing that a descriptor is of: 0 not known, a file or a connection, each with its number. */
typedef uint32_t thing;

static inline thing thing_file(uint32_t number)
{
    return 2 * number + 2;
}

static inline thing thing_connection(uint32_t number)
{
    return 2 * number + 3;
}

static inline uint32_t thing_number(thing thing)
{
    return (thing - 2) / 2;
}

static inline int thing_is_file(thing thing)
{
    return thing && thing % 2 == 0;
}

static inline int thing_is_connection(thing thing)
{
    return thing && thing % 2 == 1;
}

struct descriptor {
    thing of;
    bool closes; /* when another program begins */
};

struct descriptors {
    struct descriptor *list; /* by their numbers */
    size_t count;
    int parent;
};

struct tracker {
    struct texts files;
    struct ids pids;
    struct descriptors *processes; /* by the number of the pid */
};

/* To be told of all events first, where one may go over them twice: a child's first may come before its fork's end. */
void tracker_look(struct tracker *tracker, const struct hook_event *event);
void tracker_look_at_all(struct tracker *tracker, const char *name); /* of that trace */
int tracker_parent(struct tracker *tracker, int pid);                /* 0: not known */

/* The child that the call, a fork, has made, or 0. */
int tracker_child(const struct hook_event *event);

/* What that argument, a descriptor, is of; before the event takes effect. */
thing tracker_of(struct tracker *tracker, const struct hook_event *event, unsigned arg);

/* The first argument that is a descriptor, from `from` on; -1: none. */
int tracker_argument(const struct hook_event *event, unsigned from);

/* The event takes effect. */
void tracker_apply(struct tracker *tracker, const struct hook_event *event);
void tracker_set(struct tracker *tracker, int pid, int64_t fd, thing thing);
void tracker_free(struct tracker *tracker);

#endif
