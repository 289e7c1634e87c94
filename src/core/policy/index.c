/* SPDX-License-Identifier: MIT */
#include "core/policy/index.h"

#include <string.h>

size_t index_address(const struct address *address, unsigned bits, char key[INDEX_KEY])
{
    key[0] = (char)address->family;
    memcpy(key + 1, address->bytes, bits / 8);
    return 1 + bits / 8;
}

size_t index_port(unsigned port, char key[INDEX_KEY])
{
    key[0] = 'p';
    key[1] = (char)(port >> 8);
    key[2] = (char)port;
    return 3;
}

static uint32_t first_from(const struct policy *policy, struct list rules, uint32_t from)
{
    const uint32_t *at = image_data(policy, rules.at);
    uint32_t low = 0, high = rules.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (at[middle] < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rules.count ? at[low] : INDEX_NONE;
}

/* The node below that the key goes on with; NULL when there is none. */
static const struct index_node *below(const struct policy *policy, const struct index_node *nodes, const struct index_node *node,
                                      const char *key, size_t left, bool backward)
{
    if (left == 0 || !node->child)
        return NULL;
    const char *label;
    for (node = &nodes[node->child]; *(label = image_data(policy, node->label)) != *key; node = &nodes[node->next])
        if (!node->next)
            return NULL;
    if (node->label_len > left)
        return NULL;
    if (!backward)
        return memcmp(label, key, node->label_len) == 0 ? node : NULL;
    for (uint32_t i = 1; i < node->label_len; i++)
        if (label[i] != *--key)
            return NULL;
    return node;
}

uint32_t index_find(const struct policy *policy, enum index_root root, const char *key, size_t len, uint32_t from)
{
    const struct index_node *nodes = image_data(policy, policy->index), *node = &nodes[root];
    bool backward = root == INDEX_BACKWARD;
    const char *at = backward ? key + len - 1 : key;
    uint32_t best = INDEX_NONE;
    for (size_t left = len; node; left -= node ? node->label_len : 0) {
        uint32_t found = node->rules.count ? first_from(policy, node->rules, from) : INDEX_NONE;
        best = found < best ? found : best;
        const struct index_node *next = below(policy, nodes, node, at, left, backward);
        if (next)
            at = backward ? at - next->label_len : at + next->label_len;
        node = next;
    }
    return best;
}
