/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/export/export.h"
#include "core/format.h"
#include "core/value.h"

const char *const export_actions[] = { "log", "allow", "block", "redirect", "inject", "delay" };

/* A line that grows. */
struct line {
    char *buf;
    size_t size;
};

typedef size_t formatter(const struct hook_event *event, const struct show *show, char *buf, size_t size);

/* All that was recorded of strings. */
static const struct show whole = { .strings = SHOW_STRINGS_MOST };

/* What it makes, with a NUL behind it. */
static char *made(struct line *line, formatter *format, const struct hook_event *event, size_t *ret_len)
{
    *ret_len = format(event, &whole, line->buf, line->size);
    if (*ret_len >= line->size) {
        free(line->buf);
        line->size = 2 * *ret_len + 64;
        line->buf = malloc(line->size);
        if (!line->buf)
            die(STATUS_ERROR, "out of memory");
        format(event, &whole, line->buf, line->size);
    }
    line->buf[*ret_len] = '\0';
    return line->buf;
}

/* The same without its newline. */
static char *line_of(formatter *format, const struct hook_event *event)
{
    static struct line line;
    size_t len;
    char *text = made(&line, format, event, &len);
    text[len - 1] = '\0';
    return text;
}

const char *export_text(const struct hook_event *event)
{
    struct hook_event plain = *event;
    plain.rule = NULL;
    return strchr(line_of(format_text, &plain), ']') + 2; /* behind "[HOOK pid] " */
}

const char *export_json(const struct hook_event *event)
{
    return line_of(format_json, event);
}

const char *export_args(const struct hook_event *event)
{
    static struct line line;
    size_t len;
    return made(&line, format_args, event, &len);
}

static bool words_as_json;

static size_t as_words(const struct hook_event *event, const struct show *show, char *buf, size_t size)
{
    (void)show;
    struct out out = { .buf = buf, .size = size };
    const char *at = event->arg[1].p, *end = at + event->arg[1].len;
    put_char(&out, '[');
    for (const char *sep = ""; at < end; sep = words_as_json ? "," : ", ") {
        size_t len = strnlen(at, (size_t)(end - at));
        put_text(&out, sep);
        (words_as_json ? put_json_string : put_c_string)(&out, at, len);
        at += len + 1;
    }
    put_char(&out, ']');
    return out.len;
}

const char *export_words(const struct hook_event *event, bool json)
{
    static struct line line;
    size_t len;
    words_as_json = json;
    return made(&line, as_words, event, &len);
}

static unsigned wanted_arg;

static size_t as_value(const struct hook_event *event, const struct show *show, char *buf, size_t size)
{
    struct out out = { .buf = buf, .size = size, .strings = show->strings };
    put_value(&out, event, wanted_arg, STYLE_TEXT);
    return out.len;
}

const char *export_value(const struct hook_event *event, unsigned arg)
{
    static struct line line;
    size_t len;
    wanted_arg = arg;
    return event->arg[arg].state == HOOK_VALUE_NONE ? "" : made(&line, as_value, event, &len);
}

static size_t as_address(const struct hook_event *event, const struct show *show, char *buf, size_t size)
{
    (void)show;
    size_t len;
    const void *address = value_address(event, &len);
    return address ? format_sockaddr(address, len, buf, size) : 0;
}

const char *export_address(const struct hook_event *event)
{
    static struct line line;
    size_t len;
    const char *text = made(&line, as_address, event, &len);
    return len ? text : NULL;
}

static size_t as_command(const struct hook_event *event, const struct show *show, char *buf, size_t size)
{
    (void)show;
    const char *words = event->arg[1].p;
    size_t len = event->arg[1].len ? event->arg[1].len - 1 : 0;
    for (size_t i = 0; i < len && i < size; i++)
        buf[i] = words[i] ? words[i] : ' ';
    return len;
}

const char *export_command(const struct hook_event *event)
{
    static struct line line;
    size_t len;
    return made(&line, as_command, event, &len);
}
