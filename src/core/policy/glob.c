/* SPDX-License-Identifier: MIT */
/* Two places to try again from are enough: the last `*`, which ends at the next '/', and the last
 * `**`. An earlier one of a kind can be forgotten once a later one is reached: whatever it might give up,
 * the later one can take as well. */
#include "core/policy/glob.h"

#include <string.h>

uint32_t glob_character(const char **at)
{
    const uint8_t *c = (const uint8_t *)*at;
    unsigned more = c[0] >= 0xf0 && c[0] < 0xf8 ? 3 : c[0] >= 0xe0 ? 2 : c[0] >= 0xc0 ? 1 : 0;
    uint32_t value = more == 3 ? c[0] & 7u : more == 2 ? c[0] & 15u : more ? c[0] & 31u : c[0];
    if (c[0] >= 0xf8)
        more = 0;
    for (unsigned i = 1; i <= more; i++) {
        if ((c[i] & 0xc0) != 0x80) {
            *at += 1;
            return c[0];
        }
        value = value << 6 | (c[i] & 0x3fu);
    }
    *at += more + 1;
    return more ? value : c[0];
}

static uint32_t load(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* GLOB_CLASS: flags, count, pairs. */
static bool class_has(const uint8_t *op, uint32_t c)
{
    bool found = false;
    if (op[1] & GLOB_CLASS_NO_SLASH && c == '/')
        return false;
    for (unsigned i = 0; i < op[2] && !found; i++)
        found = c >= load(op + 3 + 8 * i) && c <= load(op + 7 + 8 * i);
    return found != (op[1] & GLOB_CLASS_NOT);
}

/* A wildcard to come back to. */
struct retry {
    const uint8_t *op;     /* the wildcard; NULL: none */
    const char *from, *to; /* what it has matched */
    struct glob_span *span;
};

static void note(const struct retry *retry, const char *text)
{
    if (!retry->span)
        return;
    size_t len = (size_t)(retry->to - retry->from);
    if (*retry->op == GLOB_FOLDERS && len > 0)
        len--;
    *retry->span = (struct glob_span){ (uint32_t)(retry->from - text), (uint32_t)len };
}

static bool extend(struct retry *retry)
{
    if (!retry->op || !*retry->to || (*retry->op == GLOB_STAR && *retry->to == '/'))
        return false;
    if (*retry->op == GLOB_FOLDERS) {
        const char *slash = strchr(retry->to, '/');
        if (!slash)
            return false;
        retry->to = slash;
    }
    retry->to++;
    return true;
}

/* One operation that is no wildcard. The next one, or NULL; *at is moved behind what matched. */
static const uint8_t *step(const uint8_t *op, const char **at)
{
    switch (*op) {
    case GLOB_LITERAL:
        if (strncmp((const char *)op + 2, *at, op[1]) != 0)
            return NULL;
        *at += op[1];
        return op + 2 + op[1];
    case GLOB_ONE:
    case GLOB_CHAR:
        if (!**at || (*op == GLOB_ONE && **at == '/'))
            return NULL;
        glob_character(at);
        return op + 1;
    case GLOB_CLASS:
        if (!**at || !class_has(op, glob_character(at)))
            return NULL;
        return op + 3 + 8 * op[2];
    default: return NULL;
    }
}

bool glob_match(const uint8_t *program, const char *text, struct glob_span *spans)
{
    struct retry star = { 0 }, across = { 0 };
    const uint8_t *op = program;
    const char *at = text;
    while (*op != GLOB_END || *at) {
        if (*op == GLOB_STAR || *op == GLOB_ACROSS || *op == GLOB_FOLDERS) {
            struct retry *retry = *op == GLOB_STAR ? &star : &across;
            *retry = (struct retry){ op, at, at, spans && op[1] < GLOB_SPANS ? &spans[op[1]] : NULL };
            note(retry, text);
            if (retry == &across)
                star.op = NULL;
            op += 2;
            continue;
        }
        op = step(op, &at);
        if (op)
            continue;
        struct retry *retry = extend(&star) ? &star : extend(&across) ? &across : NULL;
        if (!retry)
            return false;
        if (retry == &across)
            star.op = NULL;
        note(retry, text);
        op = retry->op + 2;
        at = retry->to;
    }
    return true;
}
