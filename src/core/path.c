/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/bytes.h"
#include "core/facts.h"

/* Appends one component; returns the new length, or -1 when it does not fit. */
static long append(char *buf, size_t len, size_t size, const char *part, size_t part_len)
{
    if (part_len == 0 || (part_len == 1 && part[0] == '.'))
        return (long)len;
    if (part_len == 2 && part[0] == '.' && part[1] == '.') {
        while (len > 0 && buf[len - 1] != '/')
            len--;
        return len > 0 ? (long)len - 1 : 0;
    }
    if (len + part_len + 2 > size)
        return -1;
    buf[len] = '/';
    for (size_t i = 0; i < part_len; i++) /* a part is a few bytes, and may be where it is to be */
        buf[len + 1 + i] = part[i];
    return (long)(len + 1 + part_len);
}

static long append_all(char *buf, size_t len, size_t size, const char *path, size_t path_len)
{
    const char *end = path + path_len;
    while (path < end) {
        const char *stop = path;
        while (stop < end && *stop != '/')
            stop++;
        long now = append(buf, len, size, path, (size_t)(stop - path));
        if (now < 0)
            return -1;
        len = (size_t)now;
        path = stop + 1;
    }
    return (long)len;
}

const char *path_end(const char *path, size_t len)
{
    size_t end = len;
    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t last = end;
    while (last > 0 && path[last - 1] != '/')
        last--;
    bool dots = end > last && end - last <= 2 && path[last] == '.' && path[end - 1] == '.';
    return dots ? "/." : end < len ? "/" : "";
}

long path_join(const char *base, const char *path, size_t path_len, char *buf, size_t size)
{
    bool absolute = path_len > 0 && path[0] == '/';
    long len = size < 2 ? -1 : absolute ? 0 : append_all(buf, 0, size, base, strlen(base));
    if (len >= 0)
        len = append_all(buf, (size_t)len, size, path, path_len);
    if (len < 0)
        return -ENAMETOOLONG;
    if (len == 0)
        buf[len++] = '/';
    buf[len] = '\0';
    return len;
}

/* Of a block of places: is there, perhaps, a slash with a slash or a dot behind it? */
static bool may_leave_out(const char *path)
{
    const block bytes = *(const block *)path, next = *(const block *)(path + 1);
    return block_equal(bytes, '/') & (block_equal(next, '/') | block_equal(next, '.'));
}

bool path_is_joined(const char *path, size_t len)
{
    if (len > 0 && path[len - 1] == '/')
        return false;
    for (size_t i = 0; i < len; i++) {
        while (i < len && (len - i > sizeof(block) || block_is_readable(path + i + 1)) && !may_leave_out(path + i))
            i += sizeof(block);
        if (i + 1 >= len || path[i] != '/')
            continue;
        const char next = path[i + 1];
        if (next == '/' || (next == '.' && (i + 2 == len || path[i + 2] == '.' || path[i + 2] == '/')))
            return false;
    }
    return true;
}
