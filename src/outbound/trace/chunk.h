/* SPDX-License-Identifier: MIT */
/* Chunks of a binary trace, and who writes to which. */
#ifndef OUTBOUND_TRACE_CHUNK_H
#define OUTBOUND_TRACE_CHUNK_H

#include <stdint.h>

#include "hook/event.h"
#include "hook/trace.h"
#include "outbound/trace/holder.h"

/* The holder of the thread that the event is of. */
struct holder *chunk_holder(const struct hook_event *event);

/* Its chunk, which stays one until it is let go; NULL: none yet. */
struct hook_trace_chunk *chunk_hold(struct holder *holder);
void chunk_let_go(const struct holder *holder, const struct hook_trace_chunk *chunk);

/* Gives the holder another chunk than `old`, with room for that many bytes. Returns 0 or a negative errno. */
int chunk_renew(struct holder *holder, struct hook_trace_chunk *old, uint64_t need, int pid);

/* The chunk's last moment is now. */
void chunk_note_moment(struct hook_trace_chunk *chunk);

/* Has an extent at hand that needs no system call any more. */
void chunk_prepare(int pid);

/* Begins with that extent; NULL: with one yet to be had. */
void chunk_begin(struct hook_trace_extent *first);

/* In a child that fork has made: it comes back, perhaps, to where a record was being made by that holder. */
void chunk_forked(const struct holder *holder);

/* Another file: nothing of this one is used any more. */
void chunk_forget(void);

#endif
