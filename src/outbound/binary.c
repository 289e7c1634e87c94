/* SPDX-License-Identifier: MIT */
/* Events as records in memory that is a mapped file: no system call, no lock, no malloc on the way. What a program has
 * stored there is in the file whatever becomes of the program. */
#include "outbound/binary.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>

#include "core/trace.h"
#include "outbound/path.h"
#include "outbound/sinks.h"
#include "outbound/trace/chunk.h"
#include "outbound/trace/file.h"
#include "sys/clock.h"
#include "sys/cwd.h"
#include "sys/thread.h"

/* How often a chunk notes what the clock says, as ticks and as nanoseconds; how long nothing is tried after what could not
 * be had. */
enum { MOMENT_TICKS = 1 << 29, PAUSE_TICKS = 1 << 26 };

/* A folder that only the child of a vfork is in has no number of its own. */
enum { FOLDER_UNKNOWN = UINT32_MAX };

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

/* The folder to be written before the event: NULL when the chunk has it. */
static const struct cwd_folder *new_folder(const struct hook_trace_chunk *chunk, const struct trace_plan *plan)
{
    if (!plan->folder)
        return NULL;
    const struct cwd_folder *folder = cwd_current();
    uint32_t last = atomic_load_explicit((const _Atomic uint32_t *)&chunk->folder, memory_order_relaxed);
    return sys_thread.vforked || last != folder->number ? folder : NULL;
}

/* A vfork child may have gone elsewhere. */
static void put_folder(struct hook_trace_chunk *chunk, const struct cwd_folder *folder, void *at)
{
    trace_put_folder(folder->path, folder->len, at);
    uint32_t number = sys_thread.vforked ? FOLDER_UNKNOWN : folder->number;
    atomic_store_explicit((_Atomic uint32_t *)&chunk->folder, number, memory_order_relaxed);
}

/* Takes room in the chunk; NULL when there is not enough left. */
static void *take(struct hook_trace_chunk *chunk, const struct trace_plan *plan)
{
    const struct cwd_folder *folder = new_folder(chunk, plan);
    uint32_t before = folder ? trace_folder_size(folder->len) : 0;
    uint64_t need = before + plan->size;
    uint64_t from = atomic_fetch_add_explicit((_Atomic uint64_t *)&chunk->used, need, memory_order_relaxed);
    if (from + need > chunk->size)
        return NULL;
    if (folder)
        put_folder(chunk, folder, (char *)chunk + from);
    return (char *)chunk + from + before;
}

/* Room for the record, in the chunk that it is in; NULL and why not. */
static void *reserve(struct holder *holder, const struct hook_event *event, struct trace_plan *plan,
                     struct hook_trace_chunk **ret_chunk, int *ret_err)
{
    for (;;) {
        struct hook_trace_chunk *chunk = atomic_load_explicit(&holder->chunk, memory_order_acquire);
        if (chunk && chunk->pid != event->pid && !plan->pid)
            trace_plan_pid(plan);
        void *at = chunk ? take(chunk, plan) : NULL;
        *ret_chunk = chunk;
        if (at)
            return at;
        uint64_t need = plan->size + (plan->folder ? trace_folder_size(cwd_current()->len) : 0);
        if ((*ret_err = chunk_renew(holder, chunk, need, event->pid)) < 0)
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
    void *at = reserve(chunk_holder(event), event, &plan, &chunk, &err);
    if (!at) {
        atomic_store(&full_until, now + PAUSE_TICKS);
        return lose(err);
    }
    trace_put(event, &plan, at);
    if (now - atomic_load_explicit((_Atomic uint64_t *)&chunk->last.ticks, memory_order_relaxed) > MOMENT_TICKS ||
        event->type == HOOK_EVENT_EXIT)
        chunk_note_moment(chunk);
    return 0;
}

static int open_expanded(const char *path)
{
    char expanded[PATH_MAX + 16];
    return path_expand(expanded, sizeof expanded, path) ? trace_file_open(expanded) : -ENAMETOOLONG;
}

static int open(const char *spec)
{
    if (strcmp(spec, "stderr") == 0 || strncmp(spec, "fd:", 3) == 0)
        return -EMEDIUMTYPE;
    path_with_pid = strstr(spec, "%p") ? spec : NULL;
    clock_ticks_init();
    chunk_set_ring(binary_ring);
    return open_expanded(spec);
}

static void forked(void)
{
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

const struct sink sink_binary = { emit, open, forked, trace_file_close, prepare, take_lost };
