/* SPDX-License-Identifier: MIT */
/* One trace point for every call, as LTTng wants it described: it reads this file more than once. */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER bench
#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "lttng_call.h"

#if !defined(TESTS_BENCH_LTTNG_CALL_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define TESTS_BENCH_LTTNG_CALL_H

#include <lttng/tracepoint.h>

LTTNG_UST_TRACEPOINT_EVENT(bench, call,
                           LTTNG_UST_TP_ARGS(const char *, name, const char *, path, long, number, long, ret, int, err),
                           LTTNG_UST_TP_FIELDS(lttng_ust_field_string(name, name) lttng_ust_field_string(path, path)
                                                   lttng_ust_field_integer(long, number, number)
                                                       lttng_ust_field_integer(long, ret, ret)
                                                           lttng_ust_field_integer(int, err, err)))

#endif

#include <lttng/tracepoint-event.h>
