/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "core/capture.h"
#include "core/print.h"
#include "format_event.h"

Test(format, an_open_reads_as_in_strace)
{
    struct hook_event event = open_event("/etc/hosts", O_RDONLY | O_CLOEXEC);
    TEXT(event, "open(\"/etc/hosts\", O_RDONLY|O_CLOEXEC) = 3");
    event = open_event("/x", O_WRONLY | O_CREAT | O_TRUNC | 0x80000000);
    event.arg[2] = number(0644);
    TEXT(event, "open(\"/x\", O_WRONLY|O_CREAT|O_TRUNC|0x80000000, 0644) = 3");
    event = open_event(".", O_RDWR | O_TMPFILE);
    event.arg[2] = number(0);
    TEXT(event, "open(\".\", O_RDWR|O_TMPFILE, 000) = 3");
}

Test(format, a_call_by_number_has_the_name_of_its_number)
{
    struct hook_event event = open_event("/etc/hosts", O_RDONLY);
    event.numbered = 1;
    TEXT(event, "syscall(SYS_open, \"/etc/hosts\", O_RDONLY) = 3");
    cr_assert(strstr(json(&event), "\"symbol\":\"syscall\",\"op\":\"open\",\"syscall\":\"open\"") != NULL);
    event = call(CALL_getpgrp);
    event.numbered = 1;
    TEXT(event, "syscall(SYS_getpgrp) = 0");
    event = call(CALL_pread);
    event.numbered = 1;
    TEXT(event, "syscall(SYS_pread64) = 0");
}

Test(format, a_failure_names_its_error)
{
    struct hook_event event = open_event("/nope", O_RDONLY);
    event.ret = -1;
    event.failed = 1;
    event.err = ENOENT;
    TEXT(event, "open(\"/nope\", O_RDONLY) = -1 ENOENT (No such file or directory)");
    event = call(CALL_fopen);
    event.arg[0] = string("/nope");
    event.arg[1] = string("r");
    event.ret = -1;
    event.failed = 1;
    event.err = EACCES;
    TEXT(event, "fopen(\"/nope\", \"r\") = NULL EACCES (Permission denied)");
}

Test(format, strings_are_escaped_as_c)
{
    struct hook_event event = open_event("a\"b\\c\n\1", O_RDONLY);
    TEXT(event, "open(\"a\\\"b\\\\c\\n\\1\", O_RDONLY) = 3");
    event = open_event("\0019\xc3\xa9\x7f", O_RDONLY);
    TEXT(event, "open(\"\\19\\303\\251\\177\", O_RDONLY) = 3");
    event = open_event("\0017\a0", O_RDONLY);
    TEXT(event, "open(\"\\0017\\0070\", O_RDONLY) = 3");
    event = open_event("\0017\a0", O_RDONLY);
    TEXT(event, "open(\"\\0017\\0070\", O_RDONLY) = 3");
}

Test(format, unreadable_and_null_pointers_are_addresses)
{
    struct hook_event event = open_event("", O_RDONLY);
    event.arg[0] = address(0);
    TEXT(event, "open(NULL, O_RDONLY) = 3");
    event.arg[0] = address(0xdead);
    TEXT(event, "open(0xdead, O_RDONLY) = 3");
}

Test(format, data_that_was_cut_ends_in_dots)
{
    struct hook_event event = call(CALL_write);
    event.arg[0] = number(1);
    event.arg[1] = string("abc");
    event.arg[1].state = HOOK_VALUE_CUT;
    event.arg[2] = number(100);
    event.ret = 100;
    TEXT(event, "write(1, \"abc\"..., 100) = 100");
}

/* To 10.0.0.1:80. */
static struct hook_event connect_event(void)
{
    static struct sockaddr_in in = { .sin_family = AF_INET };
    struct hook_event event = call(CALL_connect);
    in.sin_port = htons(80);
    inet_pton(AF_INET, "10.0.0.1", &in.sin_addr);
    event.arg[0] = number(3);
    event.arg[1] = bytes(&in, sizeof in);
    event.arg[2] = number(sizeof in);
    return event;
}

