/* SPDX-License-Identifier: MIT */
/* Arguments that a command beside them says the kind of, and those that are read before the call and after it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "format_event.h"

#define OBJECT(object) &object, sizeof object

/* As asked, and once more as answered. */
static const struct pollfd polled[4] = {
    { 3, POLLIN | POLLPRI, 0 }, { -1, POLLOUT, 0 }, { 3, POLLIN | POLLPRI, POLLIN | POLLHUP }, { -1, POLLOUT, 0 }
};
static const struct timeval left[2] = { { 1, 2 }, { 0, 9 } };
static const uint64_t set_of_3_and_5[2] = { 0x28, 0x20 };
static const struct flock lock = { F_WRLCK, SEEK_SET, -1, 10, 77 };
static const struct f_owner_ex owner = { F_OWNER_PGRP, 7 };
static const uint32_t terminal_flags[9] = { 02400, 05, 0277, 012 };
static const uint16_t window[4] = { 24, 80, 1, 2 };

/* What a command before it says that it is. */
static const struct formed {
    unsigned call, arg;
    int64_t command;
    const void *p;
    size_t len;
    const char *text;
} formed[] = {
    { CALL_fcntl, 2, F_SETLK, OBJECT(lock), "{l_type=F_WRLCK, l_whence=SEEK_SET, l_start=-1, l_len=10}" },
    { CALL_fcntl, 2, F_OFD_GETLK, OBJECT(lock), "{l_type=F_WRLCK, l_whence=SEEK_SET, l_start=-1, l_len=10, l_pid=77}" },
    { CALL_fcntl, 2, F_SETOWN_EX, OBJECT(owner), "{type=F_OWNER_PGRP, pid=7}" },
    { CALL_ioctl, 2, TIOCGWINSZ, OBJECT(window), "{ws_row=24, ws_col=80, ws_xpixel=1, ws_ypixel=2}" },
    { CALL_ioctl, 2, TCGETS, OBJECT(terminal_flags),
      "{c_iflag=ICRNL|IXON, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|OPOST|ONLCR, c_cflag=B38400|CS8|CREAD, c_lflag=ICANON|ECHO, ...}" },
};

Test(format_forms, what_the_command_makes_of_an_argument)
{
    for (size_t i = 0; i < sizeof formed / sizeof *formed; i++) {
        struct hook_event event = call(formed[i].call);
        event.arg[formed[i].arg - 1].n = formed[i].command;
        event.arg[formed[i].arg] = bytes(formed[i].p, formed[i].len);
        check_argument(&event, formed[i].arg, formed[i].text, NULL);
        event.arg[formed[i].arg] = address(0x7000);
        check_argument(&event, formed[i].arg, "0x7000", NULL);
    }
    struct hook_event event = call(CALL_ioctl);
    event.arg[1].n = FIONBIO;
    event.arg[2] = bytes(&(int){ 1 }, sizeof(int));
    check_argument(&event, 2, "[1]", "[1]");
    event = call(CALL_setsockopt);
    event.arg[1].n = SOL_SOCKET;
    event.arg[2].n = SO_LINGER;
    event.arg[3] = bytes(&(struct linger){ 1, 2 }, sizeof(struct linger));
    check_argument(&event, 3, "{l_onoff=1, l_linger=2}", NULL);
    event.arg[3].len = sizeof(int);
    check_argument(&event, 3, "{l_onoff=1}", NULL);
    event.arg[1].n = SOL_TCP;
    check_argument(&event, 3, "[1]", "[1]");
    event = call(CALL_mount);
    event.arg[3].n = MS_NOSUID;
    event.arg[4] = string("size=1m");
    check_argument(&event, 4, "\"size=1m\"", "\"size=1m\"");
    event.arg[3].n = MS_MGC_VAL;
    check_argument(&event, 4, "\"size=1m\"", "\"size=1m\"");
    event.arg[3].n = MS_REMOUNT | MS_BIND;
    check_argument(&event, 4, "\"size=1m\"", "\"size=1m\"");
    event.arg[3].n = MS_BIND;
    event.arg[4] = number(0x7000);
    check_argument(&event, 4, "0x7000", NULL);
    event = call(CALL_prctl);
    event.arg[0].n = PR_SET_NAME;
    event.arg[1] = string("worker");
    check_argument(&event, 1, "\"worker\"", "\"worker\"");
    event = call(CALL_waitid);
    siginfo_t info = { .si_signo = SIGCHLD, .si_code = CLD_KILLED };
    info.si_pid = 7;
    info.si_status = SIGTERM;
    event.arg[2] = bytes(&info, sizeof info);
    check_argument(&event, 2, "{si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=7, si_uid=0, si_status=SIGTERM}", NULL);
}

