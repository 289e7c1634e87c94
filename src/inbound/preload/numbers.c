/* SPDX-License-Identifier: MIT */
/* syscall(): a call by number is what it would be by name. */
#include "inbound/preload/preload.h"

#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>

#include "inbound/preload/exec.h"
#include "inbound/preload/rows.inc.h"
#include "inbound/preload/types.h"

enum { WORDS = 6, NUMBERS = 512 };

/* The row of each number, plus 1; 0: none. */
static const uint16_t rows[NUMBERS] = {
#define NUMBER(sys, row) [SYS_##sys] = CALL_##row + 1,
#include "inbound/preload/numbers.inc.h"
#undef NUMBER
};

typedef long syscall_fn(long number, ...);

static long make(long number, const long *w)
{
    return ((syscall_fn *)real_symbol(CALL_syscall))(number, w[0], w[1], w[2], w[3], w[4], w[5]);
}

/* Where the C library's function has an argument more, or they stand in another order: the same both ways. */
static void rearrange(long number, long *words)
{
    const long flags = words[4];
    switch ((int)number) {
    case SYS_faccessat:
    case SYS_fchmodat: words[3] = 0; break;
    case SYS_preadv2: /* the upper half of the offset, which is whole already, comes before the flags */
    case SYS_pwritev2:
        words[4] = words[5];
        words[5] = flags;
        break;
    default: break;
    }
}

static ANY_STACK __attribute__((noinline)) long call_row(unsigned call, long number, const long *words)
{
    struct passage p;
    memcpy(p.word, words, WORDS * sizeof *words);
    rearrange(number, p.word);
    preload_open(&p, call);
    p.event.numbered = 1;
    p.flags |= preload_known_flag(CALL_syscall) & GATE_LOG;
    bool go = preload_ask(&p);
    if (!go)
        return preload_after(&p, false, p.event.ret);
    long passed[WORDS];
    memcpy(passed, p.word, sizeof passed);
    rearrange(number, passed);
    return preload_after(&p, true, make(number, passed));
}

static bool forks(long number)
{
    switch ((int)number) {
#ifdef SYS_fork
    case SYS_fork:
    case SYS_vfork:
#endif
    case SYS_clone:
    case SYS_clone3: return true;
    default: return false;
    }
}

static ANY_STACK __attribute__((noinline)) long call_number(long number, const long *words)
{
    struct passage p;
    p.word[0] = number;
    memcpy(p.word + 1, words, WORDS * sizeof *words);
    bool go = preload_before(&p, CALL_syscall);
    const long ret = go ? make(number, words) : p.event.ret;
    p.log = p.log && !(go && ret == 0 && forks(number)); /* the parent tells of it */
    return preload_after(&p, go, ret);
}

EXPORT(long, syscall)(long number, ...) NAMED(syscall);
ANY_STACK long entry_syscall(long number, ...)
{
    long words[WORDS];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < WORDS; i++)
        words[i] = va_arg(rest, long);
    va_end(rest);
    const int taken = (int)number; /* by the kernel: what stands above does not count */
    unsigned row = taken >= 0 && taken < NUMBERS ? rows[taken] : 0;
    if (taken == SYS_execve || taken == SYS_execveat)
        return exec_by_number(row - 1u, words);
    if ((preload_known_flag(CALL_syscall) | (row ? preload_known_flag(row - 1) : 0)) == 0)
        return make(number, words);
    return row ? call_row(row - 1, number, words) : call_number(number, words);
}
