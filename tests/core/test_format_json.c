/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "format_event.h"

Test(format_json, json_has_its_keys_in_order)
{
    struct hook_event event = open_event("hosts", O_RDONLY | O_CLOEXEC);
    event.path = "/etc/hosts";
    JSON(
        event,
        "{\"time\":\"2026-11-23T17:00:00.123456789Z\",\"pid\":7,\"tid\":8,\"symbol\":\"open\",\"op\":\"open\","
        "\"syscall\":\"openat\",\"args\":{\"path\":\"hosts\",\"flags\":\"O_RDONLY|O_CLOEXEC\"},\"path\":\"/etc/hosts\",\"ret\":3,"
        "\"dur_ns\":42,\"action\":\"log\"}");
}

Test(format_json, json_of_a_decision)
{
    struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
    struct hook_event event = call(CALL_connect);
    event.arg[0] = number(3);
    event.arg[1] = bytes(&in, sizeof in);
    event.arg[2] = number(16);
    event.ret = -1;
    event.failed = 1;
    event.err = ECONNREFUSED;
    event.action = HOOK_ACTION_BLOCK;
    event.rule = "rules:1";
    cr_assert(not(zero(
        ptr, (void *)strstr(json(&event),
                            "\"args\":{\"sockfd\":3,\"addr\":\"0.0.0.0:80\",\"addrlen\":16},\"addr\":\"0.0.0.0:80\",\"ret\":-1,"
                            "\"errno\":\"ECONNREFUSED\",\"dur_ns\":42,\"action\":\"block\",\"rule\":\"rules:1\"}"))));
}

Test(format_json, bytes_that_are_no_utf8_are_escaped_one_by_one)
{
    struct hook_event event = open_event("a\xff\xc3\xa9\xed\xa0\x80\xc0\x80", O_RDONLY);
    const char *got = json(&event);
    cr_assert(not(zero(ptr, (void *)strstr(got, "\"path\":\"a\\u00ff\\u00c3\\u00a9\\u00ed\\u00a0\\u0080\\u00c0\\u0080\""))));
    cr_assert(not(zero(ptr, (void *)strstr(got, ",\"raw\":true}"))));
    event = open_event("\xf0\x9f\x98\x80\n\t\1", O_RDONLY);
    got = json(&event);
    cr_assert(not(zero(ptr, (void *)strstr(got, "\"path\":\"\xf0\x9f\x98\x80\\n\\t\\u0001\""))));
    cr_assert(zero(ptr, (void *)strstr(got, "raw")));
}

/* Else byte FF and the character U+00FF would look the same. */
Test(format_json, a_byte_that_is_no_utf8_makes_all_strings_of_the_event_bytes)
{
    struct hook_event event = call(CALL_rename);
    event.arg[0] = string("\xc3\xbf\x7f");
    event.arg[1] = string("\xff");
    JSON(event, "{\"time\":\"2026-11-23T17:00:00.123456789Z\",\"pid\":7,\"tid\":8,\"symbol\":\"rename\",\"op\":\"rename\","
                "\"syscall\":\"rename\",\"args\":{\"oldpath\":\"\\u00c3\\u00bf\x7f\",\"newpath\":\"\\u00ff\"},\"ret\":0,"
                "\"dur_ns\":42,\"action\":\"log\",\"raw\":true}");
}

/* The line is to be the same whether the path that was found is the argument itself or another string that reads so. */
static void check_path(const char *path)
{
    static char other[2048], expected[sizeof line];
    struct hook_event event = open_event(path, O_RDONLY);
    strcpy(other, path);
    event.path = other;
    strcpy(expected, json(&event));
    event.path = path;
    JSON(event, expected);
    event = call(CALL_rename);
    event.arg[0] = string("/old");
    event.arg[1] = string(path);
    event.path = event.arg[0].p;
    event.path2 = other;
    strcpy(expected, json(&event));
    event.path2 = path;
    JSON(event, expected);
}

Test(format_json, a_path_reads_the_same_when_it_is_the_argument)
{
    static const char *const odd[] = { "", "\"", "\xff", "\xc3\xa9", "\n", "\\", "\x7f", "\xed\xa0\x80" };
    char path[1100];
    for (size_t len = 0; len < 1000; len += len < 70 ? 1 : 311) {
        for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
            memset(path, 'p', len);
            strcpy(path + len, odd[i]);
            check_path(path);
            sprintf(path, "/%s%.*s", odd[i], (int)len, "ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp");
            check_path(path);
        }
    }
}

/* A string that goes on behind what was captured of it. */
Test(format_json, a_path_is_whole_where_the_argument_is_cut)
{
    static const char path[] = "/etc/hosts";
    struct hook_event event = open_event(path, O_RDONLY);
    event.arg[0].len = 4;
    event.arg[0].state = HOOK_VALUE_CUT;
    event.path = path;
    cr_assert(strstr(json(&event), "{\"path\":\"/etc\",\"flags\":\"O_RDONLY\"},\"path\":\"/etc/hosts\",") != NULL, "%s", line);
}

static struct hook_event connect_event(const void *addr, size_t len)
{
    struct hook_event event = call(CALL_connect);
    event.arg[0] = number(3);
    event.arg[1] = bytes(addr, len);
    event.arg[2] = number((int64_t)len);
    return event;
}

Test(format_json, an_address_is_named_as_the_argument_is)
{
    static const char *const names[] = { "/run/socket", "\"\n", "\xff\xc3\xa9", "" };
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    struct hook_event event = connect_event(&un, sizeof un);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *again, *addr;
        strcpy(un.sun_path, names[i]);
        addr = strstr(json(&event), "\"addr\":\"");
        again = strstr(addr + 1, ",\"addr\":\"");
        cr_assert(again != NULL, "%s", line);
        const size_t len = strcspn(addr, ",");
        cr_expect(zero(memcmp(addr, again + 1, len)), "%s", line);
        cr_expect(strncmp(again + 1 + len, ",\"ret\":0,", 9) == 0, "%s", line);
    }
    strcpy(un.sun_path, "/run/a socket with a name of more than a block");
    check_small_buffers(format_json, &show_plain, &event);
}

Test(format_json, what_is_said_again_stays_in_the_buffer)
{
    char path[80];
    for (size_t len = 1; len < sizeof path; len++) {
        memset(path, 'p', sizeof path);
        path[len] = '\0';
        struct hook_event event = open_event(path, O_RDONLY);
        event.path = path;
        check_small_buffers(format_json, &show_plain, &event);
        event = call(CALL_rename);
        event.arg[0] = string("/old");
        event.arg[1] = string(path);
        event.path2 = path;
        check_small_buffers(format_json, &show_plain, &event);
    }
}

/* netlink has none. */
Test(format_json, an_address_without_a_short_form_is_an_argument_only)
{
    struct sockaddr family = { .sa_family = AF_NETLINK };
    struct hook_event event = connect_event(&family, sizeof family);
    cr_expect(strstr(json(&event), "},\"ret\":0,") != NULL, "%s", line);
    event.arg[1] = address(0);
    cr_expect(strstr(json(&event), "{\"sockfd\":3,\"addr\":null,\"addrlen\":16},\"ret\":0,") != NULL, "%s", line);
}
