/* SPDX-License-Identifier: MIT */
#include "cli/trace/summary.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/call.h"
#include "core/flags.h"
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

static const char *process_name(struct summary *summary, int pid, char *buf, size_t size)
{
    const char *exe = programs_name(&summary->programs, pid);
    snprintf(buf, size, "%d%s%s", pid, exe ? " " : "", exe ? exe : "");
    return buf;
}

/* The address that a call names or was given. */
static const char *host_name(const struct hook_event *event, bool json, char *buf, size_t size)
{
    size_t len;
    struct out out = { .buf = buf, .size = size - 1 };
    const void *addr = value_address(event, &len);
    if (!addr || !put_sockaddr(&out, addr, len, json ? STYLE_JSON : STYLE_TEXT))
        return NULL;
    buf[out.len < size ? out.len : size - 1] = '\0';
    return buf;
}

static const char *name_of(struct summary *summary, const struct hook_event *event, char *buf, size_t size)
{
    switch (summary->by) {
    case BY_OP: return call_op(event->call);
    case BY_SYSCALL: return syscall_name(call_made(event));
    case BY_PATH: return event->path;
    case BY_HOST: return host_name(event, summary->json, buf, size);
    case BY_PROCESS: return process_name(summary, event->pid, buf, size);
    case BY_ERRNO: return event->failed ? errno_name(event->err) : NULL;
    default: return event->numbered ? "syscall" : call_symbol(event->call);
    }
}

void summary_look(struct summary *summary, const struct hook_event *event)
{
    if (summary->by != BY_PROCESS)
        return;
    programs_look(&summary->programs, event);
    if (event->type == HOOK_EVENT_EXIT)
        programs_gone(&summary->programs, event);
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
    free(summary->groups);
    texts_free(&summary->names);
    programs_free(&summary->programs);
}
