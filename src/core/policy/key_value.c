/* SPDX-License-Identifier: MIT */
/* What may stand behind the `=` of each key. */
#include "core/policy/compile.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "core/flags.h"

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

static const char *errno_name_at(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < sizeof errnos / sizeof *errnos ? errnos[i].name : NULL;
}

/* From the largest. */
static const struct {
    char name[4];
    int64_t ns;
} units[] = { { "h", INT64_C(3600000000000) },
              { "m", INT64_C(60000000000) },
              { "s", 1000000000 },
              { "ms", 1000000 },
              { "us", 1000 },
              { "ns", 1 } };

static const char *const accesses[] = { "read", "write", "create", NULL }; /* in the order of enum access */
static const char *const fd_kinds[] = {
    "file", "dir", "pipe", "socket", "tty", "device", "other", NULL
}; /* in the order of enum fd_kind */

static void parse_errno(struct compile *c, struct draft *draft, const struct pair *pair)
{
    for (size_t i = 0; i < sizeof errnos / sizeof *errnos; i++)
        if (strcmp(errnos[i].name, pair->value) == 0) {
            draft->rule.err = errnos[i].number;
            return;
        }
    complain(c, pair->value_place, "expected the name of an error like EACCES, not %w%m", pair->value, pair->len,
             nearest(pair->value, pair->len, errno_name_at, NULL));
}

/* The bit of a name; 0 when it has none. */
static unsigned bit_of(const char *const *names, const char *word, size_t len)
{
    for (unsigned i = 0; names[i]; i++)
        if (strlen(names[i]) == len && memcmp(names[i], word, len) == 0)
            return 1u << i;
    return 0;
}

/* The length of the list's next word. */
static size_t item_len(const struct pair *pair, size_t from)
{
    const char *comma = memchr(pair->value + from, ',', pair->len - from);
    return comma ? (size_t)(comma - pair->value) - from : pair->len - from;
}

static void parse_access(struct compile *c, const struct pair *pair, struct term *term)
{
    for (size_t from = 0, len; from <= pair->len; from += len + 1) {
        const char *one = pair->value + from;
        len = item_len(pair, from);
        unsigned bit = bit_of(accesses, one, len);
        if (!bit)
            complain(c, pair->value_place, "expected read, write or create, not %w%m", one, len,
                     nearest(one, len, name_in, accesses));
        term->mask |= (uint16_t)bit;
    }
}

/* A decimal number up to max that is all of the word; -1 when it is none. */
static int64_t number(const char *word, size_t len, int64_t max)
{
    int64_t n = len == 0 ? -1 : 0;
    for (size_t i = 0; i < len && n >= 0; i++) {
        n = word[i] < '0' || word[i] > '9' ? -1 : n * 10 + (word[i] - '0');
        if (n > max)
            n = -1;
    }
    return n;
}

static void parse_ret(struct compile *c, struct draft *draft, const struct pair *pair)
{
    bool minus = pair->len > 0 && pair->value[0] == '-';
    int64_t n = number(pair->value + minus, pair->len - minus, INT64_MAX / 10 - 1);
    if (n < 0)
        complain(c, pair->value_place, "expected a number, not %w", pair->value, pair->len);
    draft->rule.has_ret = 1;
    draft->rule.amount = minus ? -n : n;
}

/* Those that do not end a process by themselves. */
static bool is_harmless(int signal)
{
    static const uint8_t harmless[] = { 17, 18, 19, 20, 21, 22, 23, 28 }; /* CHLD CONT STOP TSTP TTIN TTOU URG WINCH */
    return memchr(harmless, signal, sizeof harmless) != NULL;
}

enum { SIGNALS = 31, SIGNAL_NAME = 16 };

static const char *signal_at(const void *ctx, unsigned i)
{
    return i < SIGNALS ? (const char *)ctx + (size_t)i * SIGNAL_NAME : NULL;
}

