/* SPDX-License-Identifier: MIT */
/* Facts from the C library. */
#ifndef EMBED_SOURCE_H
#define EMBED_SOURCE_H

#include "core/facts.h"

/* What the file system says is asked; or nothing of it. */
extern const struct facts_source embed_by_files, embed_by_spelling;

/* What a descriptor of that file would be of (enum fd_kind): of a file, when nobody has made one yet. */
int embed_path_kind(const char *path);

#endif
