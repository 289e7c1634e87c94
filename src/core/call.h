/* SPDX-License-Identifier: MIT */
/* The table expanded: ids, descriptors, look-up by name. */
#ifndef CORE_CALL_H
#define CORE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/bytes.h"
#include "hook/event.h"

/* calls.inc is calls.def with every ALIAS written out as its own row. */
enum call_id {
#define CALL(sym, sys, type, fail, kind, n, ...) CALL_##sym,
#define HAND                                     CALL
#include "calls.inc"
#undef CALL
#undef HAND
    CALL_COUNT
};

enum syscall_id {
#define SYSCALL(name, op, classes) SYSCALL_##name,
#include "core/syscalls.def"
#undef SYSCALL
    SYSCALL_COUNT
};

enum kind {
#define KIND(name, copied) KIND_##name,
#include "core/kinds.def"
#undef KIND
    KIND_COUNT
};

/* What an argument's word is, and when what it points to is read. */
enum copied { COPIED_WORD, COPIED_IN, COPIED_OUT, COPIED_BOTH, COPIED_HANDLE };

static inline enum copied kind_copied(unsigned kind)
{
    switch (kind) {
#define KIND(name, copied)                                                                                                       \
    case KIND_##name:                                                                                                            \
        return COPIED_##copied;
#include "core/kinds.def"
#undef KIND
    default: return COPIED_WORD;
    }
}

/* What failure looks like; calls.def says more. */
enum fail { FAIL_NEG1, FAIL_NEGEND, FAIL_NUL, FAIL_END, FAIL_ERR, FAIL_CODE, FAIL_NONE, FAIL_VOID };

/* Is it told by errno alone? Then that is 0 when the call is made. */
static inline bool call_fails_by_errno(enum fail fail)
{
    return fail == FAIL_END || fail == FAIL_NEGEND;
}

/* Does a result, with errno, look like that? */
static inline bool call_failed(enum fail fail, long ret, int err)
{
    if (fail == FAIL_NEG1) /* most of all */
        return ret == -1;
    switch (fail) {
    case FAIL_NEGEND: return (int)ret == -1 && err != 0; /* or it is WEOF, which is unsigned */
    case FAIL_NUL: return ret == 0;
    case FAIL_END: return ret == 0 && err != 0;
    case FAIL_ERR:
    case FAIL_CODE: return ret != 0;
    default: return false;
    }
}

enum call_class {
    CLASS_FILE = 1u << 0,
    CLASS_DESC = 1u << 1,
    CLASS_NETWORK = 1u << 2,
    CLASS_PROCESS = 1u << 3,
    CLASS_MEMORY = 1u << 4,
    CLASS_SIGNAL = 1u << 5,
    CLASS_STDIO = 1u << 6,
};

/* One row. Offsets instead of pointers: the table needs no relocation at start-up. */
struct call {
    uint16_t names;    /* offset of "symbol\0arg1\0arg2\0..." */
    uint16_t row;      /* the row itself, or the one that an ALIAS names */
    uint16_t syscall;  /* enum syscall_id */
    uint8_t fail;      /* enum fail */
    uint8_t kind;      /* of the result: enum kind */
    uint8_t args;      /* how many */
    uint64_t has_kind; /* bit kind % 64: an argument may be of that kind */
    uint8_t arg_kind[HOOK_ARGS_MAX];
};

extern const struct call call_table[CALL_COUNT] __attribute__((visibility("hidden")));

/* A set of calls: bit call_id. */
struct call_set {
    uint64_t bits[(CALL_COUNT + 63) / 64];
};

const char *call_symbol(unsigned id);
const char *call_arg_name(unsigned id, unsigned arg);
const char *call_syscall(unsigned id);
const char *call_op(unsigned id);
const char *syscall_name(unsigned sys);
/* The system call that an event is of, enum syscall_id: one that syscall() has made has the name of the row, if any has. */
unsigned call_made(const struct hook_event *event);
unsigned call_classes(unsigned id); /* enum call_class bits */

/* The call with that symbol, or -1. */
int call_find(const char *symbol, size_t len);

/* Adds the calls that a rule or a filter means by a name: an operation, a
 * system call (its operation), a library function (it alone, with its LFS64 and
 * FORTIFY names), `%class`, `all`. Returns false for an unknown name. */
bool call_set_add(struct call_set *set, const char *name, size_t len);
/* Is it a system call that no row stands for? A filter may name it, though nothing is found by it; a rule would never hold. */
bool syscall_is_other(const char *name, size_t len);
/* Reads a list as HOOK_TRACE has it into an empty set: one that begins with an exclusion starts from all, and
 * "none" is none. Each unknown name is told; returns how many there are. */
unsigned call_set_read(struct call_set *set, const char *list, void (*unknown)(const char *name, size_t len));
bool call_set_has(const struct call_set *set, unsigned id);
void call_set_remove(struct call_set *set, const struct call_set *other);

/* The names that call_set_add knows, i = 0, 1, ...; NULL after the last: for
 * "did you mean". Some come more than once. */
const char *call_known_name(unsigned i);

/* Of has_kind. */
static inline uint64_t call_kind_bit(unsigned kind)
{
    return UINT64_C(1) << kind % 64;
}

/* The index of the first argument of that kind from `from` on, or -1. */
static inline int call_arg_of_kind(unsigned id, unsigned kind, unsigned from)
{
    const struct call *call = &call_table[id];
    uint64_t kinds;
    if (!(call->has_kind & call_kind_bit(kind)) || from >= call->args)
        return -1;
    memcpy(&kinds, call->arg_kind, sizeof kinds);
    const uint64_t found = bytes_zero(kinds >> 8 * from ^ bytes_each((unsigned char)kind));
    const unsigned at = from + (found ? bytes_first(found) : HOOK_ARGS_MAX);
    return at < call->args ? (int)at : -1;
}

/* Does the child that such a call has forked tell of it, in the name of its parent, which is gone? */
static inline bool call_is_childs(unsigned id)
{
    return id == CALL_daemon;
}

/* The index of the messages that the call sends, or -1. */
int call_message_arg(unsigned id);

/* The index of the (first) path that the call acts on, a PATH or a TEMPLATE, or -1. */
int call_path_arg(unsigned id);

#endif
