/* SPDX-License-Identifier: MIT */
/* Targets: what a rule's calls are matched with. */
#include "core/policy/compile.h"

#include <string.h>

#include "core/lookup.h"

enum { IS_ADDRESS = TARGET_IP | TARGET_UNIX | TARGET_ABSTRACT | TARGET_ANY_UNIX | TARGET_HOST };

static const char expected_address[] = "expected an address like 10.0.0.0/8:80, [::1]:80, *:80, example.com:443 or unix:PATH";

static struct target *add_target(struct compile *c, uint8_t form)
{
    struct target *target = block_more(c, &c->targets, sizeof *target);
    if (target)
        target->form = form;
    return target;
}

/* Where a path really leads, the path itself when that is no other; NULL when that cannot be known now. In scratch. */
static const char *real_path(struct compile *c, const char *path, size_t len)
{
    enum { ROOM = 32 * 1024 };
    if (look_at_path(c, path, len) != LOOK_UNKNOWN)
        return path;
    char *room = scratch_take(c, ROOM);
    size_t gap = -(uintptr_t)room % 8; /* arenas are aligned, scratch is not */
    struct arena arena = { .base = room ? room + gap : NULL, .size = room ? ROOM - gap : 0 };
    struct walk walk = { c->text->source, &arena, "/", 0, path, path + len, true, NULL, NULL };
    return lookup_real(&walk) == 0 ? walk.real : NULL;
}

/* The target that was added last is also about where the links in its folder lead. What /proc shows is another
 * thing to each process: that is asked when a call is made. */
static void add_real_folder(struct compile *c)
{
    struct target *last = (struct target *)(void *)(c->targets.at + c->targets.used) - 1, copy = *last;
    const char *prefix = c->data.at + last->prefix;
    if (!c->text->source || last->prefix_len == 0)
        return;
    const char *real = strncmp(prefix, "/proc", 5) == 0 ? NULL : real_path(c, prefix, last->prefix_len);
    last->late = !real;
    if (!real || real == prefix || strcmp(real, prefix) == 0)
        return;
    copy.prefix_len = real[1] ? (uint32_t)strlen(real) : 0;
    copy.prefix = block_text(c, &c->data, real, copy.prefix_len);
    if (!copy.wild) {
        const char *name = c->data.at + last->whole + last->prefix_len;
        size_t len = strlen(name);
        char *whole = scratch_take(c, copy.prefix_len + len + 1);
        if (!whole)
            return;
        memcpy(whole, real, copy.prefix_len);
        memcpy(whole + copy.prefix_len, name, len);
        copy.whole = block_text(c, &c->data, whole, copy.prefix_len + len);
    }
    struct target *added = add_target(c, copy.form);
    if (added)
        *added = copy;
}

/* Splits at the last '/' before the first wildcard. */
bool target_path(struct compile *c, struct place place, const char *pattern, size_t len, uint8_t form)
{
    size_t mark = c->scratch.used;
    const char *path = absolute_pattern(c, place, pattern, len);
    if (!path)
        return false;
    const char *wild = glob_first(path), *slash = wild;
    while (slash > path && *slash != '/')
        slash--;
    struct target *target = add_target(c, form);
    uint32_t glob;
    bool ok = target && glob_compile(c, place, slash + 1, GLOB_PATH, &glob);
    size_t prefix = (size_t)(slash - path), whole = strlen(path);
    char *copy = ok ? scratch_take(c, whole + 1) : NULL;
    if (copy) {
        target->wild = *wild != '\0';
        target->glob = glob;
        memcpy(copy, path, whole);
        target->prefix_len = (uint32_t)unescape(copy, prefix);
        target->prefix = block_text(c, &c->data, copy, target->prefix_len);
        memcpy(copy, path, whole);
        target->whole = target->wild ? 0 : block_text(c, &c->data, copy, unescape(copy, whole));
    }
    if (copy && !c->no_memory)
        add_real_folder(c);
    c->scratch.used = mark;
    return copy && !c->no_memory;
}

