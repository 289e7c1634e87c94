/* SPDX-License-Identifier: MIT */
/* "Did you mean": the known word that the fewest slips of the finger lead to. */
#include "core/policy/compile.h"

#include <string.h>

enum { LONGEST = 24 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements, and swaps of neighbours. */
static unsigned distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    uint8_t rows[3][LONGEST + 1];
    uint8_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_len; j++)
        last[j] = (uint8_t)j;
    for (size_t i = 1; i <= a_len; i++) {
        row[0] = (uint8_t)i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned best = least(last[j] + 1u, row[j - 1] + 1u);
            best = least(best, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = least(best, before[j - 2] + 1u);
            row[j] = (uint8_t)best;
        }
        uint8_t *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[b_len];
}

const char *nearest(const char *word, size_t len, name_fn *next, const void *ctx)
{
    const char *best = NULL, *name;
    unsigned limit = len < 4 ? 1 : (unsigned)len / 3;
    if (len == 0 || len > LONGEST)
        return NULL;
    for (unsigned i = 0; (name = next(ctx, i)); i++) {
        size_t name_len = strlen(name);
        if (name_len > LONGEST || name_len > len + limit || len > name_len + limit)
            continue;
        unsigned far = distance(word, len, name, name_len);
        if (far <= limit && far < len) {
            best = name;
            if (far == 0)
                return best;
            limit = far - 1;
        }
    }
    return best;
}

const char *name_in(const void *ctx, unsigned i)
{
    return ((const char *const *)ctx)[i];
}
