/* SPDX-License-Identifier: MIT */
/* Where in the file the chunks are. A writer may be ended at any point: an extent or chunk that has been taken but has
 * no head yet is passed over by looking for the next where one may begin. */
#include "cli/trace/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/trace/number.h"
#include "core/trace.h"

static void add_moment(struct trace *trace, const struct hook_trace_moment *moment)
{
    struct hook_trace_moment copy = *moment;
    if (!copy.ticks)
        return;
    trace->moments = grown(trace->moments, trace->moment_count, sizeof copy);
    trace->moments[trace->moment_count++] = copy;
}

/* What is known of the chunk from before; the old ones are in the order of the file. */
static struct trace_chunk known_chunk(const struct trace *trace, uint64_t at)
{
    size_t low = 0, high = trace->old_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (trace->old[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    const struct hook_trace_chunk *head = (const struct hook_trace_chunk *)(trace->base + at);
    const uint64_t begun = head->first.ticks;
    if (low < trace->old_count && trace->old[low].at == at && trace->old[low].begun == begun)
        return trace->old[low];
    return (struct trace_chunk){
        .at = at, .read = sizeof *head, .begun = begun, .context = { .pid = head->pid, .tid = head->tid, .ticks = begun }
    };
}

static void add_chunk(struct trace *trace, uint64_t at)
{
    const struct hook_trace_chunk *head = (const struct hook_trace_chunk *)(trace->base + at);
    struct trace_chunk chunk = known_chunk(trace, at);
    struct cursor cursor = { .chunk = head, .at = chunk.read, .ticks = chunk.ticks, .begun = chunk.begun };
    cursor.context = chunk.context;
    add_moment(trace, &head->first);
    add_moment(trace, &head->last);
    bool live = trace->live;
    trace->live = false;
    bool any = cursor_advance(trace, &cursor);
    trace->live = live;
    if (!any && !trace->live)
        return;
    chunk.ticks = cursor.ticks;
    trace->chunks = grown(trace->chunks, trace->chunk_count, sizeof *trace->chunks);
    trace->chunks[trace->chunk_count++] = chunk;
}

/* The next place where something may begin, behind one where nothing does: not in a hole of the file. */
static uint64_t next_place(const struct trace *trace, uint64_t at, uint64_t multiple)
{
    const uint64_t next = (at / multiple + 1) * multiple;
    uint32_t magic;
    memcpy(&magic, trace->base + at, sizeof magic);
    const off_t data = magic ? (off_t)next : lseek(trace->fd, (off_t)next, SEEK_DATA);
    if (data < 0)
        return errno == ENXIO ? trace->size : next;
    return (uint64_t)data / multiple * multiple;
}

static void index_extent(struct trace *trace, uint64_t from, uint64_t to)
{
    for (uint64_t at = from + sizeof(struct hook_trace_extent); at + sizeof(struct hook_trace_chunk) <= to;) {
        const struct hook_trace_chunk *chunk = (const struct hook_trace_chunk *)(trace->base + at);
        bool whole = chunk->size <= to - at || to == trace->size; /* or the file has been cut off */
        bool sound = chunk->magic == HOOK_TRACE_CHUNK && chunk->size >= sizeof *chunk && whole && chunk->size % 8 == 0;
        if (sound)
            add_chunk(trace, at);
        at = !sound ? next_place(trace, at, HOOK_TRACE_PAGE) : chunk->size < to - at ? at + chunk->size : to;
    }
}

static int by_ticks(const void *left, const void *right)
{
    const struct trace_chunk *a = left, *b = right;
    if (a->ticks != b->ticks)
        return a->ticks < b->ticks ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

static int by_place(const void *left, const void *right)
{
    const struct trace_chunk *a = left, *b = right;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* Puts the chunks that are known by now aside. */
static void begin_again(struct trace *trace)
{
    free(trace->old);
    trace->old = trace->chunks;
    trace->old_count = trace->chunk_count;
    if (trace->old_count)
        qsort(trace->old, trace->old_count, sizeof *trace->old, by_place);
    trace->chunks = NULL;
    trace->chunk_count = trace->chunk_next = trace->moment_count = 0;
}

void trace_index(struct trace *trace)
{
    const uint64_t torn = trace->torn, wrong = trace->wrong; /* they are met again */
    begin_again(trace);
    const struct hook_trace_header *header = (const struct hook_trace_header *)trace->base;
    uint64_t end = header->next < trace->size ? header->next : trace->size;
    for (uint64_t at = header->first; at + sizeof(struct hook_trace_extent) <= end;) {
        const struct hook_trace_extent *extent = (const struct hook_trace_extent *)(trace->base + at);
        bool sound = extent->magic == HOOK_TRACE_EXTENT && extent->size >= sizeof *extent && extent->size % HOOK_TRACE_UNIT == 0;
        uint64_t stop = sound ? at + extent->size : next_place(trace, at, HOOK_TRACE_UNIT);
        uint64_t taken = sound ? extent->taken : 0;
        stop = stop > at && stop < end ? stop : end;
        if (sound)
            index_extent(trace, at, taken < stop - at ? at + taken : stop);
        madvise((void *)(trace->base + at), stop - at, MADV_DONTNEED);
        at = stop;
    }
    if (trace->chunk_count)
        qsort(trace->chunks, trace->chunk_count, sizeof *trace->chunks, by_ticks);
    trace_moments_sort(trace);
    trace->torn = torn;
    trace->wrong = wrong;
}
