/* SPDX-License-Identifier: MIT */
/* The file of a binary trace: mapped in parts, which every process takes for itself. No descriptor is held. */
#ifndef OUTBOUND_TRACE_FILE_H
#define OUTBOUND_TRACE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "hook/trace.h"

/* The head of the file, in memory; NULL: there is none. */
extern struct hook_trace_header *trace_header;

/* Opens the file, or makes it. Returns 0 or a negative errno: EMEDIUMTYPE when it is no regular file, EEXIST when something else
 * is there, or a trace that another version has begun. ret_first, unless it is NULL, becomes an extent of the process, or NULL.
 */
int trace_file_open(const char *path, int pid, struct hook_trace_extent **ret_first);
void trace_file_close(void);

/* What an extent is to have: a multiple of HOOK_TRACE_UNIT, of which so much is needed soon; where in the file it is then; huge:
 * it is had at once. */
struct trace_room {
    uint64_t size, soon, at;
    bool huge;
};

/* What the next extent should have, at least so much; scarce: no more than is needed; alone: one thread writes to it. */
struct trace_room trace_file_wish(uint64_t least, bool scarce, bool alone);

/* Takes an extent of that size and maps it, in the place of an old one of the same size if there is one to be given
 * up; NULL, with the reason, when there is none to be had. */
struct hook_trace_extent *trace_file_extent(struct trace_room *room, void *over, int pid, int *ret_err);

/* More is needed soon, of an extent that has been mapped: without this it comes at many times the cost. */
void trace_file_fill(uint64_t at, uint64_t size);

/* That extent is full: it counts no longer as memory of this process. */
void trace_file_leave(struct hook_trace_extent *extent, uint64_t size);

/* In a forked child, which may be short. */
void trace_file_forked(void);

/* Makes sure that this part of an extent has room on the disk. Returns 0 or a negative errno. */
int trace_file_populate(void *at, uint64_t size);

#endif
