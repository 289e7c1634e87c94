/* SPDX-License-Identifier: MIT */
#include "core/value.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <netdb.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <utime.h>

#include "core/call.h"
#include "core/capture.h"
#include "core/flags.h"

void put_member(struct out *out, const char *name, bool first, enum style style)
{
    bool json = style == STYLE_JSON;
    if (!first)
        put_text(out, json ? "," : ", ");
    put_text(out, json ? "\"" : "");
    put_text(out, name);
    put_text(out, json ? "\":" : "=");
}

static uint64_t first_word(const void *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static int first_int(const void *bytes)
{
    int number;
    memcpy(&number, bytes, sizeof number);
    return number;
}

static inline void put_stat(struct out *out, const struct hook_value *value, enum style style)
{
    const bool json = style == STYLE_JSON, whole = value->len >= sizeof(struct stat);
    const char *bytes = value->p;
    const uint32_t mode = whole ? MEMBER(struct stat, st_mode, bytes) : (uint32_t)first_int(bytes);
    char elsewhere[PIECE], *to = piece_begin(out, elsewhere);
    to = file_mode_at(json ? text_at(to, "{\"st_mode\":\"") : text_at(to, "{st_mode="), mode);
    if (__builtin_expect(S_ISCHR(mode) || S_ISBLK(mode), 0)) {
        piece_end(out, elsewhere, json ? text_at(to, "\",\"st_rdev\":\"") : text_at(to, ", st_rdev="));
        put_device(out, whole ? MEMBER(struct stat, st_rdev, bytes) : first_word(bytes + sizeof mode));
        put_text(out, json ? "\"}" : ", ...}");
    } else {
        to = json ? text_at(to, "\",\"st_size\":") : text_at(to, ", st_size=");
        to = signed_at(to, whole ? MEMBER(struct stat, st_size, bytes) : (int64_t)first_word(bytes + sizeof mode));
        piece_end(out, elsewhere, json ? text_at(to, "}") : text_at(to, ", ...}"));
    }
}

static void put_statx(struct out *out, const void *bytes, enum style style)
{
    bool json = style == STYLE_JSON;
    put_text(out, json ? "{\"stx_mask\":\"" : "{stx_mask=");
    put_flags(out, FLAG_SET_STATX, MEMBER(struct statx, stx_mask, bytes), false);
    put_text(out, json ? "\",\"stx_attributes\":\"" : ", stx_attributes=");
    put_flags(out, FLAG_SET_STATX_ATTR, MEMBER(struct statx, stx_attributes, bytes), false);
    put_text(out, json ? "\",\"stx_mode\":\"" : ", stx_mode=");
    put_file_mode(out, MEMBER(struct statx, stx_mode, bytes));
    put_text(out, json ? "\",\"stx_size\":" : ", stx_size=");
    put_unsigned(out, MEMBER(struct statx, stx_size, bytes));
    put_text(out, json ? "}" : ", ...}");
}

static void put_int(struct out *out, const struct hook_value *value)
{
    int32_t number;
    memcpy(&number, value->p, sizeof number);
    put_char(out, '[');
    put_signed(out, number);
    put_char(out, ']');
}

static void put_fd_pair(struct out *out, const struct hook_value *value, enum style style)
{
    struct capture_fd_pair pair = { 0 };
    memcpy(&pair, value->p, value->len < sizeof pair ? value->len : sizeof pair);
    put_char(out, '[');
    for (int i = 0; i < 2; i++) {
        if (i)
            put_text(out, style == STYLE_JSON ? "," : ", ");
        put_signed(out, pair.fd[i]);
        if (pair.name[i][0] && style == STYLE_TEXT)
            put_fd_name(out, pair.name[i], strnlen(pair.name[i], sizeof *pair.name));
    }
    put_char(out, ']');
}

static void put_how(struct out *out, const void *bytes)
{
    uint64_t flags = MEMBER(struct open_how, flags, bytes), mode = MEMBER(struct open_how, mode, bytes);
    put_text(out, "{flags=");
    put_open_flags(out, flags);
    if (mode || flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) {
        put_text(out, ", mode=");
        put_mode(out, mode);
    }
    put_text(out, ", resolve=");
    put_flags(out, FLAG_SET_RESOLVE, MEMBER(struct open_how, resolve, bytes), false);
    put_char(out, '}');
}

void put_moment(struct out *out, int64_t seconds, int64_t fraction, const char *unit)
{
    if (unit[0] == 'n' && (fraction == UTIME_NOW || fraction == UTIME_OMIT)) {
        put_text(out, fraction == UTIME_NOW ? "UTIME_NOW" : "UTIME_OMIT");
        return;
    }
    put_text(out, "{tv_sec=");
    put_signed(out, seconds);
    put_text(out, ", tv_");
    put_text(out, unit);
    put_char(out, '=');
    put_signed(out, fraction);
    put_char(out, '}');
}

/* struct timespec[2] and struct timeval[2] have the same layout. */
static void put_times(struct out *out, const void *bytes, const char *unit)
{
    struct timespec times[2];
    memcpy(times, bytes, sizeof times);
    put_char(out, '[');
    put_moment(out, times[0].tv_sec, times[0].tv_nsec, unit);
    put_text(out, ", ");
    put_moment(out, times[1].tv_sec, times[1].tv_nsec, unit);
    put_char(out, ']');
}

static void put_utimbuf(struct out *out, const void *bytes)
{
    struct utimbuf times;
    memcpy(&times, bytes, sizeof times);
    put_text(out, "{actime=");
    put_signed(out, times.actime);
    put_text(out, ", modtime=");
    put_signed(out, times.modtime);
    put_char(out, '}');
}

static void put_hints(struct out *out, const void *bytes)
{
    unsigned type = (unsigned)MEMBER(struct addrinfo, ai_socktype, bytes);
    put_text(out, "{ai_family=");
    put_constant(out, FLAG_SET_AF, (unsigned)MEMBER(struct addrinfo, ai_family, bytes));
    put_text(out, ", ai_socktype=");
    type ? put_constant(out, FLAG_SET_SOCK, type) : put_char(out, '0');
    put_text(out, ", ai_protocol=");
    put_constant(out, FLAG_SET_IPPROTO, (unsigned)MEMBER(struct addrinfo, ai_protocol, bytes));
    put_text(out, ", ai_flags=");
    put_flags(out, FLAG_SET_AI, (unsigned)MEMBER(struct addrinfo, ai_flags, bytes), false);
    put_char(out, '}');
}

static void put_amount(struct out *out, const char *name, uint64_t value)
{
    put_text(out, name);
    put_unsigned(out, value);
}

static void put_statfs(struct out *out, const void *bytes)
{
    uint32_t id[2];
    memcpy(id, (const char *)bytes + offsetof(struct statfs, f_fsid), sizeof id);
    put_text(out, "{f_type=");
    put_constant(out, FLAG_SET_FS, (uint64_t)MEMBER(struct statfs, f_type, bytes));
    put_amount(out, ", f_bsize=", (uint64_t)MEMBER(struct statfs, f_bsize, bytes));
    put_amount(out, ", f_blocks=", MEMBER(struct statfs, f_blocks, bytes));
    put_amount(out, ", f_bfree=", MEMBER(struct statfs, f_bfree, bytes));
    put_amount(out, ", f_bavail=", MEMBER(struct statfs, f_bavail, bytes));
    put_amount(out, ", f_files=", MEMBER(struct statfs, f_files, bytes));
    put_amount(out, ", f_ffree=", MEMBER(struct statfs, f_ffree, bytes));
    put_text(out, ", f_fsid={val=[");
    put_hex(out, id[0]);
    put_text(out, ", ");
    put_hex(out, id[1]);
    put_amount(out, "]}, f_namelen=", (uint64_t)MEMBER(struct statfs, f_namelen, bytes));
    put_amount(out, ", f_frsize=", (uint64_t)MEMBER(struct statfs, f_frsize, bytes));
    put_text(out, ", f_flags=");
    put_flags(out, FLAG_SET_ST, (uint64_t)MEMBER(struct statfs, f_flags, bytes), false);
    put_char(out, '}');
}

static void put_statvfs(struct out *out, const void *bytes)
{
    put_amount(out, "{f_bsize=", MEMBER(struct statvfs, f_bsize, bytes));
    put_amount(out, ", f_frsize=", MEMBER(struct statvfs, f_frsize, bytes));
    put_amount(out, ", f_blocks=", MEMBER(struct statvfs, f_blocks, bytes));
    put_amount(out, ", f_bfree=", MEMBER(struct statvfs, f_bfree, bytes));
    put_amount(out, ", f_bavail=", MEMBER(struct statvfs, f_bavail, bytes));
    put_text(out, ", ...}");
}

/* Shown in JSON as the text is. */
static bool put_braces(struct out *out, unsigned kind, const struct hook_value *value)
{
    const void *bytes = value->p;
    switch (kind) {
    case KIND_EPOLLEVENT:
    case KIND_EPOLLEVENTS: put_epoll_events(out, kind, value); break;
    case KIND_TIMESPEC:
        put_moment(out, MEMBER(struct timespec, tv_sec, bytes), MEMBER(struct timespec, tv_nsec, bytes), "nsec");
        break;
    case KIND_HINTS: put_hints(out, bytes); break;
    case KIND_STATFS: put_statfs(out, bytes); break;
    case KIND_STATVFS: put_statvfs(out, bytes); break;
    case KIND_SIGACT_IN:
    case KIND_SIGACT_OUT: put_signal_action(out, bytes); break;
    case KIND_SIGSET_IN:
    case KIND_SIGSET_OUT: put_signal_set(out, first_word(bytes)); break;
    case KIND_WSTATUS: put_wait_status(out, first_int(bytes)); break;
    case KIND_OPENHOW: put_how(out, bytes); break;
    case KIND_TIMES: put_times(out, bytes, "nsec"); break;
    case KIND_TIMEVALS: put_times(out, bytes, "usec"); break;
    case KIND_UTIMBUF: put_utimbuf(out, bytes); break;
    default: return put_record(out, kind, value);
    }
    return true;
}

void put_structure(struct out *out, unsigned kind, const struct hook_value *value, enum style style)
{
    switch (kind) {
    case KIND_STAT: put_stat(out, value, style); return;
    case KIND_STATX: put_statx(out, value->p, style); return;
    case KIND_FD2: put_fd_pair(out, value, style); return;
    case KIND_INTP:
    case KIND_INTP_IN:
    case KIND_PIDP:
    case KIND_SOCKLENP: put_int(out, value); return;
    default: break;
    }
    size_t start = out->len;
    if (style == STYLE_JSON)
        put_char(out, '"');
    if (!put_braces(out, kind, value)) {
        out->len = start;
        put_text(out, style == STYLE_JSON ? "null" : "?");
    } else if (style == STYLE_JSON) {
        put_char(out, '"');
    }
}