bool target_list(struct compile *c, struct list *ret)
{
    size_t size = c->targets.used;
    void *list = size ? block_more(c, &c->data, size) : NULL;
    if (list) {
        memcpy(list, c->targets.at, size);
        *ret = (struct list){ (uint32_t)(c->data.used - size), (uint32_t)(size / sizeof(struct target)) };
    }
    c->targets.used = 0;
    return list != NULL;
}

static bool add_path(struct compile *c, struct place place, const char *pattern, size_t len, void *ctx)
{
    return target_path(c, place, pattern, len, *(const uint8_t *)ctx);
}

static bool add_abstract(struct compile *c, struct place place, const char *pattern, size_t len, void *ctx)
{
    uint32_t glob;
    (void)ctx, (void)len;
    if (!glob_compile(c, place, pattern, GLOB_TEXT, &glob))
        return false;
    struct target *target = add_target(c, TARGET_ABSTRACT);
    if (target)
        target->glob = glob;
    return target != NULL;
}

static void parse_unix(struct compile *c, struct place place, const char *name, size_t len)
{
    const uint8_t form = TARGET_UNIX;
    if (strcmp(name, "*") == 0)
        add_target(c, TARGET_ANY_UNIX);
    else if (name[0] == '@')
        each_pattern(c, place, name + 1, len - 1, add_abstract, NULL);
    else if (len > 0)
        each_pattern(c, place, name, len, add_path, (void *)&form);
    else
        complain(c, place, "expected a path or @NAME after 'unix:'");
}

bool is_host_name(const char *word, size_t len)
{
    bool letter = false;
    const char *colon = memchr(word, ':', len);
    size_t host_len = colon ? (size_t)(colon - word) : len;
    for (size_t i = 0; i < host_len; i++) {
        char lower = (char)(word[i] | 0x20);
        if (lower >= 'a' && lower <= 'z')
            letter = true;
        else if (!strchr("0123456789.-_*?{},", word[i]))
            return false;
    }
    return letter && (!colon || !memchr(colon + 1, ':', len - host_len - 1));
}

static bool add_host(struct compile *c, struct place place, const char *pattern, size_t len, void *ctx)
{
    uint32_t glob;
    (void)len;
    if (!glob_compile(c, place, pattern, GLOB_TEXT, &glob))
        return false;
    struct target *target = add_target(c, TARGET_HOST);
    if (target) {
        target->glob = glob;
        target->ip = *(const struct address *)ctx;
    }
    return target != NULL;
}

/* Names of hosts are compared in lower case, without the dot that may end them. */
static void parse_host(struct compile *c, struct place place, const char *word, size_t len)
{
    struct address port = { 0 };
    const char *colon = memchr(word, ':', len);
    size_t host_len = colon ? (size_t)(colon - word) : len, mark = c->scratch.used;
    char *copy = scratch_take(c, len + 2);
    if (!copy)
        return;
    copy[0] = '*'; /* an address of which only the port counts */
    memcpy(copy + 1, word + host_len, len - host_len);
    const char *error = address_parse(copy, 1 + len - host_len, &port);
    for (size_t i = 0; i < host_len; i++)
        copy[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] | 0x20) : word[i];
    host_len -= copy[host_len - 1] == '.';
    copy[host_len] = '\0';
    if (error)
        complain(c, place, "%s", error);
    else
        each_pattern(c, place, copy, host_len, add_host, &port);
    c->hosts = true;
    c->scratch.used = mark;
}

static void parse_ip(struct compile *c, struct place place, const char *word, size_t len)
{
    struct address address = { 0 };
    const char *error = strchr("/.~", word[0]) ? expected_address : address_parse(word, len, &address);
    if (error && is_host_name(word, len)) {
        parse_host(c, place, word, len);
        return;
    }
    if (error) {
        complain(c, place, "%s", error);
        return;
    }
    struct target *target = add_target(c, TARGET_IP);
    if (target)
        target->ip = address;
}

