/* SPDX-License-Identifier: MIT */
#include "core/flags.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/fs.h>
#include <linux/if_ether.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <asm/ioctls.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

/* Names lie in the rows: no pointer to relocate. */
struct flag {
    uint64_t value;
    char name[32];
};

struct rows {
    const struct flag *row, *end;
    const char *unknown; /* what stands beside a number without a name */
};

#define F(name)                                                                                                                  \
    {                                                                                                                            \
        name, #name                                                                                                              \
    }
#define N(name, value)                                                                                                           \
    {                                                                                                                            \
        value, #name                                                                                                             \
    }
#define FLAGS(set, unknown, ...) static const struct flag flags_##set[] = { __VA_ARGS__ };
#define CONSTANTS                FLAGS
#include "core/flags.def"
#undef FLAGS
#undef CONSTANTS

static struct rows rows_of(enum flag_set set)
{
    switch (set) {
#define FLAGS(set, unknown, ...)                                                                                                 \
    case FLAG_SET_##set:                                                                                                         \
        return (struct rows){ flags_##set, flags_##set + sizeof flags_##set / sizeof(struct flag), unknown };
#define CONSTANTS FLAGS
#include "core/flags.def"
#undef FLAGS
#undef CONSTANTS
    default: return (struct rows){ 0 };
    }
}

static void put_unknown(struct out *out, uint64_t number, const char *unknown)
{
    put_hex(out, number);
    put_text(out, " /* ");
    put_text(out, unknown);
    put_text(out, " */");
}

void put_flags(struct out *out, enum flag_set set, uint64_t bits, bool first)
{
    struct rows rows = rows_of(set);
    for (const struct flag *row = rows.row; bits && row < rows.end; row++) {
        if ((bits & row->value) != row->value)
            continue;
        if (first)
            put_char(out, '|');
        put_name(out, row->name);
        bits &= ~row->value;
        first = true;
    }
    if (bits && first) {
        put_char(out, '|');
        put_hex(out, bits);
    } else if (bits) {
        put_unknown(out, bits, rows.unknown);
    } else if (!first) {
        put_char(out, '0');
    }
}

static const struct flag *find_constant(const struct rows *rows, uint64_t number)
{
    for (const struct flag *row = rows->row; row < rows->end; row++)
        if (row->value == number)
            return row;
    return NULL;
}

bool has_constant(enum flag_set set, uint64_t number)
{
    struct rows rows = rows_of(set);
    return find_constant(&rows, number) != NULL;
}

void put_constant(struct out *out, enum flag_set set, uint64_t number)
{
    struct rows rows = rows_of(set);
    const struct flag *row = find_constant(&rows, number);
    if (row)
        put_name(out, row->name);
    else
        put_unknown(out, number, rows.unknown);
}

void put_open_flags(struct out *out, uint64_t flags)
{
    static const char modes[4][12] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE" };
    put_text(out, modes[flags & O_ACCMODE]);
    put_flags(out, FLAG_SET_OPEN, flags & ~(uint64_t)O_ACCMODE, true);
}

/* The kernel's numbers: libc keeps the first real-time signals for itself. */
bool put_signal(struct out *out, int number)
{
    const int first = 32, last = 64;
    if (number > first && number <= last) {
        put_text(out, "SIGRT_");
        put_signed(out, number - first);
    } else if (number == first) {
        put_text(out, "SIGRTMIN");
    } else if (number > 0 && number < first) {
        put_constant(out, FLAG_SET_SIGNAL, (uint64_t)number);
    } else {
        return false;
    }
    return true;
}

static inline char *mode_at(char *to, uint64_t mode)
{
    enum { LEAST = 3, MOST = 22 }; /* digits: the first of the most is one bit */
    unsigned digits = LEAST;
    *to = '0';
    if (__builtin_expect(mode < 1 << 3 * LEAST, 1)) {
        to += mode >= 0100;
        to[0] = (char)('0' + (mode >> 6));
        to[1] = (char)('0' + (mode >> 3 & 7));
        to[2] = (char)('0' + (mode & 7));
        return to + LEAST;
    }
    while (digits < MOST && mode >> 3 * digits)
        digits++;
    for (to++; digits > 0; digits--)
        *to++ = (char)('0' + (mode >> 3 * (digits - 1) & 7));
    return to;
}

void put_mode(struct out *out, uint64_t mode)
{
    char elsewhere[PIECE];
    piece_end(out, elsewhere, mode_at(piece_begin(out, elsewhere), mode));
}

static inline char *special_bits_at(char *to, unsigned mode)
{
    to = mode & S_ISUID ? text_at(to, "S_ISUID|") : to;
    to = mode & S_ISGID ? text_at(to, "S_ISGID|") : to;
    return mode & S_ISVTX ? text_at(to, "S_ISVTX|") : to;
}

char *file_mode_at(char *to, unsigned mode)
{
    enum { TYPE = 12 };
    static const char types[1 + (S_IFMT >> TYPE)][16] = {
        [S_IFIFO >> TYPE] = "S_IFIFO|",   [S_IFCHR >> TYPE] = "S_IFCHR|", [S_IFDIR >> TYPE] = "S_IFDIR|",
        [S_IFBLK >> TYPE] = "S_IFBLK|",   [S_IFREG >> TYPE] = "S_IFREG|", [S_IFLNK >> TYPE] = "S_IFLNK|",
        [S_IFSOCK >> TYPE] = "S_IFSOCK|",
    };
    const char *type = types[(mode & S_IFMT) >> TYPE], *behind;
    if (mode & S_IFMT && !*type)
        return mode_at(to, mode);
    to = name_at(to, type, &behind);
    if (__builtin_expect(mode & (S_ISUID | S_ISGID | S_ISVTX), 0))
        to = special_bits_at(to, mode);
    return mode_at(to, mode & 0777);
}

void put_file_mode(struct out *out, unsigned mode)
{
    char elsewhere[PIECE];
    piece_end(out, elsewhere, file_mode_at(piece_begin(out, elsewhere), mode));
}

static const struct error {
    char name[16], text[56];
} errors[] = {
#define ERRNO(name, text) [name] = { #name, text },
#include "core/errnos.def"
#undef ERRNO
};

static const struct error *find_error(int number)
{
    bool known = number >= 0 && (size_t)number < sizeof errors / sizeof *errors && *errors[number].name;
    return known ? &errors[number] : NULL;
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
