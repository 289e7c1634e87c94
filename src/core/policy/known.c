/* SPDX-License-Identifier: MIT */
#include "core/policy/known.h"

#include <string.h>

#include "core/policy/compile.h"
#include "core/policy/index.h"

static uint32_t place_of(uint64_t ino, uint32_t size)
{
    return (uint32_t)(ino * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (size - 1);
}

uint32_t known_find(const struct policy *policy, const struct file_id *id, uint32_t from)
{
    const struct known *table = image_data(policy, policy->known), *at;
    uint32_t mask = policy->known_size - 1, best = INDEX_NONE;
    if (!policy->known || !id->born_ns)
        return INDEX_NONE;
    for (uint32_t i = place_of(id->ino, policy->known_size); (at = &table[i])->rule; i = (i + 1) & mask) {
        uint32_t rule = at->rule - 1;
        if (at->ino == id->ino && at->dev == id->dev && at->born_ns == id->born_ns && rule >= from && rule < best)
            best = rule;
    }
    return best;
}

static void put(struct compile *c, const struct file_id *id, uint32_t rule)
{
    struct known *table = (struct known *)(void *)(c->data.at + c->known);
    uint32_t i = place_of(id->ino, c->known_size);
    while (table[i].rule)
        i = (i + 1) & (c->known_size - 1);
    table[i] = (struct known){ id->dev, id->ino, id->born_ns, rule + 1 };
}

/* What a link of /proc leads to is another thing to each process. */
static bool is_one_file(const struct target *target)
{
    return (target->form == TARGET_PATH || target->form == TARGET_UNIX) && !target->wild && !target->late;
}

typedef void visit_fn(struct compile *c, const struct target *target, uint32_t rule);

static void each_target(struct compile *c, visit_fn *visit)
{
    for (uint32_t i = 0; i < c->rules.used / sizeof(struct rule); i++) {
        const struct rule *rule = (const struct rule *)(void *)c->rules.at + i;
        const struct target *targets = (const struct target *)(void *)(c->data.at + rule->targets.at);
        for (uint32_t n = 0; rule->action == RULE_BLOCK && n < rule->targets.count; n++)
            if (is_one_file(&targets[n]))
                visit(c, &targets[n], i);
    }
}

static void count(struct compile *c, const struct target *target, uint32_t rule)
{
    (void)target, (void)rule;
    c->known_size++;
}

static void note(struct compile *c, const struct target *target, uint32_t rule)
{
    const char *path = c->data.at + target->whole;
    struct file_id id;
    if (look_at_path(c, path, strlen(path)) == LOOK_ABSENT)
        return;
    if (c->text->source->file_id(path, false, &id) == 0 && id.born_ns)
        put(c, &id, rule);
}

/* At most half of the table is used. */
void known_build(struct compile *c)
{
    if (!c->text->source || !c->text->source->file_id)
        return;
    each_target(c, count);
    uint32_t size = 2;
    while (size < 2 * c->known_size)
        size *= 2;
    const struct known *table = c->known_size ? block_more(c, &c->data, size * sizeof *table) : NULL;
    c->known_size = table ? size : 0;
    c->known = table ? (uint32_t)((const char *)table - c->data.at) : 0;
    if (table)
        each_target(c, note);
}
