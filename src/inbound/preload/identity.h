/* SPDX-License-Identifier: MIT */
#ifndef INBOUND_PRELOAD_IDENTITY_H
#define INBOUND_PRELOAD_IDENTITY_H

#include <time.h>

#include "inbound/preload/preload.h"

struct stat;
struct statx;

/* What a file in memory is to be taken for. */
struct identity {
    char name[64]; /* for memfd_create */
    struct timespec times[2];
};

/* The file that the call names; when it is not there, one that could be. */
void identity_init(struct identity *ret, const struct passage *passage);
/* The file has its content now. */
void identity_mark(const struct identity *identity, long fd);

/* What the kernel has told of a descriptor, when that is of such a file. */
void identity_put(int fd, struct stat *st);
void identity_put_extended(int fd, struct statx *st);

#endif
