/* SPDX-License-Identifier: MIT */
/* A trace that each process goes round in: one extent, cut into parts of one size, of which each is a chunk. */
#ifndef OUTBOUND_TRACE_RING_H
#define OUTBOUND_TRACE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "hook/trace.h"
#include "outbound/trace/holder.h"

/* From now on each process goes round in so many bytes; 0: it does not. */
void ring_set(uint64_t size);
bool ring_is_set(void);

/* In a forked child, or for another file: the extent is yet to be had. */
void ring_begin_anew(void);

/* Has the extent at hand. */
void ring_prepare(int pid);

/* One of several that write to a part does so: nobody takes it until it is let go. */
void ring_hold(const struct hook_trace_chunk *chunk);
void ring_let_go(const struct hook_trace_chunk *chunk);

/* A part that its writer is not told of yet. */
struct ring_part {
    struct hook_trace_chunk *chunk;
    uint64_t size;
    unsigned claim;
};

/* The next part that nobody else is writing to, or about to, with nothing in it; nobody else takes it until it is let. Returns 0
 * or a negative errno: E2BIG when it has no room for `least` bytes, EBUSY when there is none. */
int ring_take(uint64_t least, const struct holder *asking, int pid, struct ring_part *ret);

/* Its writer has been told, or there is none. */
void ring_let(const struct ring_part *part);

#endif
