/* SPDX-License-Identifier: MIT */
/* Ticks turned into time agree with the kernel's clock, whenever the machine has something else to do in between. */
#include <criterion/criterion.h>

#include "sys/clock.h"

enum { SLACK = 20000 }; /* nanoseconds */

TestSuite(clock, .timeout = 60, .init = clock_init);

Test(clock, begins_are_by_the_real_clock)
{
    uint64_t best = UINT64_MAX, before = 0;
    clock_ticks_init();
    for (int i = 0; i < 2000000; i++) {
        uint64_t dur = 0, least = clock_real_ns(), begin = clock_ticks(), most = clock_real_ns();
        clock_from_ticks(&begin, &dur);
        cr_assert_gt(begin + SLACK, least);
        cr_assert_lt(begin, most + SLACK);
        cr_assert_gt(begin + SLACK, before);
        uint64_t off = begin < least ? least - begin : begin > most ? begin - most : 0;
        best = off < best ? off : best;
        before = begin;
    }
    cr_assert_lt(best, 100);
}

Test(clock, durations_are_nanoseconds)
{
    clock_ticks_init();
    for (int i = 0; i < 20; i++) {
        uint64_t began = clock_mono_ns(), begin = clock_ticks(), from = clock_mono_ns();
        clock_sleep(i % 2 ? 20000000 : 200000);
        uint64_t least = clock_mono_ns() - from, dur = clock_ticks() - begin, most = clock_mono_ns() - began;
        clock_from_ticks(&begin, &dur);
        cr_assert_gt(dur + SLACK + least / 256, least);
        cr_assert_lt(dur, most + most / 256 + SLACK);
    }
}

Test(clock, the_first_call_has_a_duration)
{
    clock_ticks_init();
    uint64_t began = clock_mono_ns(), begin = clock_ticks(), from = clock_mono_ns(), now = from;
    while (now - from < 2000)
        now = clock_mono_ns();
    uint64_t dur = clock_ticks() - begin, most = clock_mono_ns() - began;
    clock_from_ticks(&begin, &dur);
    cr_assert_gt(dur, 1000);
    cr_assert_lt(dur, 2 * most);
}
