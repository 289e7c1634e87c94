/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/run.h"
#include "cli/trace/filter.h"
#include "cli/trace/trace.h"
#include "core/format.h"

enum { BUFFER = 256 * 1024 };

struct settings {
    const char *name;
    struct filter filter;
    bool json, colour, full, follow;
};

/* Lines on their way to standard output. */
struct lines {
    char *buf;
    size_t size, used;
    bool failed;
};

static void write_out(struct lines *lines)
{
    for (size_t done = 0; done < lines->used && !lines->failed;) {
        ssize_t got = write(STDOUT_FILENO, lines->buf + done, lines->used - done);
        if (got < 0 && errno != EINTR) {
            say("standard output: %s", strerror(errno));
            lines->failed = true;
        }
        done += got > 0 ? (size_t)got : 0;
    }
    lines->used = 0;
}

static size_t format(const struct settings *settings, const struct hook_event *event, char *buf, size_t size)
{
    return settings->json ? format_json(event, buf, size) : format_text(event, settings->colour, buf, size);
}

static void add_line(struct lines *lines, const struct settings *settings, const struct hook_event *event)
{
    size_t len = format(settings, event, lines->buf + lines->used, lines->size - lines->used);
    if (len > lines->size - lines->used) {
        write_out(lines);
        if (len > lines->size) {
            lines->size = len;
            lines->buf = realloc(lines->buf, len);
            if (!lines->buf)
                die(STATUS_ERROR, "out of memory");
        }
        len = format(settings, event, lines->buf, lines->size);
    }
    lines->used += len;
}

static void print_all(struct trace *trace, struct lines *lines, const struct settings *settings)
{
    struct hook_event event;
    while (!lines->failed && trace_next(trace, &event)) {
        event.full = settings->full;
        if (filter_takes(&settings->filter, &event, settings->json))
            add_line(lines, settings, &event);
    }
    write_out(lines);
}

/* Until nobody is left who could write: what is there then is all. */
static void follow(struct trace *trace, struct lines *lines, const struct settings *settings)
{
    enum { PAUSE_US = 100000 };
    for (bool alive = true; alive && !lines->failed;) {
        usleep(PAUSE_US);
        alive = trace_refresh(trace);
        print_all(trace, lines, settings);
    }
}

static int print(const struct settings *settings)
{
    struct trace trace;
    struct lines lines = { .buf = malloc(BUFFER), .size = BUFFER };
    if (!lines.buf)
        die(STATUS_ERROR, "out of memory");
    trace_open(&trace, settings->name, settings->follow, STATUS_ERROR);
    print_all(&trace, &lines, settings);
    if (settings->follow)
        follow(&trace, &lines, settings);
    trace_tell_losses(&trace);
    trace_close(&trace);
    free(lines.buf);
    return lines.failed ? STATUS_ERROR : STATUS_OK;
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
    case 'e': filter_set_calls(&settings->filter, arg); return 0;
    case 'v': settings->full = true; return 0;
    case 'p': filter_add_pid(&settings->filter, arg); return 0;
    case 'f': settings->follow = true; return 0;
    case ARGP_KEY_ARG:
        if (settings->name)
            die(STATUS_ERROR, "cat: one trace at a time");
        settings->name = arg;
        return 0;
    case ARGP_KEY_NO_ARGS: die(STATUS_ERROR, "cat: no trace given (see `hook cat --help`)");
    default: return ARGP_ERR_UNKNOWN;
    }
}

int command_cat(int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "format", 'F', "FORMAT", 0, "text (the default) or json", 0 },
        { "trace", 'e', "CALLS", 0, "show these calls only, as in `hook run`", 0 },
        { "no-abbrev", 'v', NULL, 0, "show structures whole, and environments where `hook run -v` has recorded them", 0 },
        { "follow", 'f', NULL, 0, "go on with what is written meanwhile, until no process is left that could write", 0 },
        { "pid", 'p', "PID", 0, "show this process only; more than one -p adds up", 0 },
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
    struct settings settings = { .colour = isatty(STDOUT_FILENO) && !(no_color && *no_color) };
    read_options(&argp, "hook cat", STATUS_ERROR, argc, argv, &settings);
    return print(&settings);
}
