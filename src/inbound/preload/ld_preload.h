/* SPDX-License-Identifier: MIT */
/* The value of LD_PRELOAD that a new program gets. */
#ifndef INBOUND_PRELOAD_LD_PRELOAD_H
#define INBOUND_PRELOAD_LD_PRELOAD_H

#include <stdbool.h>

#define LD_PRELOAD "LD_PRELOAD="

struct ld_preload {
    const char *library; /* the absolute path of this library */
    bool wanted;         /* it is to be loaded */
    const char *runtime; /* what has to be loaded before it, or "" */
};

/* Writes "LD_PRELOAD=..." made from the old value, which it may be longer than by the library, the runtime and two
 * more; returns whether there is a difference. */
bool ld_preload_write(char *out, const char *old, const struct ld_preload *wish);

#endif