static void parse_signal(struct compile *c, struct draft *draft, const struct pair *pair)
{
    char names[SIGNALS][SIGNAL_NAME] = { 0 };
    for (int i = 0; i < SIGNALS; i++) {
        struct out out = { .buf = names[i], .size = SIGNAL_NAME - 1 };
        put_signal(&out, i + 1);
        if (strcmp(pair->value, names[i]) == 0 || strcmp(pair->value, names[i] + 3) == 0)
            draft->rule.signal = (uint8_t)(i + 1);
    }
    if (!draft->rule.signal)
        complain(c, pair->value_place, "expected the name of a signal like SIGKILL, not %w%m", pair->value, pair->len,
                 nearest(pair->value, pair->len, signal_at, names));
    else if (is_harmless(draft->rule.signal))
        complain(c, pair->value_place, "%w does not end a process", pair->value, pair->len);
}

/* A number with a fraction, in units of ns; what is less than a nanosecond is left away. -1: it is none. */
static int64_t decimal(const char *word, size_t len, int64_t ns, int64_t max)
{
    const char *dot = memchr(word, '.', len);
    size_t whole = dot ? (size_t)(dot - word) : len;
    int64_t n = number(word, whole, max / ns);
    if (n < 0 || (dot && number(dot + 1, len - whole - 1, INT64_MAX / 10 - 1) < 0))
        return -1;
    n *= ns;
    for (const char *digit = dot; dot && ++digit < word + len;)
        n += (*digit - '0') * (ns /= 10);
    return n;
}

static void parse_by(struct compile *c, struct draft *draft, const struct pair *pair)
{
    const int64_t max = LIMIT_HOURS * units[0].ns;
    size_t digits = 0;
    while (digits < pair->len && strchr("0123456789.", pair->value[digits]))
        digits++;
    draft->rule.amount = -1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(pair->value + digits, units[i].name) == 0)
            draft->rule.amount = decimal(pair->value, digits, units[i].ns, max);
    if (draft->rule.amount <= 0)
        complain(c, pair->value_place, "expected how long, like 250ms, 1.5s or 1h and at most %u hours, not %w",
                 (unsigned)LIMIT_HOURS, pair->value, pair->len);
}

static void parse_count(struct compile *c, const struct pair *pair, uint64_t *ret)
{
    int64_t n = number(pair->value, pair->len, INT64_MAX / 10 - 1), least = pair->key == KEY_AFTER ? 0 : 1;
    if (n < least)
        complain(c, pair->value_place, "expected a number of calls, not %w", pair->value, pair->len);
    *ret = (uint64_t)n;
}

static void parse_chance(struct compile *c, struct draft *draft, const struct pair *pair)
{
    const int64_t percent = 1000000;
    bool sign = pair->len > 0 && pair->value[pair->len - 1] == '%';
    int64_t n = sign ? decimal(pair->value, pair->len - 1, percent, 100 * percent) : -1;
    if (n < 0 || n > 100 * percent)
        complain(c, pair->value_place, "expected a chance like %s, not %w", "5% or 0.1%", pair->value, pair->len);
    draft->pace.chance = ((uint64_t)n << 32) / (uint64_t)(100 * percent);
}

static void parse_contains(struct compile *c, const struct pair *pair, struct term *term)
{
    if (pair->len == 0) {
        complain(c, pair->value_place, "expected a text after 'contains='");
        return;
    }
    c->data_asked = true;
    term->values.at = block_text(c, &c->data, pair->value, pair->len);
    if (!c->no_memory)
        term->values.count = (uint32_t)unescape(c->data.at + term->values.at, pair->len);
}

static bool parse_range(const char *word, size_t len, int64_t max, struct range *ret)
{
    const char *dash = memchr(word, '-', len);
    size_t first_len = dash ? (size_t)(dash - word) : len;
    ret->first = number(word, first_len, max);
    ret->last = dash ? number(dash + 1, len - first_len - 1, max) : ret->first;
    return ret->first >= 0 && ret->last >= ret->first;
}

