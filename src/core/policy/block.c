/* SPDX-License-Identifier: MIT */
#include "core/policy/compile.h"

#include <string.h>

enum { FIRST = 256 };

bool block_reserve(struct compile *c, struct block *block, size_t need)
{
    size_t size = block->size ? block->size : FIRST;
    while (size < need)
        size *= 2;
    if (size == block->size)
        return true;
    char *at = c->no_memory ? NULL : c->memory->resize(c->memory->ctx, block->at, block->size, size);
    if (!at) {
        c->no_memory = true;
        return false;
    }
    block->at = at;
    block->size = size;
    return true;
}

void *block_more(struct compile *c, struct block *block, size_t n)
{
    size_t at = (block->used + 7) & ~(size_t)7;
    if (!block_reserve(c, block, at + n))
        return NULL;
    memset(block->at + block->used, 0, at + n - block->used);
    block->used = at + n;
    return block->at + at;
}

uint32_t block_text(struct compile *c, struct block *block, const char *bytes, size_t len)
{
    size_t at = block->used;
    if (!block_reserve(c, block, at + len + 1))
        return 0;
    if (len > 0)
        memcpy(block->at + at, bytes, len);
    block->at[at + len] = '\0';
    block->used = at + len + 1;
    return (uint32_t)at;
}

void block_free(struct compile *c, struct block *block)
{
    if (block->at)
        c->memory->resize(c->memory->ctx, block->at, block->size, 0);
    *block = (struct block){ NULL, 0, 0 };
}
