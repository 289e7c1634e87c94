/* SPDX-License-Identifier: MIT */
/* Eight bytes at once, in a word: the lowest is the first. */
#ifndef CORE_BYTES_H
#define CORE_BYTES_H

#include <stdint.h>

static inline uint64_t bytes_each(unsigned char byte)
{
    return UINT64_C(0x0101010101010101) * byte;
}

/* A bit in each byte that is 0, and perhaps in some behind the first. */
static inline uint64_t bytes_zero(uint64_t word)
{
    return (word - bytes_each(1)) & ~word & bytes_each(0x80);
}

/* The place of the first such bit. */
static inline unsigned bytes_first(uint64_t bits)
{
    return (unsigned)__builtin_ctzll(bits) / 8;
}

#endif
