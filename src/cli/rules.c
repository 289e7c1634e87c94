/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/policy.h"

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    char *moved = realloc(block, new_size);
    if (moved && new_size > old_size)
        memset(moved + old_size, 0, new_size - old_size);
    return moved;
}

static void show(void *ctx, const char *message, size_t len)
{
    (void)ctx;
    fputs("hook: ", stderr);
    fwrite(message, 1, len, stderr);
}

/* The whole file in memory; NULL and errno when it cannot be read. */
static char *read_file(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t len = 0, got = 0;
    while (file) {
        char *bigger = realloc(text, len + BUFSIZ);
        if (!bigger)
            break;
        text = bigger;
        got = fread(text + len, 1, BUFSIZ, file);
        len += got;
        if (got < BUFSIZ)
            break;
    }
    int err = file && ferror(file) ? errno : 0;
    if (file)
        fclose(file);
    if (!file || err) {
        free(text);
        errno = err ? err : errno;
        return NULL;
    }
    *ret_len = len;
    return text;
}

/* The folder of a path, absolute. */
static bool folder_of(const char *path, char out[PATH_MAX])
{
    char base[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int len = slash ? (int)(slash - path) : 0;
    if (path[0] == '/')
        return snprintf(out, PATH_MAX, "%.*s", len ? len : 1, path) < PATH_MAX;
    return getcwd(base, sizeof base) && snprintf(out, PATH_MAX, "%s/%.*s", base, len, path) < PATH_MAX;
}

bool rules_are_sound(const char *path)
{
    char dir[PATH_MAX];
    size_t len = 0;
    char *text = read_file(path, &len);
    if (!text || !folder_of(path, dir)) {
        say("%s: %s", path, strerror(errno));
        free(text);
        return false;
    }
    const struct policy_text source = { .name = path, .dir = dir, .home = getenv("HOME"), .text = text, .len = len };
    const struct policy_memory memory = { resize, NULL };
    struct policy *policy = NULL;
    int errors = policy_compile(&source, &memory, show, NULL, &policy);
    if (errors < 0)
        say("%s: %s", path, strerror(-errors));
    free(errors == 0 ? policy : NULL);
    free(text);
    return errors == 0;
}
