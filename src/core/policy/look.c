/* SPDX-License-Identifier: MIT */
/* Which parts of the rules' paths are links, each asked for once. */
#include <errno.h>
#include <string.h>

#include "core/policy/compile.h"

/* A path that was looked at. */
struct look {
    _Alignas(8) uint64_t hash;
    uint32_t path, len; /* in c->looked */
    uint8_t state;      /* enum look_state; UNKNOWN: nothing stands here */
};

static struct look *place_of(struct compile *c, uint64_t hash, const char *path, size_t len)
{
    struct look *table = (struct look *)(void *)c->looks.at;
    size_t mask = c->looks.used / sizeof *table - 1, i = hash >> 20 & mask;
    while (table[i].state != LOOK_UNKNOWN &&
           (table[i].hash != hash || table[i].len != len || memcmp(c->looked.at + table[i].path, path, len) != 0))
        i = (i + 1) & mask;
    return &table[i];
}

/* At most half of the table is used. */
static bool make_room(struct compile *c)
{
    enum { FIRST = 64 };
    struct block old = c->looks;
    size_t size = old.used ? 2 * old.used : FIRST * sizeof(struct look);
    if (2 * (c->look_count + 1) * sizeof(struct look) <= old.used)
        return true;
    c->looks = (struct block){ NULL, 0, 0 };
    if (block_more(c, &c->looks, size))
        for (const struct look *at = (const void *)old.at; (const char *)at < old.at + old.used; at++)
            if (at->state != LOOK_UNKNOWN)
                *place_of(c, at->hash, c->looked.at + at->path, at->len) = *at;
    block_free(c, &old);
    return !c->no_memory;
}

static enum look_state ask(struct compile *c, const char *path, size_t len)
{
    char link[120];
    size_t mark = c->scratch.used;
    char *copy = scratch_take(c, len + 1);
    if (!copy)
        return LOOK_UNKNOWN;
    memcpy(copy, path, len);
    copy[len] = '\0';
    long got = c->text->source->readlink(copy, link, sizeof link);
    c->scratch.used = mark;
    return got == -EINVAL ? LOOK_PLAIN : got == -ENOENT || got == -ENOTDIR ? LOOK_ABSENT : LOOK_UNKNOWN;
}

static enum look_state look_at_part(struct compile *c, uint64_t hash, const char *path, size_t len)
{
    if (!make_room(c))
        return LOOK_UNKNOWN;
    struct look *at = place_of(c, hash, path, len);
    if (at->state != LOOK_UNKNOWN)
        return (enum look_state)at->state;
    enum look_state state = ask(c, path, len);
    uint32_t text = state == LOOK_UNKNOWN ? 0 : block_text(c, &c->looked, path, len);
    if (state == LOOK_UNKNOWN || c->no_memory)
        return LOOK_UNKNOWN;
    *at = (struct look){ hash, text, (uint32_t)len, (uint8_t)state };
    c->look_count++;
    return state;
}

/* One that goes nowhere, back or stays is for others to make plain. */
static bool is_name(const char *part, size_t len)
{
    return len > 0 && !(part[0] == '.' && (len == 1 || (len == 2 && part[1] == '.')));
}

enum look_state look_at_path(struct compile *c, const char *path, size_t len)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    size_t part = 1;
    if (!c->text->source || !c->text->source->readlink || len < 2 || path[0] != '/')
        return LOOK_UNKNOWN;
    enum look_state state = LOOK_PLAIN;
    for (size_t i = 1; i <= len; i++) {
        if (i < len && path[i] != '/') {
            hash = (hash ^ (uint8_t)path[i]) * UINT64_C(1099511628211);
            continue;
        }
        if (!is_name(path + part, i - part))
            return LOOK_UNKNOWN;
        if (state == LOOK_PLAIN)
            state = look_at_part(c, hash, path, i);
        if (state == LOOK_UNKNOWN)
            return state;
        part = i + 1;
        hash = (hash ^ '/') * UINT64_C(1099511628211);
    }
    return state;
}
