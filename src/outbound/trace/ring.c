/* SPDX-License-Identifier: MIT */
#include "outbound/trace/ring.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "core/trace.h"
#include "outbound/trace/file.h"
#include "outbound/trace/turn.h"

enum { PARTS = 32, PART = 256 * 1024, CLAIMS = 64 }; /* at least so many, at most so large */
static struct {
    uint64_t size, part, at; /* at: where in the file */
    unsigned parts;
    uint64_t filled; /* of which so much has been written */
    _Atomic(struct hook_trace_extent *) extent;
    atomic_bool making, filling;
    atomic_uint next;
    /* What is being taken, for each holder once: a thread that is stopped meanwhile, while others go round, has it to itself
     * still. */
    _Atomic(struct hook_trace_chunk *) claims[CLAIMS];
    /* How many of those that share a holder are writing to a part: it may have another one by now. */
    atomic_uint writers[CLAIMS];
} ring;

void ring_set(uint64_t size)
{
    const uint64_t page = HOOK_TRACE_PAGE, part = (size / PARTS + page - 1) & ~(page - 1);
    ring.part = part < PART ? part : PART;
    ring.parts = size ? (unsigned)((size + ring.part - 1) / ring.part) : 0;
    ring.parts = ring.parts > PARTS ? ring.parts : PARTS;
    holders_few(size);
    ring.size = size ? (ring.parts * ring.part + HOOK_TRACE_UNIT - 1) & ~(uint64_t)(HOOK_TRACE_UNIT - 1) : 0;
}

bool ring_is_set(void)
{
    return ring.size;
}

void ring_begin_anew(void)
{
    atomic_store(&ring.extent, NULL);
    turn_end(&ring.making);
    for (unsigned i = 0; i < CLAIMS; i++) {
        atomic_store(&ring.claims[i], NULL);
        atomic_store(&ring.writers[i], 0);
    }
}

/* Parts of which the numbers differ by CLAIMS have one: when one is being written to, none of them is taken. */
static atomic_uint *writers_of(const struct hook_trace_chunk *chunk)
{
    return &ring.writers[(uintptr_t)chunk / ring.part % CLAIMS];
}

void ring_hold(const struct hook_trace_chunk *chunk)
{
    atomic_fetch_add(writers_of(chunk), 1);
}

/* In a child that a signal handler has forked meanwhile nobody is counted. */
void ring_let_go(const struct hook_trace_chunk *chunk)
{
    unsigned count = atomic_load(writers_of(chunk));
    while (count > 0 && !atomic_compare_exchange_weak(writers_of(chunk), &count, count - 1))
        ;
}

static struct hook_trace_extent *make_extent(int pid, int *ret_err)
{
    struct trace_room room = { .size = ring.size, .soon = ring.part };
    struct hook_trace_extent *extent = trace_file_extent(&room, NULL, pid, ret_err);
    if (!extent)
        return NULL;
    extent->taken = extent->size;
    ring.at = room.at;
    ring.filled = room.soon;
    atomic_store(&ring.filling, false);
    atomic_store(&ring.extent, extent);
    return extent;
}

static struct hook_trace_extent *extent_of(int pid, int *ret_err)
{
    struct hook_trace_extent *extent;
    for (unsigned tries = 0; !(extent = atomic_load(&ring.extent)) && !turn_take(&ring.making, &tries);)
        ;
    if (extent)
        return extent;
    if (!(extent = atomic_load(&ring.extent)))
        extent = make_extent(pid, ret_err);
    turn_end(&ring.making);
    return extent;
}

void ring_prepare(int pid)
{
    int err;
    extent_of(pid, &err);
}

/* A process that fills one part of the ring will need the others. Zeros are written there: nobody else may be about to begin one,
 * as the first events of another thread may. */
