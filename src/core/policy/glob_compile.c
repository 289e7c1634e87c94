/* SPDX-License-Identifier: MIT */
#include "core/policy/compile.h"

#include <string.h>

struct emitter {
    struct compile *c;
    struct place place;
    enum glob_mode mode;
    const char *start, *at;
    size_t run; /* where in data the present literal begins; 0: none */
    unsigned wildcards;
};

static void emit(struct emitter *e, const void *bytes, size_t len)
{
    block_text(e->c, &e->c->data, bytes, len);
    if (!e->c->no_memory)
        e->c->data.used--;
}

static void emit_op(struct emitter *e, enum glob_op op)
{
    uint8_t byte = (uint8_t)op;
    e->run = 0;
    emit(e, &byte, 1);
}

static void emit_literal(struct emitter *e, char byte)
{
    struct block *data = &e->c->data;
    if (!e->run || (uint8_t)data->at[e->run] == 255) {
        emit_op(e, GLOB_LITERAL);
        e->run = data->used;
        emit(e, "", 1);
    }
    emit(e, &byte, 1);
    if (!e->c->no_memory)
        data->at[e->run]++;
}

static void emit_wildcard(struct emitter *e, enum glob_op op)
{
    uint8_t number = e->wildcards < 255 ? (uint8_t)e->wildcards : 255;
    emit_op(e, op);
    emit(e, &number, 1);
    e->wildcards++;
}

static void parse_stars(struct emitter *e)
{
    const char *stars = e->at;
    while (*e->at == '*')
        e->at++;
    if (e->mode == GLOB_TEXT) {
        emit_wildcard(e, GLOB_ACROSS);
    } else if (e->at - stars == 1) {
        emit_wildcard(e, GLOB_STAR);
    } else if (*e->at == '/' && (stars == e->start || stars[-1] == '/')) {
        emit_wildcard(e, GLOB_FOLDERS);
        e->at++;
    } else {
        emit_wildcard(e, GLOB_ACROSS);
    }
}

static uint32_t class_character(struct emitter *e)
{
    if (*e->at == '\\' && e->at[1])
        e->at++;
    return glob_character(&e->at);
}

/* Behind `[:name:]`, or such a one with '.' or '=', that begins at that place; NULL when none does. */
static const char *named_end(const char *at)
{
    if (at[0] != '[' || !at[1] || !strchr(":.=", at[1]))
        return NULL;
    for (const char *in = at + 2; *in && *in != '/'; in++)
        if (in[0] == at[1] && in[1] == ']')
            return in + 2;
    return NULL;
}

/* As in the C locale: each two characters are a range. */
static const char *const class_names[] = { "alnum", "alpha", "blank", "cntrl", "digit",  "graph", "lower",
                                           "print", "punct", "space", "upper", "xdigit", NULL };
static const char *const class_ranges[] = { "09AZaz", "AZaz", "\t\t  ",   "\1\37\177\177", "09", "!~",
                                            "az",     " ~",   "!/:@[`{~", "\t\r  ",        "AZ", "09AFaf" };

/* `[:name:]`: how many ranges it stands for; 0 after an error, which was told. */
static unsigned parse_named(struct emitter *e, const char *end)
{
    const char *name = e->at + 2;
    size_t len = (size_t)(end - 2 - name);
    unsigned i = 0, n = 0;
    if (e->at[1] != ':') {
        complain(e->c, e->place, "%w is not supported in [ ]", e->at, (size_t)(end - e->at));
        return 0;
    }
    while (class_names[i] && (strlen(class_names[i]) != len || memcmp(class_names[i], name, len) != 0))
        i++;
    if (!class_names[i]) {
        complain(e->c, e->place, "unknown class of characters %w%m", name, len, nearest(name, len, name_in, class_names));
        return 0;
    }
    for (const char *range = class_ranges[i]; *range; range += 2, n++)
        emit(e, (const uint32_t[]){ (uint8_t)range[0], (uint8_t)range[1] }, 2 * sizeof(uint32_t));
    e->at = end;
    return n;
}

