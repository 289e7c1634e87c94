/* SPDX-License-Identifier: MIT */
#include "core/policy/review.h"

#include <errno.h>
#include <string.h>

#include "core/policy/glob.h"
#include "core/policy/image.h"

static bool same_text(const struct policy *policy, uint32_t a, uint32_t b)
{
    return strcmp(image_data(policy, a), image_data(policy, b)) == 0;
}

static bool same_glob(const struct policy *policy, uint32_t a, uint32_t b)
{
    const uint8_t *first = image_data(policy, a), *second = image_data(policy, b);
    size_t size = glob_size(first);
    return size == glob_size(second) && memcmp(first, second, size) == 0;
}

/* Does it stand for everything below its folder? */
static bool is_tree(const struct policy *policy, const struct target *target)
{
    const uint8_t *glob = image_data(policy, target->glob);
    return glob[0] == GLOB_ACROSS && glob[2] == GLOB_END;
}

/* What follows that folder in a path; NULL when it is not in it. */
static const char *behind_folder(const struct policy *policy, const struct target *target, const char *path)
{
    bool in = strncmp(path, image_data(policy, target->prefix), target->prefix_len) == 0;
    return in && (path[target->prefix_len] == '/' || path[target->prefix_len] == '\0') ? path + target->prefix_len : NULL;
}

static bool path_covers(const struct policy *policy, const struct target *a, const struct target *b)
{
    if (is_tree(policy, a))
        return behind_folder(policy, a, image_data(policy, b->prefix));
    if (b->wild)
        return same_text(policy, a->prefix, b->prefix) && same_glob(policy, a->glob, b->glob);
    const char *name = behind_folder(policy, a, image_data(policy, b->whole));
    return name && *name && glob_match(image_data(policy, a->glob), name + 1, NULL);
}

static bool address_covers(const struct address *a, const struct address *b)
{
    struct address one = *b;
    if (b->first < a->first || b->last > a->last)
        return false;
    if (a->family == 0)
        return true;
    one.first = a->first;
    return b->family == a->family && b->bits >= a->bits && address_matches(a, &one);
}

static bool target_covers(const struct policy *policy, const struct target *a, const struct target *b)
{
    if (a->form != b->form)
        return false;
    switch (a->form) {
    case TARGET_PATH:
    case TARGET_UNIX: return path_covers(policy, a, b);
    case TARGET_IP: return address_covers(&a->ip, &b->ip);
    case TARGET_ABSTRACT: return same_glob(policy, a->glob, b->glob);
    default: return true;
    }
}

/* Is each of b's targets one that a stands for as well? */
static bool targets_cover(const struct policy *policy, const struct rule *a, const struct rule *b)
{
    const struct target *ours = image_data(policy, a->targets.at), *theirs = image_data(policy, b->targets.at);
    if (a->targets.count == 0 || b->targets.count == 0)
        return a->targets.count == 0;
    for (uint32_t i = 0; i < b->targets.count; i++) {
        bool covered = false;
        for (uint32_t k = 0; k < a->targets.count && !covered; k++)
            covered = target_covers(policy, &ours[k], &theirs[i]);
        if (!covered)
            return false;
    }
    return true;
}

static bool calls_cover(const struct rule *a, const struct rule *b)
{
    for (size_t i = 0; i < sizeof a->calls.bits / sizeof *a->calls.bits; i++)
        if (b->calls.bits[i] & ~a->calls.bits[i])
            return false;
    return true;
}

static bool decides(const struct rule *rule)
{
    return rule->action == RULE_ALLOW || rule->action == RULE_BLOCK || rule->action == RULE_REDIRECT ||
           rule->action == RULE_INJECT;
}

/* Are there no conditions beside the target? */
static bool is_plain(const struct rule *rule)
{
    return rule->pace == 0 && rule->terms.count == (rule->targets.count > 0);
}

static bool same_terms(const struct policy *policy, const struct rule *a, const struct rule *b)
{
    const struct term *first = image_data(policy, a->terms.at), *second = image_data(policy, b->terms.at);
    if (a->terms.count != b->terms.count || a->first != b->first)
        return false;
    for (uint32_t i = 0; i < a->terms.count; i++)
        if (first[i].inverted != second[i].inverted || first[i].yes != second[i].yes || first[i].no != second[i].no ||
            !same_text(policy, first[i].text, second[i].text))
            return false;
    return true;
}

static bool is_same(const struct policy *policy, const struct rule *a, const struct rule *b)
{
    return a->action == b->action && a->pace == 0 && b->pace == 0 && calls_cover(a, b) && calls_cover(b, a) &&
           same_terms(policy, a, b) && targets_cover(policy, a, b) && targets_cover(policy, b, a);
}

static void review_order(const struct policy *policy, uint32_t at, policy_doubt_fn *tell, void *ctx)
{
    const struct rule *rules = image_rules(policy), *rule = &rules[at];
    for (uint32_t i = 0; i < at; i++) {
        bool same = is_same(policy, &rules[i], rule);
        bool covered = decides(&rules[i]) && is_plain(&rules[i]) && calls_cover(&rules[i], rule);
        if (!same && !(covered && targets_cover(policy, &rules[i], rule)))
            continue;
        tell(ctx, same ? POLICY_DUPLICATE : POLICY_SHADOWED, image_data(policy, rule->label), image_data(policy, rules[i].label));
        return;
    }
}

static void review_targets(const struct policy *policy, const struct rule *rule, const struct facts_source *source,
                           policy_doubt_fn *tell, void *ctx)
{
    const struct target *targets = image_data(policy, rule->targets.at);
    for (uint32_t i = 0; i < rule->targets.count; i++) {
        struct file_id id;
        if (targets[i].wild || !(targets[i].form & (TARGET_PATH | TARGET_UNIX)))
            continue;
        const char *path = image_data(policy, targets[i].whole);
        if (source->file_id(path, false, &id) == -ENOENT)
            tell(ctx, POLICY_MISSING, image_data(policy, rule->label), path);
    }
}

/* The file that an inject takes its content from. */
static void review_content(const struct policy *policy, const struct rule *rule, const struct facts_source *source,
                           policy_doubt_fn *tell, void *ctx)
{
    const struct destination *to = image_data(policy, rule->to);
    struct file_id id;
    if (rule->action != RULE_INJECT || to->form != TARGET_PATH)
        return;
    const char *path = image_data(policy, to->text);
    if (source->file_id(path, true, &id) == -ENOENT)
        tell(ctx, POLICY_MISSING, image_data(policy, rule->label), path);
}

void policy_review(const struct policy *policy, const struct facts_source *source, policy_doubt_fn *tell, void *ctx)
{
    const struct rule *rules = image_rules(policy);
    for (uint32_t i = 0; i < policy->rule_count; i++) {
        review_order(policy, i, tell, ctx);
        review_targets(policy, &rules[i], source, tell, ctx);
        review_content(policy, &rules[i], source, tell, ctx);
    }
}
