/* SPDX-License-Identifier: MIT */
/* The generated wrappers: an entry that jumps to the real function when nothing concerns the call, and to where it is recorded
 * when nothing else does; and a slow way through the gate when something does, or the call names the descriptor of ours. */
#include "inbound/preload/preload.h"

#include "inbound/preload/rows.inc.h"
#include "inbound/preload/types.h"

#define WRAP(sym, sys, type, fail, kind, n, ...)                                                                                 \
    SLOW(sym, sys, type, fail, kind, n __VA_OPT__(, ) __VA_ARGS__)                                                               \
    EXPORT(type, sym)(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__)) NAMED(sym);                                                      \
    type entry_##sym(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__))                                                                   \
    {                                                                                                                            \
        const uint8_t flags_ = preload_flag(CALL_##sym);                                                                         \
        if (__builtin_expect(flags_ == 0 && !ROW_NAMES_OWN(__VA_ARGS__), 1))                                                     \
            return ((type(*)(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__)))real_table[CALL_##sym])(                                  \
                ROW_NAMES(n __VA_OPT__(, ) __VA_ARGS__));                                                                        \
        if (preload_is_plain(flags_) && !ROW_NAMES_OWN(__VA_ARGS__))                                                             \
            return slow_##sym##_plain(ROW_NAMES(n __VA_OPT__(, ) __VA_ARGS__));                                                  \
        return slow_##sym(ROW_NAMES(n __VA_OPT__(, ) __VA_ARGS__));                                                              \
    }
#define WRAP_VOID(sym, sys, type, fail, kind, n, ...)                                                                            \
    SLOW_VOID(sym, n __VA_OPT__(, ) __VA_ARGS__)                                                                                 \
    EXPORT(void, sym)(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__)) NAMED(sym);                                                      \
    void entry_##sym(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__))                                                                   \
    {                                                                                                                            \
        if (__builtin_expect(preload_flag(CALL_##sym) == 0 && !ROW_NAMES_OWN(__VA_ARGS__), 1))                                   \
            ((void (*)(ROW_PARAMS(n __VA_OPT__(, ) __VA_ARGS__)))real_table[CALL_##sym])(                                        \
                ROW_NAMES(n __VA_OPT__(, ) __VA_ARGS__));                                                                        \
        else                                                                                                                     \
            slow_##sym(ROW_NAMES(n __VA_OPT__(, ) __VA_ARGS__));                                                                 \
    }
#define WRAP_NEG1                                WRAP
#define WRAP_NEGEND                              WRAP
#define WRAP_NUL                                 WRAP
#define WRAP_END                                 WRAP
#define WRAP_ERR                                 WRAP
#define WRAP_CODE                                WRAP
#define WRAP_NONE                                WRAP
#define CALL(sym, sys, type, fail, kind, n, ...) WRAP_##fail(sym, sys, type, fail, kind, n __VA_OPT__(, ) __VA_ARGS__)
#define HAND(...)
#include "calls.inc"

DEFAULT_VERSION(nftw, "GLIBC_2.3.3");
DEFAULT_VERSION(nftw64, "GLIBC_2.3.3");
DEFAULT_VERSION(realpath, "GLIBC_2.3");
DEFAULT_VERSION(sched_setaffinity, "GLIBC_2.3.4");
DEFAULT_VERSION(glob, "GLIBC_2.27");
DEFAULT_VERSION(glob64, "GLIBC_2.27");
