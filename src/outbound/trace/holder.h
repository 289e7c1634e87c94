/* SPDX-License-Identifier: MIT */
/* Who writes to which chunk. */
#ifndef OUTBOUND_TRACE_HOLDER_H
#define OUTBOUND_TRACE_HOLDER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "hook/trace.h"

/* As a rule a thread has one for itself. That is for speed only: any number of writers, a signal handler among them,
 * may take room in the same chunk. */
enum { TAKING = 4 };
struct holder {
    atomic_int tid;
    _Atomic(struct hook_trace_chunk *) chunk; /* NULL: none yet */
    /* Extents that a chunk is just being taken from: by the thread, by a signal handler that has broken in, by one that has
     * broken into that. */
    _Atomic(struct hook_trace_extent *) taking[TAKING];
    atomic_uint depth;    /* how many do that right now */
    atomic_bool renewing; /* one of those that share it goes on to another part of a ring */
};

/* The one of the thread with that number; also noted in sys_thread. */
struct holder *holder_find(int tid);

/* Has the thread know its chunk, if that is its own alone. */
void holder_tell(const struct holder *holder);

/* In a forked child all are free again. Returns whether they have just become so. */
bool holders_begin_anew(void);

/* Are they those of the process that has forked this one? */
bool holders_are_old(void);
void holders_forget(void);

/* Most threads have to share: each keeps a part of a small ring. */
void holders_few(bool few);
bool holders_are_shared(void);
bool holder_is_shared(const struct holder *holder);

/* Has only one thread written anything? */
bool holders_are_one(void);

/* Those that have been given out, the shared ones too when there are no others. */
unsigned holders_count(void);
struct holder *holder_at(unsigned number);

/* It begins to take a chunk from an extent yet to be told; gives the depth that it had. */
unsigned holder_begin_taking(struct holder *holder);
bool holder_is_taking(const struct holder *holder, const struct hook_trace_extent *extent);

#endif
