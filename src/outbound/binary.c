/* SPDX-License-Identifier: MIT */
/* Events as records in memory that is a mapped file: no system call, no lock, no malloc on the way. What a program has
 * stored there is in the file whatever becomes of the program. */
#include "outbound/binary.h"

#include <errno.h>
#include <linux/fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>

#include "core/plain.h"
#include "core/trace_part.h"
#include "outbound/path.h"
#include "outbound/sinks.h"
#include "outbound/trace/chunk.h"
#include "outbound/trace/file.h"
#include "outbound/trace/ring.h"
#include "sys/clock.h"
#include "sys/cwd.h"
#include "sys/directory.h"
#include "sys/thread.h"

/* How often a chunk notes what the clock says, as ticks and as nanoseconds; how long nothing is tried after what could not
 * be had. */
enum { MOMENT_TICKS = 1 << 29, PAUSE_TICKS = 1 << 26 };

uint64_t binary_ring;

static const char *path_with_pid;
static atomic_ulong lost;
static atomic_int lost_err;
static atomic_ulong full_until; /* in ticks: what could not be had a moment ago is not asked for with each event */

static int lose(int err)
{
    atomic_fetch_add_explicit(&lost, 1, memory_order_relaxed);
    atomic_store_explicit(&lost_err, -err, memory_order_relaxed);
    if (trace_header)
        atomic_fetch_add((_Atomic uint64_t *)&trace_header->lost, 1);
    return err;
}

/* A record that must stand before the event's, unless it is the last of its kind in the chunk. */
struct lead {
    uint8_t type;
    bool needed;
    _Atomic uint32_t *last; /* where the chunk notes it: its number, 0: none */
    uint32_t number;
    const char *path;
    size_t len;
};

static struct lead folder_lead(struct hook_trace_chunk *chunk)
{
    const struct cwd_folder *folder = cwd_current();
    struct lead lead = { HOOK_TRACE_FOLDER, true, (_Atomic uint32_t *)&chunk->folder, folder->number, folder->path, folder->len };
    lead.needed = atomic_load_explicit(lead.last, memory_order_relaxed) != folder->number;
    return lead;
}

/* Takes room in the chunk; NULL when there is not enough left. A signal handler that writes to the chunk meanwhile moves
 * its end: then all is looked at again, or the lead will be written again. */
static inline void *take(struct hook_trace_chunk *chunk, uint64_t from, uint32_t size, const struct lead *lead)
{
    uint32_t before = lead ? trace_folder_size(lead->len) : 0;
    uint64_t end = from + before + size;
    if (lead)
        atomic_store_explicit(lead->last, 0, memory_order_relaxed);
    if (end > chunk->size || !atomic_compare_exchange_strong_explicit((_Atomic uint64_t *)&chunk->used, &from, end,
                                                                      memory_order_relaxed, memory_order_relaxed))
        return NULL;
    if (lead) {
        trace_put_folder(lead->type, lead->path, lead->len, (char *)chunk + from);
        atomic_store_explicit(lead->last, lead->number, memory_order_relaxed);
        if (atomic_load_explicit((_Atomic uint64_t *)&chunk->used, memory_order_relaxed) != end)
            atomic_store_explicit(lead->last, 0, memory_order_relaxed);
    }
    return (char *)chunk + from + before;
}

static uint64_t used(const struct hook_trace_chunk *chunk)
{
    return atomic_load_explicit((const _Atomic uint64_t *)&chunk->used, memory_order_relaxed);
}

/* The same where nothing must stand before, and nobody else but a signal handler takes. */
static inline char *take_own(struct hook_trace_chunk *chunk, uint64_t from)
{
    bool fits = from + PLAIN_ROOM <= chunk->size && plain_exchange(&chunk->used, from, from + PLAIN_ROOM);
    return fits ? (char *)chunk + from : NULL;
}

static uint64_t last_ticks(const struct hook_trace_chunk *chunk)
{
    return atomic_load_explicit((const _Atomic uint64_t *)&chunk->ticks, memory_order_relaxed);
}

/* Stands for the time of a record that is being made whole, and of no other: no time is near it. A signal handler that breaks in
 * cannot know whether its own records will be read after that time. */
static uint64_t no_ticks(const struct trace_plan *plan)
{
    return UINT64_C(1) << 63 | (uintptr_t)plan;
}

/* Do the times of the next records lie near this one's? */
static bool sets_ticks(const struct trace_plan *plan)
{
    return plan->wide && !plan->tid;
}

static int owner_of(const struct hook_trace_chunk *chunk)
{
    return atomic_load_explicit((const _Atomic int32_t *)&chunk->owner, memory_order_relaxed);
}

/* Does the thread write there alone, and in no other's name? Only then can its records leave something to the chunk. */
static bool is_own(const struct hook_trace_chunk *chunk, const struct hook_event *event)
{
    return chunk == sys_thread.trace_chunk && chunk->pid == event->pid && !sys_thread.vforked;
}

