/* SPDX-License-Identifier: MIT */
/* An event as a record of a binary trace (docs/trace-format.md), and back. */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hook/event.h"
#include "hook/trace.h"

enum { TRACE_TEXTS = 4 };

/* What a record of the event needs, measured once. */
struct trace_plan {
    uint32_t parts;
    uint32_t size; /* 0: more than a record can have */
    uint32_t text_len[TRACE_TEXTS];
    bool folder; /* a path in it begins at the working folder */
    bool pid;    /* another process's than the chunk's */
    bool tid;    /* another thread's than the chunk's other records */
    bool wide;   /* not all fits into the head */
};

void trace_plan(const struct hook_event *event, struct trace_plan *ret);

/* Adds the pid, the tid, what does not fit into the head, to what is planned. */
void trace_plan_pid(struct trace_plan *plan);
void trace_plan_tid(struct trace_plan *plan);
void trace_plan_wide(struct trace_plan *plan);

/* What may still be needed beside a plan's size: these, and a record of type HOOK_TRACE_THREAD. */
enum { TRACE_THREAD_SIZE = 24, TRACE_MORE = 8 + 8 + sizeof(struct hook_trace_wide) + TRACE_THREAD_SIZE };

/* Only a time that is near the last one that a chunk has whole can do without its upper half: see struct hook_trace_record. */
static inline bool trace_is_near(uint64_t ticks, uint64_t last)
{
    const uint64_t most = UINT64_C(1) << 30;
    return ticks - last + most < 2 * most;
}

/* Writes the record as planned to memory that is aligned to 8 bytes and zero. The time is given in ticks, as the
 * event has it. It counts when it is whole: see trace_get. */
void trace_put(const struct hook_event *event, const struct trace_plan *plan, void *at);

/* Who reads meanwhile sees the stores before this one before those after it. */
static inline void trace_keep_order(void)
{
#if defined(__x86_64__)
    __asm__ volatile("" ::: "memory");
#else
    __asm__ volatile("dmb ishst" ::: "memory");
#endif
}

/* The same of a folder: of type HOOK_TRACE_FOLDER or HOOK_TRACE_DIRECTORY. */
uint32_t trace_folder_size(size_t len);
void trace_put_folder(uint8_t type, const char *path, size_t len, void *at);
/* A record of type HOOK_TRACE_THREAD. */
void trace_put_thread(int tid, void *at);

/* The loads before this one are not of a later time than those after it. */
static inline void trace_keep_loads(void)
{
#if defined(__x86_64__)
    __asm__ volatile("" ::: "memory");
#else
    __asm__ volatile("dmb ishld" ::: "memory");
#endif
}

enum trace_found {
    TRACE_EVENT,
    TRACE_EVENT_AT,  /* its path begins at the directory */
    TRACE_FOLDER,    /* event->path is the working folder; NULL: not known */
    TRACE_DIRECTORY, /* event->path is the directory */
    TRACE_OWNER,     /* event->tid has the records that follow */
    TRACE_NOTHING,   /* room to be passed over */
    TRACE_TORN,      /* begun, and never finished */
    TRACE_EMPTY,     /* room that nobody has begun to use */
    TRACE_WRONG,     /* no record at all */
};

/* What records leave to the chunk and to those before them. */
struct trace_context {
    int32_t pid, tid;
    uint64_t ticks; /* near the record's time */
    uint64_t after; /* the same for the next: set by trace_get */
};

/* Reads the record at `at`, of which `room` bytes are there. The event points into it; its times are ticks, its
 * call the line of the trace's table. *ret_size: where the next one begins, but for WRONG. */
enum trace_found trace_get(const void *at, size_t room, struct trace_context *context, struct hook_event *ret,
                           uint32_t *ret_size);

/* Can the event be formatted? What a kind wants of its bytes is there; its call is one of ours. */
bool trace_sound(const struct hook_event *event);

/* The table of calls that traces carry: a line a call, "symbol syscall op failure kind arg:KIND...". TRACE_TABLE_ID, of the
 * build's table_id.h, tells it from others. */
extern const char trace_table[];
size_t trace_table_size(void);

#endif
