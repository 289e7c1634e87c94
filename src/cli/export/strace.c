/* SPDX-License-Identifier: MIT */
/* A program begins with its execve there. The exec that brought it about is left out for it, and shown itself only when no
 * start followed, as of a program that the library does not see. The environment is written in brackets, the older of strace's
 * spellings, which strace-graph takes; it also wants a fork before what the child does, which may have ended before. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/export/export.h"
#include "cli/trace/number.h"
#include "cli/trace/tracker.h"
#include "core/call.h"

enum { HELD_MOST = 1 << 20 };

/* A thread, or the process that has its id. */
struct thread {
    char *exec;   /* the line of an exec that succeeded, while nothing has followed */
    bool begun;   /* its file has */
    bool awaited; /* the fork that made it is yet to come */
    FILE *held;   /* until then, its lines */
    char *text;
    size_t len;
};

static struct ids tids;
static struct thread *threads; /* by the number of the id */
static const char *prefix;     /* NULL: one stream */

static struct thread *find(int tid)
{
    uint32_t known = tids.count, number = ids_number(&tids, tid);
    if (number == known) {
        threads = grown(threads, known, sizeof *threads);
        threads[number] = (struct thread){ 0 };
    }
    return &threads[number];
}

static void begin(const struct export_output *output)
{
    prefix = output->split ? output->path : NULL;
}

static void put_start(FILE *to, const struct hook_event *event)
{
    static const char head[] = "+++ started ", tail[] = " +++";
    const char *text = export_text(event) + sizeof head - 1, *argv = strstr(text, " [\"");
    int exe_len = (int)(argv ? argv - text : (long)strlen(text)), rest = argv ? (int)strlen(argv) - (int)sizeof tail + 1 : 0;
    fprintf(to, "execve(\"%.*s\",%.*s, [/* 0 vars */]) = 0 <0.000000>\n", exe_len, text, rest, argv ? argv : "");
}

static void put_duration(FILE *to, const char *text, uint64_t ns)
{
    fprintf(to, "%s <%llu.%06llu>\n", text, (unsigned long long)(ns / 1000000000), (unsigned long long)(ns % 1000000000 / 1000));
}

static void put_time(FILE *to, uint64_t ns)
{
    fprintf(to, "%llu.%06llu ", (unsigned long long)(ns / 1000000000), (unsigned long long)(ns % 1000000000 / 1000));
}

static void put_line(FILE *to, const struct hook_event *event)
{
    put_time(to, event->time_ns);
    if (event->type == HOOK_EVENT_START)
        put_start(to, event);
    else if (event->type == HOOK_EVENT_EXIT)
        fprintf(to, "%s\n", export_text(event));
    else
        put_duration(to, export_text(event), event->dur_ns);
}

/* Does the program end where the call succeeds? */
static bool is_exec(const struct hook_event *event)
{
    static const char *const others[] = { "popen", "posix_spawn", "posix_spawnp", "pidfd_spawn", "pidfd_spawnp", "system" };
    bool ends = event->type == HOOK_EVENT_CALL && !event->failed && strcmp(call_op(event->call), "exec") == 0;
    for (size_t i = 0; ends && i < sizeof others / sizeof *others; i++)
        ends = strcmp(call_symbol(event->call), others[i]) != 0;
    return ends;
}

/* Many threads have more files than a process may have open: each is open for one line. */
static FILE *open_own(int tid, bool *begun)
{
    char path[4096];
    snprintf(path, sizeof path, "%s.%d", prefix, tid);
    FILE *to = fopen(path, *begun ? "ae" : "we");
    if (!to)
        die(STATUS_ERROR, "%s: %s", path, strerror(errno));
    *begun = true;
    return to;
}

/* Where the next line of the thread goes. */
static FILE *begin_line(FILE *to, int tid)
{
    if (prefix)
        return open_own(tid, &find(tid)->begun);
    fprintf(to, "%-5d ", tid);
    return to;
}

static void end_line(FILE *to, int tid)
{
    if (prefix && fclose(to) != 0)
        die(STATUS_ERROR, "%s.%d: %s", prefix, tid, strerror(errno));
}

static void keep_exec(struct thread *thread, const struct hook_event *event)
{
    size_t size;
    FILE *line = open_memstream(&thread->exec, &size);
    if (!line)
        die(STATUS_ERROR, "out of memory");
    put_line(line, event);
    fclose(line);
}

static void put_kept(FILE *to, int tid)
{
    char *exec = find(tid)->exec;
    if (!exec)
        return;
    find(tid)->exec = NULL;
    FILE *line = begin_line(to, tid);
    fputs(exec, line);
    end_line(line, tid);
    free(exec);
}

static void look(const struct hook_event *event)
{
    int child = tracker_child(event);
    if (child)
        find(child)->awaited = true;
}

/* Where the lines of the process go for now. */
static FILE *stream_of(FILE *to, int pid)
{
    struct thread *process = find(pid);
    if (!process->awaited || prefix)
        return to;
    if (!process->held && !(process->held = open_memstream(&process->text, &process->len)))
        die(STATUS_ERROR, "out of memory");
    return process->held;
}

static void release(FILE *to, int pid)
{
    struct thread *process = find(pid);
    process->awaited = false;
    if (!process->held)
        return;
    fclose(process->held);
    fwrite(process->text, 1, process->len, to);
    free(process->text);
    process->held = NULL;
}

static void put_call(FILE *to, const struct hook_event *event)
{
    FILE *line = begin_line(to, event->tid);
    put_line(line, event);
    end_line(line, event->tid);
    int child = tracker_child(event);
    if (child)
        release(to, child);
}

static void put_event(FILE *to, const struct hook_event *event)
{
    FILE *own = stream_of(to, event->pid);
    struct thread *process = find(event->pid);
    if (event->type == HOOK_EVENT_START) {
        free(process->exec);
        process->exec = NULL;
    }
    put_kept(own, event->pid);
    if (is_exec(event))
        keep_exec(find(event->pid), event);
    else
        put_call(own, event);
    if (own != to && ftell(own) > HELD_MOST) /* its fork is none of those that are wanted */
        release(to, event->pid);
}

static void end(FILE *to)
{
    for (uint32_t i = 0; i < tids.count; i++) {
        put_kept(stream_of(to, tids.id[i]), tids.id[i]);
        release(to, tids.id[i]);
    }
    free(threads);
    ids_free(&tids);
}

const struct exporter export_strace = { .splits = true, .begin = begin, .look = look, .event = put_event, .end = end };
