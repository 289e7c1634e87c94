/* SPDX-License-Identifier: MIT */
/* Parameter lists, argument lists and words from the (type, name, kind) triples of a row. */
#ifndef INBOUND_PRELOAD_ROWS_INC_H
#define INBOUND_PRELOAD_ROWS_INC_H

#include <errno.h>

#include "core/each.h"
#include "core/plain_make.h"
#include "rows.h"
#include "sys/clock.h"
#include "sys/descriptor.h"
#include "sys/thread.h"

#define ROW_PARAM(t, n, k) t n
#define ROW_NAME(t, n, k)  n
#define ROW_PACK(t, n, k)  (long)n
#define ROW_TYPE(t, n, k)  t

#define ROW_LIST_0(m)
#define ROW_LIST_1(m, a)      m a
#define ROW_LIST_2(m, a, ...) m a, ROW_LIST_1(m, __VA_ARGS__)
#define ROW_LIST_3(m, a, ...) m a, ROW_LIST_2(m, __VA_ARGS__)
#define ROW_LIST_4(m, a, ...) m a, ROW_LIST_3(m, __VA_ARGS__)
#define ROW_LIST_5(m, a, ...) m a, ROW_LIST_4(m, __VA_ARGS__)
#define ROW_LIST_6(m, a, ...) m a, ROW_LIST_5(m, __VA_ARGS__)
#define ROW_LIST_7(m, a, ...) m a, ROW_LIST_6(m, __VA_ARGS__)
#define ROW_LIST_8(m, a, ...) m a, ROW_LIST_7(m, __VA_ARGS__)

#define ROW_PARAMS(n, ...)  ROW_PARAMS_(n __VA_OPT__(, ) __VA_ARGS__)
#define ROW_PARAMS_(n, ...) ROW_PARAMS_##n(__VA_ARGS__)
#define ROW_PARAMS_0()      void
#define ROW_PARAMS_1(...)   ROW_LIST_1(ROW_PARAM, __VA_ARGS__)
#define ROW_PARAMS_2(...)   ROW_LIST_2(ROW_PARAM, __VA_ARGS__)
#define ROW_PARAMS_3(...)   ROW_LIST_3(ROW_PARAM, __VA_ARGS__)
#define ROW_PARAMS_4(...)   ROW_LIST_4(ROW_PARAM, __VA_ARGS__)
#define ROW_PARAMS_5(...)   ROW_LIST_5(ROW_PARAM, __VA_ARGS__)
#define ROW_PARAMS_6(...)   ROW_LIST_6(ROW_PARAM, __VA_ARGS__)
#define ROW_PARAMS_7(...)   ROW_LIST_7(ROW_PARAM, __VA_ARGS__)
#define ROW_PARAMS_8(...)   ROW_LIST_8(ROW_PARAM, __VA_ARGS__)

#define ROW_NAMES(n, ...) ROW_LIST_##n(ROW_NAME __VA_OPT__(, ) __VA_ARGS__)
#define ROW_WORDS(n, ...)                                                                                                        \
    {                                                                                                                            \
        ROW_LIST_##n(ROW_PACK __VA_OPT__(, ) __VA_ARGS__)                                                                        \
    }

/* Does the first argument name the descriptor of ours? Only where it is one: else a constant. */
#define ROW_OWN(t, n, k)       ((KIND_##k == KIND_FD || KIND_##k == KIND_DIRFD) && (int)(long)n == descriptor_own)
#define ROW_OWN_OF(first, ...) ROW_OWN first
#define ROW_NAMES_OWN(...)     (false __VA_OPT__(|| ROW_OWN_OF(__VA_ARGS__, )))

