/* SPDX-License-Identifier: MIT */
#include "cli/trace/filter.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/run.h"
#include "core/concern.h"

/* run_trace_list has checked them. */
static void unknown(const char *name, size_t len)
{
    die(STATUS_ERROR, "-e: unknown call '%.*s'", (int)len, name);
}

static void set_calls(struct filter *filter, const char *expression)
{
    char *list = run_trace_list(expression);
    filter->none = strcmp(list, "none") == 0;
    filter->some = strcmp(list, "all") != 0;
    filter->calls = (struct call_set){ 0 };
    call_set_read(&filter->calls, list, unknown);
    free(list);
}

static void add_pid(struct filter *filter, const char *digits)
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

void filter_init(struct filter *filter)
{
    *filter = (struct filter){ 0 };
    look_init(&filter->look);
}

bool filter_option(struct filter *filter, int key, const char *arg)
{
    switch (key) {
    case 'e': set_calls(filter, arg); return true;
    case 'p': add_pid(filter, arg); return true;
    case 'P':
    case 'z':
    case 'Z': return look_option(&filter->look, key, arg);
    default: return false;
    }
}

void filter_look(struct filter *filter, const char *name)
{
    if (filter->look.paths)
        tracker_look_at_all(&filter->tracker, name);
}

static bool names_path(const char *paths, const char *path)
{
    return path && concern_lists(paths, path, strlen(path));
}

static bool is_descriptor(unsigned kind)
{
    return kind == KIND_FD || kind == KIND_DIRFD || kind == KIND_STREAM || kind == KIND_DIRP;
}

/* What the library asks before the call is made. */
static bool concerns(struct filter *filter, const struct hook_event *event)
{
    const char *paths = filter->look.paths;
    bool has = names_path(paths, event->path) || names_path(paths, event->path2);
    for (unsigned arg = 0; arg < call_table[event->call].args && !has; arg++) {
        thing of = is_descriptor(call_table[event->call].arg_kind[arg]) ? tracker_of(&filter->tracker, event, arg) : 0;
        has = thing_is_file(of) && names_path(paths, filter->tracker.files.text[thing_number(of)]);
    }
    return has;
}

static bool is_wanted(struct filter *filter, const struct hook_event *event, bool json)
{
    bool wanted = !filter->pid_count;
    for (unsigned i = 0; i < filter->pid_count; i++)
        wanted = wanted || filter->pid[i] == event->pid;
    if (!wanted || filter->none)
        return false;
    if (event->type != HOOK_EVENT_CALL) {
        bool all = !filter->some && !filter->look.paths && filter->look.show.outcome == SHOW_ALL;
        return json || (all && show_quiet_takes(filter->look.show.quiet, event));
    }
    return (!filter->some || call_set_has(&filter->calls, event->call)) && show_outcome_takes(filter->look.show.outcome, event) &&
           (!filter->look.paths || concerns(filter, event));
}

bool filter_takes(struct filter *filter, const struct hook_event *event, bool json)
{
    bool wanted = is_wanted(filter, event, json);
    if (filter->look.paths)
        tracker_apply(&filter->tracker, event);
    return wanted;
}

bool filter_takes_begin(const struct filter *filter, const struct hook_event *event)
{
    const char *paths = filter->look.paths;
    if (event->type != HOOK_EVENT_START)
        return true;
    return (!filter->some || call_set_has(&filter->calls, CALL_execve)) && filter->look.show.outcome != SHOW_FAILED &&
           (!paths || concern_lists(paths, event->arg[0].p, event->arg[0].len));
}

void filter_free(struct filter *filter)
{
    tracker_free(&filter->tracker);
    free(filter->look.paths);
}
