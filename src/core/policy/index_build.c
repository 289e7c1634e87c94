/* SPDX-License-Identifier: MIT */
/* The rules' targets put into the trees of index.h. */
#include "core/policy/index.h"

#include <string.h>

#include "core/policy/compile.h"

/* A rule and a node that leads to it. */
struct hit {
    _Alignas(8) uint32_t node;
    uint32_t rule;
};

static struct index_node *node_at(struct compile *c, uint32_t i)
{
    return (struct index_node *)(void *)c->nodes.at + i;
}

static uint32_t add_node(struct compile *c, const struct index_node *node)
{
    struct index_node *at = block_more(c, &c->nodes, sizeof *at);
    if (!at)
        return 0;
    *at = *node;
    return (uint32_t)(at - node_at(c, 0));
}

static uint32_t common(const char *a, const char *b, uint32_t len)
{
    uint32_t n = 0;
    while (n < len && a[n] == b[n])
        n++;
    return n;
}

/* Parts a node: a new one above it has the bytes that they share. Returns that. */
static uint32_t part(struct compile *c, uint32_t i, uint32_t same)
{
    struct index_node *old = node_at(c, i);
    uint32_t upper = add_node(c, &(struct index_node){ old->label, same, i, old->next, { 0, 0 } });
    old = node_at(c, i);
    old->label += same;
    old->label_len -= same;
    old->next = 0;
    return upper;
}

/* The node that a key leads to from a root; made where it is missing. */
static uint32_t add_key(struct compile *c, uint32_t root, uint32_t key, uint32_t len)
{
    uint32_t at = root;
    while (len > 0 && !c->no_memory) {
        uint32_t above = at, before = 0;
        for (at = node_at(c, above)->child; at && c->data.at[node_at(c, at)->label] != c->data.at[key]; at = node_at(c, at)->next)
            before = at;
        uint32_t same = len, next = at;
        if (!at) {
            next = add_node(c, &(struct index_node){ .label = key, .label_len = len });
        } else {
            uint32_t label_len = node_at(c, at)->label_len, most = label_len < len ? label_len : len;
            same = common(c->data.at + node_at(c, at)->label, c->data.at + key, most);
            if (same < label_len)
                next = part(c, at, same);
        }
        if (before && next != at)
            node_at(c, before)->next = next;
        else if (next != at)
            node_at(c, above)->child = next;
        at = next;
        key += same;
        len -= same;
    }
    return at;
}

static void hit(struct compile *c, uint32_t node, uint32_t rule)
{
    struct hit *at = block_more(c, &c->index_hits, sizeof *at);
    if (at)
        *at = (struct hit){ node, rule };
}

/* The bytes that end every name that the program matches: where they begin in it. */
static const uint8_t *last_literal(const uint8_t *op)
{
    const uint8_t *literal = NULL;
    for (; *op != GLOB_END; op += glob_op_size(op))
        if (*op != GLOB_LITERAL)
            literal = NULL;
        else if (!literal)
            literal = op;
    return literal;
}

/* The whole name, or the folder and what follows it. */
static uint32_t forward_key(struct compile *c, const struct target *target, uint32_t *ret_len)
{
    const uint8_t *glob = (const uint8_t *)c->data.at + target->glob;
    uint32_t head = target->prefix_len + 1, literal = *glob == GLOB_LITERAL ? glob[1] : 0;
    if (!target->wild) {
        *ret_len = (uint32_t)strlen(c->data.at + target->whole);
        return target->whole;
    }
    char *key = scratch_take(c, head + literal);
    if (!key)
        return 0;
    memcpy(key, c->data.at + target->prefix, target->prefix_len);
    key[head - 1] = '/';
    memcpy(key + head, glob + 2, literal);
    *ret_len = head + literal;
    return block_text(c, &c->data, key, head + literal);
}

