/* SPDX-License-Identifier: MIT */
/* Events made by hand, and the lines that they become. */
#ifndef TESTS_FORMAT_EVENT_H
#define TESTS_FORMAT_EVENT_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "core/call.h"
#include "core/format.h"

static char line[8192];

static inline struct hook_event call(unsigned id)
{
    struct hook_event event = { .call = (uint16_t)id, .pid = 7, .tid = 8, .time_ns = 1795453200123456789u, .dur_ns = 42 };
    return event;
}

static inline struct hook_value number(int64_t n)
{
    return (struct hook_value){ .state = HOOK_VALUE_NUMBER, .n = n };
}

static inline struct hook_value address(int64_t n)
{
    return (struct hook_value){ .state = HOOK_VALUE_ADDRESS, .n = n };
}

static inline struct hook_value bytes(const void *p, size_t len)
{
    return (struct hook_value){ .state = HOOK_VALUE_BYTES, .n = 1, .p = p, .len = (uint32_t)len };
}

static inline struct hook_value string(const char *text)
{
    return bytes(text, strlen(text));
}

static const struct show show_plain = { .strings = SHOW_STRINGS };
static const struct show show_coloured = { .strings = SHOW_STRINGS, .colour = true };

/* The text without its prefix and newline. */
static inline const char *text(const struct hook_event *event)
{
    const char prefix[] = "[HOOK 7] ";
    size_t len = format_text(event, &show_plain, line, sizeof line);
    cr_assert(lt(sz, len, sizeof line));
    cr_assert(eq(int, line[len - 1], '\n'));
    line[len - 1] = '\0';
    cr_assert(zero(memcmp(line, prefix, sizeof prefix - 1)));
    return line + sizeof prefix - 1;
}

static inline const char *json(const struct hook_event *event)
{
    size_t len = format_json(event, &show_plain, line, sizeof line);
    cr_assert(lt(sz, len, sizeof line));
    line[len - 1] = '\0';
    return line;
}

#define TEXT(event, expected) cr_assert(eq(str, (char *)text(&event), expected))
#define JSON(event, expected) cr_assert(eq(str, (char *)json(&event), expected))

static inline struct hook_event open_event(const char *path, int flags)
{
    struct hook_event event = call(CALL_open);
    event.arg[0] = string(path);
    event.arg[1] = number(flags);
    event.ret = 3;
    return event;
}

/* The beginning of the line is written, and the length told is the whole's. */
static inline void check_small_buffers(size_t (*format)(const struct hook_event *, const struct show *, char *, size_t),
                                       const struct show *show, const struct hook_event *event)
{
    static char small[1024], whole[1024];
    size_t len = format(event, show, whole, sizeof whole);
    cr_assert(lt(sz, len, sizeof small));
    for (size_t size = 0; size <= len; size++) {
        memset(small, '#', sizeof small);
        cr_expect(eq(sz, format(event, show, small, size), len));
        cr_expect(zero(memcmp(small, whole, size)));
        for (size_t at = size; at < size + 32 && at < sizeof small; at++)
            cr_expect(eq(int, small[at], '#'));
    }
}

/* The only argument shown of an event. In JSON, NULL: the text in quotes. */
static inline void check_argument(const struct hook_event *event, unsigned arg, const char *as_text, const char *as_json)
{
    static char expected[4096];
    const char *result = call_table[event->call].kind == KIND_PTR              ? "NULL"
                         : call_table[event->call].kind == KIND_SIGHANDLER     ? "SIG_DFL"
                         : call_arg_of_kind(event->call, KIND_POLLFDS, 0) >= 0 ? "0 (Timeout)"
                                                                               : "0";
    snprintf(expected, sizeof expected, "%s(%s) = %s", call_symbol(event->call), as_text, result);
    cr_expect(eq(str, (char *)text(event), expected));
    snprintf(expected, sizeof expected, "\"args\":{\"%s\":%s%s%s}", call_arg_name(event->call, arg), as_json ? "" : "\"",
             as_json ? as_json : as_text, as_json ? "" : "\"");
    cr_expect(strstr(json(event), expected) != NULL, "%s\nhas no\n%s", line, expected);
}

#endif
