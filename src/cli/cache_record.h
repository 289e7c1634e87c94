/* SPDX-License-Identifier: MIT */
#ifndef CLI_CACHE_RECORD_H
#define CLI_CACHE_RECORD_H

#include <stdbool.h>
#include <stddef.h>

/* From here on it is noted what is read and asked. */
bool record_begin(void);

/* All that was noted; NULL when a change of some of it might go unseen. */
const char *record_end(size_t *ret_len);

/* Is all of it as it was? */
bool record_holds(const char *record, size_t len);

#endif
