/* SPDX-License-Identifier: MIT */
#ifndef CORE_SIZE_H
#define CORE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads a number of bytes, as in 64K, 16M or 1G; false when it is none. */
bool size_read(const char *text, size_t len, uint64_t *ret);

/* What a flight recorder may have. */
enum { RING_LEAST = 128 * 1024, RING_MOST = 1024 * 1024 * 1024 };

#endif
