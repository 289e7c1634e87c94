/* SPDX-License-Identifier: MIT */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Finds the kernel's clock in the vDSO: without it each reading is a system call. */
void clock_init(void);

/* CLOCK_REALTIME and CLOCK_MONOTONIC in nanoseconds. */
uint64_t clock_real_ns(void);
uint64_t clock_mono_ns(void);

/* The monotonic clock as the kernel's last tick left it: cheap, and milliseconds late. */
uint64_t clock_coarse_ns(void);

/* Waits that long. A signal handler that runs meanwhile does not shorten it. */
void clock_sleep(uint64_t ns);

/* The cheapest clock that counts evenly: the processor's counter where it is fit for that, else CLOCK_MONOTONIC. */
void clock_ticks_init(void);
bool clock_is_counter(void);
__attribute__((cold)) uint64_t clock_ticks_otherwise(void);
extern bool clock_reads_counter __attribute__((visibility("hidden"))); /* it is the counter, and may be read */

static inline uint64_t clock_ticks(void)
{
#if defined(__x86_64__)
    if (__builtin_expect(clock_reads_counter, 1))
        return __builtin_ia32_rdtsc();
#endif
    return clock_ticks_otherwise();
}

/* When it was how many ticks: now, by CLOCK_REALTIME; and at clock_ticks_init. */
struct clock_moment {
    uint64_t ticks, real_ns;
};
struct clock_moment clock_moment(void);
/* The same by a system call, to a microsecond or two: for who asks so seldom that nothing of the vDSO is in reach yet. Its first
 * reading takes as long as ten of these. */
struct clock_moment clock_moment_asked(void);
extern struct clock_moment clock_start;

/* A begin and a duration in ticks -> the same in nanoseconds, the begin by CLOCK_REALTIME. */
void clock_from_ticks(uint64_t *begin, uint64_t *dur);

/* The processor's counter is about to be forbidden (seccomp strict mode): from clock_stop on the time
 * stands still at clock_note's. */
void clock_note(void);
void clock_stop(void);

/* Reading the counter now raises a signal (PR_SET_TSC): ask the kernel each time. */
void clock_without_counter(void);

#endif
