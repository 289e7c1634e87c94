/* SPDX-License-Identifier: MIT */
/* Which rules a call may meet, without trying them all: prefix trees of what their targets begin with, or end with.
 * Each node that a name passes has the rules that begin so. What a tree gives is tried as usual. */
#ifndef CORE_POLICY_INDEX_H
#define CORE_POLICY_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/policy/image.h"

/* The nodes at the beginning. */
enum index_root {
    INDEX_ALWAYS,   /* rules that any call may meet: no tree below it */
    INDEX_FORWARD,  /* by what a path begins with */
    INDEX_BACKWARD, /* by what it ends with, read from its end */
    INDEX_ADDRESS,  /* by the family and the address, or by the port: see index_address */
    INDEX_ROOTS
};

struct index_node {
    uint32_t label, label_len; /* in data: the bytes that lead here from the node above */
    uint32_t child, next;      /* the first below, the next beside; 0: none */
    struct list rules;         /* their numbers, ascending */
};

enum { INDEX_NONE = UINT32_MAX, INDEX_KEY = 17 };

/* The first rule from number `from` on that the key meets; INDEX_NONE when there is none. */
uint32_t index_find(const struct policy *policy, enum index_root root, const char *key, size_t len, uint32_t from);

/* The key of an address, or with port of a port; its length. `bits`: of the address. */
size_t index_address(const struct address *address, unsigned bits, char key[INDEX_KEY]);
size_t index_port(unsigned port, char key[INDEX_KEY]);

#endif
