/* SPDX-License-Identifier: MIT */
/* The Trace Event Format: times in microseconds, processes named by metadata. They begin with the trace: numbers of JSON are read
 * with 53 bits, in which nanoseconds since 1970 have no room. */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "cli/export/export.h"
#include "cli/trace/programs.h"
#include "core/call.h"
#include "core/print.h"

static bool first;
static uint64_t origin = UINT64_MAX;
static struct programs programs;
static struct ids pids; /* those that have been named */

static void look(const struct hook_event *event)
{
    origin = event->time_ns < origin ? event->time_ns : origin;
    programs_look(&programs, event);
}

static void begin(const struct export_output *output)
{
    first = true;
    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", output->to);
}

static void put_head(FILE *to, const struct hook_event *event, const char *name, const char *category, char phase)
{
    /* of a trace that is written meanwhile more is known by now of the clock */
    const uint64_t since = event->time_ns > origin ? event->time_ns - origin : 0;
    fprintf(to, "%s\n{\"name\":\"%s\",\"cat\":\"%s\",\"ph\":\"%c\",\"pid\":%d,\"tid\":%d,\"ts\":%" PRIu64 ".%03u",
            first ? "" : ",", name, category, phase, event->pid, event->tid, since / 1000, (unsigned)(since % 1000));
    first = false;
}

/* The program that the process was the last to run: there is one name for it. */
static void put_process_name(FILE *to, const struct hook_event *event)
{
    const uint32_t known = pids.count;
    const char *program = ids_number(&pids, event->pid) == known ? programs_name(&programs, event->pid) : NULL;
    if (!program)
        return;
    char name[6 * 4096 + 2];
    struct out out = { .buf = name, .size = sizeof name };
    put_json_string(&out, program, strlen(program));
    put_head(to, event, "process_name", "__metadata", 'M');
    fprintf(to, ",\"args\":{\"name\":%.*s}}", (int)(out.len < sizeof name ? out.len : 0), name);
}

static void put_event(FILE *to, const struct hook_event *event)
{
    put_process_name(to, event);
    if (event->type == HOOK_EVENT_CALL) {
        put_head(to, event, event->numbered ? "syscall" : call_symbol(event->call), call_op(event->call), 'X');
        fprintf(to, ",\"dur\":%llu.%03u", (unsigned long long)(event->dur_ns / 1000), (unsigned)(event->dur_ns % 1000));
    } else {
        put_head(to, event, event->type == HOOK_EVENT_START ? "start" : "exit", "process", 'i');
        fputs(",\"s\":\"p\"", to);
    }
    fprintf(to, ",\"args\":%s}", export_json(event));
}

static void end(FILE *to)
{
    fprintf(to, "\n],\"otherData\":{\"begin_ns\":\"%" PRIu64 "\"}}\n", origin == UINT64_MAX ? 0 : origin);
    programs_free(&programs);
    ids_free(&pids);
}

const struct exporter export_chrome = { .begin = begin, .look = look, .event = put_event, .end = end };
