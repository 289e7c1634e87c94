/* SPDX-License-Identifier: MIT */
#include "runtime/rules.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "core/policy/policy.h"
#include "runtime/config.h"
#include "runtime/message.h"
#include "sys/cwd.h"
#include "sys/memory.h"
#include "sys/output.h"
#include "sys/raw.h"

enum { CHUNK = 64 * 1024 };

const char *rules_shown_name(const char *path)
{
    const char *mark = strstr(path, "/./");
    return mark ? mark + 3 : path;
}

struct file {
    char *text;
    size_t len, size;
};

/* Returns 0 or a negative errno. */
static int read_file(const char *path, struct file *ret)
{
    long fd = raw(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY), got = fd;
    while (got >= 0) {
        if (ret->len == ret->size) {
            char *bigger = memory_resize(NULL, ret->text, ret->size, ret->size + CHUNK);
            if (!bigger)
                break;
            ret->text = bigger;
            ret->size += CHUNK;
        }
        got = raw(SYS_read, fd, ret->text + ret->len, ret->size - ret->len);
        if (got <= 0)
            break;
        ret->len += (size_t)got;
    }
    if (fd >= 0)
        raw(SYS_close, fd);
    return got < 0 ? (int)got : 0;
}

/* The folder that relative paths in the file are taken from; false when it is not to be known. */
static bool folder_of(const char *path, char *buf, size_t size)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) : 0;
    long base = 0;
    if (path[0] != '/' && (base = cwd_get(buf, size - 1)) < 0)
        return false;
    if ((size_t)base + len + 2 > size)
        return false;
    if (len > 0 && path[0] != '/')
        buf[base++] = '/';
    memcpy(buf + base, path, len);
    buf[(size_t)base + len] = '\0';
    if (!buf[0])
        memcpy(buf, "/", 2);
    return true;
}

static void show(void *ctx, const char *text, size_t len)
{
    (void)ctx;
    output_write(2, "hook: ", 6);
    output_write(2, text, len);
}

struct policy *rules_load(const char *path)
{
    char dir[PATH_MAX];
    struct file file = { NULL, 0, 0 };
    struct policy *policy = NULL;
    int err = read_file(path, &file);
    if (err < 0) {
        message(rules_shown_name(path), ": ", error_text(-err), NULL);
        return NULL;
    }
    const struct policy_text text = {
        .name = rules_shown_name(path),
        .dir = folder_of(path, dir, sizeof dir) ? dir : "/",
        .home = config_variable("HOME"),
        .text = file.text,
        .len = file.len,
    };
    const struct policy_memory memory = { memory_resize, NULL };
    if (policy_compile(&text, &memory, show, NULL, &policy) != 0)
        policy = NULL;
    memory_unmap(file.text, file.size);
    return policy;
}