/* Kinds that are read before the call and after it: both halves, and where they are shown. */
static const struct both {
    unsigned call, arg;
    const void *p;
    size_t len;
    int ret;
    const char *text, *json;
} both[] = {
    { CALL_poll, 0, OBJECT(polled), 1, "poll([{fd=3, events=POLLIN|POLLPRI}, {fd=-1}]) = 1 ([{fd=3, revents=POLLIN|POLLHUP}])",
      "\"fds\":[{\"fd\":3,\"events\":\"POLLIN|POLLPRI\",\"revents\":\"POLLIN|POLLHUP\"},{\"fd\":-1,\"events\":\"POLLOUT\","
      "\"revents\":\"0\"}]" },
    { CALL_poll, 0, OBJECT(polled), 0, "poll([{fd=3, events=POLLIN|POLLPRI}, {fd=-1}]) = 0 (Timeout)", "\"ret\":0" },
    { CALL_poll, 0, polled, sizeof polled / 2, -1,
      "poll([{fd=3, events=POLLIN|POLLPRI}, {fd=-1}]) = -1 EINTR (Interrupted system call)",
      "\"fds\":[{\"fd\":3,\"events\":\"POLLIN|POLLPRI\"},{\"fd\":-1,\"events\":\"POLLOUT\"}]" },
    { CALL_select, 1, OBJECT(set_of_3_and_5), 1, "select(8, [3 5]) = 1 (in [5])", "\"readfds\":{\"asked\":[3,5],\"ready\":[5]}" },
    { CALL_select, 3, OBJECT(set_of_3_and_5), 1, "select(8, [3 5]) = 1 (except [5])",
      "\"exceptfds\":{\"asked\":[3,5],\"ready\":[5]}" },
    { CALL_select, 2, set_of_3_and_5, 8, -1, "select(8, [3 5]) = -1 EINTR (Interrupted system call)",
      "\"writefds\":{\"asked\":[3,5]}" },
    { CALL_select, 4, OBJECT(left), 1, "select(8, {tv_sec=1, tv_usec=2}) = 1 (left {tv_sec=0, tv_usec=9})",
      "\"timeout\":\"{tv_sec=1, tv_usec=2}\"" },
    { CALL_select, 4, left, sizeof *left, -1, "select(8, {tv_sec=1, tv_usec=2}) = -1 EINTR (Interrupted system call)", "EINTR" },
};

Test(format_forms, what_a_call_was_asked_and_what_it_found)
{
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        struct hook_event event = call(both[i].call);
        if (both[i].arg)
            event.arg[0] = number(8);
        event.arg[both[i].arg] = bytes(both[i].p, both[i].len);
        event.arg[both[i].arg].count = 2;
        event.ret = both[i].ret;
        event.failed = both[i].ret < 0;
        event.err = event.failed ? EINTR : 0;
        TEXT(event, (char *)both[i].text);
        cr_expect(strstr(json(&event), both[i].json) != NULL, "%s\nhas no\n%s", line, both[i].json);
    }
    struct hook_event event = call(CALL_poll);
    event.arg[0] = bytes(polled, sizeof polled);
    event.arg[0].count = 33;
    event.ret = 1;
    cr_expect(strstr(text(&event), "{fd=-1}, ...]) = 1 (") != NULL);
}

/* What a call has passed or got, with nothing left out. */
static void check_full(unsigned id, unsigned arg, const struct hook_value *value, const char *as_text, const char *as_json)
{
    struct hook_event event = call(id);
    event.full = 1;
    event.arg[arg] = *value;
    check_argument(&event, arg, as_text, as_json);
}

