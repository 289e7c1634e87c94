/* SPDX-License-Identifier: MIT */
/* `include FILE`: the file's lines stand in place of this one. */
#include "core/policy/compile.h"

#include <errno.h>
#include <string.h>

#include "core/flags.h"

/* The included file's path, plain, in scratch; NULL after an error, which was told. */
static char *path_of(struct compile *c, const struct word *word)
{
    const char *pattern = absolute_pattern(c, word->place, word_text(c, word), word->len);
    if (!pattern)
        return NULL;
    if (*glob_first(pattern)) {
        complain(c, word->place, "include takes one file, not a pattern");
        return NULL;
    }
    size_t len = strlen(pattern);
    char *path = scratch_take(c, len + 1);
    if (!path)
        return NULL;
    memcpy(path, pattern, len);
    path[unescape(path, len)] = '\0';
    return path;
}

/* As messages name it: beside the including file, when it was written so. */
static char *name_of(struct compile *c, const struct word *word, const char *path)
{
    const char *written = word_text(c, word), *slash = strrchr(c->text->name, '/');
    bool relative = written[0] != '/' && written[0] != '~';
    size_t head = relative && slash ? (size_t)(slash - c->text->name) + 1 : 0, len = strlen(relative ? written : path);
    char *name = scratch_take(c, head + len + 1);
    if (!name)
        return NULL;
    memcpy(name, c->text->name, head);
    if (relative && strncmp(written, "./", 2) == 0) {
        written += 2;
        len -= 2;
    }
    memcpy(name + head, relative ? written : path, len);
    name[relative ? head + unescape(name + head, len) : len] = '\0';
    return name;
}

static char *folder_of(struct compile *c, const char *path)
{
    size_t len = (size_t)(strrchr(path, '/') - path);
    char *folder = scratch_take(c, len + 2);
    if (!folder)
        return NULL;
    memcpy(folder, path, len);
    memcpy(folder + len, len ? "" : "/", len ? 1 : 2);
    return folder;
}

static bool is_open(const struct compile *c, const char *path)
{
    for (const struct including *at = c->including; at; at = at->outer)
        if (strcmp(at->path, path) == 0)
            return true;
    return false;
}

static void parse_file(struct compile *c, const struct policy_text *text, const char *path)
{
    const struct policy_text *outer = c->text;
    const struct including here = { c->including, path, c->including ? c->including->depth + 1 : 1 };
    const struct place told = c->told;
    size_t pos = c->pos;
    c->text = text;
    c->including = &here;
    c->pos = 0;
    c->told = (struct place){ 0, 0 };
    parse_text(c);
    c->text = outer;
    c->including = here.outer;
    c->pos = pos;
    c->told = told;
}

static void include(struct compile *c, const struct word *word)
{
    struct policy_text text = *c->text;
    struct policy_file file = { NULL, 0, 0 };
    char *path = path_of(c, word);
    if (!path)
        return;
    text.name = name_of(c, word, path);
    text.dir = folder_of(c, path);
    if (!text.name || !text.dir) {
        complain(c, word->place, "this path is too long");
        return;
    }
    if (is_open(c, path)) {
        complain(c, word->place, "this file includes itself");
        return;
    }
    if (c->text->reads)
        c->text->reads(path);
    int err = c->text->load ? c->text->load(path, &file) : -ENOSYS;
    if (err < 0) {
        const char *why = errno_text(-err);
        complain(c, word->place, "cannot be read: %s", why ? why : "unknown error");
        return;
    }
    text.text = file.text ? file.text : "";
    text.len = file.len;
    parse_file(c, &text, path);
    if (file.text)
        c->memory->resize(c->memory->ctx, file.text, file.size, 0);
}

void parse_include(struct compile *c)
{
    const struct word *word = line_word(c, 1), *more = line_word(c, 2);
    size_t mark = c->scratch.used;
    if (!word || word->len == 0)
        complain(c, word ? word->place : line_end(c), "expected a file after 'include'");
    else if (more)
        complain(c, more->place, "unexpected word %w", word_text(c, more), (size_t)more->len);
    else if (c->including && c->including->depth == LIMIT_INCLUDES)
        complain(c, word->place, "files include each other deeper than the limit of %u", (unsigned)LIMIT_INCLUDES);
    else
        include(c, word);
    c->scratch.used = mark;
}
