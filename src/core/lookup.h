/* SPDX-License-Identifier: MIT */
/* How facts ask their source: texts of unknown length, and the walk through symbolic links. */
#ifndef CORE_LOOKUP_H
#define CORE_LOOKUP_H

#include "core/facts.h"

enum question { ASK_CWD, ASK_EXE, ASK_ARGV, ASK_FD_PATH, ASK_READLINK };

/* The answer as a string in the arena, or NULL with the negative errno in *ret_err. */
char *lookup_text(const struct facts_source *source, struct arena *arena, enum question question, int fd, const char *path,
                  int *ret_err);

/* A path to be resolved as the kernel would. */
struct walk {
    const struct facts_source *source;
    struct arena *arena;
    const char *base; /* absolute and real: where a relative path begins */
    size_t root;      /* bytes of base that count as the root, which `..` does not leave */
    const char *path, *end;
    bool follow; /* a link that the path ends with */
    /* the answer */
    const char *real;
    const struct fact_name *names;
};

/* Returns 0 with the answer set, -ELOOP, or why it can't be known. What does not exist, or may not be
 * looked at, is taken by its spelling: the call will meet the same error. */
int lookup_real(struct walk *walk);

#endif
