/* SPDX-License-Identifier: MIT */
#include "outbound/trace/chunk.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>

#include "core/trace.h"
#include "outbound/trace/file.h"
#include "outbound/trace/ring.h"
#include "outbound/trace/turn.h"
#include "sys/clock.h"
#include "sys/memory.h"
#include "sys/raw.h"
#include "sys/signal.h"
#include "sys/thread.h"

enum { MAPPED = 64, SPARED = 16 };
enum { CHUNK_FIRST = 4 * 1024, CHUNK_MAX = 128 * 1024, PREPARED = 4 * 1024 * 1024 };

/* Where each extent lies, and in the lower bits, how many units it has: its head may be no longer in memory. */
_Atomic uintptr_t mapped[MAPPED] APART;
static _Atomic(struct hook_trace_extent *) current, begun; /* begun: the first, until there is another */
static atomic_uint mapped_count;
static atomic_bool making;   /* of threads that need another extent one makes it */
static atomic_uint failures; /* how often there was none to be had */
static struct {
    _Atomic uint64_t least;
    atomic_int err;
} failure; /* the last one: what was wanted at least */

void chunk_forget(void)
{
    atomic_store(&current, NULL);
    atomic_store(&mapped_count, 0);
    atomic_store(&begun, NULL);
    ring_begin_anew();
    holders_forget();
}

static void begin_anew(void)
{
    if (!holders_begin_anew())
        return;
    turn_end(&making);
    if (ring_is_set())
        ring_begin_anew();
}

struct holder *chunk_holder(const struct hook_event *event)
{
    if (sys_thread.vforked && sys_thread.trace) /* the thread that has made this child waits for it */
        return sys_thread.trace;
    if (__builtin_expect(sys_thread.trace_tid == event->tid, 1)) {
        if (!sys_thread.trace_chunk)
            holder_tell(sys_thread.trace);
        return sys_thread.trace;
    }
    begin_anew(); /* the fork may have been one that nobody tells of */
    return holder_find(event->tid);
}

static bool can_lose(const struct holder *holder, const struct hook_trace_chunk *chunk)
{
    return chunk && ring_is_set() && holder_is_shared(holder);
}

struct hook_trace_chunk *chunk_hold(struct holder *holder)
{
    for (;;) {
        struct hook_trace_chunk *chunk = atomic_load_explicit(&holder->chunk, memory_order_acquire);
        if (!can_lose(holder, chunk))
            return chunk;
        ring_hold(chunk);
        if (atomic_load(&holder->chunk) == chunk)
            return chunk;
        ring_let_go(chunk);
    }
}

void chunk_let_go(const struct holder *holder, const struct hook_trace_chunk *chunk)
{
    if (can_lose(holder, chunk))
        ring_let_go(chunk);
}

static uint64_t next_page(uint64_t at)
{
    return (at + HOOK_TRACE_PAGE - 1) & ~(uint64_t)(HOOK_TRACE_PAGE - 1);
}

/* Another may be mapped over it at any time. */
static uint64_t size_of(const struct hook_trace_extent *extent)
{
    return atomic_load((const _Atomic uint64_t *)&extent->size);
}

/* Takes a part of the extent: as much as wanted, or all that is left when that is enough. */
static struct hook_trace_chunk *take(struct hook_trace_extent *extent, uint64_t least, uint64_t wanted, uint64_t *ret_size)
{
    _Atomic uint64_t *taken = (_Atomic uint64_t *)&extent->taken;
    uint64_t from = atomic_load(taken), to;
    do {
        const uint64_t size = size_of(extent);
        to = next_page(from + wanted);
        if (to > size)
            to = size;
        if (from >= to || to - from < least)
            return NULL;
    } while (!atomic_compare_exchange_weak(taken, &from, to));
    *ret_size = to - from;
    return (struct hook_trace_chunk *)((char *)extent + from);
}

static struct hook_trace_extent *extent_at(uintptr_t place)
{
    return (struct hook_trace_extent *)(place & ~(uintptr_t)(HOOK_TRACE_PAGE - 1));
}

static uint64_t size_at(uintptr_t place)
{
    return place % HOOK_TRACE_PAGE * HOOK_TRACE_UNIT;
}

static bool lies_in(const void *at, uintptr_t place)
{
    const uintptr_t from = (uintptr_t)extent_at(place);
    return (uintptr_t)at >= from && (uintptr_t)at < from + size_at(place);
}

/* Does another holder than this one write there, or is anybody about to? */
static bool is_used(uintptr_t place, const struct holder *asking)
{
    if (holders_are_shared()) /* somebody may be about to write anywhere */
        return true;
    for (unsigned i = 0; i < holders_count(); i++) {
        const struct holder *one = holder_at(i);
        if (holder_is_taking(one, extent_at(place)) || (one != asking && lies_in(atomic_load(&one->chunk), place)))
            return true;
    }
    return false;
}

