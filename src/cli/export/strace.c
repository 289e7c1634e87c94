/* SPDX-License-Identifier: MIT */
/* A program begins with its execve there. */
#include <string.h>

#include "cli/export/export.h"
#include "core/print.h"

static void put_start(FILE *to, const struct hook_event *event)
{
    static const char head[] = "+++ started ", tail[] = " +++";
    const char *text = export_text(event) + sizeof head - 1, *argv = strstr(text, " [\"");
    int exe_len = (int)(argv ? argv - text : (long)strlen(text)), rest = argv ? (int)strlen(argv) - (int)sizeof tail + 1 : 0;
    fprintf(to, "execve(\"%.*s\",%.*s, 0x0 /* 0 vars */) = 0 <0.000000>\n", exe_len, text, rest, argv ? argv : "");
}

static void put_event(FILE *to, const struct hook_event *event)
{
    const uint64_t second = 1000000000;
    fprintf(to, "%-5d %llu.%06llu ", event->tid, (unsigned long long)(event->time_ns / second),
            (unsigned long long)(event->time_ns % second / 1000));
    if (event->type == HOOK_EVENT_START)
        put_start(to, event);
    else if (event->type == HOOK_EVENT_EXIT)
        fprintf(to, "%s\n", export_text(event));
    else
        fprintf(to, "%s <%llu.%06llu>\n", export_text(event), (unsigned long long)(event->dur_ns / second),
                (unsigned long long)(event->dur_ns % second / 1000));
}

const struct exporter export_strace = { .event = put_event };
