/* SPDX-License-Identifier: MIT */
/* run -c, -C: the command is recorded in a file of ours, which is read when it has ended, and for -C meanwhile. */
#include "cli/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/trace/printer.h"
#include "cli/trace/trace.h"

static char path[4096];
static FILE *summary;
static int sort;
static struct printer printer; /* without a filter: -c */
static struct filter filter;
static struct trace trace;
static bool opened;

/* Where the summary goes; opened before the command is run, so that what cannot be written is told before. */
static FILE *open_summary(const char *output)
{
    if (!output || strcmp(output, "stderr") == 0)
        return stderr;
    char *end;
    bool is_fd = strncmp(output, "fd:", 3) == 0;
    long fd = is_fd ? strtol(output + 3, &end, 10) : -1;
    FILE *file = is_fd && output[3] && !*end ? fdopen((int)fd, "w") : is_fd ? NULL : fopen(output, "we");
    if (!file)
        die(STATUS_FAILED, "%s: %s", output, is_fd && errno == 0 ? "is no descriptor" : strerror(errno));
    return file;
}

/* The events that the library has chosen are printed as the options say. */
static void begin_printing(const struct run *run, const char *format)
{
    const char *no_color = getenv("NO_COLOR");
    look_check(&run->look, format);
    filter_init(&filter);
    filter.look.show = run->look.show;
    filter.look.show.outcome = SHOW_ALL;
    filter.look.show.colour = isatty(fileno(summary)) && !(no_color && *no_color);
    printer =
        (struct printer){ .fd = fileno(summary), .to = "the output", .json = strcmp(format, "json") == 0, .filter = &filter };
    printer_init(&printer);
}

/* What -C prints. */
static const char *format_of(const struct run *run)
{
    const char *set = getenv("HOOK_FORMAT"), *format = run->format ? run->format : set && *set ? set : "text";
    if (run->format && !run->show)
        die(STATUS_FAILED, "-c prints a summary, in no format of -F");
    if (run->show && strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
        die(STATUS_FAILED, "-C prints text or JSON, not %s", format);
    return format;
}

void run_count_begin(struct run *run)
{
    const char *dir = getenv("TMPDIR");
    const char *format = format_of(run);
    errno = 0;
    summary = open_summary(run->output);
    if (run->show)
        begin_printing(run, format);
    sort = run->sort;
    snprintf(path, sizeof path, "%s/hook-XXXXXX", dir && *dir == '/' ? dir : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0)
        die(STATUS_FAILED, "%s: %s", path, strerror(errno));
    close(fd);
    run->format = "binary";
    run->output = path;
    run->look.text_only = 0;
}

/* A command that the library sees nothing of leaves the file empty; one that has just begun may have no more than its
 * beginning. */
static bool is_begun(void)
{
    struct hook_trace_header header = { 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool begun = fd >= 0 && read(fd, &header, sizeof header) == sizeof header && header.next > 0;
    if (fd >= 0)
        close(fd);
    return begun;
}

bool run_count_watches(void)
{
    return printer.filter;
}

void run_count_poll(void)
{
    if (opened)
        trace_refresh(&trace);
    else if (is_begun())
        trace_open(&trace, path, true, STATUS_FAILED);
    else
        return;
    opened = true;
    printer_print(&printer, &trace);
}

static void end_printing(void)
{
    run_count_poll();
    if (opened) {
        trace.live = false;
        run_count_poll();
        trace_close(&trace);
    }
    printer_finish(&printer);
    filter_free(&filter);
}

void run_count_end(void)
{
    if (printer.filter)
        end_printing();
    if (is_begun())
        summarise(path, sort, summary);
    unlink(path);
    if (fflush(summary) != 0)
        say("the summary: %s", strerror(errno));
}