/* One character, range or class: how many ranges it is; 0 when there is something wrong with it. */
static unsigned parse_range(struct emitter *e)
{
    uint32_t pair[2];
    const char *named = named_end(e->at);
    if (named)
        return parse_named(e, named);
    pair[0] = pair[1] = class_character(e);
    if (*e->at == '-' && e->at[1] && e->at[1] != ']') {
        e->at++;
        pair[1] = class_character(e);
    }
    emit(e, pair, sizeof pair);
    if (pair[1] < pair[0])
        complain(e->c, e->place, "a range in [ ] ends before it begins");
    else if (e->mode == GLOB_PATH && (pair[0] == '/' || pair[1] == '/'))
        complain(e->c, e->place, "'/' cannot stand in [ ]");
    else
        return 1;
    return 0;
}

static bool parse_class(struct emitter *e)
{
    uint8_t head[2] = { 0, 0 }; /* enum glob_class, count */
    emit_op(e, GLOB_CLASS);
    size_t head_at = e->c->data.used;
    emit(e, head, sizeof head);
    e->at++;
    bool inverted = *e->at == '!' || *e->at == '^';
    head[0] = (uint8_t)((inverted ? GLOB_CLASS_NOT : 0) | (e->mode == GLOB_PATH ? GLOB_CLASS_NO_SLASH : 0));
    e->at += inverted;
    for (const char *first = e->at; *e->at && (*e->at != ']' || e->at == first);) {
        unsigned ranges = parse_range(e);
        if (ranges == 0)
            return false;
        if (head[1] + ranges > LIMIT_CLASS) {
            complain(e->c, e->place, "there is more in [ ] than the limit of %u characters", (unsigned)LIMIT_CLASS);
            return false;
        }
        head[1] = (uint8_t)(head[1] + ranges);
    }
    if (!*e->at) {
        complain(e->c, e->place, "a '[' is not closed");
        return false;
    }
    e->at++;
    if (!e->c->no_memory)
        memcpy(e->c->data.at + head_at, head, sizeof head);
    return true;
}

static bool parse_item(struct emitter *e)
{
    switch (*e->at) {
    case '*': parse_stars(e); return true;
    case '?':
        emit_op(e, e->mode == GLOB_PATH ? GLOB_ONE : GLOB_CHAR);
        e->at++;
        return true;
    case '[': return parse_class(e);
    case '\\': e->at += e->at[1] != '\0'; break;
    }
    emit_literal(e, *e->at++);
    return true;
}

bool glob_compile(struct compile *c, struct place place, const char *pattern, enum glob_mode mode, uint32_t *ret)
{
    struct emitter e = { .c = c, .place = place, .mode = mode, .start = pattern, .at = pattern };
    *ret = (uint32_t)c->data.used;
    while (*e.at && !c->no_memory)
        if (!parse_item(&e))
            return false;
    emit_op(&e, GLOB_END);
    return !c->no_memory;
}

size_t glob_op_size(const uint8_t *op)
{
    switch (*op) {
    case GLOB_LITERAL: return 2u + op[1];
    case GLOB_CLASS: return 3u + 8u * op[2];
    case GLOB_ONE:
    case GLOB_CHAR: return 1;
    default: return 2;
    }
}

size_t glob_size(const uint8_t *program)
{
    const uint8_t *op = program;
    while (*op != GLOB_END)
        op += glob_op_size(op);
    return (size_t)(op - program) + 1;
}

unsigned glob_stars(const uint8_t *program)
{
    unsigned n = 0;
    for (; *program != GLOB_END; program += glob_op_size(program))
        n += *program == GLOB_STAR || *program == GLOB_ACROSS || *program == GLOB_FOLDERS;
    return n;
}
