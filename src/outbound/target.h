/* SPDX-License-Identifier: MIT */
/* Where lines go: standard error as the process started with it, an inherited descriptor, or a file
 * that all processes append to. */
#ifndef OUTBOUND_TARGET_H
#define OUTBOUND_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/show.h"
#include "hook/event.h"

/* How lines look. */
extern struct show target_show;

/* spec: "stderr", "fd:N" or an absolute path, with %p for the pid. Returns 0 or a negative errno. */
int target_open(const char *spec);

/* After a fork: with %p in its path the child gets a file of its own. */
void target_forked(void);

/* Nothing more will be written in this process. */
void target_close(void);

/* In the parent of a vfork: writes what the child could not. */
void target_emit_kept(void);

/* Is the target a terminal? */
bool target_is_terminal(void);

/* One whole line, in one write. Returns 0 or a negative errno; what could not be written is counted. */
int target_write(const char *line, size_t len);

/* Events that could not be written in this process or those it forked, since this was last asked, and the last
 * reason: an errno, or 0 when the program had put something else in the place of standard error. */
uint64_t target_take_lost(int *ret_err);

/* Who has started says what those it forked have lost, as long as it is there. Does this process say it? It is about to
 * go: returns whether it did; and is not gone after all. */
bool target_tells(void);
bool target_pass_on(void);
void target_take_back(void);

/* Formats the event with `format` and writes the line. */
typedef size_t target_format(const struct hook_event *event, char *buf, size_t size);
int target_emit(const struct hook_event *event, target_format *format);

#endif
