/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/trace/printer.h"
#include "cli/trace/trace.h"

struct settings {
    const char *name;
    struct filter filter;
    bool json, follow;
};

/* Until nobody is left who could write: what is there then is all. */
static void follow(struct trace *trace, struct printer *printer)
{
    enum { PAUSE_US = 100000 };
    for (bool alive = true; alive && !printer->failed;) {
        usleep(PAUSE_US);
        alive = trace_refresh(trace);
        printer_print(printer, trace);
    }
}

static int print(struct settings *settings)
{
    struct trace trace;
    struct printer printer = {
        .fd = STDOUT_FILENO, .to = "standard output", .json = settings->json, .filter = &settings->filter
    };
    printer_init(&printer);
    if (!settings->follow)
        filter_look(&settings->filter, settings->name);
    trace_open(&trace, settings->name, settings->follow, STATUS_ERROR);
    printer_print(&printer, &trace);
    if (settings->follow)
        follow(&trace, &printer);
    trace_tell_losses(&trace);
    trace_close(&trace);
    printer_finish(&printer);
    return printer.failed ? STATUS_ERROR : STATUS_OK;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct settings *settings = state->input;
    switch (key) {
    case 'F':
        settings->json = strcmp(arg, "json") == 0;
        if (!settings->json && strcmp(arg, "text") != 0)
            die(STATUS_ERROR, "--format: unknown format '%s' (text or json)", arg);
        return 0;
    case 'f': settings->follow = true; return 0;
    case ARGP_KEY_ARG:
        if (settings->name)
            die(STATUS_ERROR, "cat: one trace at a time");
        settings->name = arg;
        return 0;
    case ARGP_KEY_NO_ARGS: die(STATUS_ERROR, "cat: no trace given (see `hook cat --help`)");
    default:
        return filter_option(&settings->filter, key, arg) || look_option(&settings->filter.look, key, arg) ? 0 : ARGP_ERR_UNKNOWN;
    }
}

int command_cat(int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "format", 'F', "FORMAT", 0, "text (the default) or json", 0 },
        { "follow", 'f', NULL, 0, "go on with what is written meanwhile, until no process is left that could write", 0 },
#include "cli/filters.def"
#include "cli/look.def"
        { 0 },
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "TRACE",
        .doc = "Print a binary trace, as `hook run --format text` or json would have written it, in the order in which the "
               "calls ended.",
    };
    const char *no_color = getenv("NO_COLOR");
    struct settings settings = { 0 };
    filter_init(&settings.filter);
    settings.filter.look.show.colour = isatty(STDOUT_FILENO) && !(no_color && *no_color);
    read_options(&argp, "hook cat", STATUS_ERROR, argc, argv, &settings);
    look_check(&settings.filter.look, settings.json ? "json" : "text");
    int status = print(&settings);
    filter_free(&settings.filter);
    return status;
}
