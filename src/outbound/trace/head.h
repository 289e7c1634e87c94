/* SPDX-License-Identifier: MIT */
/* The head of a trace's file, with the table of calls. */
#ifndef OUTBOUND_TRACE_HEAD_H
#define OUTBOUND_TRACE_HEAD_H

#include <stdint.h>

/* How long the file is made at once. */
enum { HEAD_FILE_LEAST = 1024 * 1024 };

/* Writes it, where the file of that size has none yet. Returns 0, or a negative errno: EEXIST when something else is there, or a
 * trace that another version has begun. */
int head_find(long fd, uint64_t size);

#endif
