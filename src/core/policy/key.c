/* SPDX-License-Identifier: MIT */
/* key=value: what a rule asks, and what it does. */
#include "core/policy/compile.h"

#include <string.h>

/* In the order of enum key. */
static const char *const keys[] = { "errno",  "ret", "signal", "by",  "after", "every",    "times", "chance", "symbol",
                                    "access", "pid", "fd",     "uid", "gid",   "contains", "argv",  "exe",    NULL };

static int find_key(const char *key, size_t len)
{
    for (int i = 0; keys[i]; i++)
        if (strlen(keys[i]) == len && memcmp(keys[i], key, len) == 0)
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

/* A part of a place, where the text is as written. */
static struct place part_of(struct place place, size_t whole, size_t from, size_t len)
{
    return place.len == whole ? (struct place){ place.at + (uint32_t)from, (uint32_t)len } : place;
}

static void complain_of_key(struct compile *c, struct place place, const char *text, size_t len)
{
    const char *near = nearest(text, len, name_in, keys);
    if (near)
        complain(c, place, "unknown key %w%m", text, len, near);
    else
        complain(c, place,
                 "unknown key %w: expected one of"
                 " access, after, argv, by, chance, contains, errno, every, exe, fd, gid, pid, ret, signal, symbol, times, uid",
                 text, len);
}

bool part_key(struct compile *c, struct place place, const char *text, size_t len, struct pair *ret)
{
    const char *equals = memchr(text, '=', len);
    size_t key_len = (size_t)(equals - text), behind = key_len + 1;
    int key = find_key(text, key_len);
    *ret = (struct pair){ (enum key)key,
                          text,
                          text + behind,
                          len,
                          len - behind,
                          part_of(place, len, 0, key_len),
                          part_of(place, len, behind, len - behind) };
    if (key < 0)
        complain_of_key(c, ret->place, text, key_len);
    return key >= 0;
}

void parse_key(struct compile *c, struct draft *draft, const struct word *word)
{
    struct pair pair;
    struct place place = { word->place.at, word->plain ? word->len : word->place.len };
    if (!part_key(c, place, word_text(c, word), word->len, &pair))
        return;
    if (draft->key[pair.key]) {
        complain(c, pair.place, "%w is given twice", keys[pair.key], strlen(keys[pair.key]));
        return;
    }
    draft->key[pair.key] = word;
    parse_value(c, draft, &pair, &draft->term[pair.key]);
}

static bool has_access(unsigned id)
{
    return call_matches_path(id) || strcmp(call_op(id), "open") == 0;
}

static const struct need {
    uint8_t key;
    call_test *test;
    const char *problem;
} needs[] = {
    { KEY_ACCESS, has_access, "'access=' needs a call that uses a file" },
    { KEY_FD, call_has_fd, "'fd=' needs a call with a descriptor" },
    { KEY_CONTAINS, call_has_data, "'contains=' needs a call that writes data" },
    { KEY_RET, call_returns_number, "'ret=' needs a call that returns a number" },
};

void check_key(struct compile *c, const struct draft *draft, enum key key, struct place place)
{
    if (key <= KEY_SIGNAL && draft->rule.action != RULE_BLOCK)
        complain(c, place, "'%s=' goes with block only", keys[key]);
    if (key == KEY_BY && draft->rule.action != RULE_DELAY)
        complain(c, place, "'by=' goes with delay only");
    if (key == KEY_RET && draft->key[KEY_ERRNO])
        complain(c, place, "'ret=' and 'errno=' do not go together");
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (needs[i].key == key && !calls_any(c, &draft->rule.calls, needs[i].test))
            complain(c, place, "%s", needs[i].problem);
}