/* Takes an old extent of that size out of the list, to be mapped over. A writer that a signal handler has broken into
 * may still be busy in the youngest ones. */
static struct hook_trace_extent *old_extent(uint64_t size, const struct holder *asking)
{
    unsigned count = atomic_load(&mapped_count);
    for (unsigned i = 0; i + SPARED < count && i < MAPPED; i++) {
        uintptr_t old = atomic_load(&mapped[i]);
        bool fits = old && extent_at(old) != atomic_load(&current) && size_at(old) == size && !is_used(old, asking);
        if (fits && atomic_compare_exchange_strong(&mapped[i], &old, 0))
            return extent_at(old);
    }
    return NULL;
}

/* The list is in the order in which they were mapped, as long as nobody else changes it at the same time. */
static void note_extent(const struct hook_trace_extent *extent, uint64_t size)
{
    unsigned count = atomic_load(&mapped_count), to = 0;
    for (unsigned i = 0; i < count; i++) {
        uintptr_t moved = atomic_exchange(&mapped[i], 0);
        if (moved)
            atomic_store(&mapped[to++], moved);
    }
    if (to < MAPPED)
        atomic_store(&mapped[to++], (uintptr_t)extent | size / HOOK_TRACE_UNIT);
    atomic_store(&mapped_count, to);
}

static struct hook_trace_extent *new_extent(uint64_t least, const struct holder *asking, int pid, int *ret_err)
{
    struct hook_trace_extent *extent = NULL;
    struct trace_room room;
    for (int tries = 0; tries < 2 && !extent; tries++) { /* there may be room for what is needed only */
        room = trace_file_wish(least, tries > 0, holders_are_one());
        extent = trace_file_extent(&room, old_extent(room.size, asking), pid, ret_err);
    }
    if (!extent)
        return NULL;
    struct hook_trace_extent *first = atomic_exchange(&begun, NULL);
    if (first)
        note_extent(first, size_of(first));
    note_extent(extent, room.size);
    return extent;
}

/* Nobody maps over an extent that is told in `taking` while it is the current one. */
static struct hook_trace_extent *current_extent(struct holder *holder, unsigned depth)
{
    struct hook_trace_extent *extent;
    do {
        extent = atomic_load(&current);
        if (depth < TAKING)
            atomic_store(&holder->taking[depth], extent);
    } while (extent != atomic_load(&current));
    return extent;
}

/* Has another extent than that one be the current one; in one's turn. */
static bool go_on(struct hook_trace_extent *from, uint64_t least, const struct holder *asking, int pid, int *ret_err)
{
    struct hook_trace_extent *other = atomic_load(&current) == from ? new_extent(least, asking, pid, ret_err) : NULL;
    if (other)
        atomic_compare_exchange_strong(&current, &from, other);
    const bool has = other || atomic_load(&current) != from;
    if (!has) {
        atomic_store(&failure.least, least);
        atomic_store(&failure.err, *ret_err);
        atomic_fetch_add(&failures, 1);
    }
    turn_end(&making);
    return has;
}

static struct hook_trace_chunk *take_from_any(uint64_t least, uint64_t wanted, struct holder *holder, int pid, uint64_t *ret_size,
                                              int *ret_err)
{
    const unsigned depth = atomic_load(&holder->depth) - 1, failed = atomic_load(&failures);
    const uint64_t need = HOOK_TRACE_PAGE + least;
    for (unsigned tries = 0;;) {
        struct hook_trace_extent *extent = current_extent(holder, depth);
        struct hook_trace_chunk *chunk = extent ? take(extent, least, wanted, ret_size) : NULL;
        if (chunk)
            return chunk;
        if (turn_take(&making, &tries)) {
            if (!go_on(extent, need, holder, pid, ret_err))
                return NULL;
        } else if (atomic_load(&failures) != failed && atomic_load(&failure.least) <= need) {
            *ret_err = atomic_load(&failure.err);
            return NULL;
        }
    }
}

/* The first chunk of a process also tells when the library was set up: how fast the ticks go is known from the
 * beginning. */
static void begin_chunk(struct hook_trace_chunk *chunk, uint64_t size, int pid, int tid, bool first)
{
    struct clock_moment now = clock_moment_asked(), begun = first ? clock_start : now;
    chunk->pid = pid;
    chunk->tid = chunk->owner = tid;
    chunk->ticks = begun.ticks;
    chunk->size = size;
    chunk->used = sizeof *chunk;
    chunk->first = (struct hook_trace_moment){ begun.ticks, begun.real_ns };
    chunk->last = (struct hook_trace_moment){ now.ticks, now.real_ns };
    atomic_store_explicit((_Atomic uint32_t *)&chunk->magic, HOOK_TRACE_CHUNK, memory_order_release);
}

