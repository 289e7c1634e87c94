/* SPDX-License-Identifier: MIT */
#include "core/facts.h"

enum { LEAST = 16 * 1024 };

static void *take(struct arena *arena, size_t n)
{
    if (n > arena->size - arena->used)
        return NULL;
    void *at = arena->base + arena->used;
    arena->used += n;
    return at;
}

/* A block that `more` gives serves what is taken next as well. */
void *arena_take(struct arena *arena, size_t n)
{
    if (n > SIZE_MAX - LEAST)
        return NULL;
    n = (n + 7) & ~(size_t)7;
    void *at = take(arena, n);
    if (at || !arena->more)
        return at;
    size_t size = n > LEAST ? n : LEAST;
    char *block = arena->more(arena, size);
    if (!block)
        return NULL;
    arena->base = block;
    arena->size = size;
    arena->used = 0;
    return take(arena, n);
}