/* A list of numbers and ranges; for fd= of kinds as well. */
static void parse_numbers(struct compile *c, const struct pair *pair, struct term *term)
{
    bool fd = pair->key == KEY_FD;
    for (size_t from = 0, len; from <= pair->len; from += len + 1) {
        const char *one = pair->value + from;
        struct range range;
        len = item_len(pair, from);
        unsigned kind = fd ? bit_of(fd_kinds, one, len) : 0;
        term->mask |= (uint16_t)kind;
        if (kind)
            continue;
        if (!parse_range(one, len, pair->key == KEY_UID || pair->key == KEY_GID ? UINT_MAX : INT_MAX, &range)) {
            const char *expected =
                fd ? "expected a descriptor's number, or file, dir, pipe, socket, tty, device or other, not %w%m"
                   : "expected a number, or a range like 1000-1999, not %w";
            complain(c, pair->value_place, expected, one, len, fd ? nearest(one, len, name_in, fd_kinds) : NULL);
            return;
        }
        struct range *at = block_more(c, &c->data, sizeof *at);
        if (!at)
            return;
        *at = range;
        if (term->values.count++ == 0)
            term->values.at = (uint32_t)((char *)at - c->data.at);
    }
}

/* On the line it narrows the rule's calls; in a `where` it is asked. */
static void parse_symbol(struct compile *c, struct draft *draft, const struct pair *pair, struct term *term)
{
    int found = call_find(pair->value, pair->len);
    if (found < 0) {
        complain(c, pair->value_place, "unknown function %w%m", pair->value, pair->len, nearest_symbol(pair->value, pair->len));
        return;
    }
    term->mask = call_table[found].row;
    for (unsigned id = 0; id < CALL_COUNT && term == &draft->term[KEY_SYMBOL]; id++)
        if (call_table[id].row != term->mask)
            draft->without.bits[id / 64] |= UINT64_C(1) << id % 64;
}

static bool add_exe(struct compile *c, struct place place, const char *pattern, size_t len, void *ctx)
{
    (void)ctx;
    return target_path(c, place, pattern, len, TARGET_PATH);
}

static void parse_exe(struct compile *c, const struct pair *pair, struct term *term)
{
    c->targets.used = 0;
    if (pair->len == 0)
        complain(c, pair->value_place, "expected a path after 'exe='");
    else if (each_pattern(c, pair->value_place, pair->value, pair->len, add_exe, NULL))
        target_list(c, &term->values);
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

static void parse_argv(struct compile *c, const struct pair *pair, struct term *term)
{
    c->globs.used = 0;
    if (!each_pattern(c, pair->value_place, pair->value, pair->len, add_argv, NULL))
        return;
    size_t size = c->globs.used;
    void *list = block_more(c, &c->data, size);
    if (!list)
        return;
    memcpy(list, c->globs.at, size);
    term->values = (struct list){ (uint32_t)(c->data.used - size), (uint32_t)(size / sizeof(uint64_t)) };
}

void parse_value(struct compile *c, struct draft *draft, const struct pair *pair, struct term *term)
{
    static const uint8_t kinds[KEY_COUNT] = {
        [KEY_SYMBOL] = TERM_SYMBOL, [KEY_ACCESS] = TERM_ACCESS, [KEY_PID] = TERM_PID,           [KEY_FD] = TERM_FD,
        [KEY_UID] = TERM_UID,       [KEY_GID] = TERM_GID,       [KEY_CONTAINS] = TERM_CONTAINS, [KEY_ARGV] = TERM_ARGV,
        [KEY_EXE] = TERM_EXE,
    };
    *term = (struct term){ .kind = kinds[pair->key], .text = block_text(c, &c->data, pair->text, pair->text_len) };
    switch (pair->key) {
    case KEY_ERRNO: parse_errno(c, draft, pair); break;
    case KEY_RET: parse_ret(c, draft, pair); break;
    case KEY_SIGNAL: parse_signal(c, draft, pair); break;
    case KEY_BY: parse_by(c, draft, pair); break;
    case KEY_AFTER: parse_count(c, pair, &draft->pace.after); break;
    case KEY_EVERY: parse_count(c, pair, &draft->pace.every); break;
    case KEY_TIMES: parse_count(c, pair, &draft->pace.times); break;
    case KEY_CHANCE: parse_chance(c, draft, pair); break;
    case KEY_CONTAINS: parse_contains(c, pair, term); break;
    case KEY_SYMBOL: parse_symbol(c, draft, pair, term); break;
    case KEY_ACCESS: parse_access(c, pair, term); break;
    case KEY_ARGV: parse_argv(c, pair, term); break;
    case KEY_EXE: parse_exe(c, pair, term); break;
    default: parse_numbers(c, pair, term);
    }
}
