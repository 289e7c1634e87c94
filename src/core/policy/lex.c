/* SPDX-License-Identifier: MIT */
/* Lines and words. Blanks part words, `"` keeps them together, `#` at the beginning of a word starts a
 * comment, and a `\` at the end of a line goes on with the next. */
#include "core/policy/compile.h"

#include <string.h>

/* Characters that mean something in some words; a literal one keeps its `\`. */
static const char special[] = "*?[]{}\\$~,()";

struct lexer {
    struct compile *c;
    size_t start, at, end; /* of the line; here; of the text */
    struct word word;
    bool overlong;
};

static char look(const struct lexer *lex, size_t ahead)
{
    return lex->at + ahead < lex->end ? lex->c->text->text[lex->at + ahead] : '\n';
}

static struct place here(const struct lexer *lex, size_t len)
{
    return (struct place){ (uint32_t)lex->at, (uint32_t)len };
}

/* How long the line's end is here: \n, \r\n, or the end of the text; 0 when it is not here. */
static size_t line_break(const struct lexer *lex, size_t ahead)
{
    if (look(lex, ahead) == '\n')
        return 1;
    return look(lex, ahead) == '\r' && look(lex, ahead + 1) == '\n' ? 2 : 0;
}

static bool skip_continuation(struct lexer *lex)
{
    size_t len = look(lex, 0) == '\\' ? line_break(lex, 1) : 0;
    lex->at += len ? 1 + len : 0;
    if (lex->at > lex->end)
        lex->at = lex->end;
    return len > 0;
}

static void emit(struct lexer *lex, char byte)
{
    struct block *chars = &lex->c->chars;
    if (lex->c->chars.used - lex->word.at >= LIMIT_WORD) {
        lex->overlong = true;
        return;
    }
    block_text(lex->c, chars, &byte, 1);
    if (!lex->c->no_memory)
        chars->used--;
}

static void emit_literal(struct lexer *lex, char byte)
{
    if (strchr(special, byte))
        emit(lex, '\\');
    emit(lex, byte);
}

static int digit(char c, int base)
{
    int value = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : base;
    return value < base ? value : -1;
}

/* Characters that stand for themselves everywhere, as many as follow each other here. */
static size_t plain_run(const struct lexer *lex)
{
    const char *from = lex->c->text->text + lex->at, *end = lex->c->text->text + lex->end, *at = from;
    while (at < end && (uint8_t)*at > ' ' && *at != '"' && *at != '\\' && *at != '(' && *at != ')')
        at++;
    return (size_t)(at - from);
}

static void emit_run(struct lexer *lex, size_t len)
{
    struct compile *c = lex->c;
    size_t room = LIMIT_WORD - (c->chars.used - lex->word.at), taken = len < room ? len : room;
    lex->overlong = lex->overlong || taken < len;
    block_text(c, &c->chars, c->text->text + lex->at, taken);
    if (!c->no_memory)
        c->chars.used--;
    lex->at += len;
}

/* \ooo or \xHH, behind the `\`. */
static void numeric_escape(struct lexer *lex)
{
    int base = look(lex, 0) == 'x' ? 16 : 8, value = 0;
    size_t start = lex->at - 1, digits = 0;
    lex->at += base == 16;
    for (; digits < (base == 16 ? 2 : 3) && digit(look(lex, 0), base) >= 0; digits++, lex->at++)
        value = value * base + digit(look(lex, 0), base);
    struct place place = { (uint32_t)start, (uint32_t)(lex->at - start) };
    if (digits == 0)
        complain(lex->c, place, "expected hexadecimal digits after '\\x'");
    else if (value == 0 || value > 255)
        complain(lex->c, place, "a word cannot hold this character");
    else
        emit_literal(lex, (char)value);
}

