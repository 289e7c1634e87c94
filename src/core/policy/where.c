/* SPDX-License-Identifier: MIT */
/* `where EXPR`, and the order in which a rule asks its questions. An expression is read into a tree; the tree
 * becomes questions that lead on to each other, the last ones first. */
#include "core/policy/compile.h"

#include <string.h>

enum op { OP_TERM, OP_AND, OP_OR, OP_NOT };

struct node {
    _Alignas(8) uint8_t op;
    uint32_t left, right; /* NOT: left only */
    struct term term;
};

enum { NOTHING = UINT32_MAX };

/* Where the reader is: parentheses stick to words. */
struct reader {
    struct compile *c;
    struct draft *draft;
    size_t word, from; /* from: the bytes of the word that have been read */
    unsigned depth, terms;
};

struct token {
    const char *text;
    size_t len;
    struct place place;
};

static bool is_escaped(const char *text, size_t at)
{
    size_t slashes = 0;
    while (slashes < at && text[at - 1 - slashes] == '\\')
        slashes++;
    return slashes % 2;
}

static size_t letters_of(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && text[n] >= 'a' && text[n] <= 'z')
        n++;
    return n;
}

/* A token ends before the `)` that close more than it opens; `not` may stick to a `(`. */
static size_t token_len(const char *text, size_t len)
{
    size_t open = 0, close = 0, letters = letters_of(text, len);
    if (*text == '(' || *text == ')')
        return 1;
    if (letters < len && text[letters] == '(')
        return letters;
    for (size_t i = 0; i < len; i++) {
        open += text[i] == '(' && !is_escaped(text, i);
        close += text[i] == ')' && !is_escaped(text, i);
    }
    for (; close > open && len > 1 && text[len - 1] == ')' && !is_escaped(text, len - 1); close--)
        len--;
    return len;
}

/* False at the line's end. */
static bool peek(const struct reader *r, struct token *ret)
{
    const struct word *word = line_word(r->c, r->word);
    if (!word)
        return false;
    const char *text = word_text(r->c, word) + r->from;
    size_t len = word->len > r->from ? token_len(text, word->len - r->from) : 0;
    *ret = (struct token){ text, len, word_part(word, r->from, len) };
    return true;
}

static void take(struct reader *r, const struct token *token)
{
    r->from += token->len;
    if (r->from < line_word(r->c, r->word)->len)
        return;
    r->word++;
    r->from = 0;
}

static bool take_if(struct reader *r, const char *text)
{
    struct token token;
    if (!peek(r, &token) || token.len != strlen(text) || memcmp(token.text, text, token.len) != 0)
        return false;
    take(r, &token);
    return true;
}

static uint32_t add_node(struct reader *r, const struct node *node)
{
    struct node *at = block_more(r->c, &r->c->nodes, sizeof *at);
    if (!at)
        return NOTHING;
    *at = *node;
    return (uint32_t)(at - (struct node *)(void *)r->c->nodes.at);
}

static uint32_t complain_of(struct reader *r, const struct token *token)
{
    if (token)
        complain(r->c, token->place, "expected a condition like uid=0, 'not' or '(', not %w", token->text, token->len);
    else
        complain(r->c, line_end(r->c), "expected a condition like uid=0, 'not' or '('");
    return NOTHING;
}

static uint32_t read_condition(struct reader *r, const struct token *token)
{
    struct node node = { .op = OP_TERM };
    struct pair pair;
    size_t letters = letters_of(token->text, token->len);
    if (letters == 0 || letters == token->len || token->text[letters] != '=')
        return complain_of(r, token);
    char *copy = scratch_take(r->c, token->len + 1); /* values end with a NUL */
    if (!copy)
        return NOTHING;
    memcpy(copy, token->text, token->len);
    copy[token->len] = '\0';
    take(r, token);
    if (!part_key(r->c, token->place, copy, token->len, &pair))
        return NOTHING;
    if (pair.key < KEY_SYMBOL) {
        complain(r->c, pair.place, "%w is of the rule as a whole: it stands before 'where'", copy, (size_t)(pair.value - copy));
        return NOTHING;
    }
    if (++r->terms > LIMIT_TERMS) {
        complain(r->c, pair.place, "there are more conditions than the limit of %u", (unsigned)LIMIT_TERMS);
        return NOTHING;
    }
    parse_value(r->c, r->draft, &pair, &node.term);
    check_key(r->c, r->draft, pair.key, pair.place);
    return add_node(r, &node);
}

