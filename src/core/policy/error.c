/* SPDX-License-Identifier: MIT */
/* Messages: what is wrong, then the line with a caret. */
#include "core/policy/compile.h"

#include <stdarg.h>
#include <string.h>

enum {
    SHOWN_WORD = 60,   /* bytes of a word in a message */
    SHOWN_BEFORE = 60, /* bytes of a line before the caret */
    SHOWN_LINE = 100,  /* bytes of a line */
};

static void add(struct compile *c, const char *bytes, size_t len)
{
    block_text(c, &c->message, bytes, len);
    if (!c->no_memory)
        c->message.used--;
}

static void add_string(struct compile *c, const char *string)
{
    add(c, string, strlen(string));
}

static void add_number(struct compile *c, unsigned n)
{
    char digits[10];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    add(c, digits + at, sizeof digits - at);
}

/* Control characters might do something to a terminal. */
static void add_shown(struct compile *c, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)bytes[i];
        add(c, byte == '\t' ? " " : byte < ' ' || byte == 0x7f ? "?" : bytes + i, 1);
    }
}

static bool continues(char byte)
{
    return ((uint8_t)byte & 0xc0) == 0x80;
}

static void add_word(struct compile *c, const char *word, size_t len)
{
    size_t shown = len > SHOWN_WORD ? SHOWN_WORD : len;
    while (shown < len && shown > 0 && continues(word[shown]))
        shown--;
    add(c, "'", 1);
    add_shown(c, word, shown);
    add_string(c, shown < len ? "...'" : "'");
}

static void add_suggestion(struct compile *c, const char *word)
{
    if (!word)
        return;
    add_string(c, " (did you mean '");
    add_string(c, word);
    add_string(c, "'?)");
}

static void add_formatted(struct compile *c, const char *fmt, va_list args)
{
    for (; *fmt; fmt++) {
        if (*fmt != '%') {
            add(c, fmt, 1);
            continue;
        }
        const char *string;
        switch (*++fmt) {
        case 's': add_string(c, va_arg(args, const char *)); break;
        case 'w':
            string = va_arg(args, const char *);
            add_word(c, string, va_arg(args, size_t));
            break;
        case 'u': add_number(c, va_arg(args, unsigned)); break;
        default: add_suggestion(c, va_arg(args, const char *));
        }
    }
}

unsigned line_of(struct compile *c, size_t at)
{
    const char *text = c->text->text;
    if (c->told.len == 0 || at < c->told.at)
        c->told = (struct place){ 0, 1 };
    for (const char *nl; c->told.at < at && (nl = memchr(text + c->told.at, '\n', at - c->told.at)); c->told.len++)
        c->told.at = (uint32_t)(nl + 1 - text);
    return c->told.len;
}

/* Characters, not bytes: what a reader counts. */
static unsigned columns(const char *text, size_t from, size_t to)
{
    unsigned n = 0;
    for (; from < to; from++)
        n += !continues(text[from]);
    return n;
}

static void add_repeated(struct compile *c, const char *what, unsigned n)
{
    while (n-- > 0)
        add(c, what, 1);
}

/* The line around the place, and carets below it. */
static void add_line(struct compile *c, size_t start, struct place place)
{
    const char *text = c->text->text;
    const char *nl = memchr(text + start, '\n', c->text->len - start);
    size_t end = nl ? (size_t)(nl - text) : c->text->len, at = place.at;
    if (end > start && text[end - 1] == '\r')
        end--;
    if (at > end)
        at = end;
    size_t from = at - start > SHOWN_BEFORE ? at - SHOWN_BEFORE : start;
    while (from < at && from > start && continues(text[from]))
        from++;
    size_t to = end - from > SHOWN_LINE ? from + SHOWN_LINE : end;
    while (to < end && to > at && continues(text[to]))
        to--;
    size_t marked = place.len > to - at ? to : at + place.len;
    const char *lead = from > start ? "    ..." : "    ";
    add_string(c, lead);
    add_shown(c, text + from, to - from);
    add_string(c, to < end ? "...\n" : "\n");
    add_repeated(c, " ", (unsigned)strlen(lead) + columns(text, from, at));
    add(c, "^", 1);
    unsigned wide = columns(text, at, marked);
    add_repeated(c, "~", wide > 0 ? wide - 1 : 0);
    add(c, "\n", 1);
}

void complain(struct compile *c, struct place place, const char *fmt, ...)
{
    const char *text = c->text->text;
    size_t start = place.at;
    va_list args;
    if (c->no_memory)
        return;
    unsigned line = line_of(c, place.at);
    while (start > 0 && text[start - 1] != '\n')
        start--;
    c->errors++;
    c->message.used = 0;
    add_string(c, c->text->name);
    add(c, ":", 1);
    add_number(c, line);
    add(c, ":", 1);
    add_number(c, columns(text, start, place.at) + 1);
    add(c, ": ", 2);
    va_start(args, fmt);
    add_formatted(c, fmt, args);
    va_end(args);
    add(c, "\n", 1);
    add_line(c, start, place);
    if (!c->no_memory && c->error)
        c->error(c->ctx, c->message.at, c->message.used);
}