Test(format, addresses_have_their_short_form_and_no_length)
{
    struct hook_event event = connect_event();
    TEXT(event, "connect(3, 10.0.0.1:80) = 0");
    struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
    event.arg[1] = bytes(&nl, sizeof nl);
    event.arg[2] = number(sizeof nl);
    TEXT(event, "connect(3, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0");
    event.arg[1] = address(1);
    TEXT(event, "connect(3, 0x1, 12) = 0");
}

static const char *v6_scoped(const char *spelling, uint32_t scope)
{
    static char out[64];
    struct sockaddr_in6 in = { .sin6_family = AF_INET6, .sin6_port = htons(443), .sin6_scope_id = scope };
    cr_assert(eq(int, inet_pton(AF_INET6, spelling, &in.sin6_addr), 1));
    out[format_sockaddr(&in, sizeof in, out, sizeof out - 1)] = '\0';
    return out;
}

static const char *v6(const char *spelling)
{
    return v6_scoped(spelling, 0);
}

Test(format, ipv6_addresses_are_as_short_as_they_can_be)
{
    cr_assert(eq(str, (char *)v6_scoped("fe80::1", 2), "[fe80::1%2]:443"));
    cr_assert(eq(str, (char *)v6("::1"), "[::1]:443"));
    cr_assert(eq(str, (char *)v6("::"), "[::]:443"));
    cr_assert(eq(str, (char *)v6("2001:db8:0:0:1:0:0:1"), "[2001:db8::1:0:0:1]:443"));
    cr_assert(eq(str, (char *)v6("fe80:0:0:0:0:0:0:0"), "[fe80::]:443"));
    cr_assert(eq(str, (char *)v6("1:2:3:4:5:6:7:8"), "[1:2:3:4:5:6:7:8]:443"));
    cr_assert(eq(str, (char *)v6("1:0:3:4:5:6:7:8"), "[1:0:3:4:5:6:7:8]:443"));
}

Test(format, unix_addresses_are_paths_or_abstract)
{
    char out[64];
    struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/run/x.sock" };
    out[format_sockaddr(&un, sizeof un, out, 63)] = '\0';
    cr_assert(eq(str, out, "unix:/run/x.sock"));
    memcpy(un.sun_path, "\0name", 5);
    out[format_sockaddr(&un, offsetof(struct sockaddr_un, sun_path) + 5, out, 63)] = '\0';
    cr_assert(eq(str, out, "unix:@name"));
    cr_assert(zero(sz, format_sockaddr(&un, 1, out, 63)));
}

Test(format, a_redirect_shows_where_it_went_and_came_from)
{
    struct hook_event event = open_event("/etc/hosts", O_RDONLY);
    event.action = HOOK_ACTION_REDIRECT;
    event.rule = "rules:4";
    event.to = "/tmp/fake";
    TEXT(event, "open(\"/tmp/fake\", O_RDONLY) = 3 <redirect rules:4 from /etc/hosts>");
    event = call(CALL_write);
    event.arg[0] = number(1);
    event.arg[1] = string("x");
    event.arg[2] = number(1);
    event.ret = 1;
    event.action = HOOK_ACTION_REDIRECT;
    event.rule = "rules:4";
    event.to = "/tmp/copy";
    TEXT(event, "write(1, \"x\", 1) = 1 <redirect rules:4 to /tmp/copy>");
}

Test(format, a_block_names_its_rule)
{
    struct hook_event event = open_event("/etc/shadow", O_RDONLY);
    event.ret = -1;
    event.failed = 1;
    event.err = EACCES;
    event.action = HOOK_ACTION_BLOCK;
    event.rule = "rules:2";
    TEXT(event, "open(\"/etc/shadow\", O_RDONLY) = -1 EACCES (Permission denied) <block rules:2>");
}

