/* SPDX-License-Identifier: MIT */
/* Any event becomes one line, of the length that was announced, in a buffer of any size. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct show show_plain = { .strings = SHOW_STRINGS };
static const struct show show_coloured = {
    .strings = 5, .colour = true, .clock = SHOW_UNIX, .relative = true, .duration = true, .hex = 1, .since = 1
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* One object: what is opened is closed in its order, strings end, nothing stands behind it. */
static void check_json(const char *line, size_t len)
{
    char open[8];
    size_t depth = 0;
    bool quoted = false;

    for (size_t i = 0; i + 1 < len; i++) {
        char c = line[i];
        require((unsigned char)c >= ' ');
        require(depth > 0 || i == 0);
        if (quoted && c == '\\') {
            i++;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '{' || c == '[')) {
            require(depth < sizeof open);
            open[depth++] = c;
        } else if (!quoted && (c == '}' || c == ']')) {
            require(depth > 0 && open[--depth] == (c == '}' ? '{' : '['));
        }
    }
    require(depth == 0 && !quoted && len > 2);
}

static void check(size_t (*format)(const struct hook_event *, const struct show *, char *, size_t), const struct show *show,
                  const struct hook_event *event, size_t part)
{
    size_t len = format(event, show, NULL, 0);
    char *whole = malloc(len);
    char *begin = malloc(part % len + 1);

    require(format(event, show, whole, len) == len && memchr(whole, '\n', len) == whole + len - 1);
    require(format(event, show, begin, part % len) == len && memcmp(begin, whole, part % len) == 0);
    if (format == format_json)
        check_json(whole, len);
    free(whole);
    free(begin);
}

static struct hook_value string_value(const char *text)
{
    return (struct hook_value){ .state = HOOK_VALUE_BYTES, .p = text, .len = text ? (uint32_t)strlen(text) : 0 };
}

/* The two ends of a process, of the same words. */
static void check_ends(struct hook_event event, size_t part)
{
    event.arg[0] = string_value(event.path);
    event.arg[1] = string_value(event.path2);
    event.arg[2] = string_value(event.to);
    event.type = HOOK_EVENT_START;
    check(format_text, &show_plain, &event, part);
    check(format_json, &show_plain, &event, part);
    event.type = HOOK_EVENT_EXIT;
    check(format_text, &show_plain, &event, part);
    check(format_json, &show_plain, &event, part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct input input = { data, len };
    size_t part = input_number(&input, 2);
    struct hook_event event;

    input_event(&input, &event);
    check(format_text, &show_plain, &event, part);
    check(format_text, &show_coloured, &event, part);
    check(format_json, &show_plain, &event, part);
    check_ends(event, part);
    input_event_free(&event);
    return 0;
}