/* The words again as arguments: (type)w[i]. */
#define ROW_CAST(t, n, k) (t)
#define ROW_BACK_0(w)
#define ROW_BACK_1(w, a)                      ROW_CAST a w[0]
#define ROW_BACK_2(w, a, b)                   ROW_BACK_1(w, a), ROW_CAST b w[1]
#define ROW_BACK_3(w, a, b, c)                ROW_BACK_2(w, a, b), ROW_CAST c w[2]
#define ROW_BACK_4(w, a, b, c, d)             ROW_BACK_3(w, a, b, c), ROW_CAST d w[3]
#define ROW_BACK_5(w, a, b, c, d, e)          ROW_BACK_4(w, a, b, c, d), ROW_CAST e w[4]
#define ROW_BACK_6(w, a, b, c, d, e, f)       ROW_BACK_5(w, a, b, c, d, e), ROW_CAST f w[5]
#define ROW_BACK_7(w, a, b, c, d, e, f, g)    ROW_BACK_6(w, a, b, c, d, e, f), ROW_CAST g w[6]
#define ROW_BACK_8(w, a, b, c, d, e, f, g, h) ROW_BACK_7(w, a, b, c, d, e, f, g), ROW_CAST h w[7]
#define ROW_ARGS(w, n, ...)                   ROW_BACK_##n(w __VA_OPT__(, ) __VA_ARGS__)

static inline __attribute__((always_inline)) void preload_plain(struct plain_call *plain, const struct plain_row *row,
                                                                unsigned of)
{
    bool asks = call_fails_by_errno(row->fail) || call_failed(row->fail, plain->ret, 0);
    struct plain_kept kept;
    plain->err = asks ? *thread_errno() : 0;
    if (keep_is_due(of, row->kind, plain->ret))
        keep_plain(plain_keep(plain, row->args, &kept));
    if (PLAIN_SELDOM(!plain_make(plain, row, preload_gate.capture, preload_gate.sink)))
        preload_late(plain_keep(plain, row->args, &kept), row);
}

