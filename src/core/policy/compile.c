/* SPDX-License-Identifier: MIT */
#include "core/policy/compile.h"

#include <errno.h>
#include <string.h>

static const char *const statements[] = { "log",   "nolog", "allow", "block",   "redirect", "inject",
                                          "delay", "set",   "let",   "include", NULL };

/* The statement that the line's first word begins; when it is misspelled, the one that was meant, so that the
 * rest is looked at as well. NULL: none. */
static const char *find_statement(struct compile *c, const struct word *word)
{
    const char *text = word_text(c, word);
    for (size_t i = 0; statements[i]; i++)
        if (strcmp(text, statements[i]) == 0)
            return statements[i];
    const char *name = nearest(text, word->len, name_in, statements);
    complain(c, word->place,
             name ? "unknown action %w%m"
                  : "unknown action %w: expected log, nolog, allow, block, redirect, inject, delay, set, let or include",
             text, (size_t)word->len, name);
    return line_words(c) > 1 ? name : NULL;
}

static void parse_line(struct compile *c)
{
    const struct word *first = line_word(c, 0);
    const char *statement = find_statement(c, first);
    if (!statement)
        return;
    if (strcmp(statement, "set") == 0)
        parse_set(c);
    else if (strcmp(statement, "let") == 0)
        parse_let(c);
    else if (strcmp(statement, "include") == 0)
        parse_include(c);
    else
        parse_rule(c, statement);
}

void parse_text(struct compile *c)
{
    if (c->text->len > LIMIT_TEXT) {
        complain(c, (struct place){ 0, 1 }, "the file is longer than the limit of %u bytes", (unsigned)LIMIT_TEXT);
        return;
    }
    if (c->text->len >= 3 && memcmp(c->text->text, "\xef\xbb\xbf", 3) == 0)
        c->pos = 3; /* a byte order mark */
    while (lex_line(c)) {
        size_t names = c->names.used;
        parse_line(c);
        if (c->names.used == names)
            c->chars.used = c->chars_kept;
        c->chars_kept = c->chars.used;
    }
}

static void add_default(struct compile *c, struct policy *policy)
{
    for (unsigned id = 0; policy->default_block && id < CALL_COUNT; id++)
        if (call_can_block(id) && (call_has_path(id) || call_has_address(id)))
            policy->concerned.bits[id / 64] |= UINT64_C(1) << id % 64;
    for (size_t i = 0; i < c->rules.used / sizeof(struct rule); i++) {
        const struct rule *rule = (const struct rule *)(void *)c->rules.at + i;
        const struct destination *to = (const struct destination *)(const void *)(c->data.at + rule->to);
        policy->redirects_address = policy->redirects_address || (rule->action == RULE_REDIRECT && to->form != TARGET_PATH);
        policy->injects = policy->injects || rule->action == RULE_INJECT;
        if (rule->forms & TARGET_PATH) {
            policy->first_path = policy->last_path ? policy->first_path : (uint32_t)i;
            policy->last_path = (uint32_t)i + 1;
        }
        for (size_t w = 0; w < sizeof rule->calls.bits / sizeof *rule->calls.bits; w++)
            policy->concerned.bits[w] |= rule->calls.bits[w];
    }
}

enum { MAGIC = 0x6b6f6f68 };

/* A number that another table of calls, or other structures, would not have. */
static uint32_t layout(void)
{
    const uint32_t sizes[] = { sizeof(struct policy), sizeof(struct rule), sizeof(struct target), sizeof(struct term),
                               sizeof(struct known) };
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        hash = (hash ^ sizes[i]) * 16777619u;
    for (unsigned id = 0; id < CALL_COUNT; id++)
        for (const char *c = call_symbol(id); *c; c++)
            hash = (hash ^ (uint8_t)*c) * 16777619u;
    return hash;
}

bool policy_is_image(const void *block, size_t size, const char *origin)
{
    const struct policy *policy = block;
    return size >= sizeof *policy && policy->magic == MAGIC && policy->layout == layout() && policy->size <= size &&
           policy->origin && strcmp(image_data(policy, policy->origin), origin) == 0;
}

static struct policy *make_image(struct compile *c)
{
    size_t data = sizeof(struct policy) + c->rules.used, size = data + c->data.used;
    struct policy *policy = c->memory->resize(c->memory->ctx, NULL, 0, size);
    if (!policy)
        return NULL;
    memset(policy, 0, sizeof *policy);
    policy->magic = MAGIC;
    policy->layout = layout();
    policy->origin = c->origin;
    policy->size = (uint32_t)size;
    policy->rules = sizeof *policy;
    policy->data = (uint32_t)data;
    policy->rule_count = (uint32_t)(c->rules.used / sizeof(struct rule));
    policy->counts = c->counts;
    policy->index = c->index;
    policy->known = c->known;
    policy->known_size = c->known_size;
    policy->log = c->log;
    policy->default_block = c->default_block;
    policy->hosts = c->hosts;
    policy->asks_data = c->data_asked;
    policy->default_label = c->default_label;
    if (c->rules.used)
        memcpy((char *)policy + policy->rules, c->rules.at, c->rules.used);
    if (c->data.used)
        memcpy((char *)policy + policy->data, c->data.at, c->data.used);
    add_default(c, policy);
    return policy;
}

static void free_blocks(struct compile *c)
{
    struct block *blocks[] = { &c->message, &c->words,      &c->chars,   &c->names, &c->listed, &c->targets, &c->globs, &c->nodes,
                               &c->terms,   &c->index_hits, &c->scratch, &c->rules, &c->data,   &c->looks,   &c->looked };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        block_free(c, blocks[i]);
}

int policy_compile(const struct policy_text *text, const struct policy_memory *memory, policy_error_fn *error, void *ctx,
                   struct policy **ret)
{
    struct compile c = { .text = text, .memory = memory, .error = error, .ctx = ctx };
    struct policy *policy = NULL;
    block_text(&c, &c.data, "", 0); /* nothing that a rule has begins at 0 */
    if (text->origin)
        c.origin = block_text(&c, &c.data, text->origin, strlen(text->origin));
    parse_text(&c);
    if (c.errors == 0 && !c.no_memory)
        index_build(&c);
    if (c.errors == 0 && !c.no_memory)
        known_build(&c);
    if (c.errors == 0 && !c.no_memory)
        policy = make_image(&c);
    free_blocks(&c);
    if (c.errors > 0 && !c.no_memory)
        return c.errors;
    if (!policy)
        return -ENOMEM;
    *ret = policy;
    return 0;
}

size_t policy_counts(const struct policy *policy)
{
    return policy->counts;
}

bool policy_redirects_address(const struct policy *policy)
{
    return policy->redirects_address;
}

bool policy_injects(const struct policy *policy)
{
    return policy->injects;
}

bool policy_needs_data(const struct policy *policy)
{
    return policy->asks_data;
}

bool policy_needs_names(const struct policy *policy)
{
    return policy->hosts;
}

size_t policy_size(const struct policy *policy)
{
    return policy->size;
}

enum policy_log policy_log(const struct policy *policy)
{
    return (enum policy_log)policy->log;
}

bool policy_concerns(const struct policy *policy, unsigned call)
{
    return call_set_has(&policy->concerned, call);
}
