/* SPDX-License-Identifier: MIT */
/* Texts and ids get numbers, 0, 1, ... in the order in which they are first met. */
#ifndef CLI_TRACE_NUMBER_H
#define CLI_TRACE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* A hash table of the numbers; its size is a power of two. */
struct texts {
    char **text; /* by number */
    uint32_t count;
    uint32_t *slots; /* number + 1; 0: free */
    size_t size;
};

struct ids {
    int *id;
    uint32_t count;
    uint32_t *slots;
    size_t size;
};

/* Who wants to know whether it is new compares with the count before. They end the process when memory is out. */
uint32_t texts_number(struct texts *texts, const char *text);
uint32_t ids_number(struct ids *ids, int id);
void texts_free(struct texts *texts);
void ids_free(struct ids *ids);

/* The array with room for one element more than count. */
void *grown(void *array, size_t count, size_t size);

#endif
