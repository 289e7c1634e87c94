/* SPDX-License-Identifier: MIT */
/* Rules compiled with the C library's memory and files. */
#ifndef EMBED_LOAD_H
#define EMBED_LOAD_H

#include "core/policy/policy.h"

/* What else there is to say of rules: see struct policy_text. Members that are NULL are as usual. */
struct embed_extra {
    const char *origin;
    void (*reads)(const char *path);
    const struct facts_source *source;
};

/* As hook_policy_parse and hook_policy_load; the image is freed with free. */
int embed_compile(const char *name, const char *text, size_t len, const char *dir, policy_error_fn *error, void *ctx,
                  struct policy **ret);
int embed_compile_file(const char *path, const struct embed_extra *extra, policy_error_fn *error, void *ctx, struct policy **ret);

#endif
