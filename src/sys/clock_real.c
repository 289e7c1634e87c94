/* SPDX-License-Identifier: MIT */
/* What the real clock said when the ticks were so many. Both clocks are looked at now and then; in between the ticks are counted
 * on at the rate of before. Threads and signal handlers read while one of them writes: who finds it being written asks the
 * kernel's clock. */
#include "sys/clock.h"

#include <stdatomic.h>
#include <stdbool.h>

/* A rate is right to the time that a look takes: the longer it has been measured, the longer it is relied on. The real clock is
 * set and slewed: not for longer than some tenths of a second. */
enum { MEASURED_LEAST = 1 << 16, RELIED_MOST = 1 << 29, RATE_BITS = 32, LOOK = 1 << 13, STEP_PART = 256 };

static atomic_uint version; /* odd: being written */
static struct {
    _Atomic uint64_t ticks, real_ns, rate, until; /* rate: nanoseconds a tick, RATE_BITS of them behind the point */
} base;
static struct clock_moment from; /* where the rate is measured from */
static uint64_t last;            /* how long the one that is known was measured; 0: it says nothing of the next */

/* Before the version is looked at again. */
static uint64_t load(_Atomic uint64_t *at)
{
    return atomic_load_explicit(at, memory_order_acquire);
}

/* After the version has become odd. */
static void store(_Atomic uint64_t *at, uint64_t value)
{
    atomic_store_explicit(at, value, memory_order_release);
}

static uint64_t scaled(uint64_t ticks, uint64_t rate)
{
    return (uint64_t)((unsigned __int128)ticks * rate >> RATE_BITS);
}

static uint64_t rate_between(struct clock_moment begin, struct clock_moment end)
{
    const uint64_t ticks = end.ticks - begin.ticks;
    const unsigned __int128 passed = end.real_ns > begin.real_ns ? end.real_ns - begin.real_ns : 0;
    return ticks ? (uint64_t)((passed << RATE_BITS) / ticks) : 0;
}

/* Is it what the one before has let expect, or has the clock been set in between? */
static bool is_steady(uint64_t rate, uint64_t before, uint64_t measured)
{
    const uint64_t doubt = last ? before / STEP_PART + before / (1 + measured / LOOK) + before / (1 + last / LOOK) : 0;
    const bool possible = rate >> (RATE_BITS - 5) && rate >> RATE_BITS <= 100;
    return possible && (!last || (rate + doubt >= before && rate <= before + doubt));
}

/* Nobody relies on what has been looked at too soon, or when the clock has been set. */
static void look(struct clock_moment now)
{
    if (!from.ticks)
        from = clock_start;
    const uint64_t measured = now.ticks - from.ticks, rate = rate_between(from, now);
    const bool long_enough = measured >= MEASURED_LEAST, steady = long_enough && is_steady(rate, load(&base.rate), measured);
    if (steady)
        store(&base.rate, rate);
    if (long_enough)
        last = steady ? measured : 0;
    if (long_enough && (!steady || measured > RELIED_MOST))
        from = now;
    store(&base.ticks, now.ticks);
    store(&base.real_ns, now.real_ns);
    store(&base.until, steady ? now.ticks + (measured < RELIED_MOST ? measured : RELIED_MOST) : now.ticks);
}

/* Asks the kernel's clock, and has others know. */
static void ask(uint64_t *begin, uint64_t *dur)
{
    const struct clock_moment now = clock_moment();
    unsigned seen = atomic_load_explicit(&version, memory_order_relaxed);
    if (seen % 2 == 0 &&
        atomic_compare_exchange_strong_explicit(&version, &seen, seen + 1, memory_order_acquire, memory_order_relaxed)) {
        look(now);
        atomic_store_explicit(&version, seen + 2, memory_order_release);
    }
    const uint64_t known = load(&base.rate), rate = known ? known : rate_between(clock_start, now);
    const uint64_t since = now.ticks > *begin ? now.ticks - *begin : 0;
    *begin = now.real_ns - scaled(since, rate);
    *dur = scaled(*dur, rate);
}

void clock_from_ticks(uint64_t *begin, uint64_t *dur)
{
    const unsigned seen = atomic_load_explicit(&version, memory_order_acquire);
    const uint64_t ticks = load(&base.ticks), real_ns = load(&base.real_ns), rate = load(&base.rate), until = load(&base.until);
    const bool known = *begin + *dur<until && * begin + RELIED_MOST> ticks; /* the counter may have begun anew, after a sleep */
    if (__builtin_expect(seen % 2 || seen != atomic_load_explicit(&version, memory_order_relaxed) || !known, 0)) {
        ask(begin, dur);
        return;
    }
    *begin = *begin >= ticks ? real_ns + scaled(*begin - ticks, rate) : real_ns - scaled(ticks - *begin, rate);
    *dur = scaled(*dur, rate);
}
