/* SPDX-License-Identifier: MIT */
#include "cli/trace/tracker.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/trace/trace.h"
#include "core/call.h"
#include "core/capture.h"

enum { FDS_MOST = 1 << 20 };

static struct descriptors *find(struct tracker *tracker, int pid)
{
    uint32_t known = tracker->pids.count, number = ids_number(&tracker->pids, pid);
    if (number == known) {
        tracker->processes = grown(tracker->processes, known, sizeof *tracker->processes);
        tracker->processes[number] = (struct descriptors){ 0 };
    }
    return &tracker->processes[number];
}

static bool is_op(const struct hook_event *event, const char *op)
{
    return strcmp(call_op(event->call), op) == 0;
}

int tracker_child(const struct hook_event *event)
{
    bool forks = event->type == HOOK_EVENT_CALL && !event->failed && event->ret > 0 && is_op(event, "fork");
    return forks && call_table[event->call].kind == KIND_PID ? (int)event->ret : 0;
}

void tracker_look(struct tracker *tracker, const struct hook_event *event)
{
    int child = tracker_child(event);
    if (event->type == HOOK_EVENT_START)
        find(tracker, event->pid)->parent = (int)event->arg[3].n;
    else if (child)
        find(tracker, child)->parent = event->pid;
}

void tracker_look_at_all(struct tracker *tracker, const char *name)
{
    struct trace trace;
    struct hook_event event;
    trace_open(&trace, name, false, STATUS_ERROR);
    while (trace_next(&trace, &event))
        tracker_look(tracker, &event);
    trace_close(&trace);
}

int tracker_parent(struct tracker *tracker, int pid)
{
    return find(tracker, pid)->parent;
}

void tracker_set(struct tracker *tracker, int pid, int64_t fd, thing thing)
{
    struct descriptors *process = find(tracker, pid);
    if (fd < 0 || fd >= FDS_MOST)
        return;
    if ((size_t)fd >= process->count) {
        size_t count = 2 * (size_t)fd + 16;
        process->of = realloc(process->of, count * sizeof *process->of);
        if (!process->of)
            die(STATUS_ERROR, "out of memory");
        memset(process->of + process->count, 0, (count - process->count) * sizeof *process->of);
        process->count = count;
    }
    process->of[fd] = thing;
}

static void copy(struct tracker *tracker, int parent, int child)
{
    find(tracker, child); /* which may move the others */
    const struct descriptors *from = find(tracker, parent);
    for (size_t fd = 0; fd < from->count; fd++)
        if (from->of[fd])
            tracker_set(tracker, child, (int64_t)fd, from->of[fd]);
}

/* A process begins with what its parent has: when that is told, or when it does its first. */
static void begin(struct tracker *tracker, int pid, int parent)
{
    struct descriptors *process = find(tracker, pid);
    if (process->count)
        return;
    tracker_set(tracker, pid, 0, 0);
    if (parent && parent != pid)
        copy(tracker, parent, pid);
}

/* The pid may be used again. */
static void finish(struct descriptors *process)
{
    free(process->of);
    process->of = NULL;
    process->count = 0;
}

static bool is_descriptor(unsigned kind)
{
    return kind == KIND_FD || kind == KIND_STREAM || kind == KIND_DIRP;
}

int tracker_argument(const struct hook_event *event, unsigned from)
{
    const struct call *call = &call_table[event->call];
    for (unsigned arg = from; arg < call->args; arg++)
        if (is_descriptor(call->arg_kind[arg]))
            return (int)arg;
    return -1;
}

static bool is_named(const struct hook_event *event, unsigned arg)
{
    return event->named && event->arg[arg].state == HOOK_VALUE_NUMBER && event->arg[arg].p && event->arg[arg].len;
}

thing tracker_of(struct tracker *tracker, const struct hook_event *event, unsigned arg)
{
    begin(tracker, event->pid, tracker_parent(tracker, event->pid));
    const struct descriptors *process = find(tracker, event->pid);
    int64_t fd = event->arg[arg].state == HOOK_VALUE_NUMBER ? event->arg[arg].n : -1;
    thing known = fd >= 0 && (uint64_t)fd < process->count ? process->of[fd] : 0;
    if (!thing_is_connection(known) && is_named(event, arg) && *(const char *)event->arg[arg].p == '/')
        return thing_file(texts_number(&tracker->files, event->arg[arg].p));
    return known;
}

/* What the descriptor is of that the call has given. */
static thing given(struct tracker *tracker, const struct hook_event *event)
{
    int from = tracker_argument(event, 0);
    if (from >= 0 && (is_op(event, "dup") || is_op(event, "fcntl")))
        return tracker_of(tracker, event, (unsigned)from);
    if (is_named(event, call_table[event->call].args) && *(const char *)event->arg[call_table[event->call].args].p == '/')
        return thing_file(texts_number(&tracker->files, event->arg[call_table[event->call].args].p));
    return event->path ? thing_file(texts_number(&tracker->files, event->to_path == 0 && event->to ? event->to : event->path))
                       : 0;
}

static void forget_pair(struct tracker *tracker, const struct hook_event *event)
{
    int pair[2], arg = call_arg_of_kind(event->call, KIND_FD2, 0);
    if (arg < 0 || event->arg[arg].state != HOOK_VALUE_BYTES || event->arg[arg].len < sizeof pair)
        return;
    memcpy(pair, event->arg[arg].p, sizeof pair);
    tracker_set(tracker, event->pid, pair[0], 0);
    tracker_set(tracker, event->pid, pair[1], 0);
}

void tracker_apply(struct tracker *tracker, const struct hook_event *event)
{
    int parent = event->type == HOOK_EVENT_START ? (int)event->arg[3].n : tracker_parent(tracker, event->pid);
    int child = tracker_child(event);
    begin(tracker, event->pid, parent);
    if (event->type == HOOK_EVENT_EXIT)
        finish(find(tracker, event->pid));
    if (event->type != HOOK_EVENT_CALL || event->failed)
        return;
    int closed = is_op(event, "close") ? tracker_argument(event, 0) : -1;
    if (child)
        begin(tracker, child, event->pid);
    if (capture_gives_descriptor(event))
        tracker_set(tracker, event->pid, event->ret, given(tracker, event));
    if (closed >= 0)
        tracker_set(tracker, event->pid, event->arg[closed].n, 0);
    forget_pair(tracker, event);
}

void tracker_free(struct tracker *tracker)
{
    for (uint32_t i = 0; i < tracker->pids.count; i++)
        free(tracker->processes[i].of);
    free(tracker->processes);
    ids_free(&tracker->pids);
    texts_free(&tracker->files);
}
