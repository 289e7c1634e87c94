/* SPDX-License-Identifier: MIT */
/* `set` and `let`. */
#include "core/policy/compile.h"

#include <string.h>

static const char *const settings[] = { "default", "log", NULL };
static const char *const defaults[] = { "allow", "block", NULL };
static const char *const logs[] = { "matched", "all", "none", NULL }; /* in the order of enum policy_log */

static int index_of(const struct compile *c, const struct word *word, const char *const *values)
{
    for (int i = 0; values[i]; i++)
        if (word_is(c, word, values[i]))
            return i;
    return -1;
}

static int parse_choice(struct compile *c, const struct word *word, const char *const *values, const char *expected)
{
    const char *text = word_text(c, word);
    int found = index_of(c, word, values);
    if (found < 0)
        complain(c, word->place, "expected %s, not %w%m", expected, text, (size_t)word->len,
                 nearest(text, word->len, name_in, values));
    return found;
}

static bool set_once(struct compile *c, const struct word *word, uint32_t *label)
{
    if (*label) {
        complain(c, word->place, "%w is already set at %s", word_text(c, word), (size_t)word->len, c->data.at + *label);
        return false;
    }
    *label = label_of(c, word->place.at);
    return true;
}

static void set_default(struct compile *c, const struct word *name, const struct word *value)
{
    int choice = parse_choice(c, value, defaults, "allow or block");
    if (choice >= 0 && set_once(c, name, &c->default_label))
        c->default_block = choice == 1;
}

void parse_set(struct compile *c)
{
    const struct word *name = line_word(c, 1), *value = line_word(c, 2), *more = line_word(c, 3);
    if (!name) {
        complain(c, line_end(c), "expected a setting: default or log");
        return;
    }
    if (index_of(c, name, settings) < 0) {
        const char *text = word_text(c, name), *near = nearest(text, name->len, name_in, settings);
        const char *what = near ? "unknown setting %w%m" : "unknown setting %w: expected default or log";
        complain(c, name->place, what, text, (size_t)name->len, near);
        return;
    }
    bool is_log = word_is(c, name, "log");
    if (!value)
        complain(c, line_end(c), is_log ? "expected matched, all or none" : "expected allow or block");
    else if (more)
        complain(c, more->place, "unexpected word %w", word_text(c, more), (size_t)more->len);
    else if (!is_log)
        set_default(c, name, value);
    else {
        int choice = parse_choice(c, value, logs, "matched, all or none");
        if (choice >= 0 && set_once(c, name, &c->log_label))
            c->log = (uint8_t)choice;
    }
}

static bool is_name(const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char lower = (char)(word[i] | 0x20);
        bool letter = (lower >= 'a' && lower <= 'z') || word[i] == '_';
        if (!letter && (i == 0 || ((word[i] < '0' || word[i] > '9') && word[i] != '-')))
            return false;
    }
    return len > 0;
}

const struct name *find_name(const struct compile *c, const char *word, size_t len)
{
    const struct name *names = (const struct name *)(void *)c->names.at;
    for (size_t i = 0; i < c->names.used / sizeof *names; i++)
        if (names[i].word.len == len && memcmp(word_text(c, &names[i].word), word, len) == 0)
            return &names[i];
    return NULL;
}

static const char *name_at(const void *ctx, unsigned i)
{
    const struct compile *c = ctx;
    const struct name *names = (const struct name *)(void *)c->names.at;
    return i < c->names.used / sizeof *names ? word_text(c, &names[i].word) : NULL;
}

const char *nearest_name(const struct compile *c, const char *word, size_t len)
{
    return nearest(word, len, name_at, c);
}

static void list_word(struct compile *c, const struct word *word)
{
    struct word *listed = block_more(c, &c->listed, sizeof *listed);
    if (listed)
        *listed = *word;
}

/* A value; an earlier $name stands for all that it does. */
static void list_value(struct compile *c, const struct word *word)
{
    const char *text = word_text(c, word);
    if (text[0] != '$') {
        list_word(c, word);
        return;
    }
    const struct name *name = find_name(c, text + 1, word->len - 1);
    if (!name) {
        complain(c, word->place, "unknown name %w%m", text, (size_t)word->len, nearest_name(c, text + 1, word->len - 1));
        return;
    }
    for (uint32_t i = 0; i < name->count && !c->no_memory; i++) {
        struct word copy = ((const struct word *)(void *)c->listed.at)[name->first + i];
        list_word(c, &copy);
    }
}

/* Parts `name=value`, `name= value` and `name = value`; the index of the first value, 0 after an error. */
static size_t part_name(struct compile *c, struct word *name)
{
    const struct word *equals = line_word(c, 2);
    char *text = c->chars.at + name->at, *sign = memchr(text, '=', name->len);
    size_t len = sign ? (size_t)(sign - text) : name->len;
    if (!is_name(text, len)) {
        complain(c, word_part(name, 0, len), "expected a name: letters, digits, '-' and '_'");
        return 0;
    }
    if (!sign && !(equals && word_is(c, equals, "="))) {
        complain(c, equals ? equals->place : line_end(c), "expected '=' after the name");
        return 0;
    }
    struct word *first = line_word(c, 1);
    size_t rest = sign ? name->len - len - 1 : 0;
    *first = (struct word){ word_part(name, len + 1, rest), name->at + (uint32_t)len + 1, (uint32_t)rest, name->plain };
    name->place = word_part(name, 0, len);
    name->len = (uint32_t)len;
    text[len] = '\0';
    return !sign ? 3 : rest > 0 ? 1 : 2;
}

static void add_name(struct compile *c, const struct word *word, size_t first, size_t count)
{
    struct name *name = block_more(c, &c->names, sizeof *name);
    if (name)
        *name = (struct name){ *word, label_of(c, word->place.at), (uint32_t)first, (uint32_t)count };
}

void parse_let(struct compile *c)
{
    if (!line_word(c, 1)) {
        complain(c, line_end(c), "expected a name");
        return;
    }
    struct word word = *line_word(c, 1);
    size_t from = part_name(c, &word), first = c->listed.used / sizeof(struct word);
    if (from == 0)
        return;
    const struct name *before = find_name(c, word_text(c, &word), word.len);
    if (before)
        complain(c, word.place, "%w is already defined at %s", word_text(c, &word), (size_t)word.len, c->data.at + before->label);
    else if (from >= line_words(c))
        complain(c, line_end(c), "expected what %w stands for", word_text(c, &word), (size_t)word.len);
    for (size_t i = from; i < line_words(c) && c->listed.used / sizeof(struct word) - first <= LIMIT_LIST; i++)
        list_value(c, line_word(c, i));
    size_t count = c->listed.used / sizeof(struct word) - first;
    if (count > LIMIT_LIST)
        complain(c, word.place, "%w stands for more than the limit of %u words", word_text(c, &word), (size_t)word.len,
                 (unsigned)LIMIT_LIST);
    if (!before)
        add_name(c, &word, first, count);
}
