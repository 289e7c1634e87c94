/* SPDX-License-Identifier: MIT */
/* Any event becomes one line, of the length that was announced, in a buffer of any size. */
#include <stdlib.h>
#include <string.h>

#include "core/format.h"
#include "input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static size_t as_text(const struct hook_event *event, char *buf, size_t size)
{
    return format_text(event, false, buf, size);
}

static void check(size_t (*format)(const struct hook_event *, char *, size_t), const struct hook_event *event, size_t part)
{
    size_t len = format(event, NULL, 0);
    char *whole = malloc(len);
    char *begin = malloc(part % len + 1);

    if (format(event, whole, len) != len || memchr(whole, '\n', len) != whole + len - 1)
        abort();
    if (format(event, begin, part % len) != len || memcmp(begin, whole, part % len))
        abort();
    free(whole);
    free(begin);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct input input = { data, len };
    size_t part = input_number(&input, 2);
    struct hook_event event;

    input_event(&input, &event);
    check(as_text, &event, part);
    check(format_json, &event, part);
    input_event_free(&event);
    return 0;
}