/* An extent counts as memory of the process until a writer goes on to another one. */
static void leave(const struct hook_trace_chunk *old, const struct hook_trace_chunk *new)
{
    unsigned count = atomic_load(&mapped_count);
    for (unsigned i = 0; i < count && i < MAPPED; i++) {
        const uintptr_t place = atomic_load(&mapped[i]);
        if (lies_in(old, place) && !lies_in(new, place))
            trace_file_leave(extent_at(place), size_at(place));
    }
}

/* Tells the holder of a chunk that has been taken for it, unless it has another by now. */
static void give(struct holder *holder, struct hook_trace_chunk *old, struct hook_trace_chunk *chunk, uint64_t size, int pid)
{
    begin_chunk(chunk, size, pid, atomic_load(&holder->tid), !old && holder == holder_at(0));
    atomic_compare_exchange_strong(&holder->chunk, &old, chunk);
}

static int renew_in_ring(struct holder *holder, struct hook_trace_chunk *old, uint64_t least, int pid)
{
    struct ring_part part;
    int err = 0;
    /* of those that share a holder one goes on to another part, else all would take one */
    for (unsigned tries = 0; !turn_take(&holder->renewing, &tries);)
        if (atomic_load(&holder->chunk) != old)
            return 0;
    if (atomic_load(&holder->chunk) == old && (err = ring_take(least, holder, pid, &part)) == 0) {
        give(holder, old, part.chunk, part.size, pid);
        ring_let(&part);
    }
    turn_end(&holder->renewing);
    return err;
}

static int renew(struct holder *holder, struct hook_trace_chunk *old, uint64_t least, int pid)
{
    int err = ENOMEM;
    uint64_t size, wanted = old ? 4 * old->size : CHUNK_FIRST;
    wanted = wanted > CHUNK_MAX ? CHUNK_MAX : wanted < CHUNK_FIRST ? CHUNK_FIRST : wanted;
    struct hook_trace_chunk *chunk = take_from_any(least, least > wanted ? least : wanted, holder, pid, &size, &err);
    if (!chunk)
        return -err;
    if ((err = trace_file_populate(chunk, size)) < 0)
        return err;
    give(holder, old, chunk, size, pid);
    if (old)
        leave(old, chunk);
    return 0;
}

/* No signal comes before all is as it is to be: what a handler forked would come back to what its parent is busy with, in memory
 * that both have. */
int chunk_renew(struct holder *holder, struct hook_trace_chunk *old, uint64_t need, int pid)
{
    uint64_t signals;
    const bool held = signal_hold(&signals);
    const unsigned depth = holder_begin_taking(holder);
    const int err = (ring_is_set() ? renew_in_ring : renew)(holder, old, need + sizeof *old, pid);
    atomic_store(&holder->depth, depth);
    holder_tell(holder);
    if (held)
        signal_let(signals);
    return err;
}

void chunk_note_moment(struct hook_trace_chunk *chunk)
{
    struct clock_moment now = clock_moment_asked();
    _Atomic uint64_t *ticks = (_Atomic uint64_t *)&chunk->last.ticks;
    atomic_store_explicit(ticks, 0, memory_order_relaxed);
    trace_keep_order();
    atomic_store_explicit((_Atomic uint64_t *)&chunk->last.ns, now.real_ns, memory_order_relaxed);
    atomic_store_explicit(ticks, now.ticks, memory_order_release);
}

void chunk_begin(struct hook_trace_extent *first)
{
    atomic_store(&current, first);
    atomic_store(&begun, first);
}

/* What it still writes there is none of the parent's file: the pages of the chunk become its own, but for one that has a ring's
 * head. */
void chunk_forked(const struct holder *holder)
{
    const struct hook_trace_chunk *chunk = holder ? atomic_load(&holder->chunk) : NULL;
    const uintptr_t from = (uintptr_t)chunk, first = next_page(from);
    const uint64_t size = chunk ? chunk->size - (first - from) : 0;
    if (chunk && holders_are_old() && chunk->size > first - from) /* it may have one of its own already: from pthread_atfork */
        raw(SYS_mmap, first, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    begin_anew(); /* while no other thread is there */
}

static bool is_prepared(const struct hook_trace_extent *extent)
{
    return extent && size_of(extent) == PREPARED && atomic_load((const _Atomic uint64_t *)&extent->taken) < PREPARED / 2;
}

void chunk_prepare(int pid)
{
    int err;
    uint64_t signals;
    const bool held = signal_hold(&signals);
    struct trace_room room = { .size = PREPARED, .soon = PREPARED };
    struct hook_trace_extent *extent =
        ring_is_set() || is_prepared(atomic_load(&current)) ? NULL : trace_file_extent(&room, NULL, pid, &err);
    if (extent && trace_file_populate(extent, extent->size) == 0)
        atomic_store(&current, extent);
    if (ring_is_set())
        ring_prepare(pid);
    if (held)
        signal_let(signals);
}
