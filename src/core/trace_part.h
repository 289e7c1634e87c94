/* SPDX-License-Identifier: MIT */
/* What those who write records share. */
#ifndef CORE_TRACE_PART_H
#define CORE_TRACE_PART_H

#include <string.h>

#include "core/call.h"
#include "core/trace.h"

static inline uint32_t trace_padded(uint64_t size, unsigned to)
{
    return (uint32_t)((size + to - 1) & ~(uint64_t)(to - 1));
}

/* What the bytes of a value or a text take, with their length. */
static inline uint64_t trace_bytes_size(uint32_t len)
{
    return sizeof len + trace_padded((uint64_t)len + 1, 4);
}

static inline char *trace_put_word(char *at, const void *word, size_t size)
{
    memcpy(at, word, size);
    return at + size;
}

static inline char *trace_put_bytes(char *at, const void *bytes, uint32_t len)
{
    at = trace_put_word(at, &len, sizeof len);
    if (len)
        memcpy(at, bytes, len);
    return at + trace_padded((uint64_t)len + 1, 4);
}

/* The longest record. */
enum { TRACE_UNIT = 8, TRACE_MOST = ((1 << 24) - 1) * TRACE_UNIT };

/* The first eight bytes of a record in one store: before its contents, so that who dies in between leaves a record
 * of known size that says it is not whole; and after them, when it is. */
static inline void trace_put_head(void *at, uint32_t size, uint16_t call, uint8_t type, uint8_t flags, uint16_t dur)
{
    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the head as one word");
    _Static_assert(CALL_COUNT < 1 << 12, "the call in its bits");
    const uint64_t word =
        size / TRACE_UNIT | (uint64_t)flags << 24 | (uint64_t)call << 32 | (uint64_t)type << 44 | (uint64_t)dur << 48;
    __atomic_store_n((uint64_t *)at, word, __ATOMIC_RELEASE);
}

static inline void trace_begin(void *at, uint32_t size)
{
    trace_put_head(at, size, 0, 0, 0, 0);
    trace_keep_order();
}

#endif
