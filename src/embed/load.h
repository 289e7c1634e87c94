/* SPDX-License-Identifier: MIT */
/* Rules compiled with the C library's memory and files. */
#ifndef EMBED_LOAD_H
#define EMBED_LOAD_H

#include "core/policy/policy.h"

/* As hook_policy_parse and hook_policy_load; the image is freed with free. origin, reads: see struct policy_text. */
int embed_compile(const char *name, const char *text, size_t len, const char *dir, policy_error_fn *error, void *ctx,
                  struct policy **ret);
int embed_compile_file(const char *path, const char *origin, void (*reads)(const char *path), policy_error_fn *error, void *ctx,
                       struct policy **ret);

#endif
