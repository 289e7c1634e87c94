/* SPDX-License-Identifier: MIT */
#include "cli/trace/tracker.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

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

/* NULL: it can be none. */
static struct descriptor *descriptor(struct tracker *tracker, int pid, int64_t fd)
{
    struct descriptors *process = find(tracker, pid);
    if (fd < 0 || fd >= FDS_MOST)
        return NULL;
    if ((size_t)fd >= process->count) {
        size_t count = 2 * (size_t)fd + 16;
        process->list = realloc(process->list, count * sizeof *process->list);
        if (!process->list)
            die(STATUS_ERROR, "out of memory");
        memset(process->list + process->count, 0, (count - process->count) * sizeof *process->list);
        process->count = count;
    }
    return &process->list[fd];
}

void tracker_set(struct tracker *tracker, int pid, int64_t fd, thing thing)
{
    struct descriptor *set = descriptor(tracker, pid, fd);
    if (set)
        set->of = thing;
}

static void put(struct tracker *tracker, int pid, int64_t fd, struct descriptor is)
{
    struct descriptor *set = descriptor(tracker, pid, fd);
    if (set)
        *set = is;
}

static void copy(struct tracker *tracker, int parent, int child)
{
    find(tracker, child); /* which may move the others */
    const struct descriptors *from = find(tracker, parent);
    for (size_t fd = 0; fd < from->count; fd++)
        if (from->list[fd].of || from->list[fd].closes)
            put(tracker, child, (int64_t)fd, from->list[fd]);
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
    free(process->list);
    process->list = NULL;
    process->count = 0;
}

/* Another program begins. */
static void close_some(struct descriptors *process)
{
    for (size_t fd = 0; fd < process->count; fd++)
        if (process->list[fd].closes)
            process->list[fd] = (struct descriptor){ 0 };
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
    thing known = fd >= 0 && (uint64_t)fd < process->count ? process->list[fd].of : 0;
    if (!thing_is_connection(known) && is_named(event, arg) && *(const char *)event->arg[arg].p == '/')
        return thing_file(texts_number(&tracker->files, event->arg[arg].p));
    return known;
}

/* The argument of which the call has given one more, or the same as a stream; -1: none. */
static int copied(const struct hook_event *event)
{
    return is_op(event, "dup") || is_op(event, "fcntl") ? tracker_argument(event, 0) : -1;
}

/* What the descriptor is of that the call has given. */
static thing given(struct tracker *tracker, const struct hook_event *event)
{
    const int from = copied(event);
    if (from >= 0)
        return tracker_of(tracker, event, (unsigned)from);
    if (is_named(event, call_table[event->call].args) && *(const char *)event->arg[call_table[event->call].args].p == '/')
        return thing_file(texts_number(&tracker->files, event->arg[call_table[event->call].args].p));
    return event->path ? thing_file(texts_number(&tracker->files, event->to_path == 0 && event->to ? event->to : event->path))
                       : 0;
}

static bool is_closing_mode(const struct hook_value *mode)
{
    enum { LOOKED_AT = 7 }; /* by libc */
    return mode->p && memchr(mode->p, 'e', mode->len < LOOKED_AT ? mode->len : LOOKED_AT);
}

static bool is_closing_how(const struct hook_value *how)
{
    uint64_t flags = 0;
    if (how->p && how->len >= sizeof flags)
        memcpy(&flags, how->p, sizeof flags);
    return flags & O_CLOEXEC;
}

/* Does what the call has given close when another program begins? */
static bool gives_closing(const struct hook_event *event)
{
    _Static_assert(SOCK_CLOEXEC == O_CLOEXEC, "one bit for all");
    const struct call *call = &call_table[event->call];
    bool is = call->kind == KIND_DIRP;
    for (unsigned arg = 0; arg < call->args && !is; arg++) {
        const struct hook_value *value = &event->arg[arg];
        switch (call->arg_kind[arg]) {
        case KIND_OFLAGS:
        case KIND_PIPEFLAGS:
        case KIND_ATFLAGS:
        case KIND_SOCKTYPE:
        case KIND_ACCEPTFLAGS: is = value->n & O_CLOEXEC; break;
        case KIND_OPENHOW: is = is_closing_how(value); break;
        case KIND_FCNTLCMD: is = value->n == F_DUPFD_CLOEXEC; break;
        case KIND_STR: is = call->kind == KIND_STREAM && event->path && is_closing_mode(value); break;
        default: break;
        }
    }
    return is;
}

static void give(struct tracker *tracker, const struct hook_event *event)
{
    const int from = copied(event);
    struct descriptor *known = descriptor(tracker, event->pid, event->ret);
    const bool same = known && from >= 0 && event->arg[from].n == event->ret;
    const bool closes = gives_closing(event) || (same && known->closes);
    put(tracker, event->pid, event->ret, (struct descriptor){ given(tracker, event), closes });
}

static void set_closing(struct tracker *tracker, const struct hook_event *event)
{
    const int fcntl = call_arg_of_kind(event->call, KIND_FCNTLCMD, 1), ioctl = call_arg_of_kind(event->call, KIND_IOCTLCMD, 1);
    const int64_t asked = fcntl >= 0 ? event->arg[fcntl].n : ioctl >= 0 ? event->arg[ioctl].n : -1;
    struct descriptor *of = asked < 0 ? NULL : descriptor(tracker, event->pid, event->arg[0].n);
    if (of && fcntl >= 0 && asked == F_SETFD)
        of->closes = event->arg[fcntl + 1].n & FD_CLOEXEC;
    else if (of && ioctl >= 0 && (asked == FIOCLEX || asked == FIONCLEX))
        of->closes = asked == FIOCLEX;
}

static void forget_pair(struct tracker *tracker, const struct hook_event *event)
{
    int pair[2], arg = call_arg_of_kind(event->call, KIND_FD2, 0);
    if (arg < 0 || event->arg[arg].state != HOOK_VALUE_BYTES || event->arg[arg].len < sizeof pair)
        return;
    memcpy(pair, event->arg[arg].p, sizeof pair);
    for (int i = 0; i < 2; i++)
        put(tracker, event->pid, pair[i], (struct descriptor){ 0, gives_closing(event) });
}

void tracker_apply(struct tracker *tracker, const struct hook_event *event)
{
    int parent = event->type == HOOK_EVENT_START ? (int)event->arg[3].n : tracker_parent(tracker, event->pid);
    int child = tracker_child(event);
    begin(tracker, event->pid, parent);
    if (event->type == HOOK_EVENT_START)
        close_some(find(tracker, event->pid));
    if (event->type == HOOK_EVENT_EXIT)
        finish(find(tracker, event->pid));
    if (event->type != HOOK_EVENT_CALL || event->failed)
        return;
    int closed = is_op(event, "close") ? tracker_argument(event, 0) : -1;
    if (child)
        begin(tracker, child, event->pid);
    if (capture_gives_descriptor(event))
        give(tracker, event);
    if (closed >= 0)
        put(tracker, event->pid, event->arg[closed].n, (struct descriptor){ 0 });
    set_closing(tracker, event);
    forget_pair(tracker, event);
}

void tracker_free(struct tracker *tracker)
{
    for (uint32_t i = 0; i < tracker->pids.count; i++)
        free(tracker->processes[i].list);
    free(tracker->processes);
    ids_free(&tracker->pids);
    texts_free(&tracker->files);
}
