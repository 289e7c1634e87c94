/* SPDX-License-Identifier: MIT */
/* Addresses are compared as the kernel takes them, and by the names that the program has resolved to them. */
#include <netinet/in.h>
#include <string.h>

#include "core/names.h"
#include "core/policy/decision.h"
#include "core/policy/glob.h"

bool match_ip_of(const struct decision *d, const void *sockaddr, size_t len, struct address *ret)
{
    const sa_family_t none = AF_UNSPEC, v4 = AF_INET;
    struct sockaddr_in address;
    bool dissolves = call_table[d->facts->event->call].syscall == SYSCALL_connect;
    if (dissolves || len < sizeof address || memcmp(sockaddr, &none, sizeof none) != 0)
        return address_of_sockaddr(sockaddr, len, ret);
    memcpy(&address, sockaddr, sizeof address);
    memcpy(&address, &v4, sizeof v4);
    return address_of_sockaddr(&address, sizeof address, ret);
}

static bool match_ip(struct decision *d, const struct target *target, const void *sockaddr, size_t len)
{
    static const uint8_t any[16] = { 0 };
    struct address one;
    if (!match_ip_of(d, sockaddr, len, &one))
        return false;
    if (address_matches(&target->ip, &one))
        return true;
    /* who connects to no address reaches this machine */
    if (call_table[d->facts->event->call].syscall == SYSCALL_bind || memcmp(one.bytes, any, sizeof any) != 0)
        return false;
    memcpy(one.bytes, address_loopback(one.family)->bytes, sizeof one.bytes);
    return address_matches(&target->ip, &one);
}

static bool matches_text(struct decision *d, const struct target *target, const char *text)
{
    if (!glob_match(image_data(d->policy, target->glob), text, NULL))
        return false;
    d->target = target;
    d->rest = text;
    return true;
}

/* Any of the names that the program has resolved to this address. */
static bool match_host(struct decision *d, const struct target *target, const void *sockaddr, size_t len)
{
    const struct facts_source *source = d->facts->source;
    struct address one;
    uint8_t key[16] = { [10] = 0xff, [11] = 0xff };
    uint32_t at = 0;
    if (!match_ip_of(d, sockaddr, len, &one) || one.first < target->ip.first || one.first > target->ip.last)
        return false;
    if (d->facts->host)
        return matches_text(d, target, d->facts->host);
    char *name = source->host ? arena_take(d->facts->arena, NAMES_LONGEST + 1) : NULL;
    memcpy(key + (one.family == 4 ? 12 : 0), one.bytes, one.family == 4 ? 4 : 16);
    while (name && source->host(key, &at, name, NAMES_LONGEST + 1) > 0)
        if (matches_text(d, target, name))
            return true;
    return false;
}

static bool match_abstract(struct decision *d, const struct target *target, const char *name, size_t len)
{
    char *copy = len > 1 && name[0] == '\0' ? arena_take(d->facts->arena, len) : NULL;
    if (!copy)
        return false;
    memcpy(copy, name + 1, len - 1);
    copy[len - 1] = '\0';
    return matches_text(d, target, copy);
}

static bool match_one_address(struct decision *d, const struct target *target, const char *sockaddr, size_t len)
{
    uint16_t family = 0;
    if (len >= sizeof family)
        memcpy(&family, sockaddr, sizeof family);
    bool is_unix = family == 1;
    switch (target->form) {
    case TARGET_IP: return match_ip(d, target, sockaddr, len);
    case TARGET_HOST: return match_host(d, target, sockaddr, len);
    case TARGET_ANY_UNIX: return is_unix;
    case TARGET_ABSTRACT: return is_unix && match_abstract(d, target, sockaddr + sizeof family, len - sizeof family);
    default: return false;
    }
}

enum match match_address(struct decision *d, const struct rule *rule)
{
    const struct target *targets = image_data(d->policy, rule->targets.at);
    size_t len;
    const char *sockaddr = facts_sockaddr(d->facts, &len);
    if (!sockaddr)
        return MATCH_NO;
    for (uint32_t i = 0; i < rule->targets.count; i++)
        if (match_one_address(d, &targets[i], sockaddr, len))
            return MATCH_YES;
    return rule->forms & TARGET_UNIX ? match_socket(d, rule) : MATCH_NO;
}
