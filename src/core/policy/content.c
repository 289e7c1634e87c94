/* SPDX-License-Identifier: MIT */
/* What an inject puts in a file's place: `text WORD` or `file PATH`. */
#include "core/policy/compile.h"

#include <string.h>

static bool is_question(unsigned id)
{
    const char *op = call_op(id);
    return strcmp(op, "stat") == 0 || strcmp(op, "access") == 0 || strcmp(op, "truncate") == 0;
}

/* The calls that see what is in a file, or how long it is; the others of a class drop out. */
static bool can_inject(unsigned id)
{
    const char *op = call_op(id);
    if (call_arg_of_kind(id, KIND_PATH, 0) < 0)
        return false;
    if (strcmp(op, "open") == 0)
        return call_table[id].kind == KIND_FD || call_table[id].kind == KIND_STREAM;
    return is_question(id);
}

static bool is_open(unsigned id)
{
    return strcmp(call_op(id), "open") == 0;
}

void calls_add_questions(struct compile *c, struct draft *draft, call_test *test)
{
    if (!calls_any(c, &draft->rule.calls, is_open) || draft->key[KEY_SYMBOL] || draft->rule.pace)
        return;
    const struct call_set questions = calls_that(c, is_question);
    for (size_t i = 0; i < sizeof questions.bits / sizeof *questions.bits; i++)
        draft->rule.calls.bits[i] |= questions.bits[i];
    calls_keep(c, &draft->rule.calls, test);
}

static void store(struct compile *c, struct draft *draft, uint8_t form, const char *bytes, size_t len)
{
    struct destination to = { .form = form };
    to.text = block_text(c, &c->data, bytes, len);
    if (c->no_memory)
        return;
    to.text_len = (uint32_t)unescape(c->data.at + to.text, len);
    c->data.at[to.text + to.text_len] = '\0';
    struct destination *at = block_more(c, &c->data, sizeof *at);
    if (!at)
        return;
    *at = to;
    draft->rule.to = (uint32_t)((char *)at - c->data.at);
}

/* A device may have no end, and a pipe none who writes to it. */
static bool is_special(struct compile *c, const char *pattern)
{
    const struct facts_source *source = c->text->source;
    size_t len = strlen(pattern);
    char *path = scratch_take(c, len + 1);
    struct file_id id;
    if (!path || !source || !source->file_id)
        return false;
    memcpy(path, pattern, len);
    path[unescape(path, len)] = '\0';
    return source->file_id(path, true, &id) == 0 && id.special;
}

static void store_file(struct compile *c, struct draft *draft)
{
    const struct word *word = draft->content;
    size_t mark = c->scratch.used;
    const char *path = word->len ? absolute_pattern(c, word->place, word_text(c, word), word->len) : "*";
    if (path && *glob_first(path))
        complain(c, word->place, "expected one file");
    else if (path && is_special(c, path))
        complain(c, word->place, "expected a regular file, not a folder, device or pipe like %w", word_text(c, word),
                 (size_t)word->len);
    else if (path)
        store(c, draft, TARGET_PATH, path, strlen(path));
    c->scratch.used = mark;
}

void parse_content(struct compile *c, struct draft *draft)
{
    calls_keep(c, &draft->rule.calls, can_inject);
    if (!calls_any(c, &draft->rule.calls, can_inject))
        complain(c, draft->calls->place, "none of these calls reads a file by its name");
    else if (word_is(c, draft->content_word, "file"))
        store_file(c, draft);
    else
        store(c, draft, 0, word_text(c, draft->content), draft->content->len);
    calls_add_questions(c, draft, can_inject);
}