static void escape(struct lexer *lex)
{
    static const char letters[] = "abefnrtv", bytes[] = "\a\b\033\f\n\r\t\v";
    char next = look(lex, 1);
    const char *letter = next ? strchr(letters, next) : NULL;
    lex->at++;
    if (letter) {
        emit(lex, bytes[letter - letters]);
        lex->at++;
    } else if (next == 'x' || digit(next, 8) >= 0) {
        numeric_escape(lex);
    } else if (digit(next, 10) >= 0 || (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z')) {
        lex->at--;
        complain(lex->c, here(lex, 2), "unknown escape %w", lex->c->text->text + lex->at, (size_t)2);
        lex->at += 2;
    } else if (next) {
        emit_literal(lex, next);
        lex->at++;
    }
}

static void skip_line(struct lexer *lex)
{
    const char *nl = memchr(lex->c->text->text + lex->at, '\n', lex->end - lex->at);
    lex->at = nl ? (size_t)(nl - lex->c->text->text) : lex->end;
}

static void lex_nul(struct lexer *lex)
{
    complain(lex->c, here(lex, 1), "a NUL byte cannot stand in a rules file");
    skip_line(lex);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

static bool too_long(const struct lexer *lex)
{
    return lex->at - lex->start > LIMIT_LINE;
}

static void add_word(struct lexer *lex)
{
    struct compile *c = lex->c;
    lex->word.place.len = (uint32_t)(lex->at - lex->word.place.at);
    lex->word.len = (uint32_t)(c->chars.used - lex->word.at);
    lex->word.plain = lex->word.len == lex->word.place.len;
    block_text(c, &c->chars, "", 0);
    if (lex->overlong && !too_long(lex))
        complain(c, lex->word.place, "a word is longer than the limit of %u bytes", (unsigned)LIMIT_WORD);
    struct word *word = block_more(c, &c->words, sizeof *word);
    if (word)
        *word = lex->word;
}

static void lex_word(struct lexer *lex)
{
    struct compile *c = lex->c;
    size_t quote = 0;
    bool quoted = false;
    lex->word = (struct word){ { (uint32_t)lex->at, 0 }, (uint32_t)c->chars.used, 0, true };
    lex->overlong = false;
    while (!line_break(lex, 0) && (quoted || !is_blank(look(lex, 0))) && !too_long(lex)) {
        char next = look(lex, 0);
        size_t run = plain_run(lex);
        if (run > 0)
            emit_run(lex, run);
        if (run > 0 || skip_continuation(lex))
            continue;
        if (next == '\0') {
            lex_nul(lex);
            quoted = false;
        } else if (next == '"') {
            quoted = !quoted;
            quote = lex->at++;
        } else if (next == '\\') {
            escape(lex);
        } else {
            if (quoted && (next == '(' || next == ')')) /* no part of an expression */
                emit_literal(lex, next);
            else
                emit(lex, next);
            lex->at++;
        }
    }
    if (quoted && !too_long(lex))
        complain(c, (struct place){ (uint32_t)quote, 1 }, "this quote is not closed");
    add_word(lex);
}

/* The words of one line with those that continue it; none when there was something wrong. */
static void lex_words(struct lexer *lex)
{
    struct compile *c = lex->c;
    int errors = c->errors;
    lex->start = lex->at;
    while (lex->at < lex->end && !line_break(lex, 0) && !too_long(lex) && !c->no_memory) {
        if (is_blank(look(lex, 0)))
            lex->at++;
        else if (look(lex, 0) == '#')
            skip_line(lex);
        else if (!skip_continuation(lex))
            lex_word(lex);
    }
    if (too_long(lex)) {
        complain(c, (struct place){ (uint32_t)lex->start, 1 }, "this line is longer than the limit of %u bytes",
                 (unsigned)LIMIT_LINE);
        skip_line(lex);
    }
    lex->at += lex->at < lex->end ? line_break(lex, 0) : 0;
    if (c->errors != errors)
        c->words.used = 0;
}

bool lex_line(struct compile *c)
{
    struct lexer lex = { .c = c, .at = c->pos, .end = c->text->len };
    c->words.used = 0;
    while (c->words.used == 0 && lex.at < lex.end && !c->no_memory)
        lex_words(&lex);
    c->pos = lex.at;
    return c->words.used > 0 && !c->no_memory;
}

size_t line_words(const struct compile *c)
{
    return c->words.used / sizeof(struct word);
}

struct word *line_word(const struct compile *c, size_t i)
{
    return i < line_words(c) ? (struct word *)(void *)c->words.at + i : NULL;
}

struct place line_end(const struct compile *c)
{
    const struct word *last = line_word(c, line_words(c) - 1);
    return (struct place){ last->place.at + last->place.len, 0 };
}

const char *word_text(const struct compile *c, const struct word *word)
{
    return c->chars.at + word->at;
}

bool word_is(const struct compile *c, const struct word *word, const char *text)
{
    return strcmp(word_text(c, word), text) == 0;
}

struct place word_part(const struct word *word, size_t from, size_t len)
{
    if (!word->plain)
        return word->place;
    return (struct place){ word->place.at + (uint32_t)from, (uint32_t)len };
}

size_t unescape(char *bytes, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\\' && i + 1 < len)
            i++;
        bytes[n++] = bytes[i];
    }
    return n;
}
