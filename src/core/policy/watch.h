/* SPDX-License-Identifier: MIT */
/* The files that rules were read from, and whether they have changed since. */
#ifndef CORE_POLICY_WATCH_H
#define CORE_POLICY_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct policy_memory;

struct watch_file {
    uint64_t dev, ino, size, changed_ns; /* changed_ns: since 1970, by the time that programs cannot set (ctime) */
};

/* False: there is no such file. */
typedef bool watch_look_fn(const char *path, struct watch_file *ret);

struct watch {
    watch_look_fn *look;
    const struct policy_memory *memory;
    char *paths; /* one behind the other, each with its NUL */
    size_t used, size;
    uint64_t seen; /* what they looked like before they were read */
    uint64_t met;  /* a change that may not have come to its end */
};

/* They are about to be read; the first one noted is the rules file itself, the others are included. */
void watch_begin(struct watch *watch);
void watch_note(struct watch *watch, const char *path);

/* Have they changed, and been left alone for a moment? Who writes a file in place has it empty first. While the rules
 * file itself is not there nothing has. */
bool watch_changed(struct watch *watch, uint64_t now_ns);

#endif
