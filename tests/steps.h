/* SPDX-License-Identifier: MIT */
/* A program that steps through itself: while it does, the processor raises SIGTRAP after each instruction. x86-64 alone. */
#ifndef STEPS_H
#define STEPS_H

enum { TRAP_FLAG = 0x100 };

static inline __attribute__((always_inline)) void go_in_steps(int on)
{
    if (on)
        __asm__ volatile("pushfq; orl %0, (%%rsp); popfq" ::"i"(TRAP_FLAG) : "memory", "cc");
    else
        __asm__ volatile("pushfq; andl %0, (%%rsp); popfq" ::"i"(~TRAP_FLAG) : "memory", "cc");
}

#endif
