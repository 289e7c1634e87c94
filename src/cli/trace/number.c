/* SPDX-License-Identifier: MIT */
#include "cli/trace/number.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { FIRST_SIZE = 256 };

static void *checked(void *memory)
{
    if (!memory)
        die(STATUS_ERROR, "out of memory");
    return memory;
}

void *grown(void *array, size_t count, size_t size)
{
    if (count < 64 ? count % 64 : count & (count - 1))
        return array;
    return checked(realloc(array, (count < 64 ? 64 : 2 * count) * size));
}

static uint64_t hash_text(const char *text)
{
    uint64_t sum = 14695981039346656037u;
    for (; *text; text++)
        sum = (sum ^ (unsigned char)*text) * 1099511628211u;
    return sum;
}

static uint64_t hash_id(int id)
{
    return (uint64_t)(unsigned)id * 0x9e3779b97f4a7c15u >> 32;
}

/* The first free place of that hash. */
static uint32_t *place(uint32_t *slots, size_t size, uint64_t hash)
{
    size_t at = hash & (size - 1);
    while (slots[at])
        at = (at + 1) & (size - 1);
    return &slots[at];
}

/* Makes room for one more; true when all are to be put in again. */
static bool make_room(uint32_t **slots, size_t *size, uint32_t count)
{
    if (4 * ((size_t)count + 1) <= 3 * *size)
        return false;
    *size = *size ? 2 * *size : FIRST_SIZE;
    free(*slots);
    *slots = checked(calloc(*size, sizeof **slots));
    return true;
}

uint32_t texts_number(struct texts *texts, const char *text)
{
    uint64_t hash = hash_text(text);
    for (size_t at = hash; texts->size; at++) {
        uint32_t number = texts->slots[at & (texts->size - 1)];
        if (!number)
            break;
        if (strcmp(texts->text[number - 1], text) == 0)
            return number - 1;
    }
    if (make_room(&texts->slots, &texts->size, texts->count))
        for (uint32_t i = 0; i < texts->count; i++)
            *place(texts->slots, texts->size, hash_text(texts->text[i])) = i + 1;
    texts->text = grown(texts->text, texts->count, sizeof *texts->text);
    texts->text[texts->count] = checked(strdup(text));
    *place(texts->slots, texts->size, hash) = texts->count + 1;
    return texts->count++;
}

uint32_t ids_number(struct ids *ids, int id)
{
    uint64_t hash = hash_id(id);
    for (size_t at = hash; ids->size; at++) {
        uint32_t number = ids->slots[at & (ids->size - 1)];
        if (!number)
            break;
        if (ids->id[number - 1] == id)
            return number - 1;
    }
    if (make_room(&ids->slots, &ids->size, ids->count))
        for (uint32_t i = 0; i < ids->count; i++)
            *place(ids->slots, ids->size, hash_id(ids->id[i])) = i + 1;
    ids->id = grown(ids->id, ids->count, sizeof *ids->id);
    ids->id[ids->count] = id;
    *place(ids->slots, ids->size, hash) = ids->count + 1;
    return ids->count++;
}

void texts_free(struct texts *texts)
{
    for (uint32_t i = 0; i < texts->count; i++)
        free(texts->text[i]);
    free(texts->text);
    free(texts->slots);
}

void ids_free(struct ids *ids)
{
    free(ids->id);
    free(ids->slots);
}
