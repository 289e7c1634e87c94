/* SPDX-License-Identifier: MIT */
/* The short way to a record: a call about which nothing is to be decided, from the words that it was made with. The
 * record is made where it stays (plain_make.h), in room that is more than it needs; the rest is given back. */
#ifndef CORE_PLAIN_H
#define CORE_PLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/call.h"
#include "core/capture.h"

enum { PLAIN_ROOM = 512, PLAIN_BEHIND = 16, PLAIN_DATA = 32, PLAIN_NOWHERE = -1, PLAIN_SHORT_TICKS = 50000 };

struct plain_call {
    const long *word;
    long ret; /* as the call gave it */
    int err;  /* errno, if it has failed */
    unsigned call;
    uint64_t ticks, dur;
    int handle; /* the descriptor of a stream or folder among the words, asked for before the call: it may free that */
    /* The first PLAIN_DATA bytes of what the call is to read, copied before it: who has got them may free them at once. NULL:
     * they cannot be read. */
    const char *data;
};

/* The call with its words, for who is given its address: the first is then never in memory. */
struct plain_kept {
    struct plain_call call;
    long word[HOOK_ARGS_MAX];
};

static inline __attribute__((always_inline)) const struct plain_call *plain_keep(const struct plain_call *call, unsigned args,
                                                                                 struct plain_kept *ret)
{
    ret->call = *call;
    ret->call.word = ret->word;
#pragma GCC unroll 8
    for (unsigned arg = 0; arg < HOOK_ARGS_MAX; arg++)
        if (arg < args)
            ret->word[arg] = call->word[arg];
    return &ret->call;
}

/* PLAIN_ROOM bytes, aligned to 8 and zero but for the head of a record that is not whole. */
struct hook_room {
    char *at;
    uint64_t *used;          /* counts what has been taken, by this thread and its signal handlers only; */
    uint64_t end;            /* this, if nobody has taken more since */
    const unsigned *running; /* not birth: a child that a signal handler has forked, whose record it is not */
    unsigned birth;
};

/* An exchange that a signal handler of the thread finds done or not begun; to other threads it is nothing. */
static inline bool plain_exchange(uint64_t *at, uint64_t old, uint64_t new)
{
#if defined(__x86_64__)
    bool done;
    __asm__ volatile("cmpxchgq %3, %1" : "=@ccz"(done), "+m"(*at), "+a"(old) : "r"(new) : "memory");
    return done;
#else
    return __atomic_compare_exchange_n(at, &old, new, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
#endif
}

/* What there is to know of a row. */
struct plain_row {
    uint8_t args, fail, kind, arg_kind[HOOK_ARGS_MAX];
    uint64_t has_kind; /* as in struct call */
};

/* How an argument is taken; from PATH to DATA it is memory that the call reads. */
enum plain_way {
    WAY_NONE,
    WAY_NUMBER,
    WAY_OFLAGS,
    WAY_MODE, /* there only when open's flags say so */
    WAY_DIRFD,
    WAY_HANDLE,
    WAY_FORM, /* the argument before it says of what kind it is: a number, or not there */
    WAY_PATH,
    WAY_STRING,
    WAY_ADDRESS, /* as many bytes as the next argument says; so for the next two */
    WAY_DATA,
    WAY_RESULT, /* or as the call has returned */
    WAY_STAT,
    WAY_STATX,
    WAY_PAIR,
};

/* Constants to choose from, so that a table is made of them where the kind is not one. */
static inline enum plain_way plain_way(unsigned kind)
{
    enum { OTHER = -1 };
    int way;
    switch (kind) {
    case KIND_OFLAGS: way = WAY_OFLAGS; break;
    case KIND_MODE: way = WAY_MODE; break;
    case KIND_DIRFD: way = WAY_DIRFD; break;
    case KIND_PATH: way = WAY_PATH; break;
    case KIND_FORMAT:
    case KIND_STR: way = WAY_STRING; break;
    case KIND_SOCKADDR: way = WAY_ADDRESS; break;
    case KIND_BUF_IN: way = WAY_DATA; break;
    case KIND_BUF_OUT: way = WAY_RESULT; break;
    case KIND_STAT: way = WAY_STAT; break;
    case KIND_STATX: way = WAY_STATX; break;
    case KIND_FD2: way = WAY_PAIR; break;
    case KIND_FCNTLARG:
    case KIND_IOCTLARG: way = WAY_FORM; break;
    case KIND_MOUNTDATA: /* a string that may have no end */
    case KIND_PRCTLARG:  /* these look at another argument first */
    case KIND_PRCTLREST:
    case KIND_MREMAPFLAGS:
    case KIND_DEV: way = WAY_NONE; break;
    default: way = OTHER;
    }
    const enum copied copied = kind_copied(kind);
    if (way != OTHER)
        return (enum plain_way)way;
    return copied == COPIED_WORD ? WAY_NUMBER : copied == COPIED_HANDLE ? WAY_HANDLE : WAY_NONE;
}

/* May calls of this row be written so? Those of others have something to be read before they are made. */
bool plain_fits(unsigned call);

/* Copies a string, with PLAIN_BEHIND zeros behind it; its length, or more than most when it is longer: then some bytes more than
 * most may have been written. */
size_t plain_copy_string(char *to, const char *from, size_t most);

/* Copies exactly n bytes by the port; false when they cannot be read. */
bool plain_peek(const struct capture_source *source, char *data, const char *from, size_t n);

#endif
