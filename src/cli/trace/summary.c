/* SPDX-License-Identifier: MIT */
#include "cli/trace/summary.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/call.h"
#include "core/flags.h"
#include "core/format.h"
#include "core/value.h"

enum { NAME_MAX_SHOWN = 4096 };

const char *const summary_by_names[] = { "symbol", "op", "syscall", "path", "host", "process", "errno" };

static struct group *find(struct summary *summary, const char *name)
{
    uint32_t known = summary->names.count, number = texts_number(&summary->names, name);
    if (number == known) {
        summary->groups = grown(summary->groups, known, sizeof *summary->groups);
        summary->groups[number] = (struct group){ .name = summary->names.text[number] };
    }
    return &summary->groups[number];
}

static struct running *program(struct summary *summary, int pid)
{
    uint32_t known = summary->pids.count, number = ids_number(&summary->pids, pid);
    if (number == known) {
        summary->programs = grown(summary->programs, known, sizeof *summary->programs);
        summary->programs[number] = (struct running){ NULL, 0 };
    }
    return &summary->programs[number];
}

static void set_program(struct summary *summary, int pid, const char *exe, size_t len, uint64_t since_ns)
{
    char *copy = exe ? strndup(exe, len) : NULL;
    struct running *of = program(summary, pid);
    if (exe && !copy)
        die(STATUS_ERROR, "out of memory");
    free(of->exe);
    *of = (struct running){ copy, since_ns };
}

/* A child runs its parent's program until it begins another, which may be seen first. */
void summary_look(struct summary *summary, const struct hook_event *event)
{
    const int child = tracker_child(event);
    if (summary->by != BY_PROCESS)
        return;
    if (event->type == HOOK_EVENT_START)
        set_program(summary, event->pid, event->arg[0].p, event->arg[0].len, event->time_ns);
    else if (event->type == HOOK_EVENT_EXIT)
        set_program(summary, event->pid, NULL, 0, event->time_ns);
    else if (child && program(summary, child)->since_ns <= event->time_ns) {
        const char *exe = program(summary, event->pid)->exe;
        set_program(summary, child, exe, exe ? strlen(exe) : 0, event->time_ns);
    }
}

/* Of a child whose fork comes later, the nearest of its parents' that is known. */
static const char *process_name(struct summary *summary, int pid, char *buf, size_t size)
{
    enum { GENERATIONS = 16 }; /* a number that is in use again could lead in a circle */
    const char *exe = program(summary, pid)->exe;
    for (int of = pid, i = 0; !exe && i < GENERATIONS && (of = tracker_parent(&summary->parents, of)); i++)
        exe = program(summary, of)->exe;
    snprintf(buf, size, "%d%s%s", pid, exe ? " " : "", exe ? exe : "");
    return buf;
}

/* The address that a call names or was given. */
static const char *host_name(const struct hook_event *event, char *buf, size_t size)
{
    size_t len;
    const void *addr = value_address(event, &len);
    len = addr ? format_sockaddr(addr, len, buf, size - 1) : 0;
    buf[len < size ? len : size - 1] = '\0';
    return len ? buf : NULL;
}

static const char *name_of(struct summary *summary, const struct hook_event *event, char *buf, size_t size)
{
    switch (summary->by) {
    case BY_OP: return call_op(event->call);
    case BY_SYSCALL: return call_syscall(event->call);
    case BY_PATH: return event->path;
    case BY_HOST: return host_name(event, buf, size);
    case BY_PROCESS: return process_name(summary, event->pid, buf, size);
    case BY_ERRNO: return event->failed ? errno_name(event->err) : NULL;
    default: return event->numbered ? "syscall" : call_symbol(event->call);
    }
}

void summary_add(struct summary *summary, const struct hook_event *event)
{
    char buf[NAME_MAX_SHOWN];
    const char *name = event->type == HOOK_EVENT_CALL ? name_of(summary, event, buf, sizeof buf) : NULL;
    if (!name)
        return;
    struct group *group = find(summary, name);
    group->calls++;
    group->errors += event->failed;
    group->ns += event->dur_ns;
    if (event->dur_ns > group->longest_ns)
        group->longest_ns = event->dur_ns;
}

void summary_free(struct summary *summary)
{
    for (uint32_t i = 0; i < summary->pids.count; i++)
        free(summary->programs[i].exe);
    free(summary->programs);
    free(summary->groups);
    ids_free(&summary->pids);
    texts_free(&summary->names);
    tracker_free(&summary->parents);
}
