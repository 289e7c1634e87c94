/* SPDX-License-Identifier: MIT */
/* From a word to plain patterns: braces expanded, then made absolute. */
#include "core/policy/compile.h"

#include <string.h>

enum { DEPTH = 32, SCRATCH = 256 * 1024 };

void *scratch_take(struct compile *c, size_t n)
{
    /* made at full size at once: what lies in it does not move */
    if (!block_reserve(c, &c->scratch, SCRATCH) || c->scratch.size - c->scratch.used < n)
        return NULL;
    c->scratch.used += n;
    return c->scratch.at + c->scratch.used - n;
}

/* In [ ]: behind a single byte, an escaped one or a class like [:alpha:]. */
static const char *skip_character(const char *at, const char *end)
{
    if (*at == '\\' && at + 1 < end)
        return at + 2;
    if (*at == '[' && at + 1 < end && at[1] == ':')
        for (const char *in = at + 2; in + 1 < end && *in >= 'a' && *in <= 'z'; in++)
            if (in[1] == ':' && in + 2 < end && in[2] == ']')
                return in + 3;
    return at + 1;
}

/* Behind an escaped character, a class, or a single byte. */
static const char *skip_item(const char *at, const char *end)
{
    if (*at == '\\' && at + 1 < end)
        return at + 2;
    if (*at != '[')
        return at + 1;
    const char *in = at + 1;
    if (in < end && (*in == '!' || *in == '^'))
        in++;
    for (const char *first = in; in < end; in = skip_character(in, end))
        if (*in == ']' && in != first)
            return in + 1;
    return at + 1;
}

struct expansion {
    struct compile *c;
    struct place place;
    pattern_fn *fn;
    void *ctx;
    unsigned count, depth;
};

/* A brace, its end, and the whole pattern around it. */
struct brace {
    const char *start, *open, *close, *end;
};

static bool find_brace(struct brace *brace)
{
    unsigned depth = 0;
    brace->open = brace->close = NULL;
    for (const char *at = brace->start; at < brace->end && !brace->close; at = skip_item(at, brace->end)) {
        if (*at == '{' && depth++ == 0)
            brace->open = at;
        else if (*at == '}' && depth > 0 && --depth == 0)
            brace->close = at;
    }
    return brace->open != NULL;
}

static bool expand(struct expansion *e, const char *pattern, size_t len);

static bool expand_one(struct expansion *e, const struct brace *brace, const char *from, const char *to)
{
    size_t mark = e->c->scratch.used, before = (size_t)(brace->open - brace->start), len = (size_t)(to - from);
    size_t after = (size_t)(brace->end - brace->close) - 1;
    char *one = e->depth < DEPTH ? scratch_take(e->c, before + len + after + 1) : NULL;
    if (!one) {
        complain(e->c, e->place, "too many braces");
        return false;
    }
    memcpy(one, brace->start, before);
    memcpy(one + before, from, len);
    memcpy(one + before + len, brace->close + 1, after);
    one[before + len + after] = '\0';
    e->depth++;
    bool ok = expand(e, one, before + len + after);
    e->depth--;
    e->c->scratch.used = mark;
    return ok;
}

static bool expand(struct expansion *e, const char *pattern, size_t len)
{
    struct brace brace = { .start = pattern, .end = pattern + len };
    unsigned depth = 0;
    if (!find_brace(&brace)) {
        if (e->count++ < LIMIT_BRACES)
            return e->fn(e->c, e->place, pattern, len, e->ctx);
        complain(e->c, e->place, "the braces stand for more than the limit of %u patterns", (unsigned)LIMIT_BRACES);
        return false;
    }
    if (!brace.close) {
        complain(e->c, e->place, "a '{' is not closed");
        return false;
    }
    const char *from = brace.open + 1;
    for (const char *at = from; at <= brace.close; at = skip_item(at, brace.end)) {
        depth += *at == '{';
        if (depth == 0 && (*at == ',' || at == brace.close)) {
            if (!expand_one(e, &brace, from, at))
                return false;
            from = at + 1;
        }
        depth -= *at == '}' && depth > 0;
    }
    return true;
}

bool each_pattern(struct compile *c, struct place place, const char *pattern, size_t len, pattern_fn *fn, void *ctx)
{
    struct expansion e = { c, place, fn, ctx, 0, 0 };
    size_t mark = c->scratch.used;
    bool ok = expand(&e, pattern, len) && !c->no_memory;
    c->scratch.used = mark;
    return ok;
}

const char *glob_first(const char *pattern)
{
    while (*pattern && !strchr("*?[", *pattern))
        pattern += *pattern == '\\' && pattern[1] ? 2 : 1;
    return pattern;
}

/* Appends components to an absolute path of *len bytes; false for a `..` that can't be resolved. */
static bool append(char *path, size_t *len, const char *from, const char *end)
{
    while (from < end) {
        const char *slash = memchr(from, '/', (size_t)(end - from));
        size_t n = (size_t)((slash ? slash : end) - from);
        if (n == 2 && memcmp(from, "..", 2) == 0) {
            path[*len] = '\0';
            const char *last = strrchr(path, '/');
            if (last && *glob_first(last))
                return false;
            *len = last ? (size_t)(last - path) : 0;
        } else if (n > 0 && !(n == 1 && *from == '.')) {
            path[(*len)++] = '/';
            memcpy(path + *len, from, n);
            *len += n;
        }
        from += n + 1;
    }
    return true;
}

/* A folder's name with what might be taken for a wildcard escaped; returns where it ends. */
static char *escape_folder(char *at, const char *folder)
{
    for (; *folder; folder++) {
        if (strchr("*?[]{}\\", *folder))
            *at++ = '\\';
        *at++ = *folder;
    }
    return at;
}

/* The folder that a relative pattern is taken from; *from is moved to what is relative to it. */
static const char *base_of(struct compile *c, struct place place, const char **from, size_t *len)
{
    const char *pattern = *from;
    bool tilde = *len > 0 && pattern[0] == '~';
    if (*len > 0 && pattern[0] == '/')
        return "";
    if (!tilde)
        return *len >= 2 && memcmp(pattern, "**", 2) == 0 && (*len == 2 || pattern[2] == '/') ? "" : c->text->dir;
    if (*len > 1 && pattern[1] != '/')
        complain(c, place, "'~' stands for your own home only: write the folder out");
    else if (!c->text->home)
        complain(c, place, "'~' stands for HOME, which is not set");
    else {
        ++*from;
        --*len;
        return c->text->home;
    }
    return NULL;
}

const char *absolute_pattern(struct compile *c, struct place place, const char *pattern, size_t len)
{
    const char *base = base_of(c, place, &pattern, &len);
    if (!base)
        return NULL;
    size_t room = 4 * strlen(base) + len + 8, n = 0;
    char *path = scratch_take(c, room);
    if (!path) {
        complain(c, place, "this path is too long");
        return NULL;
    }
    char *folder = path + room - 2 * strlen(base) - 1;
    char *folder_end = escape_folder(folder, base);
    append(path, &n, folder, folder_end);
    if (!append(path, &n, pattern, pattern + len)) {
        complain(c, place, "'..' cannot follow a wildcard");
        return NULL;
    }
    if (n == 0)
        path[n++] = '/';
    path[n] = '\0';
    return path;
}
