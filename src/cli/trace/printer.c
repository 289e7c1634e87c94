/* SPDX-License-Identifier: MIT */
#include "cli/trace/printer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/trace/trace.h"
#include "core/call.h"
#include "core/format.h"

static void write_out(struct printer *printer)
{
    for (size_t done = 0; done < printer->used && !printer->failed;) {
        ssize_t got = write(printer->fd, printer->buf + done, printer->used - done);
        if (got < 0 && errno != EINTR) {
            say("%s: %s", printer->to, strerror(errno));
            printer->failed = true;
        }
        done += got > 0 ? (size_t)got : 0;
    }
    printer->used = 0;
}

static size_t format(const struct printer *printer, const struct hook_event *event, char *buf, size_t size)
{
    const struct show *show = &printer->filter->look.show;
    return printer->json ? format_json(event, show, buf, size) : format_text(event, show, buf, size);
}

static void add_line(struct printer *printer, const struct hook_event *event)
{
    size_t len = format(printer, event, printer->buf + printer->used, printer->size - printer->used);
    if (len > printer->size - printer->used) {
        write_out(printer);
        if (len > printer->size) {
            printer->size = len;
            printer->buf = realloc(printer->buf, len);
            if (!printer->buf)
                die(STATUS_ERROR, "out of memory");
        }
        len = format(printer, event, printer->buf, printer->size);
    }
    printer->used += len;
}

static uint64_t *last_of(struct printer *printer, int pid)
{
    uint32_t known = printer->pids.count, number = ids_number(&printer->pids, pid);
    if (number == known) {
        printer->last_ns = grown(printer->last_ns, known, sizeof *printer->last_ns);
        printer->last_ns[number] = 0;
    }
    return &printer->last_ns[number];
}

/* What the times in front of the line are told by. */
static void set_clock(struct printer *printer, const struct hook_event *event)
{
    const uint64_t quarter = 900000000000;
    struct show *show = &printer->filter->look.show;
    if (show->relative) {
        uint64_t *last = last_of(printer, event->pid);
        show->since = *last;
        *last = event->time_ns;
    }
    if (show->clock && printer->east_of != event->time_ns / quarter) {
        printer->east_of = event->time_ns / quarter;
        show->east = look_east(event->time_ns);
    }
}

/* Recorded by a run that was not asked for what is asked for now. */
static void check_recorded(struct printer *printer, const struct hook_event *event)
{
    const struct call *call = &call_table[event->call];
    const struct show *show = &printer->filter->look.show;
    for (unsigned arg = 0; arg < call->args; arg++) {
        bool data = call->arg_kind[arg] == KIND_BUF_IN || call->arg_kind[arg] == KIND_BUF_OUT;
        printer->shortened += data && event->arg[arg].state == HOOK_VALUE_CUT && event->arg[arg].len < show->strings;
        if (show->fds && !event->named && call->arg_kind[arg] == KIND_FD)
            die(STATUS_ERROR, "-y: the paths of descriptors are not in the trace (`hook run -y` records them)");
    }
}

static void print_event(struct printer *printer, struct hook_event *event)
{
    const struct show *show = &printer->filter->look.show;
    event->full = show->full;
    if (event->type == HOOK_EVENT_START && show->relative)
        *last_of(printer, event->pid) = 0;
    if (!filter_takes(printer->filter, event, printer->json))
        return;
    if (event->type == HOOK_EVENT_CALL && (show->fds || show->strings > SHOW_STRINGS))
        check_recorded(printer, event);
    if (show->clock)
        set_clock(printer, event);
    add_line(printer, event);
}

void printer_init(struct printer *printer)
{
    enum { BUFFER = 256 * 1024 };
    printer->buf = malloc(BUFFER);
    printer->size = BUFFER;
    if (!printer->buf)
        die(STATUS_ERROR, "out of memory");
}

void printer_print(struct printer *printer, struct trace *trace)
{
    struct hook_event event;
    while (!printer->failed && trace_next(trace, &event))
        print_event(printer, &event);
    write_out(printer);
}

void printer_finish(struct printer *printer)
{
    if (printer->shortened)
        say("-s: of %llu %s less was recorded (`hook run -s` says how much)", (unsigned long long)printer->shortened,
            printer->shortened == 1 ? "string" : "strings");
    free(printer->buf);
    free(printer->last_ns);
    ids_free(&printer->pids);
}
