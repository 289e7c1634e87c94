/* SPDX-License-Identifier: MIT */
/* A rule's questions, asked one after another until the answers decide. */
#include "core/policy/decision.h"
#include "core/policy/glob.h"

static enum match match_argv(struct decision *d, struct list globs)
{
    const uint64_t *glob = image_data(d->policy, globs.at);
    const char *argv = facts_argv(d->facts);
    for (uint32_t i = 0; argv && i < globs.count; i++)
        if (glob_match(image_data(d->policy, (uint32_t)glob[i]), argv, NULL))
            return MATCH_YES;
    return argv ? MATCH_NO : MATCH_UNKNOWN;
}

static enum match match_target(struct decision *d, const struct rule *rule)
{
    unsigned call = d->facts->event->call;
    bool address = call_arg_of_kind(call, KIND_SOCKADDR, 0) >= 0 || call_message_arg(call) >= 0;
    return address ? match_address(d, rule) : match_paths(d, rule);
}

static enum match match_number(const struct decision *d, struct list ranges, int64_t n)
{
    const struct range *range = image_data(d->policy, ranges.at);
    for (uint32_t i = 0; i < ranges.count; i++)
        if (n >= range[i].first && n <= range[i].last)
            return MATCH_YES;
    return MATCH_NO;
}

/* A number that may not be known is negative then. */
static enum match match_id(const struct decision *d, struct list ranges, int64_t n)
{
    return n < 0 ? MATCH_UNKNOWN : match_number(d, ranges, n);
}

static enum match match_fd(struct decision *d, const struct term *term)
{
    if (match_number(d, term->values, facts_fd(d->facts)) == MATCH_YES)
        return MATCH_YES;
    if (!term->mask || term->mask & facts_fd_kind(d->facts))
        return term->mask ? MATCH_YES : MATCH_NO;
    return d->facts->unknown & FACT_FD_KIND ? MATCH_UNKNOWN : MATCH_NO;
}

static enum match match_contains(struct decision *d, struct list bytes)
{
    int found = facts_contains(d->facts, image_data(d->policy, bytes.at), bytes.count);
    return found < 0 ? MATCH_UNKNOWN : found ? MATCH_YES : MATCH_NO;
}

static enum match of_bool(bool match)
{
    return match ? MATCH_YES : MATCH_NO;
}

enum match match_term(struct decision *d, const struct rule *rule, const struct term *term)
{
    struct facts *facts = d->facts;
    switch (term->kind) {
    case TERM_SYMBOL: return of_bool(call_table[facts->event->call].row == term->mask);
    case TERM_ACCESS: return of_bool(term->mask & facts_access(facts));
    case TERM_PID: return match_id(d, term->values, facts_pid(facts));
    case TERM_FD: return match_fd(d, term);
    case TERM_UID: return match_id(d, term->values, facts_uid(facts));
    case TERM_GID: return match_id(d, term->values, facts_gid(facts));
    case TERM_CONTAINS: return match_contains(d, term->values);
    case TERM_ARGV: return match_argv(d, term->values);
    case TERM_EXE: return match_exe(d, term->values);
    default: return match_target(d, rule);
    }
}

/* What can't be known is taken as a block would have it: a block is rather applied, anything else rather not. */
bool match_terms(struct decision *d, const struct rule *rule, const struct term **ret_last)
{
    const struct term *terms = image_data(d->policy, rule->terms.at);
    unsigned at = rule->first;
    d->target = NULL;
    d->path = 0;
    while (at < rule->terms.count) {
        const struct term *term = &terms[at];
        enum match match = match_term(d, rule, term);
        bool wanted = match == MATCH_UNKNOWN ? rule->action == RULE_BLOCK : (match == MATCH_YES) != term->inverted;
        at = wanted ? term->yes : term->no;
        *ret_last = term;
    }
    return at == LEAD_MATCH;
}