static uint32_t backward_key(struct compile *c, const struct target *target, uint32_t *ret_len)
{
    enum { LONGEST = 255 };
    char key[LONGEST];
    const uint8_t *literal = last_literal((const uint8_t *)c->data.at + target->glob);
    if (!target->wild || !literal || literal[2 + literal[1]] != GLOB_END)
        return 0;
    for (uint32_t i = 0; i < literal[1]; i++)
        key[i] = (char)literal[1 + literal[1] - i];
    *ret_len = literal[1];
    return block_text(c, &c->data, key, literal[1]);
}

static void add_path(struct compile *c, const struct target *target, uint32_t rule)
{
    uint32_t forward_len = 0, backward_len = 0;
    size_t mark = c->scratch.used;
    if (target->late) {
        hit(c, INDEX_ALWAYS, rule);
        return;
    }
    uint32_t forward = forward_key(c, target, &forward_len), backward = backward_key(c, target, &backward_len);
    bool by_end = backward_len > forward_len;
    hit(c, add_key(c, by_end ? INDEX_BACKWARD : INDEX_FORWARD, by_end ? backward : forward, by_end ? backward_len : forward_len),
        rule);
    c->scratch.used = mark;
}

static void add_address(struct compile *c, const struct target *target, uint32_t rule)
{
    char key[INDEX_KEY];
    const struct address *ip = &target->ip;
    size_t len = 0;
    if (target->form == TARGET_IP && ip->family)
        len = index_address(ip, ip->bits, key);
    else if (target->form == TARGET_IP && ip->first == ip->last)
        len = index_port(ip->first, key);
    hit(c, add_key(c, INDEX_ADDRESS, block_text(c, &c->data, key, len), (uint32_t)len), rule);
}

static void add_rule(struct compile *c, uint32_t i)
{
    const struct rule rule = ((const struct rule *)(void *)c->rules.at)[i];
    if (rule.targets.count == 0)
        hit(c, INDEX_ALWAYS, i);
    for (uint32_t n = 0; n < rule.targets.count && !c->no_memory; n++) {
        const struct target target = ((const struct target *)(void *)(c->data.at + rule.targets.at))[n];
        if (target.form == TARGET_PATH)
            add_path(c, &target, i);
        else
            add_address(c, &target, i);
    }
}

/* Gives each node its rules, in their order. */
static void store(struct compile *c)
{
    const struct hit *hits = (const struct hit *)(void *)c->index_hits.at;
    size_t count = c->index_hits.used / sizeof *hits, nodes = c->nodes.used;
    if (!block_more(c, &c->data, nodes + count * sizeof(uint32_t)))
        return;
    c->index = (uint32_t)(c->data.used - nodes - count * sizeof(uint32_t));
    uint32_t *numbers = (uint32_t *)(void *)(c->data.at + c->index + nodes), at = 0;
    for (size_t i = 0; i < count; i++)
        node_at(c, hits[i].node)->rules.count++;
    for (uint32_t i = 0; i < nodes / sizeof(struct index_node); i++) {
        struct list *rules = &node_at(c, i)->rules;
        rules->at = at;
        at += rules->count;
        rules->count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        struct list *rules = &node_at(c, hits[i].node)->rules;
        numbers[rules->at + rules->count++] = hits[i].rule;
    }
    for (uint32_t i = 0; i < nodes / sizeof(struct index_node); i++)
        node_at(c, i)->rules.at = (uint32_t)(c->index + nodes + node_at(c, i)->rules.at * sizeof(uint32_t));
    memcpy(c->data.at + c->index, c->nodes.at, nodes);
}

void index_build(struct compile *c)
{
    enum { LEAST = 6 }; /* fewer rules are tried sooner than they are looked up */
    size_t count = c->rules.used / sizeof(struct rule);
    if (count < LEAST)
        return;
    c->nodes.used = 0;
    for (unsigned i = 0; i < INDEX_ROOTS; i++)
        add_node(c, &(struct index_node){ 0 });
    for (uint32_t i = 0; i < count && !c->no_memory; i++)
        add_rule(c, i);
    if (!c->no_memory)
        store(c);
}
