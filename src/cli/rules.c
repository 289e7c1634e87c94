/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embed/load.h"

static void show(void *ctx, const char *message, size_t len)
{
    (void)ctx;
    fputs("hook: ", stderr);
    fwrite(message, 1, len, stderr);
}

struct policy *rules_compile(const char *path)
{
    struct policy *policy = NULL;
    int errors = embed_compile_file(path, show, NULL, &policy);
    if (errors < 0)
        say("%s: %s", path, strerror(-errors));
    return policy;
}

bool rules_are_sound(const char *path)
{
    struct policy *policy = rules_compile(path);
    free(policy);
    return policy;
}
