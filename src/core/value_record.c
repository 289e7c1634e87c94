/* SPDX-License-Identifier: MIT */
/* Limits, timers, locks, owners, terminals, children, groups: as strace has them, in JSON as the same text. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "core/call.h"
#include "core/flags.h"
#include "core/value.h"

static void put_limit(struct out *out, uint64_t limit)
{
    const uint64_t kilo = 1024;
    if (limit == RLIM_INFINITY) {
        put_text(out, "RLIM64_INFINITY");
        return;
    }
    bool round = limit > kilo && limit % kilo == 0;
    put_unsigned(out, round ? limit / kilo : limit);
    put_text(out, round ? "*1024" : "");
}

static void put_limits(struct out *out, const void *bytes)
{
    struct rlimit limits;
    memcpy(&limits, bytes, sizeof limits);
    put_text(out, "{rlim_cur=");
    put_limit(out, limits.rlim_cur);
    put_text(out, ", rlim_max=");
    put_limit(out, limits.rlim_max);
    put_char(out, '}');
}

/* struct itimerval and struct itimerspec have the same layout. */
static void put_timer(struct out *out, const void *bytes, const char *unit)
{
    struct itimerspec timer;
    memcpy(&timer, bytes, sizeof timer);
    put_text(out, "{it_interval=");
    put_moment(out, timer.it_interval.tv_sec, timer.it_interval.tv_nsec, unit);
    put_text(out, ", it_value=");
    put_moment(out, timer.it_value.tv_sec, timer.it_value.tv_nsec, unit);
    put_char(out, '}');
}

static void put_lock(struct out *out, const void *bytes, bool with_pid)
{
    struct flock lock;
    memcpy(&lock, bytes, sizeof lock);
    put_text(out, "{l_type=");
    put_constant(out, FLAG_SET_LEASE, (unsigned short)lock.l_type);
    put_text(out, ", l_whence=");
    put_constant(out, FLAG_SET_SEEK, (unsigned short)lock.l_whence);
    put_text(out, ", l_start=");
    put_signed(out, lock.l_start);
    put_text(out, ", l_len=");
    put_signed(out, lock.l_len);
    if (with_pid) {
        put_text(out, ", l_pid=");
        put_signed(out, lock.l_pid);
    }
    put_char(out, '}');
}

static void put_owner(struct out *out, const void *bytes)
{
    struct f_owner_ex owner;
    memcpy(&owner, bytes, sizeof owner);
    put_text(out, "{type=");
    put_constant(out, FLAG_SET_FOWNER, (unsigned)owner.type);
    put_text(out, ", pid=");
    put_signed(out, owner.pid);
    put_char(out, '}');
}

/* The fields of c_oflag that are numbers: the name of each value is the letters and the number. */
static const struct delay {
    char letters[4];
    uint8_t shift, mask;
} delays[] = { { "NL", 8, 1 }, { "CR", 9, 3 }, { "TAB", 11, 3 }, { "BS", 13, 1 }, { "VT", 14, 1 }, { "FF", 15, 1 } };

static void put_terminal_output(struct out *out, uint32_t flags)
{
    bool plain = true;
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++) {
        put_text(out, plain ? "" : "|");
        plain = false;
        put_text(out, delays[i].letters);
        put_unsigned(out, flags >> delays[i].shift & delays[i].mask);
        flags &= ~((uint32_t)delays[i].mask << delays[i].shift);
    }
    put_flags(out, FLAG_SET_TERM_OUT, flags, true);
}

static void put_terminal_control(struct out *out, uint32_t flags)
{
    const uint32_t speed = 010017, size = 060;
    put_constant(out, FLAG_SET_TERM_SPEED, flags & speed);
    put_text(out, "|CS");
    put_unsigned(out, 5 + ((flags & size) >> 4));
    put_flags(out, FLAG_SET_TERM_CONTROL, flags & ~(speed | size), true);
}