/* The chunk may be that of a thread that has ended. False: there is no room to say so. */
static bool take_over(struct hook_trace_chunk *chunk, int tid)
{
    void *at = NULL;
    for (uint64_t from = 0; owner_of(chunk) != tid && !at;) {
        from = used(chunk);
        at = take(chunk, from, TRACE_THREAD_SIZE, NULL);
        if (!at && from == used(chunk))
            return false;
    }
    if (at) {
        trace_put_thread(tid, at);
        atomic_store_explicit((_Atomic int32_t *)&chunk->owner, tid, memory_order_relaxed);
    }
    return true;
}

static void *take_planned(struct hook_trace_chunk *chunk, const struct hook_event *event, struct trace_plan *plan)
{
    if (!plan->tid && !take_over(chunk, event->tid))
        return NULL;
    for (;;) {
        uint64_t from = used(chunk); /* before the rest is looked at: a handler that changes it takes room */
        atomic_signal_fence(memory_order_seq_cst);
        struct lead lead = plan->folder ? folder_lead(chunk) : (struct lead){ .needed = false };
        if (!plan->wide && !trace_is_near(event->time_ns, last_ticks(chunk)))
            trace_plan_wide(plan);
        if (sets_ticks(plan))
            atomic_store_explicit((_Atomic uint64_t *)&chunk->ticks, no_ticks(plan), memory_order_relaxed);
        atomic_signal_fence(memory_order_seq_cst);
        void *at = take(chunk, from, plan->size, lead.needed ? &lead : NULL);
        if (at || from == used(chunk))
            return at;
    }
}

/* What the chunk does not say of the record. Of a chunk that nobody owns the last whole time is that of its beginning. */
static void plan_for(const struct hook_trace_chunk *chunk, const struct hook_event *event, struct trace_plan *plan)
{
    if (chunk->pid != event->pid && !plan->pid)
        trace_plan_pid(plan);
    if (!is_own(chunk, event) && !plan->tid) {
        trace_plan_tid(plan);
        if (!plan->wide && owner_of(chunk))
            trace_plan_wide(plan);
    }
}

/* Room for the record, in the chunk that it is in, which is held; NULL and why not, 0: it is not for us to tell. A child forked
 * before the chunk is looked at sees that it is one; what a later one writes there is lost (chunk_forked). */
static void *reserve(struct holder *holder, const struct hook_event *event, struct trace_plan *plan,
                     struct hook_trace_chunk **ret_chunk, int *ret_err)
{
    for (;;) {
        struct hook_trace_chunk *chunk = *ret_chunk = chunk_hold(holder);
        atomic_signal_fence(memory_order_seq_cst);
        const bool is_to_tell = sink_is_to_tell(event);
        if (chunk && is_to_tell)
            plan_for(chunk, event, plan);
        void *at = chunk && is_to_tell ? take_planned(chunk, event, plan) : NULL;
        if (at)
            return at;
        chunk_let_go(holder, chunk);
        *ret_err = 0;
        if (!is_to_tell)
            return NULL;
        uint64_t need = plan->size + TRACE_MORE + (plan->folder ? trace_folder_size(cwd_current()->len) : 0);
        const int pid = sys_thread.vforked && sys_thread.pid ? sys_thread.pid : event->pid; /* the chunk stays the parent's */
        if ((*ret_err = chunk_renew(holder, chunk, need, pid)) < 0)
            return NULL;
    }
}

static int emit(const struct hook_event *event)
{
    struct trace_plan plan;
    struct hook_trace_chunk *chunk;
    int err;
    trace_plan(event, &plan);
    if (!plan.size || !trace_header)
        return lose(plan.size ? -EBADF : -E2BIG);
    uint64_t now = event->time_ns + event->dur_ns;
    if (now < atomic_load_explicit(&full_until, memory_order_relaxed))
        return lose(atomic_load(&lost_err) ? -atomic_load(&lost_err) : -ENOMEM);
    struct holder *holder = chunk_holder(event);
    void *at = reserve(holder, event, &plan, &chunk, &err);
    if (!at) {
        if (err && err != -E2BIG && err != -EBUSY) /* which are about this event alone, or soon over */
            atomic_store(&full_until, clock_moment().ticks + PAUSE_TICKS);
        return err ? lose(err) : 0;
    }
    trace_put(event, &plan, at);
    uint64_t none = no_ticks(&plan);
    if (sets_ticks(&plan)) /* not before: what a jump leaves unfinished tells no time; nor after another record that does */
        atomic_compare_exchange_strong((_Atomic uint64_t *)&chunk->ticks, &none, event->time_ns);
    if (now - atomic_load_explicit((_Atomic uint64_t *)&chunk->last.ticks, memory_order_relaxed) > MOMENT_TICKS ||
        event->type == HOOK_EVENT_EXIT)
        chunk_note_moment(chunk);
    chunk_let_go(holder, chunk);
    return 0;
}

