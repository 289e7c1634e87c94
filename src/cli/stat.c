/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <argp.h>
#include <string.h>

#include "cli/trace/filter.h"
#include "cli/trace/summary.h"
#include "cli/trace/trace.h"

enum { KEY_JSON = 256, KEY_BY };

struct settings {
    const char *name;
    struct filter filter;
    struct summary summary;
    enum summary_sort sort;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct settings *settings = state->input;
    switch (key) {
    case 'S': settings->sort = (enum summary_sort)summary_choose("-S", arg, summary_sort_names, SORT_COUNT); return 0;
    case KEY_BY: settings->summary.by = (enum summary_by)summary_choose("--by", arg, summary_by_names, BY_COUNT); return 0;
    case KEY_JSON: settings->summary.json = true; return 0;
    case ARGP_KEY_ARG:
        if (settings->name)
            die(STATUS_ERROR, "stat: one trace at a time");
        settings->name = arg;
        return 0;
    case ARGP_KEY_NO_ARGS: die(STATUS_ERROR, "stat: no trace given (see `hook stat --help`)");
    default: return filter_option(&settings->filter, key, arg) ? 0 : ARGP_ERR_UNKNOWN;
    }
}

static void add_all(struct summary *summary, struct filter *filter, const char *name)
{
    struct trace trace;
    struct hook_event event;
    if (summary->by == BY_PROCESS)
        tracker_look_at_all(&summary->programs.parents, name);
    filter_look(filter, name);
    trace_open(&trace, name, false, STATUS_ERROR);
    while (trace_next(&trace, &event)) {
        summary_look(summary, &event);
        if (filter_takes(filter, &event, true))
            summary_add(summary, &event);
    }
    trace_tell_losses(&trace);
    trace_close(&trace);
}

void summarise(const char *name, int sort, FILE *to)
{
    struct summary summary = { .by = BY_SYMBOL };
    struct filter filter;
    filter_init(&filter);
    add_all(&summary, &filter, name);
    summary_print(&summary, (enum summary_sort)sort, to);
    summary_free(&summary);
}

int command_stat(int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "by", KEY_BY, "WHAT", 0, "put calls together by symbol (the default), op, syscall, path, host, process or errno", 0 },
        { "summary-sort-by", 'S', "WHAT", 0, "time (the default), calls, errors or name", 0 },
#include "cli/filters.def"
        { "json", KEY_JSON, NULL, 0, "as one JSON array", 0 },
        { 0 },
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "TRACE",
        .doc = "Count the calls, errors and time in a binary trace, as strace -c does.",
    };
    struct settings settings = { .sort = SORT_TIME };
    filter_init(&settings.filter);
    read_options(&argp, "hook stat", STATUS_ERROR, argc, argv, &settings);
    add_all(&settings.summary, &settings.filter, settings.name);
    (settings.summary.json ? summary_print_json : summary_print)(&settings.summary, settings.sort, stdout);
    summary_free(&settings.summary);
    filter_free(&settings.filter);
    return flush_output();
}
