/* SPDX-License-Identifier: MIT */
/* All chunks that have an event left are open; the one whose next event ended first is read next. */
#include "cli/trace/trace.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cli/cli.h"
#include "core/call.h"
#include "core/trace.h"

/* The file may have been cut off. */
static uint64_t end_of(const struct trace *trace, const struct hook_trace_chunk *chunk)
{
    uint64_t used = __atomic_load_n(&chunk->used, __ATOMIC_ACQUIRE), end = used < chunk->size ? used : chunk->size;
    uint64_t room = trace->size - (uint64_t)((const char *)chunk - trace->base);
    return end < room ? end : room;
}

/* Signal handlers may have made the order of the records another than that of the calls' ends: what stands later
 * counts as later. */
static void set_ticks(struct cursor *cursor, const struct hook_event *event)
{
    uint64_t ticks = event->time_ns + event->dur_ns;
    if (ticks > cursor->ticks)
        cursor->ticks = ticks;
}

/* Has nobody taken room behind it? */
static bool is_last(const struct trace *trace, struct cursor *cursor, uint32_t size)
{
    const uint64_t end = end_of(trace, cursor->chunk), next = cursor->at + size;
    uint64_t at = next > cursor->zeros ? next : cursor->zeros;
    for (const char *chunk = (const char *)cursor->chunk; at < end && size == sizeof(uint64_t) && chunk[at] == 0; at++)
        ;
    cursor->zeros = size == sizeof(uint64_t) ? at : 0;
    return at >= end;
}

/* Asked once for many records on end. */
static bool lives(struct trace *trace, int pid)
{
    if (trace->asked != pid)
        trace->lives = trace_is_alive(pid);
    trace->asked = pid;
    return trace->lives;
}

/* A record that its writer may be about to finish is waited for, but not for ever: it may have been left by a jump. The last
 * one may become shorter then, and is not passed over. */
static bool may_be_finished(struct trace *trace, struct cursor *cursor, uint32_t size)
{
    enum { PATIENCE = 20 };
    if (!lives(trace, cursor->chunk->pid))
        return false;
    return is_last(trace, cursor, size) || (trace->live && trace->chunks[cursor->index].stuck++ < PATIENCE);
}

/* How much is there from the next record on. */
static uint64_t room_of(const struct trace *trace, const struct cursor *cursor)
{
    const uint64_t end = end_of(trace, cursor->chunk);
    return end > cursor->at ? end - cursor->at : 0;
}

/* What a ring's writer has begun anew meanwhile is another chunk, and what was just read of it nothing. The magic goes before
 * the rest does, and comes after it. */
static bool is_same(const struct cursor *cursor)
{
    trace_keep_loads();
    return __atomic_load_n(&cursor->chunk->magic, __ATOMIC_ACQUIRE) == HOOK_TRACE_CHUNK &&
           __atomic_load_n(&cursor->chunk->first.ticks, __ATOMIC_ACQUIRE) == cursor->begun;
}

bool cursor_advance(struct trace *trace, struct cursor *cursor)
{
    struct hook_event event;
    uint32_t size;
    for (uint64_t room; (room = room_of(trace, cursor)) > 0; cursor->at += size) {
        const char *at = (const char *)cursor->chunk + cursor->at;
        enum trace_found found = trace_get(at, room, &cursor->context, &event, &size);
        if (!is_same(cursor))
            return false;
        switch (found) {
        case TRACE_EVENT:
        case TRACE_EVENT_AT:
            set_ticks(cursor, &event);
            cursor->size = size;
            return true;
        case TRACE_NOTHING: break;
        case TRACE_OWNER: cursor->context.tid = event.tid; break;
        case TRACE_FOLDER: cursor->folder = event.path; break;
        case TRACE_DIRECTORY: cursor->directory = event.path; break;
        case TRACE_TORN:
        case TRACE_EMPTY:
            if (may_be_finished(trace, cursor, size))
                return false;
            trace->torn += size > sizeof(uint64_t);
            break;
        case TRACE_WRONG: trace->wrong++; return false;
        }
    }
    return false;
}

static bool is_before(const struct cursor *a, const struct cursor *b)
{
    return a->ticks != b->ticks ? a->ticks < b->ticks : a->chunk < b->chunk;
}

static void sift_down(struct trace *trace, size_t at)
{
    struct cursor **heap = trace->open, *moved = heap[at];
    for (size_t child; (child = 2 * at + 1) < trace->open_count; at = child) {
        if (child + 1 < trace->open_count && is_before(heap[child + 1], heap[child]))
            child++;
        if (!is_before(heap[child], moved))
            break;
        heap[at] = heap[child];
    }
    heap[at] = moved;
}

