/* SPDX-License-Identifier: MIT */
/* Text -> rules -> compiled image -> decide. */
#ifndef CORE_POLICY_POLICY_H
#define CORE_POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/call.h"
#include "core/facts.h"
#include "hook/event.h"

/* A compiled rules file: one block without pointers, so that it can be copied,
 * written to a file and mapped anywhere. */
struct policy;

/* Memory comes from the caller: grows, shrinks or (new_size 0) frees a block. */
struct policy_memory {
    void *(*resize)(void *ctx, void *block, size_t old_size, size_t new_size);
    void *ctx;
};

/* A file that was read; its memory is that of struct policy_memory. */
struct policy_file {
    char *text;
    size_t len, size;
};

struct policy_text {
    const char *name; /* as errors and events name it: "rules" */
    const char *dir;  /* absolute folder that relative paths are taken from */
    const char *home; /* what ~ stands for; NULL: ~ is an error */
    const char *text;
    size_t len;
    const char *origin; /* the name by which others ask for the image; NULL: nobody does */
    /* Reads an included file: 0 or a negative errno. NULL: none can be read. */
    int (*load)(const char *path, struct policy_file *ret);
    void (*reads)(const char *path); /* told before; NULL: nobody is */
    /* Asked where symbolic links in targets lead to: a rule is about that file as well. NULL: not asked. */
    const struct facts_source *source;
};

/* Takes one whole message, lines with "\n": "rules:3:1: unknown action 'blok' (did you
 * mean 'block'?)\n    blok open /x\n    ^~~~\n". */
typedef void policy_error_fn(void *ctx, const char *message, size_t len);

/* Reports every error of the text; returns 0 with *ret set, or the number of
 * errors, or -ENOMEM. The image's size is policy_size(*ret). */
int policy_compile(const struct policy_text *text, const struct policy_memory *memory, policy_error_fn *error, void *ctx,
                   struct policy **ret);
size_t policy_size(const struct policy *policy);

/* Does that block begin with an image of those rules, of this very version? It is trusted then. */
bool policy_is_image(const void *block, size_t size, const char *origin);

/* `set log`: what is logged. */
enum policy_log { POLICY_LOG_MATCHED, POLICY_LOG_ALL, POLICY_LOG_NONE };
enum policy_log policy_log(const struct policy *policy);

/* Does a rule send calls to another address? */
bool policy_redirects_address(const struct policy *policy);

/* Does a rule give files another content? */
bool policy_injects(const struct policy *policy);

/* Does a rule ask what is written? */
bool policy_needs_data(const struct policy *policy);

/* Does a rule ask which names addresses were resolved from? */
bool policy_needs_names(const struct policy *policy);

/* Does any rule, or `set default block`, concern this call? */
bool policy_concerns(const struct policy *policy, unsigned call);

struct verdict {
    uint8_t action;  /* enum hook_action: LOG when no rule decided */
    bool log;        /* this call is to be logged, by `set log` and the rules that matched */
    bool data;       /* a text that a rule asks for is in what is written, or some of that could not be read */
    uint8_t path;    /* redirect of a path: which of the call's two, 0 or 1 */
    const char *to2; /* redirect of both: where the second goes; NULL: it does not */
    int err;         /* block: the errno */
    uint8_t signal;  /* block: what the process ends by; 0: it does not */
    bool has_ret;    /* block: the call returns ret, and fails only when that says so */
    int64_t ret;
    uint64_t delay_ns;   /* for how long the call waits first, whatever the action */
    uint32_t to_len;     /* redirect of an address: bytes at to_addr */
    const char *rule;    /* "rules:4" of the rule that decided, else of the first that matched; NULL: none. In the arena */
    const char *to;      /* redirect: an absolute path, or the address as text. In the image or the arena */
    const char *content; /* inject: content_len bytes, in the image; NULL: of the file at to */
    uint32_t content_len;
    const void *to_addr; /* redirect of an address: struct sockaddr bytes */
};

/* What changes while a policy is used: one for a process. Threads may share it. */
struct policy_count {
    uint64_t seen, applied;
};
struct policy_state {
    uint64_t seed; /* of chance= */
    struct policy_count *counts;
};
/* How many counts the policy needs; they begin as zeros. */
size_t policy_counts(const struct policy *policy);

/* Decides one call; without a state what may be decided: a rule that is applied to some calls is, and counts nothing. Never
 * fails: what cannot be known does not match, except that a block whose facts can't be looked up blocks (fail closed). */
void policy_decide(const struct policy *policy, const struct policy_state *state, struct facts *facts, struct verdict *ret);

/* The rule that would allow the call, were it before the one that blocks it: "allow open \"/etc/shadow\"". In the arena;
 * NULL when there is none: what the call is about cannot be known, or is no word of a rule. */
const char *policy_tip(struct facts *facts);

/* Why a rule was applied to a call, or was not. */
enum policy_reason {
    POLICY_APPLIES,
    POLICY_OTHER_CALL,  /* it is about other calls */
    POLICY_TERM,        /* its target or a condition says no */
    POLICY_NO_ARGUMENT, /* there is nothing that could be redirected */
    POLICY_PACE,        /* it matches, and it is not this call's turn */
};

/* What `chance=` draws while it is explained: every rule is applied, or none. */
enum policy_luck { POLICY_LUCK_ALL, POLICY_LUCK_NONE };

struct policy_step {
    const char *rule, *action; /* "rules:4", "block" */
    enum policy_reason reason;
    const char *condition; /* TERM: as it is written */
    uint8_t kind;          /* TERM: enum term_kind of image.h */
    bool inverted;         /* TERM: it stands under a `not` */
    double chance;         /* APPLIES, PACE: with which it is applied, when that is all that is left to decide it; else 0 */
};

/* Decides as policy_decide does, and tells each rule that is tried, in order. */
typedef void policy_explain_fn(void *ctx, const struct policy_step *step);
void policy_explain(const struct policy *policy, const struct policy_state *state, struct facts *facts, enum policy_luck luck,
                    policy_explain_fn *explain, void *ctx, struct verdict *ret);

#endif