void put_terminal_flags(struct out *out, const void *bytes)
{
    uint32_t flags[4];
    memcpy(flags, bytes, sizeof flags);
    put_text(out, "{c_iflag=");
    put_flags(out, FLAG_SET_TERM_IN, flags[0], false);
    put_text(out, ", c_oflag=");
    put_terminal_output(out, flags[1]);
    put_text(out, ", c_cflag=");
    put_terminal_control(out, flags[2]);
    put_text(out, ", c_lflag=");
    put_flags(out, FLAG_SET_TERM_LOCAL, flags[3], false);
}

static void put_window(struct out *out, const void *bytes)
{
    static const char names[][14] = { "{ws_row=", ", ws_col=", ", ws_xpixel=", ", ws_ypixel=" };
    uint16_t numbers[4];
    memcpy(numbers, bytes, sizeof numbers);
    for (int i = 0; i < 4; i++) {
        put_text(out, names[i]);
        put_unsigned(out, numbers[i]);
    }
    put_char(out, '}');
}

static void put_usage(struct out *out, const void *bytes)
{
    struct timeval times[2];
    memcpy(times, bytes, sizeof times);
    put_text(out, "{ru_utime=");
    put_moment(out, times[0].tv_sec, times[0].tv_usec, "usec");
    put_text(out, ", ru_stime=");
    put_moment(out, times[1].tv_sec, times[1].tv_usec, "usec");
    put_text(out, ", ...}");
}

static void put_number_of(struct out *out, const char *name, int64_t number)
{
    put_text(out, name);
    put_signed(out, number);
}

/* What waitid tells of a child; nothing when there was none. */
static void put_child(struct out *out, const void *bytes)
{
    siginfo_t info;
    memcpy(&info, bytes, sizeof info);
    if (info.si_signo == 0) {
        put_text(out, "{}");
        return;
    }
    put_text(out, "{si_signo=");
    if (!put_signal(out, info.si_signo))
        put_signed(out, info.si_signo);
    put_text(out, ", si_code=");
    put_constant(out, FLAG_SET_CLD, (unsigned)info.si_code);
    put_number_of(out, ", si_pid=", info.si_pid);
    put_number_of(out, ", si_uid=", info.si_uid);
    put_text(out, ", si_status=");
    if (info.si_code == CLD_EXITED || !put_signal(out, info.si_status))
        put_signed(out, info.si_status);
    put_char(out, '}');
}

static void put_groups(struct out *out, const struct hook_value *value)
{
    put_char(out, '[');
    for (size_t i = 0; i < value->len / sizeof(gid_t); i++) {
        gid_t group;
        memcpy(&group, (const char *)value->p + i * sizeof group, sizeof group);
        put_text(out, i ? ", " : "");
        put_unsigned(out, group);
    }
    put_text(out, value->state == HOOK_VALUE_CUT ? ", ...]" : "]");
}

bool put_record(struct out *out, unsigned kind, const struct hook_value *value)
{
    switch (kind) {
    case KIND_RLIMIT_IN:
    case KIND_RLIMIT_OUT: put_limits(out, value->p); break;
    case KIND_ITIMERSPEC_IN:
    case KIND_ITIMERSPEC_OUT: put_timer(out, value->p, "nsec"); break;
    case KIND_ITIMERVAL_IN:
    case KIND_ITIMERVAL_OUT: put_timer(out, value->p, "usec"); break;
    case KIND_FLOCK_IN:
    case KIND_FLOCK_OUT: put_lock(out, value->p, kind == KIND_FLOCK_OUT); break;
    case KIND_FOWNER_IN:
    case KIND_FOWNER_OUT: put_owner(out, value->p); break;
    case KIND_TERMIOS_IN:
    case KIND_TERMIOS_OUT:
        put_terminal_flags(out, value->p);
        put_text(out, ", ...}");
        break;
    case KIND_WINSIZE_IN:
    case KIND_WINSIZE_OUT: put_window(out, value->p); break;
    case KIND_RUSAGE: put_usage(out, value->p); break;
    case KIND_SIGINFO: put_child(out, value->p); break;
    case KIND_GIDS_IN: put_groups(out, value); break;
    default: return false;
    }
    return true;
}
