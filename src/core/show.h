/* SPDX-License-Identifier: MIT */
/* What of events is shown, and how: HOOK_SHOW. */
#ifndef CORE_SHOW_H
#define CORE_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hook/event.h"

/* What a line of text begins with. */
enum show_clock { SHOW_NO_CLOCK, SHOW_SECONDS, SHOW_MICROSECONDS, SHOW_UNIX };
enum show_outcome { SHOW_ALL, SHOW_SUCCEEDED, SHOW_FAILED };

enum { SHOW_STRINGS = 32, SHOW_STRINGS_MOST = 65536 };

struct show {
    bool fds;         /* descriptors with their paths */
    bool full;        /* structures and lists without an abbreviation */
    bool tips;        /* blocked calls with the rule that would allow them */
    bool duration;    /* text: how long the call took */
    bool colour;      /* text; not a matter of HOOK_SHOW */
    bool relative;    /* text: the time since the line before, behind that of the clock */
    uint8_t clock;    /* text: enum show_clock */
    uint8_t hex;      /* text: 1 strings with bytes that cannot be printed as hexadecimal bytes, 2 all strings */
    uint8_t quiet;    /* text: 1 not that a program has started, 2 nor that it has ended */
    uint8_t outcome;  /* calls: enum show_outcome */
    uint32_t strings; /* so many bytes of data at the most */
    int32_t east;     /* seconds that the wall clock is ahead of UTC */
    uint64_t since;   /* relative: when the line before began, in nanoseconds; 0: none did. Not a matter of HOOK_SHOW */
};

/* Reads the list; NULL is an empty one. Returns the first word of it that is none, or NULL. */
const char *show_read(struct show *ret, const char *list);

/* By how the call came out. */
bool show_outcome_takes(unsigned outcome, const struct hook_event *event);

/* START and EXIT as text. */
bool show_quiet_takes(unsigned quiet, const struct hook_event *event);

#endif
