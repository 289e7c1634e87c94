/* SPDX-License-Identifier: MIT */
#include "core/policy/review.h"

#include <errno.h>

#include "core/policy/cover.h"
#include "core/policy/image.h"

static void review_order(const struct policy *policy, uint32_t at, const struct facts_source *source, policy_doubt_fn *tell,
                         void *ctx)
{
    static const enum policy_doubt doubts[] = {
        [COVER_OPEN_NAME] = POLICY_NOT_OPEN_BY_NAME,
        [COVER_NAME] = POLICY_NOT_BY_NAME,
        [COVER_OPEN] = POLICY_NOT_OPEN,
        [COVER_ALL] = POLICY_SHADOWED,
    };
    const struct rule *rules = image_rules(policy), *rule = &rules[at];
    enum cover most = COVER_NONE;
    uint32_t by = 0;
    for (uint32_t i = 0; i < at && most != COVER_ALL; i++) {
        if (cover_is_same(policy, &rules[i], rule)) {
            tell(ctx, POLICY_DUPLICATE, image_data(policy, rule->label), image_data(policy, rules[i].label));
            return;
        }
        enum cover cover = cover_of(policy, &rules[i], rule, source);
        by = cover > most ? i : by;
        most = cover > most ? cover : most;
    }
    if (most != COVER_NONE)
        tell(ctx, doubts[most], image_data(policy, rule->label), image_data(policy, rules[by].label));
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
        review_order(policy, i, source, tell, ctx);
        review_targets(policy, &rules[i], source, tell, ctx);
        review_content(policy, &rules[i], source, tell, ctx);
    }
}
