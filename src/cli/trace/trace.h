/* SPDX-License-Identifier: MIT */
/* Reading a binary trace: events of all threads and processes in the order in which the calls ended. */
#ifndef CLI_TRACE_TRACE_H
#define CLI_TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/facts.h"
#include "core/trace.h"
#include "hook/event.h"
#include "hook/trace.h"

/* A chunk, and how far it has been read: when the first event that is left ended, and the folders before it. */
struct trace_chunk {
    uint64_t at, ticks, read, folder, directory;
    uint64_t begun; /* of a ring's chunk that has been begun anew since then, nothing is known */
    struct trace_context context;
    unsigned stuck; /* how often a record was met there that is not finished */
};

/* How far a chunk has been read. */
struct cursor {
    const struct hook_trace_chunk *chunk;
    size_t index;   /* in the list of chunks */
    uint64_t at;    /* of the next record, from the chunk's beginning */
    uint32_t size;  /* of that record */
    uint64_t ticks; /* when its event ended */
    uint64_t begun; /* when the chunk was */
    uint64_t zeros; /* there is nothing up to there */
    struct trace_context context;
    const char *folder;    /* the working folder; NULL: not known */
    const char *directory; /* the same of the directory that a descriptor is of */
};

struct trace {
    const char *name;
    int fd;
    const char *base; /* the mapped file */
    uint64_t size;
    uint16_t *calls; /* line of the file's table -> our call, or CALL_COUNT */
    unsigned call_count;

    struct trace_chunk *chunks, *old; /* old: as they were when the trace was last indexed */
    size_t chunk_count, chunk_next, old_count;
    struct hook_trace_moment *moments;
    size_t moment_count, moment_last;
    struct cursor **open; /* a heap: the earliest first */
    size_t open_count, open_size, closed;

    char *record; /* the last event's, for its values and texts */
    size_t record_size;
    struct arena arena; /* for the paths of the last event */
    char scratch[16 * 1024];
    bool live;       /* what is not finished may still be */
    unsigned waited; /* how often nobody was seen who has it mapped, since there was an event */
    char writer[16]; /* the process that was seen to have it mapped */
    uint64_t torn, unknown, wrong, lost;
    int asked; /* the process that was last asked for, */
    bool lives;
};

/* Reads the table of calls, as it stands in the file. False when it is broken. */
bool trace_read_table(struct trace *trace, const char *bytes, size_t size);

/* Ends the process with that status when it is no trace, or one that cannot be read. live: trace_refresh will be used. */
void trace_open(struct trace *ret, const char *name, bool live, int status);
void trace_close(struct trace *trace);

/* The next event; false at the end. It stays until the next is asked for. */
bool trace_next(struct trace *trace, struct hook_event *ret);

/* When all has been read: looks for what has been written meanwhile. False when nobody is left who could write. */
bool trace_refresh(struct trace *trace);

bool trace_is_alive(int pid);

/* Says on standard error what of the trace cannot be shown. */
void trace_tell_losses(const struct trace *trace);

/* In pieces: finds the chunks and moments; puts the chunks into order; ticks as CLOCK_REALTIME. */
void trace_index(struct trace *trace);
void trace_moments_sort(struct trace *trace);
uint64_t trace_time(struct trace *trace, uint64_t ticks, double *ret_rate);
int64_t trace_scale(double ticks, double rate); /* in nanoseconds, rounded */

/* Moves the cursor to its chunk's next event; false when there is none. */
bool cursor_advance(struct trace *trace, struct cursor *cursor);

#endif