static void parse_one(struct compile *c, unsigned forms, const struct word *word)
{
    const char *text = word_text(c, word);
    const uint8_t form = TARGET_PATH;
    bool is_unix = strncmp(text, "unix:", 5) == 0;
    if (word->len == 0)
        complain(c, word->place, "a target cannot be empty");
    else if (is_unix && !(forms & IS_ADDRESS))
        complain(c, word->place, "an address, but none of the calls takes one");
    else if (is_unix)
        parse_unix(c, word->place, text + 5, word->len - 5);
    else if (!(forms & TARGET_PATH) || (forms & IS_ADDRESS && address_shaped(text, word->len)))
        parse_ip(c, word->place, text, word->len);
    else
        each_pattern(c, word->place, text, word->len, add_path, (void *)&form);
}

static void parse_named(struct compile *c, unsigned forms, const struct word *word)
{
    const char *text = word_text(c, word);
    const struct name *name = find_name(c, text + 1, word->len - 1);
    if (!name) {
        complain(c, word->place, "unknown name %w%m", text, (size_t)word->len, nearest_name(c, text + 1, word->len - 1));
        return;
    }
    int errors = c->errors;
    for (uint32_t i = 0; i < name->count && c->errors == errors && !c->no_memory; i++)
        parse_one(c, forms, (const struct word *)(void *)c->listed.at + name->first + i);
}

static unsigned forms_of(const struct compile *c)
{
    const struct target *targets = (const struct target *)(void *)c->targets.at;
    unsigned forms = 0;
    for (size_t i = 0; i < c->targets.used / sizeof *targets; i++)
        forms |= targets[i].form;
    return forms;
}

/* The pattern that stands for a path, whatever characters are in it. */
static size_t escape(char *out, const char *path, size_t len)
{
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        if (strchr("*?[]{}~\\", path[i]))
            out[used++] = '\\';
        out[used++] = path[i];
    }
    out[used] = '\0';
    return used;
}

/* A block is about the file: of a link it is one of what that leads to, too. */
static void follow_links(struct compile *c, struct place place)
{
    size_t count = c->targets.used / sizeof(struct target);
    for (size_t i = 0; c->text->source && i < count && !c->no_memory; i++) {
        struct target target = ((const struct target *)(void *)c->targets.at)[i];
        size_t mark = c->scratch.used;
        if (target.wild || target.late || !(target.form & (TARGET_PATH | TARGET_UNIX)))
            continue;
        const char *path = c->data.at + target.whole, *real = real_path(c, path, strlen(path));
        char *pattern = real && strcmp(real, path) != 0 ? scratch_take(c, 2 * strlen(real) + 1) : NULL;
        if (pattern)
            target_path(c, place, pattern, escape(pattern, real, strlen(real)), target.form);
        c->scratch.used = mark;
    }
}

/* Takes away the calls that have nothing of these forms. */
static void keep_forms(struct compile *c, struct call_set *calls, unsigned forms)
{
    const struct call_set paths = calls_that(c, call_matches_path), addresses = calls_that(c, call_has_address);
    for (size_t i = 0; i < sizeof calls->bits / sizeof *calls->bits; i++)
        calls->bits[i] &= (forms & TARGET_PATH ? paths.bits[i] : 0) | (forms & IS_ADDRESS ? addresses.bits[i] : 0);
}

void parse_target(struct compile *c, struct draft *draft)
{
    struct rule *rule = &draft->rule;
    unsigned forms = calls_forms(c, &rule->calls);
    c->targets.used = 0;
    if (word_is(c, draft->target, "*"))
        return;
    if (!forms) {
        complain(c, draft->target->place, "%w takes no target", word_text(c, draft->calls), (size_t)draft->calls->len);
        return;
    }
    if (word_text(c, draft->target)[0] == '$')
        parse_named(c, forms, draft->target);
    else
        parse_one(c, forms, draft->target);
    if (c->targets.used / sizeof(struct target) > LIMIT_LIST)
        complain(c, draft->target->place, "there are more targets than the limit of %u", (unsigned)LIMIT_LIST);
    rule->forms = (uint8_t)forms_of(c);
    if (rule->action == RULE_BLOCK && c->errors == 0)
        follow_links(c, draft->target->place);
    target_list(c, &rule->targets);
    keep_forms(c, &rule->calls, rule->forms);
}
