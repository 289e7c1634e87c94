/* SPDX-License-Identifier: MIT */
/* key=value */
#include "core/policy/compile.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static const char *const keys[] = { "errno", "access", "exe", "argv", "fd", "symbol", NULL };
static const char *const later_keys[] = { "ret",   "uid",    "gid",    "pid", "contains", "after", "every",
                                          "times", "chance", "signal", "by",  "seed",     NULL };

static const struct {
    char name[16];
    int32_t number;
} errnos[] = {
#define ERRNO(name, message) { #name, name },
#include "core/errnos.def"
#undef ERRNO
    { "EWOULDBLOCK", EWOULDBLOCK },
    { "ENOTSUP", ENOTSUP },
    { "EDEADLOCK", EDEADLOCK },
};

static const char *errno_name(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < sizeof errnos / sizeof *errnos ? errnos[i].name : NULL;
}

static const char *const accesses[] = { "read", "write", "create", NULL }; /* in the order of enum access */

/* A key's value, and where it is. */
struct pair {
    const char *value;
    size_t len;
    struct place place;
};

static void parse_errno(struct compile *c, struct draft *draft, const struct pair *pair)
{
    for (size_t i = 0; i < sizeof errnos / sizeof *errnos; i++)
        if (strcmp(errnos[i].name, pair->value) == 0) {
            draft->rule.err = errnos[i].number;
            return;
        }
    complain(c, pair->place, "expected the name of an error like EACCES, not %w%m", pair->value, pair->len,
             nearest(pair->value, pair->len, errno_name, NULL));
}

static void parse_access(struct compile *c, struct draft *draft, const struct pair *pair)
{
    for (size_t from = 0, len; from <= pair->len; from += len + 1) {
        const char *one = pair->value + from, *comma = strchr(one, ',');
        unsigned bit = 0;
        len = comma ? (size_t)(comma - one) : strlen(one);
        for (unsigned i = 0; accesses[i]; i++)
            if (strlen(accesses[i]) == len && memcmp(accesses[i], one, len) == 0)
                bit = 1u << i;
        if (!bit)
            complain(c, pair->place, "expected read, write or create, not %w%m", one, len, nearest(one, len, name_in, accesses));
        draft->rule.access |= (uint8_t)bit;
    }
}

static void parse_fd(struct compile *c, struct draft *draft, const struct pair *pair)
{
    long n = 0;
    for (size_t i = 0; i < pair->len && n >= 0; i++) {
        n = pair->value[i] < '0' || pair->value[i] > '9' ? -1 : n * 10 + (pair->value[i] - '0');
        if (n > INT_MAX)
            n = -1;
    }
    if (pair->len == 0 || n < 0)
        complain(c, pair->place, "expected a descriptor's number, not %w", pair->value, pair->len);
    draft->rule.fd = (int32_t)n;
}

static void parse_symbol(struct compile *c, struct draft *draft, const struct pair *pair)
{
    struct call_set others = { 0 };
    int found = call_find(pair->value, pair->len);
    if (found < 0) {
        complain(c, pair->place, "unknown function %w%m", pair->value, pair->len, nearest_symbol(pair->value, pair->len));
        return;
    }
    for (unsigned id = 0; id < CALL_COUNT; id++)
        if (call_table[id].row != call_table[found].row)
            others.bits[id / 64] |= UINT64_C(1) << id % 64;
    draft->without = others;
}

static bool add_exe(struct compile *c, struct place place, const char *pattern, size_t len, void *ctx)
{
    (void)ctx;
    return target_path(c, place, pattern, len, TARGET_PATH);
}

static void parse_exe(struct compile *c, struct draft *draft, const struct pair *pair)
{
    c->targets.used = 0;
    if (pair->len == 0)
        complain(c, pair->place, "expected a path after 'exe='");
    else if (each_pattern(c, pair->place, pair->value, pair->len, add_exe, NULL))
        target_list(c, &draft->rule.exe);
}

static bool add_argv(struct compile *c, struct place place, const char *pattern, size_t len, void *ctx)
{
    uint32_t glob;
    (void)ctx, (void)len;
    if (!glob_compile(c, place, pattern, GLOB_TEXT, &glob))
        return false;
    uint64_t *at = block_more(c, &c->globs, sizeof *at);
    if (at)
        *at = glob;
    return at != NULL;
}

static void parse_argv(struct compile *c, struct draft *draft, const struct pair *pair)
{
    c->globs.used = 0;
    if (!each_pattern(c, pair->place, pair->value, pair->len, add_argv, NULL))
        return;
    size_t size = c->globs.used;
    void *list = block_more(c, &c->data, size);
    if (!list)
        return;
    memcpy(list, c->globs.at, size);
    draft->rule.argv = (struct list){ (uint32_t)(c->data.used - size), (uint32_t)(size / sizeof(uint64_t)) };
}

typedef void parse_fn(struct compile *c, struct draft *draft, const struct pair *pair);
static parse_fn *const parsers[] = { parse_errno, parse_access, parse_exe, parse_argv, parse_fd, parse_symbol };

static int find_key(const char *const *names, const char *key, size_t len)
{
    for (int i = 0; names[i]; i++)
        if (strlen(names[i]) == len && memcmp(names[i], key, len) == 0)
            return i;
    return -1;
}

bool is_key(const struct compile *c, const struct word *word)
{
    const char *text = word_text(c, word);
    size_t letters = 0;
    while (text[letters] >= 'a' && text[letters] <= 'z')
        letters++;
    return letters > 0 && text[letters] == '=';
}

void parse_key(struct compile *c, struct draft *draft, const struct word *word)
{
    const char *text = word_text(c, word);
    size_t len = (size_t)(strchr(text, '=') - text), behind = len + 1;
    struct place place = word_part(word, 0, len);
    int key = find_key(keys, text, len);
    if (key < 0 && find_key(later_keys, text, len) >= 0) {
        complain(c, place, "key %w is not available in this version", text, len);
    } else if (key < 0) {
        const char *near = nearest(text, len, name_in, keys);
        complain(c, place, near ? "unknown key %w%m" : "unknown key %w: expected errno, access, exe, argv, fd or symbol", text,
                 len, near);
    } else if (draft->key[key]) {
        complain(c, place, "%w is given twice", text, len);
    } else {
        const struct pair pair = { text + behind, word->len - behind, word_part(word, behind, word->len - behind) };
        draft->key[key] = word;
        parsers[key](c, draft, &pair);
    }
}