static uint32_t read_any(struct reader *r);

static uint32_t read_one(struct reader *r)
{
    struct token token;
    uint32_t inner = NOTHING;
    if (!peek(r, &token))
        return complain_of(r, NULL);
    bool negated = token.len == 3 && memcmp(token.text, "not", 3) == 0, open = token.len == 1 && *token.text == '(';
    if (!negated && !open)
        return read_condition(r, &token);
    if (++r->depth > LIMIT_DEPTH) {
        complain(r->c, token.place, "nested deeper than the limit of %u", (unsigned)LIMIT_DEPTH);
        return NOTHING;
    }
    take(r, &token);
    inner = negated ? read_one(r) : read_any(r);
    r->depth--;
    if (inner == NOTHING || negated)
        return inner == NOTHING ? NOTHING : add_node(r, &(struct node){ .op = OP_NOT, .left = inner });
    if (take_if(r, ")"))
        return inner;
    complain(r->c, token.place, "this '(' is not closed");
    return NOTHING;
}

static uint32_t read_joined(struct reader *r, const char *word, enum op op, uint32_t (*read)(struct reader *r))
{
    uint32_t left = read(r);
    while (left != NOTHING && take_if(r, word)) {
        uint32_t right = read(r);
        left = right == NOTHING ? NOTHING : add_node(r, &(struct node){ .op = (uint8_t)op, .left = left, .right = right });
    }
    return left;
}

static uint32_t read_all(struct reader *r)
{
    return read_joined(r, "and", OP_AND, read_one);
}

static uint32_t read_any(struct reader *r)
{
    return read_joined(r, "or", OP_OR, read_all);
}

uint16_t add_term(struct compile *c, const struct term *term, bool inverted, uint16_t yes, uint16_t no)
{
    struct term *at = block_more(c, &c->terms, sizeof *at);
    if (!at)
        return LEAD_FAIL;
    *at = *term;
    at->inverted = inverted;
    at->yes = yes;
    at->no = no;
    return (uint16_t)(at - (struct term *)(void *)c->terms.at);
}

/* `not` turns what it stands before: no `and` is no first or no second. */
static uint16_t emit(struct compile *c, uint32_t i, bool inverted, uint16_t yes, uint16_t no)
{
    const struct node node = ((const struct node *)(void *)c->nodes.at)[i];
    if (node.op == OP_TERM)
        return add_term(c, &node.term, inverted, yes, no);
    if (node.op == OP_NOT)
        return emit(c, node.left, !inverted, yes, no);
    bool both = (node.op == OP_AND) != inverted;
    uint16_t right = emit(c, node.right, inverted, yes, no);
    return emit(c, node.left, inverted, both ? right : yes, both ? no : right);
}

uint16_t parse_where(struct compile *c, struct draft *draft)
{
    struct reader r = { .c = c, .draft = draft, .word = draft->where + 1 };
    struct token token;
    size_t mark = c->scratch.used;
    uint16_t first = LEAD_MATCH;
    c->nodes.used = 0;
    if (draft->where == 0)
        return first;
    uint32_t root = read_any(&r);
    if (root != NOTHING && peek(&r, &token))
        complain(c, token.place, "expected 'and', 'or' or the end of the line, not %w", token.text, token.len);
    else if (root != NOTHING && !c->no_memory)
        first = emit(c, root, false, LEAD_MATCH, LEAD_FAIL);
    c->scratch.used = mark;
    return first;
}

void build_terms(struct compile *c, struct draft *draft)
{
    struct rule *rule = &draft->rule;
    c->terms.used = 0;
    uint16_t first = parse_where(c, draft);
    for (unsigned key = KEY_COUNT; key-- > KEY_SYMBOL + 1;) {
        if (key + 1 == KEY_CONTAINS && rule->targets.count) {
            const char *text = word_text(c, draft->target);
            struct term target = { .kind = TERM_TARGET, .text = block_text(c, &c->data, text, draft->target->len) };
            first = add_term(c, &target, false, first, LEAD_FAIL);
        }
        if (draft->key[key])
            first = add_term(c, &draft->term[key], false, first, LEAD_FAIL);
    }
    rule->first = first;
    size_t size = c->terms.used;
    void *list = size ? block_more(c, &c->data, size) : NULL;
    if (!list)
        return;
    memcpy(list, c->terms.at, size);
    rule->terms = (struct list){ (uint32_t)(c->data.used - size), (uint32_t)(size / sizeof(struct term)) };
}
