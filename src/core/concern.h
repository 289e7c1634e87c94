/* SPDX-License-Identifier: MIT */
/* Calls that concern some files: HOOK_PATHS. */
#ifndef CORE_CONCERN_H
#define CORE_CONCERN_H

#include <stdbool.h>

#include "core/facts.h"

/* Is that path one of the list, in which ':' stands between them? */
bool concern_lists(const char *paths, const char *path, size_t len);

/* Does the call, which has not been made yet, name one of these paths, or a descriptor of one? */
bool concern_has(const char *paths, struct facts *facts);

#endif
