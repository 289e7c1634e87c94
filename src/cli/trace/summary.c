/* SPDX-License-Identifier: MIT */
#include "cli/trace/summary.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/call.h"
#include "core/flags.h"
#include "core/format.h"
#include "core/value.h"

enum { FIRST_SIZE = 256, NAME_MAX_SHOWN = 4096 };

const char *const summary_by_names[] = { "symbol", "op", "syscall", "path", "host", "process", "errno" };

struct process {
    int pid;
    char *exe;
};

static uint64_t hash(const char *name)
{
    uint64_t sum = 14695981039346656037u;
    for (; *name; name++)
        sum = (sum ^ (unsigned char)*name) * 1099511628211u;
    return sum;
}

static void *checked(void *memory)
{
    if (!memory)
        die(STATUS_ERROR, "out of memory");
    return memory;
}

static struct group *place(struct group *groups, size_t size, const char *name)
{
    size_t at = hash(name) & (size - 1);
    while (groups[at].name && strcmp(groups[at].name, name) != 0)
        at = (at + 1) & (size - 1);
    return &groups[at];
}

static void grow(struct summary *summary)
{
    size_t size = summary->size ? 2 * summary->size : FIRST_SIZE;
    struct group *groups = checked(calloc(size, sizeof *groups));
    for (size_t i = 0; i < summary->size; i++)
        if (summary->groups[i].name)
            *place(groups, size, summary->groups[i].name) = summary->groups[i];
    free(summary->groups);
    summary->groups = groups;
    summary->size = size;
}

static struct group *find(struct summary *summary, const char *name)
{
    if (4 * (summary->count + 1) > 3 * summary->size)
        grow(summary);
    struct group *group = place(summary->groups, summary->size, name);
    if (!group->name) {
        group->name = checked(strdup(name));
        summary->count++;
    }
    return group;
}

/* A pid may be used again: the last program counts. */
static void note_process(struct summary *summary, const struct hook_event *event)
{
    struct process *process = summary->processes, *end = process + summary->process_count;
    while (process < end && process->pid != event->pid)
        process++;
    if (process == end) {
        summary->processes = checked(realloc(summary->processes, (summary->process_count + 1) * sizeof *process));
        process = &summary->processes[summary->process_count++];
        *process = (struct process){ event->pid, NULL };
    }
    free(process->exe);
    process->exe = checked(strndup(event->arg[0].p, event->arg[0].len));
}

static const char *process_name(const struct summary *summary, int pid, char *buf, size_t size)
{
    const char *exe = "";
    for (size_t i = 0; i < summary->process_count; i++)
        if (summary->processes[i].pid == pid)
            exe = summary->processes[i].exe;
    snprintf(buf, size, "%d%s%s", pid, *exe ? " " : "", exe);
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

static const char *name_of(const struct summary *summary, const struct hook_event *event, char *buf, size_t size)
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
    if (event->type == HOOK_EVENT_START)
        note_process(summary, event);
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
    for (size_t i = 0; i < summary->size; i++)
        free(summary->groups[i].name);
    for (size_t i = 0; i < summary->process_count; i++)
        free(summary->processes[i].exe);
    free(summary->groups);
    free(summary->processes);
}