Test(format, arguments_are_lists)
{
    struct hook_event event = call(CALL_execve);
    event.arg[0] = string("/bin/ls");
    event.arg[1] = bytes("ls\0-l", 6);
    event.arg[1].count = 2;
    event.arg[2] = address(0x1000);
    event.arg[2].count = 20;
    TEXT(event, "execve(\"/bin/ls\", [\"ls\", \"-l\"], 0x1000 /* 20 vars */) = 0");
}

Test(format, modes_flags_and_structures_follow_strace)
{
    struct stat st = { .st_mode = S_IFREG | 04755, .st_size = 5 };
    struct hook_event event = call(CALL_fstat);
    event.arg[0] = number(3);
    event.arg[1] = bytes(&st, sizeof st);
    TEXT(event, "fstat(3, {st_mode=S_IFREG|S_ISUID|0755, st_size=5, ...}) = 0");
    event = call(CALL_faccessat);
    event.arg[0] = number(AT_FDCWD);
    event.arg[1] = string("f");
    event.arg[2] = number(0);
    event.arg[3] = number(AT_EACCESS);
    TEXT(event, "faccessat(AT_FDCWD, \"f\", F_OK, AT_EACCESS) = 0");
    event = call(CALL_socket);
    event.arg[0] = number(AF_INET);
    event.arg[1] = number(SOCK_STREAM | SOCK_CLOEXEC);
    event.arg[2] = number(0);
    event.ret = 5;
    TEXT(event, "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 5");
    event = call(CALL_chmod);
    event.arg[0] = string("f");
    event.arg[1] = number(07);
    TEXT(event, "chmod(\"f\", 007) = 0");
}

Test(format, the_two_ends_of_a_process)
{
    struct hook_event event = call(0);
    event.type = HOOK_EVENT_START;
    event.arg[0] = string("/usr/bin/cat");
    event.arg[1] = bytes("cat\0f", 6);
    event.arg[2] = string("/tmp");
    event.arg[3] = number(1);
    event.arg[4] = number(0);
    TEXT(event, "+++ started /usr/bin/cat [\"cat\", \"f\"] +++");
    JSON(event, "{\"time\":\"2026-11-23T17:00:00.123456789Z\",\"pid\":7,\"tid\":8,\"op\":\"start\",\"exe\":\"/usr/bin/cat\","
                "\"argv\":[\"cat\",\"f\"],\"cwd\":\"/tmp\",\"ppid\":1,\"uid\":0}");
    event = call(0);
    event.type = HOOK_EVENT_EXIT;
    event.arg[0] = number(3);
    TEXT(event, "+++ exited with 3 +++");
    JSON(event, "{\"time\":\"2026-11-23T17:00:00.123456789Z\",\"pid\":7,\"tid\":8,\"op\":\"exit\",\"status\":3}");
}

Test(format, a_date_before_and_after_a_leap_day)
{
    struct hook_event event = call(0);
    event.type = HOOK_EVENT_EXIT;
    event.arg[0] = number(0);
    event.time_ns = 1709164800u * 1000000000ull; /* 2024-02-29 */
    cr_assert(eq(int, 0, strncmp(json(&event), "{\"time\":\"2024-02-29T00:00:00.000000000Z\"", 40)));
    event.time_ns = 951868800u * 1000000000ull; /* 2000-03-01 */
    cr_assert(eq(int, 0, strncmp(json(&event), "{\"time\":\"2000-03-01T00:00:00.000000000Z\"", 40)));
    event.time_ns = 0;
    cr_assert(eq(int, 0, strncmp(json(&event), "{\"time\":\"1970-01-01T00:00:00.000000000Z\"", 40)));
}

static const char coloured_open[] = "\033[2m[HOOK 7]\033[0m \033[1mopen\033[0m(\"f\", O_RDONLY) = 3\n";

