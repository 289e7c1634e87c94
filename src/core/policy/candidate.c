/* SPDX-License-Identifier: MIT */
/* Which rules are tried: all of them, or those that the index gives for the call. */
#include <string.h>

#include "core/policy/decision.h"
#include "core/policy/index.h"

struct search {
    const struct policy *policy;
    uint32_t from, best;
};

static void look(struct search *s, enum index_root root, const char *key, size_t len)
{
    uint32_t found = index_find(s->policy, root, key, len, s->from);
    if (found < s->best)
        s->best = found;
}

static void look_for_name(void *ctx, const char *name)
{
    size_t len = strlen(name);
    look(ctx, INDEX_FORWARD, name, len);
    look(ctx, INDEX_BACKWARD, name, len);
}

static void ignore(void *ctx, const char *name)
{
    (void)ctx, (void)name;
}

/* May a rule about a path come before the one that was found? */
static bool paths_matter(const struct search *s)
{
    return s->policy->first_path < s->best && s->policy->last_path > s->from;
}

/* False when the rules have to be tried one by one: a name cannot be known, or is one of many, or what lies beneath it
 * counts. */
static bool look_for_paths(struct decision *d, struct search *s)
{
    if (!paths_matter(s))
        return true;
    if (match_renames(d))
        return false;
    bool known = match_names(d, false, look_for_name, s);
    if (!paths_matter(s))
        return true;
    if (!d->real && !(known && match_names(d, true, ignore, NULL)))
        return false;
    d->real = true;
    match_names(d, true, look_for_name, s);
    uint32_t file = d->policy->known ? match_known(d, s->from) : INDEX_NONE;
    if (file < s->best)
        s->best = file;
    return true;
}

static void look_for_ip(struct search *s, const struct address *address)
{
    char key[INDEX_KEY];
    look(s, INDEX_ADDRESS, key, index_address(address, address->family == 4 ? 32 : 128, key));
}

static void look_for_address(struct decision *d, struct search *s)
{
    static const uint8_t any[16] = { 0 };
    char key[INDEX_KEY];
    struct address address;
    size_t len;
    const void *sockaddr = facts_sockaddr(d->facts, &len);
    if (!sockaddr)
        return;
    if (!match_ip_of(d, sockaddr, len, &address)) {
        look(s, INDEX_ADDRESS, key, 0);
        return;
    }
    look_for_ip(s, &address);
    look(s, INDEX_ADDRESS, key, index_port(address.first, key));
    if (memcmp(address.bytes, any, sizeof any) == 0) { /* this machine */
        address = *address_loopback(address.family);
        look_for_ip(s, &address);
    }
}

uint32_t candidate_find(struct decision *d, uint32_t from)
{
    const struct policy *policy = d->policy;
    struct search s = { policy, from, INDEX_NONE };
    if (!d->one_by_one && policy->index) {
        look(&s, INDEX_ALWAYS, NULL, 0);
        if (call_arg_of_kind(d->facts->event->call, KIND_SOCKADDR, 0) >= 0)
            look_for_address(d, &s);
        else if (!look_for_paths(d, &s))
            d->one_by_one = true;
        if (!d->one_by_one)
            return s.best;
    }
    d->one_by_one = true;
    return from < policy->rule_count ? from : INDEX_NONE;
}
