/* SPDX-License-Identifier: MIT */
/* What most arguments are: numbers that are shown as such, and strings. */
#ifndef CORE_VALUE_PART_H
#define CORE_VALUE_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "core/call.h"
#include "core/print.h"

static inline bool kind_is_string(unsigned kind)
{
    switch (kind) {
    case KIND_PATH:
    case KIND_STR:
    case KIND_MOUNTOPTIONS:
    case KIND_PATTERN:
    case KIND_SHMNAME:
    case KIND_TEMPLATE:
    case KIND_PATH_OUT:
    case KIND_THREADNAME_IN:
    case KIND_THREADNAME_OUT:
    case KIND_ENTRYP: return true;
    default: return false;
    }
}

static inline bool kind_may_name_address(unsigned kind)
{
    switch (kind) {
    case KIND_MSGHDR_IN:
    case KIND_MSGHDR_OUT:
    case KIND_MMSGHDR_IN:
    case KIND_MMSGHDR_OUT:
    case KIND_SOCKADDR:
    case KIND_SOCKADDR_OUT: return true;
    default: return false;
    }
}

/* Kinds that are never shown as words; of others put_word knows. */
static inline bool kind_is_bare(unsigned kind)
{
    switch (kind) {
    case KIND_INT:
    case KIND_UINT:
    case KIND_LONG:
    case KIND_SIZE:
    case KIND_FD:
    case KIND_PID:
    case KIND_UID:
    case KIND_SOCKLEN: return true;
    default: return false;
    }
}

/* What it is of the word that was passed. */
static inline int64_t kind_number(unsigned kind, int64_t word)
{
    switch (kind) {
    case KIND_UINT:
    case KIND_NFDS:
    case KIND_SOCKLEN:
    case KIND_SOCKPROTO: return (unsigned)word;
    case KIND_LONG:
    case KIND_IOVCNT: return word;
    case KIND_UID: return (int)word == -1 ? -1 : (int64_t)(unsigned)word;
    default: return (int)word;
    }
}

/* NUMBER bytes are room enough. */
static inline char *bare_at(char *to, unsigned kind, int64_t word)
{
    return kind == KIND_SIZE ? unsigned_at(to, (uint64_t)word) : signed_at(to, kind_number(kind, word));
}

static inline void put_bare(struct out *out, unsigned kind, int64_t word)
{
    char elsewhere[PIECE];
    piece_end(out, elsewhere, bare_at(piece_begin(out, elsewhere), kind, word));
}

#endif
