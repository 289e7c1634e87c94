/* SPDX-License-Identifier: MIT */
/* The names that addresses were resolved from, as far as a process remembers: a table that threads and signal handlers
 * write and read at once, without a lock. */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include <stddef.h>
#include <stdint.h>

enum { NAMES_COUNT = 1024, NAMES_LONGEST = 253 };

struct names {
    uint32_t next; /* how many have been written; the oldest gives way */
    struct names_key {
        uint32_t version; /* odd: it is being written */
        uint8_t address[16];
    } key[NAMES_COUNT];
    char name[NAMES_COUNT][NAMES_LONGEST + 3];
};

/* Remembers that the name stands for an address of 4 or 16 bytes. What is no name of a host is left away. */
void names_note(struct names *names, const void *address, size_t address_len, const char *name);

/* The next name of the address (16 bytes, IPv4 as ::ffff:a.b.c.d) from *at on, which is moved behind it: its length,
 * lower case, with its NUL in buf; 0 when there is none. */
size_t names_of(const struct names *names, const uint8_t *address, uint32_t *at, char *buf, size_t size);

#endif
