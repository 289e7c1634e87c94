/* SPDX-License-Identifier: MIT */
/* Which calls a rule is about, and what can be done with them. */
#include "core/policy/compile.h"

#include <string.h>

static bool has_kind(unsigned id, unsigned kind)
{
    return call_arg_of_kind(id, kind, 0) >= 0;
}

static bool is_op(unsigned id, const char *op)
{
    return strcmp(call_op(id), op) == 0;
}

bool call_exists(unsigned id)
{
    return id < CALL_COUNT;
}

bool call_has_path(unsigned id)
{
    return has_kind(id, KIND_PATH) || has_kind(id, KIND_TEMPLATE) || has_kind(id, KIND_PATTERN) || has_kind(id, KIND_SHMNAME) ||
           has_kind(id, KIND_ARGV) || is_op(id, "exec") || facts_implied_path(id);
}

bool call_has_address(unsigned id)
{
    return has_kind(id, KIND_SOCKADDR) || call_message_arg(id) >= 0;
}

bool call_has_fd(unsigned id)
{
    return has_kind(id, KIND_FD) || has_kind(id, KIND_STREAM) || has_kind(id, KIND_DIRP);
}

/* A descriptor that may be one of a file. */
static bool has_file(unsigned id)
{
    return call_has_fd(id) && !(call_classes(id) & CLASS_NETWORK);
}

bool call_has_data(unsigned id)
{
    return has_kind(id, KIND_BUF_IN) || has_kind(id, KIND_IOV_IN) || call_message_arg(id) >= 0;
}

bool call_returns_number(unsigned id)
{
    unsigned kind = call_table[id].kind;
    return kind != KIND_STREAM && kind != KIND_DIRP && kind != KIND_DIRENT && kind != KIND_PTR && kind != KIND_SIGHANDLER &&
           kind != KIND_VOID;
}

bool call_can_block(unsigned id)
{
    return call_table[id].fail != FAIL_NONE && call_table[id].fail != FAIL_VOID;
}

bool call_can_redirect(unsigned id, unsigned form)
{
    if (form == TARGET_PATH)
        return has_kind(id, KIND_PATH) || has_kind(id, KIND_TEMPLATE) || (is_op(id, "write") && has_kind(id, KIND_FD)) ||
               is_op(id, "exec");
    return call_has_address(id) && !has_kind(id, KIND_MMSGHDR_IN);
}

static bool can_redirect(unsigned id)
{
    return call_can_redirect(id, TARGET_PATH) || call_can_redirect(id, TARGET_IP);
}

struct call_set calls_that(struct compile *c, call_test *test)
{
    enum { MOST = sizeof c->memo.tested / sizeof *c->memo.tested };
    for (unsigned i = 0; i < MOST && i < c->memo.tests; i++)
        if (c->memo.tested[i].test == test)
            return c->memo.tested[i].set;
    struct call_set set = { 0 };
    for (unsigned id = 0; id < CALL_COUNT; id++)
        if (test(id))
            set.bits[id / 64] |= UINT64_C(1) << id % 64;
    unsigned at = c->memo.tests++ % MOST;
    c->memo.tested[at].test = test;
    c->memo.tested[at].set = set;
    return set;
}

static bool share(const struct call_set *a, const struct call_set *b)
{
    for (size_t i = 0; i < sizeof a->bits / sizeof *a->bits; i++)
        if (a->bits[i] & b->bits[i])
            return true;
    return false;
}

bool calls_any(struct compile *c, const struct call_set *set, call_test *test)
{
    const struct call_set those = calls_that(c, test);
    return share(set, &those);
}

void calls_keep(struct compile *c, struct call_set *set, call_test *test)
{
    const struct call_set those = calls_that(c, test);
    for (size_t i = 0; i < sizeof set->bits / sizeof *set->bits; i++)
        set->bits[i] &= those.bits[i];
}

bool call_matches_path(unsigned id)
{
    return call_has_path(id) || (has_file(id) && !call_has_address(id));
}

unsigned calls_forms(struct compile *c, const struct call_set *set)
{
    const unsigned address = TARGET_IP | TARGET_UNIX | TARGET_ABSTRACT | TARGET_ANY_UNIX | TARGET_HOST;
    return (calls_any(c, set, call_matches_path) ? TARGET_PATH : 0) | (calls_any(c, set, call_has_address) ? address : 0);
}

static const char *symbol_at(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < CALL_COUNT ? call_symbol(i) : NULL;
}

const char *nearest_symbol(const char *word, size_t len)
{
    return nearest(word, len, symbol_at, NULL);
}

static const char *known_call(const void *ctx, unsigned i)
{
    (void)ctx;
    return call_known_name(i);
}

/* What of a name's calls the action can be applied to. */
static bool narrow(struct compile *c, const struct draft *draft, struct place place, const char *name, size_t len,
                   struct call_set *set)
{
    call_test *test = draft->rule.action == RULE_BLOCK ? call_can_block : can_redirect;
    if (draft->rule.action != RULE_BLOCK && draft->rule.action != RULE_REDIRECT)
        return true;
    calls_keep(c, set, test);
    if (calls_any(c, set, test))
        return true;
    complain(c, place, test == call_can_block ? "%w cannot be blocked" : "%w cannot be redirected", name, len);
    return false;
}

/* As call_set_add to an empty set. */
static bool find_calls(struct compile *c, const char *name, size_t len, struct call_set *ret)
{
    enum { MOST = sizeof c->memo.named / sizeof *c->memo.named, ROOM = sizeof c->memo.named->name };
    for (unsigned i = 0; i < MOST && i < c->memo.names; i++)
        if (len < ROOM && strncmp(c->memo.named[i].name, name, len) == 0 && c->memo.named[i].name[len] == '\0') {
            *ret = c->memo.named[i].set;
            return true;
        }
    *ret = (struct call_set){ 0 };
    if (!call_set_add(ret, name, len))
        return false;
    if (len < ROOM) {
        unsigned at = c->memo.names++ % MOST;
        memcpy(c->memo.named[at].name, name, len);
        c->memo.named[at].name[len] = '\0';
        c->memo.named[at].set = *ret;
    }
    return true;
}

static void add_call(struct compile *c, struct draft *draft, size_t from, size_t len)
{
    const char *name = word_text(c, draft->calls) + from;
    struct place place = word_part(draft->calls, from, len);
    struct call_set set;
    if (len == 0) {
        complain(c, place, "expected the name of a call");
        return;
    }
    if (!find_calls(c, name, len, &set)) {
        const char *near = nearest(name, len, known_call, NULL);
        if (syscall_is_other(name, len))
            complain(c, place, "%w is a system call that no hooked function makes", name, len);
        else
            complain(c, place, near ? "unknown call %w%m" : "unknown call %w: 'hook calls' lists those there are", name, len,
                     near);
        return;
    }
    if (!narrow(c, draft, place, name, len, &set))
        return;
    for (size_t i = 0; i < sizeof set.bits / sizeof *set.bits; i++)
        draft->rule.calls.bits[i] |= set.bits[i];
}

bool parse_calls(struct compile *c, struct draft *draft)
{
    const char *text = word_text(c, draft->calls);
    int errors = c->errors;
    for (size_t from = 0, len; from <= draft->calls->len; from += len + 1) {
        const char *comma = memchr(text + from, ',', draft->calls->len - from);
        len = comma ? (size_t)(comma - text) - from : draft->calls->len - from;
        add_call(c, draft, from, len);
    }
    return c->errors == errors;
}
