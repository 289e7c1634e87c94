/* SPDX-License-Identifier: MIT */
/* Facts from the C library. */
#ifndef EMBED_SOURCE_H
#define EMBED_SOURCE_H

#include "core/facts.h"

/* What the file system says is asked; or nothing of it. */
extern const struct facts_source embed_by_files, embed_by_spelling;

#endif
