/* SPDX-License-Identifier: MIT */
#ifndef RUNTIME_IMAGE_H
#define RUNTIME_IMAGE_H

struct policy;

/* The rules as `hook run` has compiled them: maps the file, which nobody can change any more, or nobody but this user. NULL when
 * it is not there, or is of other rules or another version: the rules are read as usual then. */
const struct policy *image_map(const char *path, const char *rules);

#endif
