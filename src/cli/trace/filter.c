/* SPDX-License-Identifier: MIT */
#include "cli/trace/filter.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/run.h"

/* run_trace_list has checked them. */
static void unknown(const char *name, size_t len)
{
    die(STATUS_ERROR, "-e: unknown call '%.*s'", (int)len, name);
}

void filter_set_calls(struct filter *filter, const char *expression)
{
    char *list = run_trace_list(expression);
    filter->some = strcmp(list, "all") != 0;
    filter->calls = (struct call_set){ 0 };
    call_set_read(&filter->calls, list, unknown);
    free(list);
}

void filter_add_pid(struct filter *filter, const char *digits)
{
    char *end;
    errno = 0;
    long pid = strtol(digits, &end, 10);
    if (*end || end == digits || errno || pid <= 0 || pid > INT_MAX)
        die(STATUS_ERROR, "-p: '%s' is no process ID", digits);
    if (filter->pid_count == FILTER_PIDS)
        die(STATUS_ERROR, "-p: more than %d processes", FILTER_PIDS);
    filter->pid[filter->pid_count++] = (int)pid;
}

bool filter_takes(const struct filter *filter, const struct hook_event *event, bool json)
{
    bool wanted = !filter->pid_count;
    for (unsigned i = 0; i < filter->pid_count; i++)
        wanted = wanted || filter->pid[i] == event->pid;
    if (!wanted)
        return false;
    if (event->type == HOOK_EVENT_CALL)
        return !filter->some || call_set_has(&filter->calls, event->call);
    return json || (!filter->some && !event->quiet);
}