/* The directory, when that can be told so. */
static bool directory_lead(struct hook_trace_chunk *chunk, int fd, char path[DIRECTORY_PATH], struct lead *ret)
{
    const uint32_t number = directory_number(fd);
    *ret = (struct lead){ HOOK_TRACE_DIRECTORY, true, (_Atomic uint32_t *)&chunk->directory, number, path, 0 };
    ret->needed = !number || atomic_load_explicit(ret->last, memory_order_relaxed) != number;
    if (ret->needed)
        ret->len = directory_path(fd, number, path);
    return number && (!ret->needed || ret->len);
}

static inline bool give_room(struct hook_trace_chunk *chunk, char *at, struct hook_room *ret)
{
    const struct sys_thread *thread = &sys_thread;
    if (__builtin_expect(!at, 0))
        return false;
    *ret =
        (struct hook_room){ at, &chunk->used, (uint64_t)(at - (char *)chunk) + PLAIN_ROOM, &thread->page->birth, thread->birth };
    trace_begin(at, PLAIN_ROOM);
    return true;
}

/* Room behind the folder that a path begins at. */
static __attribute__((noinline)) bool room_behind(struct hook_trace_chunk *chunk, uint64_t from, int folder,
                                                  struct hook_room *ret)
{
    char path[DIRECTORY_PATH];
    struct lead lead;
    if (folder == AT_FDCWD)
        lead = folder_lead(chunk);
    else if (!directory_lead(chunk, folder, path, &lead))
        return false;
    return give_room(chunk, take(chunk, from, PLAIN_ROOM, lead.needed ? &lead : NULL), ret);
}

/* Is what a record before says of the working folder still so? */
static inline bool is_in_folder(const struct hook_trace_chunk *chunk)
{
    return atomic_load_explicit((const _Atomic uint32_t *)&chunk->folder, memory_order_relaxed) == cwd_current()->number;
}

/* Only in the thread's own chunk. */
static bool room(uint64_t begun, uint64_t now, int folder, struct hook_room *ret)
{
    const struct sys_thread *thread = &sys_thread;
    struct hook_trace_chunk *chunk = thread->trace_chunk;
    if (__builtin_expect(!chunk || thread->page->birth != thread->birth || thread->vforked, 0))
        return false;
    if (__builtin_expect(chunk->pid != thread->pid || owner_of(chunk) != thread->tid, 0))
        return false;
    const uint64_t looked = atomic_load_explicit((_Atomic uint64_t *)&chunk->last.ticks, memory_order_relaxed);
    if (__builtin_expect(now - looked > MOMENT_TICKS, 0))
        return false;
    const uint64_t from = used(chunk); /* before the folders are looked at: a handler that changes them takes room */
    atomic_signal_fence(memory_order_seq_cst);
    if (__builtin_expect(!trace_is_near(begun, last_ticks(chunk)), 0))
        return false;
    bool alone = folder == PLAIN_NOWHERE || (folder == AT_FDCWD && is_in_folder(chunk));
    return __builtin_expect(alone, 1) ? give_room(chunk, take_own(chunk, from), ret) : room_behind(chunk, from, folder, ret);
}

static int open_expanded(const char *path)
{
    char expanded[PATH_MAX + 16];
    struct hook_trace_extent *first = NULL;
    if (!path_expand(expanded, sizeof expanded, path))
        return -ENAMETOOLONG;
    int err = trace_file_open(expanded, thread_pid(), binary_ring ? NULL : &first);
    chunk_begin(first);
    return err;
}

static int open(const char *spec)
{
    if (strcmp(spec, "stderr") == 0 || strncmp(spec, "fd:", 3) == 0)
        return -EMEDIUMTYPE;
    path_with_pid = strstr(spec, "%p") ? spec : NULL;
    clock_ticks_init();
    ring_set(binary_ring);
    return open_expanded(spec);
}

static void forked(void)
{
    atomic_store(&lost, 0); /* its parent tells them */
    atomic_store(&full_until, 0);
    if (trace_header) {
        chunk_forked(sys_thread.trace);
        trace_file_forked();
    }
    if (!path_with_pid)
        return;
    trace_file_close();
    chunk_forget();
    open_expanded(path_with_pid);
}

static void prepare(void)
{
    if (trace_header)
        chunk_prepare(thread_pid());
}

static uint64_t take_lost(int *ret_err)
{
    *ret_err = atomic_load(&lost_err);
    return atomic_exchange(&lost, 0);
}

const struct hook_sink sink_binary = { emit, room, open, forked, trace_file_close, prepare, take_lost };