Test(format, colours)
{
    struct hook_event event = open_event("f", O_RDONLY);
    cr_expect(eq(sz, format_text(&event, &show_coloured, line, sizeof line), strlen(coloured_open)));
    cr_expect(zero(memcmp(line, coloured_open, strlen(coloured_open))));
    event.ret = -1;
    event.failed = 1;
    event.err = EACCES;
    event.action = HOOK_ACTION_BLOCK;
    event.rule = "rules:2";
    line[format_text(&event, &show_coloured, line, sizeof line)] = '\0';
    cr_expect(strstr(line, " = \033[31m-1 EACCES (Permission denied)\033[0m \033[1;31m<block rules:2>\033[0m\n") != NULL);
    event.action = HOOK_ACTION_ALLOW;
    line[format_text(&event, &show_coloured, line, sizeof line)] = '\0';
    cr_expect(strstr(line, " \033[33m<allow rules:2>\033[0m\n") != NULL);
}

Test(format, a_redirected_address)
{
    struct hook_event event = connect_event();
    event.action = HOOK_ACTION_REDIRECT;
    event.rule = "rules:4";
    event.to = "127.0.0.1:8080";
    TEXT(event, "connect(3, 127.0.0.1:8080) = 0 <redirect rules:4 from 10.0.0.1:80>");
    cr_expect(strstr(json(&event), "\"addr\":\"10.0.0.1:80\",\"addrlen\":16},\"addr\":\"10.0.0.1:80\",\"ret\":0,\"dur_ns\":42,"
                                   "\"action\":\"redirect\",\"rule\":\"rules:4\",\"to\":\"127.0.0.1:8080\"}") != NULL);
}

Test(format, the_rule_that_matched_is_named)
{
    static const char *const names[] = { "log", "allow", "block", "redirect", "inject", "delay" };
    char expected[64];
    for (unsigned action = HOOK_ACTION_LOG; action <= HOOK_ACTION_DELAY; action++) {
        struct hook_event event = call(CALL_tmpfile);
        event.action = (uint8_t)action;
        event.rule = "r:5";
        snprintf(expected, sizeof expected, "tmpfile() = 0 <%s r:5>", names[action]);
        TEXT(event, expected);
        snprintf(expected, sizeof expected, "\"action\":\"%s\",\"rule\":\"r:5\"}", names[action]);
        cr_expect(strstr(json(&event), expected) != NULL);
    }
}

Test(format, a_path_of_any_length_is_whole)
{
    static const char begin[] = "[HOOK 7] open(\"", end[] = "\\n\", O_RDONLY) = 3\n";
    static char path[200000], out[2 * sizeof path];
    const size_t plain = sizeof path - 1;
    memset(path, 'p', plain);
    path[plain] = '\n';
    struct hook_event event = open_event("", O_RDONLY);
    event.arg[0] = bytes(path, sizeof path);
    cr_expect(eq(sz, format_text(&event, &show_plain, out, sizeof out), strlen(begin) + plain + strlen(end)));
    cr_expect(zero(memcmp(out + strlen(begin), path, plain)));
    cr_expect(zero(memcmp(out + strlen(begin) + plain, end, strlen(end))));
    size_t whole = format_json(&event, &show_plain, out, sizeof out);
    event.arg[0].len = (uint32_t)plain;
    cr_expect(eq(sz, format_json(&event, &show_plain, out, sizeof out), whole - strlen("\\n")));
}

Test(format, a_small_buffer_holds_the_beginning_and_the_length_is_the_wholes)
{
    struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
    struct hook_event event = open_event("/some\x80where/\"\n", O_RDONLY), connecting = call(CALL_connect);
    event.action = HOOK_ACTION_REDIRECT;
    event.rule = "rules:4";
    event.to = "/else\xff";
    connecting.arg[1] = bytes(&nl, 5);
    connecting.failed = 1;
    connecting.err = EBADF;
    check_small_buffers(format_text, &show_plain, &event);
    check_small_buffers(format_text, &show_coloured, &event);
    check_small_buffers(format_json, &show_plain, &event);
    check_small_buffers(format_text, &show_plain, &connecting);
    check_small_buffers(format_json, &show_plain, &connecting);
}

