/* SPDX-License-Identifier: MIT */
/* Ticks are made nanoseconds between the two moments around them, as a straight line. */
#include "cli/trace/trace.h"

#include <stdlib.h>

/* Closer together than this, the error in two readings of the clock would make the line a steep one. */
enum { APART_NS = 10000000 };

static int by_ticks(const void *left, const void *right)
{
    const struct hook_trace_moment *a = left, *b = right;
    return a->ticks < b->ticks ? -1 : a->ticks > b->ticks;
}

/* The first and the last stay in any case: the longer the line, the better. */
void trace_moments_sort(struct trace *trace)
{
    struct hook_trace_moment *moments = trace->moments;
    size_t kept = 0;
    if (!trace->moment_count)
        return;
    qsort(moments, trace->moment_count, sizeof *moments, by_ticks);
    for (size_t i = 0; i < trace->moment_count; i++)
        if (!kept || moments[i].ns >= moments[kept - 1].ns + APART_NS)
            moments[kept++] = moments[i];
    struct hook_trace_moment last = moments[trace->moment_count - 1];
    if (last.ticks > moments[kept - 1].ticks && last.ns > moments[kept - 1].ns)
        moments[kept > 1 ? kept - 1 : kept++] = last;
    trace->moment_count = kept;
}

/* A damaged trace may say anything. */
int64_t trace_scale(double ticks, double rate)
{
    const double most = 9e18;
    double ns = ticks * rate + 0.5;
    return ns < most && ns > -most ? (int64_t)ns : 0;
}

uint64_t trace_time(struct trace *trace, uint64_t ticks, double *ret_rate)
{
    const struct hook_trace_moment *moments = trace->moments;
    size_t at = trace->moment_last;
    *ret_rate = 1;
    if (trace->moment_count < 2)
        return trace->moment_count ? moments[0].ns + (ticks - moments[0].ticks) : ticks;
    while (at > 0 && ticks < moments[at].ticks)
        at--;
    while (at + 2 < trace->moment_count && ticks >= moments[at + 1].ticks)
        at++;
    trace->moment_last = at;
    const struct hook_trace_moment *from = &moments[at], *to = from + 1;
    *ret_rate = (double)(to->ns - from->ns) / (double)(to->ticks - from->ticks);
    return from->ns + (uint64_t)trace_scale((double)(int64_t)(ticks - from->ticks), *ret_rate);
}
