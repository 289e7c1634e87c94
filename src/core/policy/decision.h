/* SPDX-License-Identifier: MIT */
/* What the parts of policy_decide share. */
#ifndef CORE_POLICY_DECISION_H
#define CORE_POLICY_DECISION_H

#include "core/policy/image.h"
#include "core/policy/policy.h"

/* UNKNOWN: it may be, but a fact could not be looked up. */
enum match { MATCH_NO, MATCH_YES, MATCH_UNKNOWN };

struct decision {
    const struct policy *policy;
    const struct policy_state *state;
    struct facts *facts;
    policy_explain_fn *explain; /* NULL: nobody asks why */
    void *ctx;
    enum policy_luck luck; /* when it is explained */
    double chance;         /* then, of the rule that pace_applies was asked of last: see struct policy_step */
    bool one_by_one;       /* every rule is tried */
    bool real;             /* the real names of the call's paths have been asked for, and are known */
    /* how the last rule with a path matched, for a redirect */
    unsigned path;               /* which of the call's paths */
    const struct target *target; /* NULL: none */
    const char *rest;            /* what the target's glob matched */
};

/* The first rule from number `from` on that may match; INDEX_NONE when there is none. */
uint32_t candidate_find(struct decision *d, uint32_t from);

/* Tells the names of the files that the call is about: as they are spelled, or the others that they go by. False
 * when some may be missing. */
typedef void match_name_fn(void *ctx, const char *name);
bool match_names(struct decision *d, bool real, match_name_fn *tell, void *ctx);

/* Does the call give files other names? */
bool match_renames(const struct decision *d);
/* The first rule from number `from` on that is about one of the call's files, whatever its name: see known.h. */
uint32_t match_known(struct decision *d, uint32_t from);

/* The address of that call; false: it is none of IP. Where Linux takes one without a family for IPv4, it is that. */
bool match_ip_of(const struct decision *d, const void *sockaddr, size_t len, struct address *ret);

/* Does any of the call's paths (all of them, for an allow) match any of the rule's targets? */
enum match match_paths(struct decision *d, const struct rule *rule);
/* Does the i-th of the call's paths match, by itself? */
bool match_path(struct decision *d, const struct rule *rule, unsigned i);
/* Does the path of the call's unix socket? */
enum match match_socket(struct decision *d, const struct rule *rule);
/* Does its address, whatever that is? */
enum match match_address(struct decision *d, const struct rule *rule);
/* Does the program that calls match any of those targets? */
enum match match_exe(struct decision *d, struct list targets);

/* One question of a rule, and all of them: may the rule be applied? *ret_last is the term that
 * was asked last. */
enum match match_term(struct decision *d, const struct rule *rule, const struct term *term);
bool match_terms(struct decision *d, const struct rule *rule, const struct term **ret_last);

/* The rule matches: is it this call's turn? Counts it. */
bool pace_applies(struct decision *d, const struct rule *rule);

/* Sets where the call goes. Returns 0 or the error that it fails with: there is no memory for it, the name is too long. */
int redirect_to(const struct decision *d, const struct rule *rule, struct verdict *ret);
/* Can this call be redirected by that rule? Its argument may be missing. */
bool redirect_applies(const struct decision *d, const struct rule *rule);
bool redirect_has_path(const struct decision *d);

#endif
