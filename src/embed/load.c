/* SPDX-License-Identifier: MIT */
#include "embed/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy/compile.h"
#include "embed/source.h"

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx, (void)old_size;
    if (new_size > 0)
        return realloc(block, new_size);
    free(block);
    return NULL;
}

static const struct policy_memory memory = { resize, NULL };

/* Returns the text, to be freed, or NULL with errno set. */
static char *read_file(const char *path, size_t *ret_len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    size_t len = 0, size = 0;
    char *text = NULL;
    ssize_t got = fd;
    while (fd >= 0 && len <= LIMIT_TEXT) { /* of an endless one, enough for the policy to refuse it */
        if (size - len < 4096) {
            char *bigger = realloc(text, size + 65536);
            got = bigger ? 0 : -1;
            if (!bigger)
                break;
            text = bigger;
            size += 65536;
        }
        got = read(fd, text + len, size - len);
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    int err = errno;
    if (fd >= 0)
        close(fd);
    if (got < 0) {
        free(text);
        errno = err;
        return NULL;
    }
    *ret_len = len;
    return text;
}

static int load(const char *path, struct policy_file *ret)
{
    ret->text = read_file(path, &ret->len);
    return ret->text ? 0 : -errno;
}

static int compile(struct policy_text *text, policy_error_fn *error, void *ctx, struct policy **ret)
{
    text->home = getenv("HOME");
    text->load = load;
    text->source = text->source ? text->source : &embed_by_files;
    return policy_compile(text, &memory, error, ctx, ret);
}

int embed_compile(const char *name, const char *text, size_t len, const char *dir, policy_error_fn *error, void *ctx,
                  struct policy **ret)
{
    char *cwd = dir ? NULL : getcwd(NULL, 0);
    if (!dir && !cwd)
        return -errno;
    struct policy_text source = { .name = name, .dir = dir ? dir : cwd, .text = text, .len = len };
    int err = compile(&source, error, ctx, ret);
    free(cwd);
    return err;
}

/* The absolute folder that a file lies in, to be freed, or NULL with errno set. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *base = path[0] == '/' ? strdup("/") : getcwd(NULL, 0);
    size_t len = slash ? (size_t)(slash - path) : 0, size = base ? strlen(base) + len + 3 : 0;
    char *folder = base ? malloc(size) : NULL;
    if (folder)
        path_join(base, path, len, folder, size);
    free(base);
    return folder;
}

int embed_compile_file(const char *path, const struct embed_extra *extra, policy_error_fn *error, void *ctx, struct policy **ret)
{
    size_t len = 0;
    char *text = read_file(path, &len), *dir = text ? folder_of(path) : NULL;
    struct policy_text source = { .name = path, .dir = dir, .text = text, .len = len };
    if (extra) {
        source.origin = extra->origin;
        source.reads = extra->reads;
        source.source = extra->source;
    }
    int err = dir ? compile(&source, error, ctx, ret) : -errno;
    free(dir);
    free(text);
    return err;
}