/* A call through the gate. */
#define GATED_AS(name, real, sym, sys, type, failure, result, n, ...)                                                            \
    static ANY_STACK __attribute__((noinline, unused)) type name##_gated(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__))               \
    {                                                                                                                            \
        struct passage p_;                                                                                                       \
        const long words_[] = ROW_WORDS(n __VA_OPT__(, ) __VA_ARGS__);                                                           \
        __builtin_memcpy(p_.word, words_, sizeof words_);                                                                        \
        bool go_ = preload_before(&p_, CALL_##sym);                                                                              \
        type ret_ = go_ ? ((type(*)(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__)))real(CALL_##sym))(                                 \
                              ROW_ARGS(p_.word, n __VA_OPT__(, ) __VA_ARGS__))                                                   \
                        : (type)p_.event.ret;                                                                                    \
        return (type)preload_after(&p_, go_, (long)ret_);                                                                        \
    }

/* The end of standard error is said before it comes. */
#define ROW_ENDS_STDERR(sym, plain) (ROW_##sym == CALL_fclose && (plain).handle == 2)

/* Makes the call of `words_`, by `row_`, and notes that in `p_`. */
#define ROW_MAKE(name, real, sym, type, n, ...)                                                                                  \
    p_.word = words_;                                                                                                            \
    p_.call = CALL_##sym;                                                                                                        \
    p_.handle = plain_handle(&row_, words_, preload_gate.capture);                                                               \
    if (ROW_ENDS_STDERR(sym, p_))                                                                                                \
        return name##_gated(ROW_NAMES(n __VA_OPT__(, ) __VA_ARGS__));                                                            \
    if (taken_concerns(ROW_##sym))                                                                                               \
        taken_note(ROW_##sym, words_);                                                                                           \
    p_.ticks = clock_ticks();                                                                                                    \
    type ret_ = ((type(*)(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__)))real(CALL_##sym))(ROW_NAMES(n __VA_OPT__(, ) __VA_ARGS__));  \
    p_.dur = clock_ticks() - p_.ticks;                                                                                           \
    p_.ret = (long)ret_;

/* A call that is logged and nothing else. Whether an END or NEGEND call has failed is told by errno alone. */
#define ROW_KIND(t, n, k) KIND_##k,
#define ROW_BIT(t, n, k)  | UINT64_C(1) << KIND_##k % 64
#define PLAIN_AS(name, real, sym, sys, type, failure, result, n, ...)                                                            \
    static ANY_STACK __attribute__((noinline, unused)) type name##_plain(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__))               \
    {                                                                                                                            \
        static const struct plain_row row_ = { n,                                                                                \
                                               FAIL_##failure,                                                                   \
                                               KIND_##result,                                                                    \
                                               { EACH_##n(ROW_KIND __VA_OPT__(, ) __VA_ARGS__) },                                \
                                               0 EACH_##n(ROW_BIT __VA_OPT__(, ) __VA_ARGS__) };                                 \
        const long words_[] = ROW_WORDS(n __VA_OPT__(, ) __VA_ARGS__);                                                           \
        struct plain_call p_;                                                                                                    \
        char data_[PLAIN_DATA];                                                                                                  \
        int errno_ = 0;                                                                                                          \
        if (call_fails_by_errno(FAIL_##failure)) {                                                                               \
            errno_ = *thread_errno();                                                                                            \
            *thread_errno() = 0;                                                                                                 \
        }                                                                                                                        \
        p_.data = plain_data(&row_, words_, preload_gate.capture, data_);                                                        \
        ROW_MAKE(name, real, sym, type, n __VA_OPT__(, ) __VA_ARGS__)                                                            \
        preload_plain(&p_, &row_, ROW_##sym);                                                                                    \
        if (call_fails_by_errno(FAIL_##failure) && !p_.err)                                                                      \
            *thread_errno() = errno_;                                                                                            \
        return ret_;                                                                                                             \
    }

/* A call that is kept account of and nothing else. */
#define KEPT_AS(name, real, sym, sys, type, failure, result, n, ...)                                                             \
    static ANY_STACK __attribute__((noinline, unused)) type name##_kept(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__))                \
    {                                                                                                                            \
        static const struct plain_row row_ = { .args = n, .arg_kind = { EACH_##n(ROW_KIND __VA_OPT__(, ) __VA_ARGS__) } };       \
        const long words_[] = ROW_WORDS(n __VA_OPT__(, ) __VA_ARGS__);                                                           \
        struct plain_call p_;                                                                                                    \
        ROW_MAKE(name, real, sym, type, n __VA_OPT__(, ) __VA_ARGS__)                                                            \
        if (keep_is_due(ROW_##sym, KIND_##result, p_.ret))                                                                       \
            keep_plain(&p_);                                                                                                     \
        return ret_;                                                                                                             \
    }

/* Each way in a function of its own, so that the entry stays a jump. The parameters have the names of the manual page: ours end
 * in _. */
#define SLOW_AS(name, real, sym, sys, type, fail, kind, n, ...)                                                                  \
    GATED_AS(name, real, sym, sys, type, fail, kind, n __VA_OPT__(, ) __VA_ARGS__)                                               \
    PLAIN_AS(name, real, sym, sys, type, fail, kind, n __VA_OPT__(, ) __VA_ARGS__)                                               \
    KEPT_AS(name, real, sym, sys, type, fail, kind, n __VA_OPT__(, ) __VA_ARGS__)                                                \
    static __attribute__((noinline, unused)) type name(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__))                                 \
    {                                                                                                                            \
        const uint8_t flags_ = preload_known_flag(CALL_##sym);                                                                   \
        const bool own_ = ROW_NAMES_OWN(__VA_ARGS__);                                                                            \
        if (preload_is_plain(flags_) && !own_)                                                                                   \
            return name##_plain(ROW_NAMES(n __VA_OPT__(, ) __VA_ARGS__));                                                        \
        if (keep_is_short(ROW_##sym, KIND_##kind) && flags_ == GATE_PLAIN && !own_)                                              \
            return name##_kept(ROW_NAMES(n __VA_OPT__(, ) __VA_ARGS__));                                                         \
        return name##_gated(ROW_NAMES(n __VA_OPT__(, ) __VA_ARGS__));                                                            \
    }
#define SLOW_VOID(sym, n, ...)                                                                                                   \
    static ANY_STACK __attribute__((noinline, unused)) void slow_##sym(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__))                 \
    {                                                                                                                            \
        struct passage p_;                                                                                                       \
        const long words_[] = ROW_WORDS(n __VA_OPT__(, ) __VA_ARGS__);                                                           \
        __builtin_memcpy(p_.word, words_, sizeof words_);                                                                        \
        bool go_ = preload_before(&p_, CALL_##sym);                                                                              \
        if (go_)                                                                                                                 \
            ((void (*)(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__)))real_symbol(CALL_##sym))(                                       \
                ROW_ARGS(p_.word, n __VA_OPT__(, ) __VA_ARGS__));                                                                \
        preload_after(&p_, go_, 0);                                                                                              \
    }
#define SLOW(sym, ...) SLOW_AS(slow_##sym, real_symbol, sym, __VA_ARGS__)

#endif