static void sift_up(struct trace *trace, size_t at)
{
    struct cursor **heap = trace->open, *moved = heap[at];
    for (; at > 0 && is_before(moved, heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = moved;
}

static void close_cursor(struct trace *trace, struct cursor *cursor)
{
    struct trace_chunk *chunk = &trace->chunks[cursor->index];
    chunk->stuck = chunk->read == cursor->at ? chunk->stuck : 0;
    chunk->read = cursor->at;
    chunk->ticks = cursor->ticks;
    chunk->context = cursor->context;
    chunk->folder = cursor->folder ? (uint64_t)(cursor->folder - trace->base) : 0;
    chunk->directory = cursor->directory ? (uint64_t)(cursor->directory - trace->base) : 0;
    free(cursor);
}

static void open_chunk(struct trace *trace, size_t index)
{
    const struct trace_chunk *chunk = &trace->chunks[index];
    struct cursor *cursor = calloc(1, sizeof *cursor);
    if (trace->open_count == trace->open_size) {
        trace->open_size = trace->open_size ? 2 * trace->open_size : 64;
        trace->open = realloc(trace->open, trace->open_size * sizeof *trace->open);
    }
    if (!cursor || !trace->open)
        die(STATUS_ERROR, "out of memory");
    cursor->chunk = (const struct hook_trace_chunk *)(trace->base + chunk->at);
    cursor->index = index;
    cursor->at = chunk->read;
    cursor->begun = chunk->begun;
    cursor->context = chunk->context;
    cursor->folder = chunk->folder ? trace->base + chunk->folder : NULL;
    cursor->directory = chunk->directory ? trace->base + chunk->directory : NULL;
    if (!cursor_advance(trace, cursor)) {
        close_cursor(trace, cursor);
        return;
    }
    trace->open[trace->open_count++] = cursor;
    sift_up(trace, trace->open_count - 1);
}

/* The memory of what has been read is given back now and then, wherever it is: what is still open is mapped again when
 * it is next touched. */
static void give_back(struct trace *trace)
{
    enum { CHUNKS = 32 };
    if (++trace->closed % CHUNKS == 0)
        madvise((void *)trace->base, trace->size, MADV_DONTNEED);
}

static void close_chunk(struct trace *trace, struct cursor *cursor)
{
    give_back(trace);
    trace->open[0] = trace->open[--trace->open_count];
    if (trace->open_count)
        sift_down(trace, 0);
    close_cursor(trace, cursor);
}

/* The chunks whose turn has come. */
static void open_chunks(struct trace *trace)
{
    while (trace->chunk_next < trace->chunk_count &&
           (!trace->open_count || trace->chunks[trace->chunk_next].ticks <= trace->open[0]->ticks))
        open_chunk(trace, trace->chunk_next++);
}

static const char *current_folder, *current_directory, *current_end;

/* Where it ended may be something else by now. */
static long copy(const char *path, char *buf, size_t size)
{
    size_t len = path ? strnlen(path, (size_t)(current_end - path)) : 0;
    if (!len || len > size)
        return -1;
    memcpy(buf, path, len);
    return (long)len;
}

static long folder(char *buf, size_t size)
{
    return copy(current_folder, buf, size);
}

static long directory(int fd, char *buf, size_t size)
{
    (void)fd;
    return copy(current_directory, buf, size);
}

/* The paths that the record need not carry. */
static void add_paths(struct trace *trace, const struct cursor *cursor, bool at, struct hook_event *event)
{
    const struct facts_source source = { .cwd = folder, .fd_path = at ? directory : NULL };
    struct facts facts;
    current_folder = cursor->folder;
    current_directory = cursor->directory;
    current_end = trace->base + trace->size;
    trace->arena = (struct arena){ .base = trace->scratch, .size = sizeof trace->scratch };
    facts_init(&facts, event, &source, &trace->arena);
    if (!event->path)
        event->path = facts_path(&facts, 0);
    if (!event->path2)
        event->path2 = facts_path(&facts, 1);
}

/* Makes the event one of ours; false when it cannot be. */
static bool translate(struct trace *trace, const struct cursor *cursor, bool at, struct hook_event *event)
{
    double rate;
    event->time_ns = trace_time(trace, event->time_ns, &rate);
    event->dur_ns = (uint64_t)trace_scale((double)event->dur_ns, rate);
    if (event->type == HOOK_EVENT_CALL)
        event->call = event->call < trace->call_count ? trace->calls[event->call] : CALL_COUNT;
    if (!trace_sound(event)) {
        trace->unknown++;
        return false;
    }
    if (event->type == HOOK_EVENT_CALL)
        add_paths(trace, cursor, at, event);
    return true;
}

/* A ring's writer may begin the chunk anew at any time: what the event points to is a copy. */
static const char *copy_record(struct trace *trace, const struct cursor *cursor)
{
    if (cursor->size > trace->record_size) {
        free(trace->record);
        trace->record_size = 2 * (size_t)cursor->size;
        trace->record = malloc(trace->record_size);
        if (!trace->record)
            die(STATUS_ERROR, "out of memory");
    }
    return memcpy(trace->record, (const char *)cursor->chunk + cursor->at, cursor->size);
}

bool trace_next(struct trace *trace, struct hook_event *ret)
{
    for (;;) {
        uint32_t size;
        open_chunks(trace);
        if (!trace->open_count)
            return false;
        struct cursor *cursor = trace->open[0], before = *cursor;
        const char *record = copy_record(trace, cursor);
        enum trace_found found = trace_get(record, cursor->size, &cursor->context, ret, &size);
        bool is_event = found == TRACE_EVENT || found == TRACE_EVENT_AT;
        bool shown = is_event && translate(trace, &before, found == TRACE_EVENT_AT, ret);
        if (!is_same(cursor) || !is_event) {
            close_chunk(trace, cursor);
            continue;
        }
        cursor->at += size;
        cursor->context.ticks = cursor->context.after;
        if (cursor_advance(trace, cursor))
            sift_down(trace, 0);
        else
            close_chunk(trace, cursor);
        trace->waited = 0;
        if (shown)
            return true;
    }
}
