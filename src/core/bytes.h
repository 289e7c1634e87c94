/* SPDX-License-Identifier: MIT */
/* Several bytes at once: in a word, whose lowest is the first, or in a block. */
#ifndef CORE_BYTES_H
#define CORE_BYTES_H

#include <stdbool.h>
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

/* As many as the processor takes at once. Sets of its bytes have BLOCK_BITS bits a byte, of which one is set; those behind the
 * first are to be relied on only where that is 1. */
#if defined(__x86_64__)

typedef signed char block __attribute__((vector_size(16), aligned(1), may_alias));
enum { BLOCK_BITS = 1 };

static inline uint64_t block_set(block bytes)
{
    typedef char bare __attribute__((vector_size(16)));
    return (unsigned)__builtin_ia32_pmovmskb128((bare)bytes);
}

static inline uint64_t block_equal(block bytes, char byte)
{
    return block_set(bytes == byte);
}

/* Those that do not stand for themselves in a string of C or JSON. */
static inline uint64_t block_not_plain(block bytes)
{
    return block_set((bytes < ' ') | (bytes == 0x7f) | (bytes == '"') | (bytes == '\\'));
}

#else

typedef uint64_t block __attribute__((aligned(1), may_alias));
enum { BLOCK_BITS = 8 };

static inline uint64_t block_equal(block bytes, char byte)
{
    return bytes_zero(bytes ^ bytes_each((unsigned char)byte));
}

static inline uint64_t block_not_plain(block bytes)
{
    const uint64_t one = bytes_each(1), quote = bytes ^ bytes_each('"'), slash = bytes ^ bytes_each('\\');
    const uint64_t found = (bytes - bytes_each(' ')) | ((bytes ^ bytes_each(0x7f)) - one) | (quote - one) | (slash - one);
    return ((found & ~bytes) | bytes) & bytes_each(0x80);
}

#endif

/* The place of the first of such a set. */
static inline unsigned block_first(uint64_t set)
{
    return (unsigned)__builtin_ctzll(set) / BLOCK_BITS;
}

/* May a whole block be read, when its first byte may? */
static inline bool block_is_readable(const void *at)
{
#ifdef HOOK_SANITIZED
    (void)at;
    return false;
#else
    const uintptr_t page = 4096;
    return (uintptr_t)at % page <= page - sizeof(block);
#endif
}

#endif
