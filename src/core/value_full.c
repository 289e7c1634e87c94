/* SPDX-License-Identifier: MIT */
/* Structures without an abbreviation, as strace -v has them; moments in UTC. */
#include <linux/stat.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/call.h"
#include "core/capture.h"
#include "core/flags.h"
#include "core/value.h"

static void put_signed_member(struct out *out, const char *name, int64_t number, enum style style)
{
    put_member(out, name, false, style);
    put_signed(out, number);
}

static void put_quote(struct out *out, enum style style)
{
    put_text(out, style == STYLE_JSON ? "\"" : "");
}

static void put_device_member(struct out *out, const char *name, bool first, uint64_t device, enum style style)
{
    put_member(out, name, first, style);
    put_quote(out, style);
    put_device(out, device);
    put_quote(out, style);
}

static void put_mode_member(struct out *out, const char *name, unsigned mode, enum style style)
{
    put_member(out, name, false, style);
    put_quote(out, style);
    put_file_mode(out, mode);
    put_quote(out, style);
}

static void put_flags_member(struct out *out, const char *name, bool first, enum flag_set set, uint64_t bits, enum style style)
{
    put_member(out, name, first, style);
    put_quote(out, style);
    put_flags(out, set, bits, false);
    put_quote(out, style);
}

/* The date of a moment that is not the first of all. */
static void put_date_of(struct out *out, int64_t seconds, uint32_t nanoseconds, enum style style)
{
    const int64_t day = 86400;
    int64_t days = seconds / day - (seconds % day < 0), of_day = seconds - days * day;
    if (style == STYLE_JSON || (!seconds && !nanoseconds))
        return;
    char elsewhere[PIECE], *to = date_at(text_at(piece_begin(out, elsewhere), " /* "), days);
    piece_end(out, elsewhere, clock_time_at(text_at(to, "T"), (unsigned)of_day));
    if (nanoseconds) {
        put_char(out, '.');
        put_padded(out, nanoseconds, 9);
    }
    put_text(out, "+0000 */");
}

static void put_time_members(struct out *out, const char *name, const char *fraction, const struct timespec *time,
                             enum style style)
{
    put_signed_member(out, name, time->tv_sec, style);
    put_date_of(out, time->tv_sec, (uint32_t)time->tv_nsec, style);
    put_signed_member(out, fraction, time->tv_nsec, style);
}

static void put_stat(struct out *out, const void *bytes, enum style style)
{
    struct stat st;
    memcpy(&st, bytes, sizeof st);
    put_char(out, '{');
    put_device_member(out, "st_dev", true, st.st_dev, style);
    put_signed_member(out, "st_ino", (int64_t)st.st_ino, style);
    put_mode_member(out, "st_mode", st.st_mode, style);
    put_signed_member(out, "st_nlink", (int64_t)st.st_nlink, style);
    put_signed_member(out, "st_uid", st.st_uid, style);
    put_signed_member(out, "st_gid", st.st_gid, style);
    put_signed_member(out, "st_blksize", st.st_blksize, style);
    put_signed_member(out, "st_blocks", st.st_blocks, style);
    if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
        put_device_member(out, "st_rdev", false, st.st_rdev, style);
    else
        put_signed_member(out, "st_size", st.st_size, style);
    put_time_members(out, "st_atime", "st_atime_nsec", &st.st_atim, style);
    put_time_members(out, "st_mtime", "st_mtime_nsec", &st.st_mtim, style);
    put_time_members(out, "st_ctime", "st_ctime_nsec", &st.st_ctim, style);
    put_char(out, '}');
}

static void put_statx_time(struct out *out, const char *name, struct statx_timestamp time, enum style style)
{
    put_member(out, name, false, style);
    put_quote(out, style);
    put_moment(out, time.tv_sec, time.tv_nsec, "nsec");
    put_quote(out, style);
    put_date_of(out, time.tv_sec, time.tv_nsec, style);
}

static void put_statx_devices(struct out *out, const void *bytes, enum style style)
{
    put_signed_member(out, "stx_rdev_major", MEMBER(struct statx, stx_rdev_major, bytes), style);
    put_signed_member(out, "stx_rdev_minor", MEMBER(struct statx, stx_rdev_minor, bytes), style);
    put_signed_member(out, "stx_dev_major", MEMBER(struct statx, stx_dev_major, bytes), style);
    put_signed_member(out, "stx_dev_minor", MEMBER(struct statx, stx_dev_minor, bytes), style);
}

enum { MOUNT = 0x1000 }; /* STATX_MNT_ID */

