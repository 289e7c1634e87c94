/* SPDX-License-Identifier: MIT */
/* The table of calls that a trace carries. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "cli/cli.h"
#include "cli/trace/trace.h"
#include "core/call.h"
#include "core/trace.h"

/* Many times what a table has. */
enum { TEXT_MOST = 1 << 20 };

static void *allocate(size_t count, size_t size)
{
    void *block = calloc(count, size);
    if (!block)
        die(STATUS_ERROR, "out of memory");
    return block;
}

/* Our call with that very row. */
static uint16_t find_call(const char *line, size_t len)
{
    int call = call_find(line, strcspn(line, " \n"));
    const char *ours = trace_table;
    for (int i = 0; i < call; i++)
        ours = strchr(ours, '\n') + 1;
    return call >= 0 && strncmp(ours, line, len) == 0 && ours[len] == '\n' ? (uint16_t)call : CALL_COUNT;
}

/* A trace of another version has its own numbers. */
static void read_lines(struct trace *trace, const char *text, const char *end)
{
    for (const char *stop; text < end && *text != '\n' && trace->call_count < UINT16_MAX; text = stop + 1) {
        stop = memchr(text, '\n', (size_t)(end - text));
        if (!stop)
            return;
        trace->calls[trace->call_count++] = find_call(text, (size_t)(stop - text));
    }
}

bool trace_read_table(struct trace *trace, const char *bytes, size_t size)
{
    uLongf len = TEXT_MOST;
    trace->calls = allocate(UINT16_MAX, sizeof *trace->calls);
    char *text = allocate(TEXT_MOST, 1);
    bool sound = uncompress((Bytef *)text, &len, (const Bytef *)bytes, size) == Z_OK;
    if (sound)
        read_lines(trace, text, text + len);
    free(text);
    return sound;
}
