/* SPDX-License-Identifier: MIT */
/* A trace of any events, damaged in any place, is read to its end, and what is found in it can be shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "cli/cli.h"
#include "cli/trace/summary.h"
#include "cli/trace/trace.h"
#include "cli/trace/tracker.h"
#include "core/call.h"
#include "core/format.h"
#include "core/trace.h"
#include "input.h"

enum { FIRST = 4096, SIZE = FIRST + HOOK_TRACE_UNIT, EVENTS = 12 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static _Alignas(8) char file[SIZE];
static jmp_buf refused;

/* The reader's way to say that it is no trace. */
noreturn void die(int status, const char *format, ...)
{
    (void)status;
    (void)format;
    longjmp(refused, 1);
}

void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (vsnprintf(NULL, 0, format, args) < 0)
        abort();
    va_end(args);
}

/* The line of the call in the table of calls, with its newline. */
static size_t table_line(unsigned call, const char **ret)
{
    *ret = trace_table;
    for (unsigned i = 0; i < call; i++)
        *ret = strchr(*ret, '\n') + 1;
    return (size_t)(strchr(*ret, '\n') + 1 - *ret);
}

/* One record, in the next place of the chunk; its call is the last line of the table. */
static void add_event(struct hook_trace_chunk *chunk, struct hook_event *event, unsigned line)
{
    struct trace_plan plan;
    event->call = (uint16_t)line;
    trace_plan(event, &plan);
    if (line % 2 && !plan.wide)
        trace_plan_wide(&plan);
    if (!plan.size || plan.size > chunk->size - chunk->used)
        return;
    trace_put(event, &plan, (char *)chunk + chunk->used);
    chunk->used += plan.size;
}

static void add_folder(struct hook_trace_chunk *chunk, const char *path)
{
    size_t len = path ? strlen(path) : 0, size = trace_folder_size(len);
    if (size > chunk->size - chunk->used)
        return;
    trace_put_folder(HOOK_TRACE_FOLDER, path ? path : "", len, (char *)chunk + chunk->used);
    chunk->used += size;
}

static void put_table(struct hook_trace_header *header, const char *text, size_t len)
{
    uLongf size = FIRST - header->table;
    if (compress((Bytef *)file + header->table, &size, (const Bytef *)text, len) != Z_OK)
        abort();
    header->table_size = (uint32_t)size;
}

static void add_events(struct input *input, struct hook_trace_header *header, struct hook_trace_chunk *chunk)
{
    char table[FIRST - 1024]; /* also when it cannot be made smaller there is room */
    size_t table_len = 0, count = input_number(input, 1) % EVENTS;
    for (unsigned line = 0; line < count; line++) {
        struct hook_event event;
        const char *text;
        input_event(input, &event);
        event.type = (uint8_t)(input_number(input, 1) % (HOOK_EVENT_EXIT + 1));
        size_t len = table_line(event.call, &text);
        if (len > sizeof table - table_len)
            len = 0;
        memcpy(table + table_len, text, len);
        table_len += len;
        if (event.type == HOOK_EVENT_CALL && event.path2)
            add_folder(chunk, event.path2);
        unsigned call = event.call;
        add_event(chunk, &event, line);
        event.call = (uint16_t)call;
        input_event_free(&event);
    }
    put_table(header, table, table_len);
}

static size_t build(struct input *input)
{
    struct hook_trace_header *header = (struct hook_trace_header *)file;
    struct hook_trace_extent *extent = (struct hook_trace_extent *)(file + FIRST);
    struct hook_trace_chunk *chunk = (struct hook_trace_chunk *)(extent + 1);
    memset(file, 0, sizeof file);
    *header = (struct hook_trace_header){ .version = HOOK_TRACE_VERSION, .byte_order = HOOK_TRACE_BYTE_ORDER, .first = FIRST };
    memcpy(header->magic, HOOK_TRACE_MAGIC, sizeof header->magic);
    header->table = sizeof *header;
    header->next = header->size = SIZE;
    *extent =
        (struct hook_trace_extent){ .magic = HOOK_TRACE_EXTENT, .pid = 1, .size = HOOK_TRACE_UNIT, .taken = HOOK_TRACE_UNIT };
    *chunk =
        (struct hook_trace_chunk){ .magic = HOOK_TRACE_CHUNK, .pid = 1, .tid = 1, .used = sizeof *chunk, .first = { 1, 1000 } };
    chunk->size = HOOK_TRACE_UNIT - sizeof *extent;
    add_events(input, header, chunk);
    return (size_t)((char *)chunk - file) + chunk->used;
}

/* What is left of the input: places and what stands there instead; at last, where the file ends. */
static size_t damage(struct input *input, size_t used)
{
    while (input->len > 4) {
        size_t at = input_number(input, 2), bytes = input_number(input, 1) % 9;
        uint64_t number = input_number(input, bytes);
        memcpy(file + at % (used > sizeof number ? used - sizeof number : 1), &number, bytes);
    }
    size_t cut = input_number(input, 2);
    return cut && cut < SIZE ? cut : SIZE;
}

static void show(struct hook_event *event, bool full)
{
    static const struct show whole = { .strings = SHOW_STRINGS_MOST, .clock = SHOW_MICROSECONDS, .duration = true };
    static char line[256 * 1024];
    event->full = full;
    if (format_text(event, &whole, line, sizeof line) == 0 || format_json(event, &whole, line, sizeof line) == 0)
        abort();
}

static void read_all(struct trace *trace, struct tracker *tracker, struct summary *summary)
{
    struct hook_event event;
    for (unsigned i = 0; trace_next(trace, &event); i++) {
        show(&event, i % 2);
        tracker_look(tracker, &event);
        if (event.type == HOOK_EVENT_CALL && tracker_argument(&event, 0) >= 0)
            tracker_of(tracker, &event, (unsigned)tracker_argument(&event, 0));
        tracker_apply(tracker, &event);
        summary_add(summary, &event);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct input input = { data, len };
    static struct trace trace;
    static struct tracker tracker;
    static struct summary summary;
    summary = (struct summary){ .by = (enum summary_by)(input_number(&input, 1) % BY_COUNT) };
    tracker = (struct tracker){ 0 };
    trace = (struct trace){ .fd = -1 };
    size_t size = damage(&input, build(&input));
    char path[32];
    int fd = memfd_create("trace", MFD_CLOEXEC);
    if (fd < 0 || pwrite(fd, file, size, 0) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (setjmp(refused) == 0) {
        trace_open(&trace, path, len % 2, STATUS_ERROR);
        read_all(&trace, &tracker, &summary);
        trace_refresh(&trace);
        read_all(&trace, &tracker, &summary);
        trace_tell_losses(&trace);
    }
    trace_close(&trace);
    tracker_free(&tracker);
    summary_free(&summary);
    close(fd);
    return 0;
}
