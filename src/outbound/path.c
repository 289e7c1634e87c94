/* SPDX-License-Identifier: MIT */
#include "outbound/path.h"

#include "sys/thread.h"

static char *put_number(char *at, unsigned number)
{
    if (number >= 10)
        at = put_number(at, number / 10);
    *at = (char)('0' + number % 10);
    return at + 1;
}

bool path_expand(char *out, size_t size, const char *path)
{
    char *end = out + size - 16;
    for (; *path && out < end; path++) {
        if (path[0] == '%' && path[1] == 'p') {
            out = put_number(out, (unsigned)thread_pid());
            path++;
        } else {
            *out++ = *path;
        }
    }
    *out = '\0';
    return !*path;
}
