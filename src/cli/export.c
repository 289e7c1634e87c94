/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <argp.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/export/export.h"
#include "cli/trace/filter.h"
#include "cli/trace/trace.h"

enum { KEY_TO = 256 };

struct settings {
    const char *name, *output;
    const struct exporter *to;
    struct filter filter;
    int split; /* how many -f */
};

static const struct exporter *find_export(const char *name)
{
#define EXPORT(format, text)                                                                                                     \
    if (strcmp(name, #format) == 0)                                                                                              \
        return &export_##format;
#include "cli/export/exports.def"
#undef EXPORT
    die(STATUS_ERROR, "--to: unknown format '%s' (see `hook export --help`)", name);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct settings *settings = state->input;
    switch (key) {
    case KEY_TO: settings->to = find_export(arg); return 0;
    case 'o': settings->output = arg; return 0;
    case 'f': settings->split++; return 0;
    case ARGP_KEY_ARG:
        if (settings->name)
            die(STATUS_ERROR, "export: one trace at a time");
        settings->name = arg;
        return 0;
    case ARGP_KEY_NO_ARGS: die(STATUS_ERROR, "export: no trace given (see `hook export --help`)");
    default: return filter_option(&settings->filter, key, arg) ? 0 : ARGP_ERR_UNKNOWN;
    }
}

static void pass(struct settings *settings, FILE *to, bool look)
{
    struct trace trace;
    struct hook_event event;
    trace_open(&trace, settings->name, false, STATUS_ERROR);
    while (trace_next(&trace, &event))
        if (look)
            settings->to->look(&event);
        else if (filter_takes(&settings->filter, &event, true) &&
                 (!settings->to->splits || filter_takes_begin(&settings->filter, &event)))
            settings->to->event(to, &event);
    if (!look)
        trace_tell_losses(&trace);
    trace_close(&trace);
}

static void export_all(struct settings *settings, FILE *to)
{
    const struct exporter *exporter = settings->to;
    if (exporter->begin)
        exporter->begin(&(struct export_output){ to, settings->output, settings->split == 2 });
    if (exporter->look)
        pass(settings, NULL, true);
    filter_look(&settings->filter, settings->name);
    pass(settings, to, false);
    if (exporter->end)
        exporter->end(to);
}

/* It would be emptied before it is read. */
static bool is_trace(const char *output, const char *trace)
{
    struct stat to, from;
    return output && stat(output, &to) == 0 && stat(trace, &from) == 0 && to.st_dev == from.st_dev && to.st_ino == from.st_ino;
}

static void check(const struct settings *settings)
{
    struct trace trace;
    if (!settings->to)
        die(STATUS_ERROR, "export: no format given (--to FORMAT, see `hook export --help`)");
    if (settings->to->makes && !settings->output)
        die(STATUS_ERROR, "export: this format makes %s: -o says where", settings->to->makes);
    if (settings->split == 2 && !(settings->to->splits && settings->output))
        die(STATUS_ERROR, "-ff is of --to strace -o FILE: one file a thread, FILE.TID");
    if (is_trace(settings->output, settings->name))
        die(STATUS_ERROR, "-o %s: is the trace itself", settings->output);
    trace_open(&trace, settings->name, false, STATUS_ERROR); /* what is no trace empties no output */
    trace_close(&trace);
}

static FILE *open_output(const struct settings *settings)
{
    if (settings->to->makes || settings->split == 2)
        return NULL;
    FILE *to = settings->output ? fopen(settings->output, "we") : stdout;
    if (!to)
        die(STATUS_ERROR, "%s: %s", settings->output, strerror(errno));
    return to;
}

int command_export(int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "to", KEY_TO, "FORMAT", 0, "one of the following", 0 },
#define EXPORT(name, text) { "  " #name, 0, NULL, OPTION_DOC | OPTION_NO_USAGE, text, 0 },
#include "cli/export/exports.def"
#undef EXPORT
        { "output", 'o', "FILE", 0, "write to FILE", 0 },
        { "follow-forks", 'f', NULL, 0, "-ff: one file a thread, FILE.TID, as strace -ff", 0 },
#include "cli/filters.def"
        { 0 },
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "TRACE",
        .doc = "Write a binary trace in the format of another tool.",
    };
    struct settings settings = { 0 };
    filter_init(&settings.filter);
    read_options(&argp, "hook export", STATUS_ERROR, argc, argv, &settings);
    check(&settings);
    FILE *to = open_output(&settings);
    export_all(&settings, to);
    filter_free(&settings.filter);
    if (!settings.output)
        return flush_output();
    if (!to)
        return STATUS_OK;
    if (fflush(to) == 0 && !ferror(to))
        return STATUS_OK;
    say("%s: %s", settings.output, strerror(errno));
    return STATUS_ERROR;
}
