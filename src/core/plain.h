/* SPDX-License-Identifier: MIT */
/* The short way to a record: a call about which nothing is to be decided, from the words that it was made with. The
 * record is made aside (plain_make.h): how long it is is known then, and a signal handler may write another meanwhile. */
#ifndef CORE_PLAIN_H
#define CORE_PLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/call.h"
#include "core/capture.h"

enum { PLAIN_ROOM = 512 }; /* for a record; a larger one goes the long way */

struct plain_call {
    const long *word;
    long ret; /* as the call gave it */
    int err;  /* errno, if it has failed */
    unsigned call;
    uint64_t ticks, dur;

    /* Set by plain_make: */
    bool folder;   /* its path begins at the working folder, */
    int dirfd;     /* or at this descriptor's; -1: at none */
    uint32_t size; /* of the record, a multiple of 8 */
    uint64_t record[PLAIN_ROOM / sizeof(uint64_t)];
};

/* What there is to know of a row. */
struct plain_row {
    uint8_t args, fail, kind, arg_kind[HOOK_ARGS_MAX];
};

/* How an argument is taken; from PATH to DATA it is memory that the call reads. */
enum plain_way {
    WAY_NONE,
    WAY_NUMBER,
    WAY_OFLAGS,
    WAY_MODE, /* there only when open's flags say so */
    WAY_DIRFD,
    WAY_HANDLE,
    WAY_PATH,
    WAY_STRING,
    WAY_ADDRESS, /* as many bytes as the next argument says; so for the next two */
    WAY_DATA,
    WAY_RESULT, /* or as the call has returned */
    WAY_STAT,
    WAY_STATX,
    WAY_PAIR,
};

static inline enum plain_way plain_way(unsigned kind)
{
    switch (kind) {
    case KIND_OFLAGS: return WAY_OFLAGS;
    case KIND_MODE: return WAY_MODE;
    case KIND_DIRFD: return WAY_DIRFD;
    case KIND_PATH: return WAY_PATH;
    case KIND_FORMAT:
    case KIND_STR: return WAY_STRING;
    case KIND_SOCKADDR: return WAY_ADDRESS;
    case KIND_BUF_IN: return WAY_DATA;
    case KIND_BUF_OUT: return WAY_RESULT;
    case KIND_STAT: return WAY_STAT;
    case KIND_STATX: return WAY_STATX;
    case KIND_FD2: return WAY_PAIR;
    case KIND_FCNTLARG: /* these look at another argument first */
    case KIND_IOCTLARG:
    case KIND_PRCTLARG:
    case KIND_PRCTLREST:
    case KIND_MREMAPFLAGS:
    case KIND_DEV: return WAY_NONE;
    default: break;
    }
    switch (kind_copied(kind)) {
    case COPIED_WORD: return WAY_NUMBER;
    case COPIED_HANDLE: return WAY_HANDLE;
    default: return WAY_NONE;
    }
}

/* May calls of this row be written so? Those of others have something to be read before they are made. */
bool plain_fits(unsigned call);

/* Copies exactly n bytes by the port; false when they cannot be read. */
bool plain_peek(const struct capture_source *source, char *data, const char *from, size_t n);

/* Puts the record to memory that is aligned to 8 bytes and zero. */
void plain_put(struct plain_call *plain, int tid, uint64_t *at);

#endif
