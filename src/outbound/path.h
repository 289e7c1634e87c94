/* SPDX-License-Identifier: MIT */
#ifndef OUTBOUND_PATH_H
#define OUTBOUND_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* Writes path with each %p replaced by the pid; false when it does not fit. */
bool path_expand(char *out, size_t size, const char *path);

#endif