static void put_statx(struct out *out, const void *bytes, enum style style)
{
    put_char(out, '{');
    put_flags_member(out, "stx_mask", true, FLAG_SET_STATX, MEMBER(struct statx, stx_mask, bytes), style);
    put_signed_member(out, "stx_blksize", MEMBER(struct statx, stx_blksize, bytes), style);
    put_flags_member(out, "stx_attributes", false, FLAG_SET_STATX_ATTR, MEMBER(struct statx, stx_attributes, bytes), style);
    put_signed_member(out, "stx_nlink", MEMBER(struct statx, stx_nlink, bytes), style);
    put_signed_member(out, "stx_uid", MEMBER(struct statx, stx_uid, bytes), style);
    put_signed_member(out, "stx_gid", MEMBER(struct statx, stx_gid, bytes), style);
    put_mode_member(out, "stx_mode", MEMBER(struct statx, stx_mode, bytes), style);
    put_signed_member(out, "stx_ino", (int64_t)MEMBER(struct statx, stx_ino, bytes), style);
    put_signed_member(out, "stx_size", (int64_t)MEMBER(struct statx, stx_size, bytes), style);
    put_signed_member(out, "stx_blocks", (int64_t)MEMBER(struct statx, stx_blocks, bytes), style);
    put_flags_member(out, "stx_attributes_mask", false, FLAG_SET_STATX_ATTR, MEMBER(struct statx, stx_attributes_mask, bytes),
                     style);
    put_statx_time(out, "stx_atime", MEMBER(struct statx, stx_atime, bytes), style);
    if (MEMBER(struct statx, stx_mask, bytes) & STATX_BTIME)
        put_statx_time(out, "stx_btime", MEMBER(struct statx, stx_btime, bytes), style);
    put_statx_time(out, "stx_ctime", MEMBER(struct statx, stx_ctime, bytes), style);
    put_statx_time(out, "stx_mtime", MEMBER(struct statx, stx_mtime, bytes), style);
    put_statx_devices(out, bytes, style);
    if (MEMBER(struct statx, stx_mask, bytes) & MOUNT) {
        put_member(out, "stx_mnt_id", false, style);
        put_quote(out, style);
        put_hex(out, MEMBER(struct statx, stx_mnt_id, bytes));
        put_quote(out, style);
    }
    put_char(out, '}');
}

static void put_usage(struct out *out, const void *bytes, enum style style)
{
    static const char names[][12] = { "ru_maxrss", "ru_ixrss",    "ru_idrss",   "ru_isrss",   "ru_minflt",
                                      "ru_majflt", "ru_nswap",    "ru_inblock", "ru_oublock", "ru_msgsnd",
                                      "ru_msgrcv", "ru_nsignals", "ru_nvcsw",   "ru_nivcsw" };
    struct rusage usage;
    memcpy(&usage, bytes, sizeof usage);
    put_char(out, '{');
    put_member(out, "ru_utime", true, style);
    put_quote(out, style);
    put_moment(out, usage.ru_utime.tv_sec, usage.ru_utime.tv_usec, "usec");
    put_quote(out, style);
    put_member(out, "ru_stime", false, style);
    put_quote(out, style);
    put_moment(out, usage.ru_stime.tv_sec, usage.ru_stime.tv_usec, "usec");
    put_quote(out, style);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        long number;
        memcpy(&number, (const char *)&usage + 2 * sizeof(struct timeval) + i * sizeof number, sizeof number);
        put_signed_member(out, names[i], number, style);
    }
    put_char(out, '}');
}

/* What -v adds to a terminal's flags: special characters. */
static void put_terminal(struct out *out, const void *bytes)
{
    static const char names[][9] = { "VINTR",   "VQUIT",  "VERASE", "VKILL", "VEOF", "VTIME",    "VMIN",
                                     "VSWTC",   "VSTART", "VSTOP",  "VSUSP", "VEOL", "VREPRINT", "VDISCARD",
                                     "VWERASE", "VLNEXT", "VEOL2",  "17",    "18" };
    const unsigned char *special = (const unsigned char *)bytes + 4 * sizeof(uint32_t);
    put_terminal_flags(out, bytes);
    put_text(out, ", c_line=");
    special[0] ? put_unsigned(out, special[0]) : put_text(out, "N_TTY");
    put_text(out, ", c_cc=[");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        put_text(out, i ? ", [" : "[");
        put_text(out, names[i]);
        put_text(out, "]=");
        put_hex(out, special[1 + i]);
    }
    put_text(out, "]}");
}

bool put_full(struct out *out, unsigned kind, const struct hook_value *value, enum style style)
{
    if (value->len < capture_block_size(kind)) /* a trace that was made without -v */
        return false;
    switch (kind) {
    case KIND_STAT: put_stat(out, value->p, style); return true;
    case KIND_STATX: put_statx(out, value->p, style); return true;
    case KIND_RUSAGE: put_usage(out, value->p, style); return true;
    case KIND_TERMIOS_IN:
    case KIND_TERMIOS_OUT:
        put_quote(out, style);
        put_terminal(out, value->p);
        put_quote(out, style);
        return true;
    default: return false;
    }
}
