/* SPDX-License-Identifier: MIT */
#include "core/flags.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* One list of all rows; a set is a run in it. Names lie in the rows: no pointer to relocate. */
struct flag {
    uint64_t value;
    char name[24];
};

#define F(name)                                                                                                                  \
    {                                                                                                                            \
        name, #name                                                                                                              \
    }
#define N(name, value)                                                                                                           \
    {                                                                                                                            \
        value, #name                                                                                                             \
    }
#define FLAGS(set, ...) static const struct flag flags_##set[] = { __VA_ARGS__ };
#define CONSTANTS       FLAGS
#include "core/flags.def"
#undef FLAGS
#undef CONSTANTS

static const struct flag *set_rows(enum flag_set set, size_t *ret_count)
{
    switch (set) {
#define FLAGS(set, ...)                                                                                                          \
    case FLAG_SET_##set:                                                                                                         \
        *ret_count = sizeof flags_##set / sizeof(struct flag);                                                                   \
        return flags_##set;
#define CONSTANTS FLAGS
#include "core/flags.def"
#undef FLAGS
#undef CONSTANTS
    default: *ret_count = 0; return NULL;
    }
}

void put_flags(struct out *out, enum flag_set set, uint64_t bits, bool first)
{
    size_t count;
    const struct flag *row = set_rows(set, &count);
    for (size_t i = 0; bits && i < count; i++) {
        if (!row[i].value || (bits & row[i].value) != row[i].value)
            continue;
        if (first)
            put_char(out, '|');
        put_text(out, row[i].name);
        bits &= ~row[i].value;
        first = true;
    }
    if (bits && first)
        put_char(out, '|');
    if (bits)
        put_hex(out, bits);
    else if (!first)
        put_char(out, '0');
}

void put_constant(struct out *out, enum flag_set set, uint64_t number)
{
    size_t count;
    const struct flag *row = set_rows(set, &count);
    for (size_t i = 0; i < count; i++) {
        if (row[i].value == number) {
            put_text(out, row[i].name);
            return;
        }
    }
    put_hex(out, number);
}

void put_open_flags(struct out *out, unsigned flags)
{
    static const char modes[4][12] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE" };
    put_text(out, modes[flags & O_ACCMODE]);
    if (flags & ~(unsigned)O_ACCMODE)
        put_flags(out, FLAG_SET_OPEN, flags & ~(unsigned)O_ACCMODE, true);
}

void put_mode(struct out *out, unsigned mode)
{
    if (mode >= 0100)
        put_char(out, '0');
    put_octal(out, mode, 3);
}

void put_file_mode(struct out *out, unsigned mode)
{
    if (mode & S_IFMT) {
        put_constant(out, FLAG_SET_FILE_TYPE, mode & S_IFMT);
        put_char(out, '|');
    }
    static const struct {
        unsigned bit;
        char name[8];
    } special[] = { { S_ISUID, "S_ISUID" }, { S_ISGID, "S_ISGID" }, { S_ISVTX, "S_ISVTX" } };
    for (size_t i = 0; mode & S_IFMT && i < 3; i++) {
        if (mode & special[i].bit) {
            put_text(out, special[i].name);
            put_char(out, '|');
            mode &= ~special[i].bit;
        }
    }
    put_mode(out, mode & 07777);
}

static const struct error {
    int number;
    char name[16], text[52];
} errors[] = {
#define ERRNO(name, text) { name, #name, text },
#include "core/errnos.def"
#undef ERRNO
};

static const struct error *find_error(int number)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].number == number)
            return &errors[i];
    return NULL;
}

const char *errno_name(int number)
{
    const struct error *error = find_error(number);
    return error ? error->name : NULL;
}

const char *errno_text(int number)
{
    const struct error *error = find_error(number);
    return error ? error->text : NULL;
}
