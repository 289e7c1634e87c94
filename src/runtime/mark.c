/* SPDX-License-Identifier: MIT */
#include "runtime/mark.h"

#include <string.h>
#include <sys/stat.h>

#include "sys/raw.h"

static const char path_mark[] = "//.", fd_mark[] = "fd:0";

bool mark_is_child(const char *output)
{
    bool path = strncmp(output, path_mark, sizeof path_mark - 1) == 0 && output[sizeof path_mark - 1] == '/';
    return path || (strncmp(output, fd_mark, sizeof fd_mark - 1) == 0 && output[sizeof fd_mark - 1]);
}

const char *mark_written(const char *output, char buf[MARK_ROOM])
{
    if (!mark_is_child(output))
        return output;
    if (output[0] == '/')
        return output + sizeof path_mark - 1;
    const size_t len = strcspn(output + sizeof fd_mark - 1, ":");
    const size_t kept = len < MARK_ROOM - sizeof fd_mark ? len : MARK_ROOM - sizeof fd_mark;
    strcpy(buf, "fd:");
    memcpy(buf + 3, output + sizeof fd_mark - 1, kept);
    buf[3 + kept] = '\0';
    return buf;
}

static char *put_number(char *at, unsigned long number)
{
    if (number >= 10)
        at = put_number(at, number / 10);
    *at = (char)('0' + number % 10);
    return at + 1;
}

/* The three that every program has are its own: its children write to theirs. */
static void put_identity(char *end, int fd)
{
    struct stat st;
    if (fd <= 2 || raw(SYS_fstat, fd, &st) < 0)
        return;
    *end = ':';
    end = put_number(end + 1, st.st_dev);
    *end = ':';
    end = put_number(end + 1, st.st_ino);
    *end = '\0';
}

void mark_put(char *output)
{
    size_t path_len = sizeof path_mark - 1;
    if (mark_is_child(output))
        return;
    if (output[0] == '/') {
        memmove(output + path_len, output, strlen(output) + 1);
        memcpy(output, path_mark, path_len);
    } else if (strncmp(output, "fd:", 3) == 0 && strspn(output + 3, "0123456789") == strlen(output + 3) && output[3]) {
        int fd = 0;
        for (const char *digit = output + 3; *digit && fd < 1 << 24; digit++)
            fd = fd * 10 + (*digit - '0');
        memmove(output + 4, output + 3, strlen(output + 3) + 1);
        output[3] = '0';
        put_identity(output + strlen(output), fd);
    }
}
