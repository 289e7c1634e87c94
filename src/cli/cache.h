/* SPDX-License-Identifier: MIT */
/* Compiled rules kept from one `hook run` to the next, in the user's own folder. Whatever is wrong with it, the rules are
 * compiled. */
#ifndef CLI_CACHE_H
#define CLI_CACHE_H

#include <stdbool.h>

struct facts_source;
struct policy;

/* The image of these rules, as a descriptor; -1: there is none, or it is of another time. path, origin: as rules_compile has
 * them. */
int cache_open(const char *path, const char *origin);

/* Else the rules are compiled with what is noted of files that are read and of the answers that this source gives, and the
 * image is kept when all of it can be told from what comes later. */
extern const struct facts_source *const cache_source;
void cache_note(const char *path);
void cache_store(const struct policy *policy);

#endif
