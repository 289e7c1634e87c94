/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/compile.h"

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

/* Returns 0 with a file in memory, or an errno. Of an endless one, enough for the policy to refuse it. */
static int read_file(const char *path, char **ret_text, size_t *ret_len)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return errno;
    size_t len = 0, size = 0;
    int err = 0;
    do {
        size = size ? 2 * size : BUFSIZ;
        char *bigger = realloc(*ret_text, size);
        if (!bigger) {
            err = ENOMEM;
            break;
        }
        *ret_text = bigger;
        len += fread(bigger + len, 1, size - len, file);
    } while (len == size && len <= LIMIT_TEXT);
    if (ferror(file))
        err = errno;
    fclose(file);
    *ret_len = len;
    return err;
}

/* The folder of a path, absolute; returns 0 or an errno. */
static int folder_of(const char *path, char out[PATH_MAX])
{
    char base[PATH_MAX] = "";
    const char *slash = strrchr(path, '/');
    int len = slash ? (int)(slash - path) : 0;
    if (path[0] == '/')
        len = len ? len : 1;
    else if (!getcwd(base, sizeof base - 1))
        return errno;
    else
        strcat(base, "/");
    return snprintf(out, PATH_MAX, "%s%.*s", base, len, path) < PATH_MAX ? 0 : ENAMETOOLONG;
}

static int load(const char *path, struct policy_file *ret)
{
    int err = read_file(path, &ret->text, &ret->len);
    if (err)
        free(ret->text);
    return -err;
}

static int compile(const char *path, const char *dir, const char *text, size_t len)
{
    const struct policy_text source = {
        .name = path, .dir = dir, .home = getenv("HOME"), .text = text, .len = len, .load = load
    };
    const struct policy_memory memory = { resize, NULL };
    struct policy *policy = NULL;
    int errors = policy_compile(&source, &memory, show, NULL, &policy);
    free(policy);
    return errors;
}

bool rules_are_sound(const char *path)
{
    char dir[PATH_MAX], *text = NULL;
    size_t len = 0;
    int err = read_file(path, &text, &len);
    if (!err)
        err = folder_of(path, dir);
    int errors = err ? -err : compile(path, dir, text, len);
    if (errors < 0)
        say("%s: %s", path, strerror(-errors));
    free(text);
    return errors == 0;
}
