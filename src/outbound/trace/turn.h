/* SPDX-License-Identifier: MIT */
/* One of several threads does what all of them want; each other waits a moment, and looks whether it has been done. Signals are
 * held back meanwhile. */
#ifndef OUTBOUND_TRACE_TURN_H
#define OUTBOUND_TRACE_TURN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "sys/raw.h"

enum { TURN_MOST = 40000 }; /* moments: some seconds */

static inline void turn_wait(void)
{
    const struct timespec moment = { 0, 50000 };
    raw(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &moment, NULL);
}

/* Is it this thread's? At last it is, for whose it was may be gone: a vfork child can be killed. */
static inline bool turn_take(atomic_bool *turn, unsigned *tries)
{
    if (!atomic_exchange(turn, true) || ++*tries > TURN_MOST)
        return true;
    turn_wait();
    return false;
}

static inline void turn_end(atomic_bool *turn)
{
    atomic_store(turn, false);
}

#endif
