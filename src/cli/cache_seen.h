/* SPDX-License-Identifier: MIT */
/* What compiled rules depend on, as numbers that change with it. */
#ifndef CLI_CACHE_SEEN_H
#define CLI_CACHE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A sum of bytes, on from another. */
uint64_t seen_sum(uint64_t sum, const void *bytes, size_t len);

/* A file or folder: whether it is there, which it is, and when it was changed; ret_lasting (NULL:
 * not asked): a later change will show. */
uint64_t seen_file(const char *path, bool *ret_lasting);

/* The same of a name alone: whether it is there, which file it is of, and what it says if that is a link. What is in the file is
 * no matter. */
uint64_t seen_name(const char *path, bool *ret_lasting);

/* Has a name in the folder come or gone lately? */
bool seen_changes(const char *folder);

/* Is it on a file system whose times are of this machine, and change with what is in it? */
bool seen_keeps_times(const char *path);

/* What is mounted, since which start of the system; false: not to be known. */
bool seen_mounts(uint64_t *ret);

/* Another file may be mounted on that name, unseen by the folder that it is in. */
bool seen_is_mount(const char *path);

#endif
