/* SPDX-License-Identifier: MIT */
#include "core/call.h"

#include <string.h>

#include "core/each.h"
#include "core/print.h"
#include "rows.h"

/* Names of arguments as one string, from the (type, name, kind) triples. */
#define ARG_NAME(t, n, k) #n "\0"
#define ARG_KIND(t, n, k) KIND_##k,
#define ARG_BIT(t, n, k)  | UINT64_C(1) << KIND_##k % 64

#define HAND CALL

static const struct names {
#define CALL(sym, sys, type, fail, kind, n, ...) char sym[sizeof(#sym "\0" EACH_##n(ARG_NAME __VA_OPT__(, ) __VA_ARGS__))];
#include "calls.inc"
#undef CALL
    char behind[SHORT]; /* for put_name */
} names = {
#define CALL(sym, sys, type, fail, kind, n, ...) .sym = #sym "\0" EACH_##n(ARG_NAME __VA_OPT__(, ) __VA_ARGS__),
#include "calls.inc"
#undef CALL
};

const struct call call_table[CALL_COUNT] = {
#define CALL(sym, sys, type, fails, kinds, n, ...)                                                                               \
    [CALL_##sym] = {                                                                                                             \
        .names = offsetof(struct names, sym),                                                                                    \
        .row = ROW_##sym,                                                                                                        \
        .syscall = SYSCALL_##sys,                                                                                                \
        .fail = FAIL_##fails,                                                                                                    \
        .kind = KIND_##kinds,                                                                                                    \
        .args = n,                                                                                                               \
        .has_kind = 0 EACH_##n(ARG_BIT __VA_OPT__(, ) __VA_ARGS__),                                                              \
        .arg_kind = { EACH_##n(ARG_KIND __VA_OPT__(, ) __VA_ARGS__) },                                                           \
    },
#include "calls.inc"
#undef CALL
};

static const struct syscall_names {
#define SYSCALL(name, op, classes) char name[sizeof(#name "\0" #op)];
#include "core/syscalls.def"
#undef SYSCALL
    char behind[SHORT];
} syscall_names = {
#define SYSCALL(name, op, classes) .name = #name "\0" #op,
#include "core/syscalls.def"
#undef SYSCALL
};

static const struct {
    uint16_t name, op; /* where they are among the names */
    uint8_t classes;
} syscalls[SYSCALL_COUNT] = {
#define SYSCALL(sys, op, bits)                                                                                                   \
    [SYSCALL_##sys] = { offsetof(struct syscall_names, sys), offsetof(struct syscall_names, sys) + sizeof #sys, bits },
#include "core/syscalls.def"
#undef SYSCALL
};

static const struct {
    char name[9];
    uint8_t bit;
} classes[] = {
    { "%file", CLASS_FILE },       { "%desc", CLASS_DESC },     { "%network", CLASS_NETWORK }, { "%net", CLASS_NETWORK },
    { "%process", CLASS_PROCESS }, { "%memory", CLASS_MEMORY }, { "%signal", CLASS_SIGNAL },   { "%stdio", CLASS_STDIO },
};

static const char others[] =
#define OTHER(name) #name "\0"
#include "core/other_syscalls.def"
#undef OTHER
    ;

static bool same(const char *name, const char *word, size_t len)
{
    return strncmp(name, word, len) == 0 && name[len] == '\0';
}

const char *syscall_name(unsigned sys)
{
    return (const char *)&syscall_names + syscalls[sys].name;
}

static const char *syscall_op(unsigned sys)
{
    return (const char *)&syscall_names + syscalls[sys].op;
}

const char *call_symbol(unsigned id)
{
    return (const char *)&names + call_table[id].names;
}

const char *call_arg_name(unsigned id, unsigned arg)
{
    const char *name = call_symbol(id);
    for (unsigned i = 0; i <= arg; i++)
        name += strlen(name) + 1;
    return name;
}

const char *call_syscall(unsigned id)
{
    return syscall_name(call_table[id].syscall);
}

/* Looked for among the rows, which are sorted. Nothing tells the numbers of faccessat and fchmodat
 * from those of faccessat2 and fchmodat2. */
unsigned call_made(const struct hook_event *event)
{
    const char *symbol = call_symbol(event->call);
    unsigned from = 0, to = event->numbered && event->call != CALL_faccessat ? SYSCALL_COUNT : 0;
    while (from < to) {
        const unsigned middle = (from + to) / 2;
        const int order = strcmp(syscall_name(middle), symbol);
        if (order == 0)
            return middle;
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return call_table[event->call].syscall;
}

const char *call_op(unsigned id)
{
    return syscall_op(call_table[id].syscall);
}

unsigned call_classes(unsigned id)
{
    return syscalls[call_table[id].syscall].classes;
}

int call_find(const char *symbol, size_t len)
{
    for (unsigned id = 0; id < CALL_COUNT; id++)
        if (same(call_symbol(id), symbol, len))
            return (int)id;
    return -1;
}

static void set_add(struct call_set *set, unsigned id)
{
    set->bits[id / 64] |= UINT64_C(1) << id % 64;
}

bool call_set_has(const struct call_set *set, unsigned id)
{
    return set->bits[id / 64] >> id % 64 & 1;
}

void call_set_remove(struct call_set *set, const struct call_set *other)
{
    for (size_t i = 0; i < sizeof set->bits / sizeof *set->bits; i++)
        set->bits[i] &= ~other->bits[i];
}

static bool add_class(struct call_set *set, unsigned bits, bool without_stdio)
{
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        unsigned has = call_classes(id);
        if (without_stdio ? !(has & CLASS_STDIO) : has & bits)
            set_add(set, id);
    }
    return true;
}

static bool add_op(struct call_set *set, const char *op)
{
    for (unsigned id = 0; id < CALL_COUNT; id++)
        if (strcmp(call_op(id), op) == 0)
            set_add(set, id);
    return true;
}

bool call_set_add(struct call_set *set, const char *name, size_t len)
{
    if (same("all", name, len) || same("*", name, len))
        return add_class(set, 0, true);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (same(classes[i].name, name, len))
            return add_class(set, classes[i].bit, false);
    for (unsigned sys = 0; sys < SYSCALL_COUNT; sys++)
        if (same(syscall_op(sys), name, len) || same(syscall_name(sys), name, len))
            return add_op(set, syscall_op(sys));
    int found = call_find(name, len);
    for (unsigned id = 0; found >= 0 && id < CALL_COUNT; id++)
        if (call_table[id].row == call_table[found].row)
            set_add(set, id);
    return found >= 0;
}

bool syscall_is_other(const char *name, size_t len)
{
    for (const char *other = others; *other; other += strlen(other) + 1)
        if (same(other, name, len))
            return true;
    return false;
}

unsigned call_set_read(struct call_set *set, const char *list, void (*unknown)(const char *name, size_t len))
{
    unsigned errors = 0;
    if (strcmp(list, "none") == 0)
        return 0;
    if (*list == '!')
        call_set_add(set, "all", 3);
    for (const char *word = list;; word++) {
        size_t len = strcspn(word, ",");
        bool away = *word == '!';
        struct call_set named = { 0 };
        if (!call_set_add(&named, word + away, len - away) && !syscall_is_other(word + away, len - away)) {
            unknown(word + away, len - away);
            errors++;
        }
        for (size_t i = 0; !away && i < sizeof named.bits / sizeof *named.bits; i++)
            set->bits[i] |= named.bits[i];
        if (away)
            call_set_remove(set, &named);
        word += len;
        if (!*word)
            return errors;
    }
}

const char *call_known_name(unsigned i)
{
    const unsigned class_count = sizeof classes / sizeof *classes;
    if (i < SYSCALL_COUNT)
        return syscall_op(i);
    i -= SYSCALL_COUNT;
    if (i < SYSCALL_COUNT)
        return syscall_name(i);
    i -= SYSCALL_COUNT;
    if (i < CALL_COUNT)
        return call_symbol(i);
    i -= CALL_COUNT;
    return i < class_count ? classes[i].name : i == class_count ? "all" : NULL;
}

int call_path_arg(unsigned id)
{
    int path = call_arg_of_kind(id, KIND_PATH, 0);
    return path >= 0 ? path : call_arg_of_kind(id, KIND_TEMPLATE, 0);
}

int call_message_arg(unsigned id)
{
    int one = call_arg_of_kind(id, KIND_MSGHDR_IN, 0);
    return one >= 0 ? one : call_arg_of_kind(id, KIND_MMSGHDR_IN, 0);
}
