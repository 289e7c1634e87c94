/* SPDX-License-Identifier: MIT */
/* System calls by hand: no libc function, no cancellation point, no errno. Each
 * gives the result or a negative errno: -EPERM when the program's sandbox does not let us make it. */
#ifndef SYS_RAW_H
#define SYS_RAW_H

#include <errno.h>
#include <sys/syscall.h>

#include "sys/sandbox.h"

#if defined(__x86_64__)

static inline long raw6(long nr, long a, long b, long c, long d, long e, long f)
{
    long ret;
    if (__builtin_expect(sandbox_active, 0) && sandbox_forbids(nr, (const long[]){ a, b, c, d, e, f }))
        return -EPERM;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(ret)
                     : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return ret;
}

#elif defined(__aarch64__)

static inline long raw6(long nr, long a, long b, long c, long d, long e, long f)
{
    if (__builtin_expect(sandbox_active, 0) && sandbox_forbids(nr, (const long[]){ a, b, c, d, e, f }))
        return -EPERM;
    register long x8 __asm__("x8") = nr;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}

#else
#error "no system calls by hand for this processor yet"
#endif

/* raw(SYS_nr, arguments...): up to six, pointers or integers. */
#define RAW_L(x)                                        ((long)(x))
#define RAW_0(nr)                                       raw6(nr, 0, 0, 0, 0, 0, 0)
#define RAW_1(nr, a)                                    raw6(nr, RAW_L(a), 0, 0, 0, 0, 0)
#define RAW_2(nr, a, b)                                 raw6(nr, RAW_L(a), RAW_L(b), 0, 0, 0, 0)
#define RAW_3(nr, a, b, c)                              raw6(nr, RAW_L(a), RAW_L(b), RAW_L(c), 0, 0, 0)
#define RAW_4(nr, a, b, c, d)                           raw6(nr, RAW_L(a), RAW_L(b), RAW_L(c), RAW_L(d), 0, 0)
#define RAW_5(nr, a, b, c, d, e)                        raw6(nr, RAW_L(a), RAW_L(b), RAW_L(c), RAW_L(d), RAW_L(e), 0)
#define RAW_6(nr, a, b, c, d, e, f)                     raw6(nr, RAW_L(a), RAW_L(b), RAW_L(c), RAW_L(d), RAW_L(e), RAW_L(f))
#define RAW_PICK(_0, _1, _2, _3, _4, _5, _6, name, ...) name
#define raw(...)                                        RAW_PICK(__VA_ARGS__, RAW_6, RAW_5, RAW_4, RAW_3, RAW_2, RAW_1, RAW_0, )(__VA_ARGS__)

#endif
