/* SPDX-License-Identifier: MIT */
/* RFC 4180: a field with a comma, a quote or a line's end is quoted, and quotes in it are doubled. */
#include <string.h>

#include "cli/export/export.h"
#include "core/call.h"
#include "core/flags.h"

static void begin(const struct export_output *output)
{
    fputs("time_ns,pid,tid,event,op,syscall,path,path2,ret,errno,dur_ns,action,rule,to,text\r\n", output->to);
}

static void put_quoted(FILE *to, const char *text)
{
    fputc('"', to);
    size_t len = strcspn(text, "\"");
    for (; text[len]; text += len + 1, len = strcspn(text, "\""))
        fprintf(to, "%.*s\"\"", (int)len, text);
    fputs(text, to);
    fputc('"', to);
}

static void put_field(FILE *to, const char *text)
{
    if (text && !text[strcspn(text, ",\"\r\n")])
        fputs(text, to);
    else if (text)
        put_quoted(to, text);
    fputc(',', to);
}

static void put_call(FILE *to, const struct hook_event *event)
{
    char number[24] = "", dur[24];
    if (!event->no_ret)
        snprintf(number, sizeof number, "%lld", (long long)event->ret);
    snprintf(dur, sizeof dur, "%llu", (unsigned long long)event->dur_ns);
    put_field(to, event->numbered ? "syscall" : call_symbol(event->call));
    put_field(to, call_op(event->call));
    put_field(to, syscall_name(call_made(event)));
    put_field(to, event->path);
    put_field(to, event->path2);
    put_field(to, number);
    put_field(to, event->failed ? errno_name(event->err) : NULL);
    put_field(to, dur);
    put_field(to, export_actions[event->action]);
    put_field(to, event->rule);
    put_field(to, event->to);
}

static void put_event(FILE *to, const struct hook_event *event)
{
    fprintf(to, "%llu,%d,%d,", (unsigned long long)event->time_ns, event->pid, event->tid);
    if (event->type == HOOK_EVENT_CALL)
        put_call(to, event);
    else
        fprintf(to, "%s,,,,,,,,,,,", event->type == HOOK_EVENT_START ? "start" : "exit");
    put_quoted(to, export_text(event));
    fputs("\r\n", to);
}

const struct exporter export_csv = { .begin = begin, .event = put_event };
