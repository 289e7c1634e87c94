/* SPDX-License-Identifier: MIT */
/* The files that blocks name without wildcards, as they were when the rules were read: under another name, or in a folder
 * that has one, they are still the same files. */
#ifndef CORE_POLICY_KNOWN_H
#define CORE_POLICY_KNOWN_H

#include <stdint.h>

struct file_id;
struct policy;

/* The first rule from number `from` on that is about that file; INDEX_NONE when there is none. */
uint32_t known_find(const struct policy *policy, const struct file_id *id, uint32_t from);

#endif