static void fill_ahead(uint64_t to)
{
    const uint64_t filled = ring.filled, left = ring.size - filled, more = left < PART ? left : PART;
    if (to <= filled || !holders_are_one())
        return;
    atomic_store(&ring.filling, true);
    if (holders_are_one()) { /* still: another would have waited */
        trace_file_fill(ring.at + filled, more);
        ring.filled = filled + more;
    }
    atomic_store(&ring.filling, false);
}

/* As long as for one's turn. */
static bool wait_for_filling(void)
{
    bool is = true;
    for (unsigned tries = 0; (is = atomic_load(&ring.filling)) && tries < TURN_MOST; tries++)
        turn_wait();
    if (is) /* who did it is gone */
        atomic_store(&ring.filling, false);
    return !is;
}

/* The number of the claim; CLAIMS: there are too many. */
static unsigned claim(struct hook_trace_chunk *chunk)
{
    for (unsigned i = 0; i < CLAIMS; i++) {
        struct hook_trace_chunk *none = NULL;
        if (atomic_compare_exchange_strong(&ring.claims[i], &none, chunk))
            return i;
    }
    return CLAIMS;
}

void ring_let(const struct ring_part *part)
{
    atomic_store(&ring.claims[part->claim], NULL);
}

/* Asked when it has been claimed: of two that want it at the same time one sees the other, if not both do. */
static bool is_anothers(const struct ring_part *part, const struct holder *asking, bool counts)
{
    bool is = counts && atomic_load(writers_of(part->chunk)) > 0;
    for (unsigned i = 0; i < CLAIMS; i++)
        is = is || (i != part->claim && atomic_load(&ring.claims[i]) == part->chunk);
    for (unsigned i = 0; i < holders_count(); i++) {
        const bool alone = holder_at(i) == asking && !holder_is_shared(asking);
        is = is || (!alone && atomic_load(&holder_at(i)->chunk) == part->chunk);
    }
    return is;
}

static int make_empty(const struct ring_part *part)
{
    const int err = trace_file_populate(part->chunk, part->size);
    if (err == 0 && part->chunk->magic) {
        atomic_store_explicit((_Atomic uint32_t *)&part->chunk->magic, 0, memory_order_release);
        trace_keep_order();
        memset(part->chunk, 0, part->size);
    }
    return err;
}

static int take(struct hook_trace_extent *extent, const struct holder *asking, bool counts, struct ring_part *ret)
{
    const uint64_t from = atomic_fetch_add(&ring.next, 1) % ring.parts * ring.part, to = from + ring.part;
    const uint64_t begin = from ? from : sizeof *extent;
    ret->chunk = (struct hook_trace_chunk *)((char *)extent + begin);
    ret->size = to - begin;
    ret->claim = claim(ret->chunk);
    if (ret->claim == CLAIMS)
        return -EAGAIN;
    int err = is_anothers(ret, asking, counts) ? -EAGAIN : 0;
    if (err == 0) {
        fill_ahead(to);
        err = make_empty(ret);
    }
    if (err < 0)
        ring_let(ret);
    return err;
}

int ring_take(uint64_t least, const struct holder *asking, int pid, struct ring_part *ret)
{
    enum { ROUNDS = 100 };
    int err = 0, taken = -EAGAIN;
    if (least > ring.part - sizeof(struct hook_trace_extent))
        return -E2BIG;
    struct hook_trace_extent *extent = extent_of(pid, &err);
    if (!extent)
        return -err;
    for (unsigned tries = 0; taken == -EAGAIN && tries < ROUNDS * ring.parts && wait_for_filling(); tries++) {
        if (tries && tries % ring.parts == 0)
            turn_wait();
        /* who has left a record by a jump out of a signal handler is counted for ever: at last nobody is */
        const bool counts = tries < (ROUNDS - 1) * ring.parts;
        taken = take(extent, asking, counts, ret);
        if (taken == 0 && !counts)
            atomic_store(writers_of(ret->chunk), 0);
    }
    return taken == -EAGAIN ? -EBUSY : taken;
}