Test(format_forms, nothing_is_left_out_when_all_is_wanted)
{
    struct stat st = { .st_dev = 0x801,
                       .st_ino = 7,
                       .st_mode = S_IFREG | 0644,
                       .st_nlink = 1,
                       .st_uid = 2,
                       .st_gid = 3,
                       .st_size = 9,
                       .st_blksize = 4096,
                       .st_blocks = 8,
                       .st_mtim = { -5, 0 },
                       .st_ctim = { 1795453200, 12 } };
    struct hook_value value = bytes(&st, sizeof st);
    check_full(
        CALL_stat, 1, &value,
        "{st_dev=makedev(0x8, 0x1), st_ino=7, st_mode=S_IFREG|0644, st_nlink=1, st_uid=2, st_gid=3, st_blksize=4096, "
        "st_blocks=8, "
        "st_size=9, st_atime=0, st_atime_nsec=0, st_mtime=-5 /* 1969-12-31T23:59:55+0000 */, st_mtime_nsec=0, "
        "st_ctime=1795453200 /* 2026-11-23T17:00:00.000000012+0000 */, st_ctime_nsec=12}",
        "{\"st_dev\":\"makedev(0x8, 0x1)\",\"st_ino\":7,\"st_mode\":\"S_IFREG|0644\",\"st_nlink\":1,\"st_uid\":2,\"st_gid\":3,"
        "\"st_blksize\":4096,\"st_blocks\":8,\"st_size\":9,\"st_atime\":0,\"st_atime_nsec\":0,\"st_mtime\":-5,"
        "\"st_mtime_nsec\":0,\"st_ctime\":1795453200,\"st_ctime_nsec\":12}");
    value = bytes("A=1\0B=2", 8);
    value.count = 2;
    check_full(CALL_execve, 2, &value, "[\"A=1\", \"B=2\"]", "[\"A=1\",\"B=2\"]");
    struct rusage usage = { .ru_utime = { 1, 2 }, .ru_maxrss = 5, .ru_nivcsw = 6 };
    value = bytes(&usage, sizeof usage);
    check_full(
        CALL_wait4, 3, &value,
        "{ru_utime={tv_sec=1, tv_usec=2}, ru_stime={tv_sec=0, tv_usec=0}, ru_maxrss=5, ru_ixrss=0, ru_idrss=0, ru_isrss=0, "
        "ru_minflt=0, "
        "ru_majflt=0, ru_nswap=0, ru_inblock=0, ru_oublock=0, ru_msgsnd=0, ru_msgrcv=0, ru_nsignals=0, ru_nvcsw=0, ru_nivcsw=6}",
        "{\"ru_utime\":\"{tv_sec=1, tv_usec=2}\",\"ru_stime\":\"{tv_sec=0, "
        "tv_usec=0}\",\"ru_maxrss\":5,\"ru_ixrss\":0,\"ru_idrss\":0,"
        "\"ru_isrss\":0,\"ru_minflt\":0,\"ru_majflt\":0,\"ru_nswap\":0,\"ru_inblock\":0,\"ru_oublock\":0,\"ru_msgsnd\":0,"
        "\"ru_msgrcv\":0,\"ru_nsignals\":0,\"ru_nvcsw\":0,\"ru_nivcsw\":6}");
    struct hook_event event = call(CALL_statx);
    struct statx stx = {
        .stx_mask = STATX_BTIME, .stx_mode = S_IFDIR | 0755, .stx_btime = { .tv_sec = 1, .tv_nsec = 2 }, .stx_dev_major = 8
    };
    event.full = 1;
    event.arg[4] = bytes(&stx, sizeof stx);
    cr_expect(strstr(text(&event), "stx_mode=S_IFDIR|0755, stx_ino=0, ") != NULL, "%s", line);
    cr_expect(strstr(text(&event), "stx_btime={tv_sec=1, tv_nsec=2} /* 1970-01-01T00:00:01.000000002+0000 */, stx_ctime=") !=
                  NULL,
              "%s", line);
    cr_expect(strstr(json(&event), "\"stx_btime\":\"{tv_sec=1, tv_nsec=2}\",") != NULL, "%s", line);
    event = call(CALL_ioctl);
    event.full = 1;
    event.arg[1].n = TCGETS;
    event.arg[2] = bytes(terminal_flags, sizeof terminal_flags);
    cr_expect(strstr(text(&event), "c_lflag=ICANON|ECHO, c_line=N_TTY, c_cc=[[VINTR]=0, [VQUIT]=0, ") != NULL, "%s", line);
}