static struct hook_value named(int64_t fd, const char *path)
{
    return (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = fd, .p = path, .len = path ? (uint32_t)strlen(path) : 0 };
}

Test(format, descriptors_are_shown_with_their_paths)
{
    struct hook_event event = call(CALL_openat);
    event.named = 1;
    event.arg[0] = named(AT_FDCWD, "/tmp");
    event.arg[1] = string("a");
    event.arg[2] = number(O_RDONLY);
    event.arg[4] = named(3, "/tmp/a<b>\n");
    event.ret = 3;
    TEXT(event, "openat(AT_FDCWD</tmp>, \"a\", O_RDONLY) = 3</tmp/a\\74b\\76\\n>");
    cr_expect(strstr(json(&event), "\"fds\":{\"dirfd\":\"/tmp\",\"ret\":\"/tmp/a<b>\\n\"},\"ret\":3,") != NULL, "%s", line);
    event.failed = 1;
    event.ret = -1;
    TEXT(event, "openat(AT_FDCWD</tmp>, \"a\", O_RDONLY) = -1");
    event = call(CALL_close);
    event.named = 1;
    event.arg[0] = named(3, "/tmp/a (deleted)");
    TEXT(event, "close(3</tmp/a>(deleted)) = 0");
    event.arg[0] = named(3, NULL);
    TEXT(event, "close(3) = 0");
    cr_expect(strstr(json(&event), "\"fds\"") == NULL);
    event = call(CALL_pipe);
    event.named = 1;
    struct capture_fd_pair pair = { { 3, 4 }, { "pipe:[7]", "" } };
    event.arg[0] = bytes(&pair, sizeof pair);
    TEXT(event, "pipe([3<pipe:[7]>, 4]) = 0");
    cr_expect(strstr(json(&event), "\"pipefd\":[3,4]}") != NULL);
}

Test(format, clocks)
{
    static const struct {
        struct show show;
        const char *text;
    } rows[] = {
        { { .clock = SHOW_SECONDS }, "17:00:00 fork(" },
        { { .clock = SHOW_UNIX }, "1795453200.123456 fork(" },
        { { .relative = true }, "     0.000000 fork(" },
        { { .relative = true, .since = 1795453198023456000u }, "     2.100000 fork(" },
        { { .clock = SHOW_SECONDS, .relative = true }, "17:00:00 (+     0.000000) fork(" },
        { { .clock = SHOW_MICROSECONDS, .relative = true, .since = 1795453198023456000u },
          "17:00:00.123456 (+     2.100000) fork(" },
    };
    struct hook_event event = call(CALL_fork);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        format_text(&event, &rows[i].show, line, sizeof line);
        cr_expect(strncmp(line + strlen("[HOOK 7] "), rows[i].text, strlen(rows[i].text)) == 0, "%s", line);
    }
}

/* They are written without asking for room at each: see print.h. */
Test(format, the_beginnings_of_lines_fit_into_their_piece)
{
    static const char key[] = ",\"args\":{";
    const size_t most = PIECE - sizeof(block);
    const struct show show = { .strings = SHOW_STRINGS, .colour = true, .clock = SHOW_UNIX, .relative = true };
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        struct hook_event event = call(id);
        event.pid = event.tid = INT_MIN;
        event.time_ns = UINT64_MAX;
        json(&event);
        const char *args = strstr(line, key);
        cr_expect(args && (size_t)(args - line) + strlen(key) <= most, "%s", line);
        format_text(&event, &show, line, sizeof line);
        args = strchr(line, '(');
        cr_expect(args && (size_t)(args - line) < most, "%s", line);
        for (unsigned arg = 0; arg < call_table[id].args; arg++)
            cr_expect(strlen(call_arg_name(id, arg)) + sizeof ",\"\":" <= NAME_MOST, "%s", call_arg_name(id, arg));
    }
}
