/* SPDX-License-Identifier: MIT */
#include "core/trace.h"

#include <string.h>

#include "core/each.h"

#define ARG(t, n, k) " " #n ":" #k

const char trace_table[] =
#define CALL(sym, sys, type, fail, kind, n, ...) #sym " " #sys " " #fail " " #kind EACH_##n(ARG __VA_OPT__(, ) __VA_ARGS__) "\n"
#define HAND                                     CALL
#include "calls.inc"
#undef CALL
#undef HAND
    "\n"
#define SYSCALL(name, op, classes) #name " " #op "\n"
#include "core/syscalls.def"
#undef SYSCALL
    ;

size_t trace_table_size(void)
{
    return sizeof trace_table - 1;
}
