/* SPDX-License-Identifier: MIT */
/* ACTION CALLS [TARGET] [to VALUE] [key=value ...] */
#include "core/policy/compile.h"

#include <errno.h>
#include <string.h>

static const char *const actions[] = {
    "log", "nolog", "allow", "block", "redirect", "inject", "delay", NULL
}; /* in the order of enum rule_action */

uint32_t label_of(struct compile *c, size_t at)
{
    char digits[12];
    size_t from = sizeof digits;
    unsigned line = line_of(c, at);
    do
        digits[--from] = (char)('0' + line % 10);
    while (line /= 10);
    digits[--from] = ':';
    uint32_t label = block_text(c, &c->data, c->text->name, strlen(c->text->name));
    if (!c->no_memory)
        c->data.used--;
    block_text(c, &c->data, digits + from, sizeof digits - from);
    return label;
}

/* A file may be called text, but not what an inject is of. */
static bool is_content(const struct compile *c, const struct draft *draft, const struct word *word)
{
    return (word_is(c, word, "text") || word_is(c, word, "file")) && (draft->target || draft->rule.action == RULE_INJECT);
}

/* Takes the i-th word, and those that belong to it; returns the index of the next. */
static size_t parse_word(struct compile *c, struct draft *draft, size_t i)
{
    const struct word *word = line_word(c, i);
    if (is_key(c, word)) {
        parse_key(c, draft, word);
    } else if (word_is(c, word, "to")) {
        if (draft->to_word)
            complain(c, word->place, "'to' is given twice");
        draft->to_word = word;
        draft->to = line_word(c, i + 1);
        return i + 2;
    } else if (word_is(c, word, "where")) {
        draft->where = i;
        return line_words(c);
    } else if (is_content(c, draft, word)) {
        if (draft->content_word)
            complain(c, word->place, "there is a %w already", word_text(c, draft->content_word),
                     (size_t)draft->content_word->len);
        draft->content_word = word;
        draft->content = line_word(c, i + 1);
        return i + 2;
    } else if (draft->target) {
        complain(c, word->place, "unexpected word %w: a rule has one target", word_text(c, word), (size_t)word->len);
    } else {
        draft->target = word;
    }
    return i + 1;
}

static void check(struct compile *c, const struct draft *draft)
{
    const struct rule *rule = &draft->rule;
    bool redirects = rule->action == RULE_REDIRECT;
    if (draft->to_word && !redirects)
        complain(c, draft->to_word->place, "'to' goes with redirect only");
    else if (draft->to_word && !draft->to)
        complain(c, line_end(c), "expected where to after 'to'");
    else if (redirects && !draft->to_word)
        complain(c, line_end(c), "redirect needs 'to' and where");
    if (draft->content_word && rule->action != RULE_INJECT)
        complain(c, draft->content_word->place, "%w goes with inject only", word_text(c, draft->content_word),
                 (size_t)draft->content_word->len);
    else if (draft->content_word && !draft->content)
        complain(c, line_end(c), "expected what stands there after %w", word_text(c, draft->content_word),
                 (size_t)draft->content_word->len);
    else if (rule->action == RULE_INJECT && !draft->content_word)
        complain(c, line_end(c), "inject needs 'text' or 'file' and what stands there");
    if (rule->action == RULE_DELAY && !draft->key[KEY_BY])
        complain(c, line_end(c), "delay needs 'by=' and how long");
    for (unsigned key = 0; key < KEY_COUNT; key++)
        if (draft->key[key])
            check_key(c, draft, (enum key)key, draft->key[key]->place);
}

static void narrow_by_symbol(struct compile *c, struct draft *draft)
{
    const struct word *word = draft->key[KEY_SYMBOL];
    call_set_remove(&draft->rule.calls, &draft->without);
    if (word && !calls_any(c, &draft->rule.calls, call_exists))
        complain(c, word->place, "%w is none of this rule's calls", word_text(c, word) + strlen("symbol="),
                 word->len - strlen("symbol="));
}

static void add_pace(struct compile *c, struct draft *draft)
{
    if (!draft->key[KEY_AFTER] && !draft->key[KEY_EVERY] && !draft->key[KEY_TIMES] && !draft->key[KEY_CHANCE])
        return;
    struct pace *at = block_more(c, &c->data, sizeof *at);
    if (!at)
        return;
    *at = draft->pace;
    at->count = c->counts++;
    draft->rule.pace = (uint32_t)((char *)at - c->data.at);
}

static void finish(struct compile *c, struct draft *draft)
{
    int errors = c->errors;
    narrow_by_symbol(c, draft);
    if (c->errors == errors)
        check(c, draft);
    if (draft->key[KEY_RET])
        calls_keep(c, &draft->rule.calls, call_returns_number);
    if (c->errors == errors && draft->target)
        parse_target(c, draft);
    if (c->errors == errors && draft->to)
        parse_to(c, draft);
    add_pace(c, draft);
    if (c->errors == errors && draft->content)
        parse_content(c, draft);
    build_terms(c, draft);
}

static void add_rule(struct compile *c, struct draft *draft)
{
    if (c->rules.used / sizeof(struct rule) == LIMIT_RULES) {
        complain(c, draft->action->place, "there are more rules than the limit of %u", (unsigned)LIMIT_RULES);
        c->pos = c->text->len;
        return;
    }
    draft->rule.label = label_of(c, draft->action->place.at);
    struct rule *rule = block_more(c, &c->rules, sizeof *rule);
    if (rule)
        *rule = draft->rule;
}

void parse_rule(struct compile *c, const char *action)
{
    struct draft draft = {
        .action = line_word(c, 0), .calls = line_word(c, 1), .rule = { .err = EACCES }, .pace = { .chance = UINT64_C(1) << 32 }
    };
    while (strcmp(actions[draft.rule.action], action) != 0)
        draft.rule.action++;
    if (!draft.calls) {
        complain(c, line_end(c), "expected a call after '%s'", action);
        return;
    }
    bool known = parse_calls(c, &draft);
    for (size_t i = 2; i < line_words(c);)
        i = parse_word(c, &draft, i);
    if (known)
        finish(c, &draft);
    add_rule(c, &draft);
}
