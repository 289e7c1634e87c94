/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/policy/decision.h"

static void refuse(struct verdict *ret, int err)
{
    ret->action = HOOK_ACTION_BLOCK;
    ret->err = err;
}

static void add_delay(struct verdict *ret, uint64_t ns)
{
    ret->action = HOOK_ACTION_DELAY;
    ret->delay_ns += ns;
}

/* The argument that a redirect would replace may be missing. */
static bool can_apply(const struct decision *d, const struct rule *rule)
{
    return rule->action != RULE_REDIRECT || redirect_applies(d, rule);
}

/* Returns whether the rule decides. */
static bool apply(struct decision *d, const struct rule *rule, int *logged, struct verdict *ret)
{
    switch (rule->action) {
    case RULE_LOG:
    case RULE_NOLOG: *logged = rule->action == RULE_LOG; return false;
    case RULE_ALLOW: ret->action = HOOK_ACTION_ALLOW; return true;
    case RULE_DELAY: add_delay(ret, (uint64_t)rule->amount); return false;
    case RULE_BLOCK:
        refuse(ret, rule->err);
        ret->signal = rule->signal;
        ret->has_ret = rule->has_ret;
        ret->ret = rule->amount;
        return true;
    default:
        ret->action = HOOK_ACTION_REDIRECT;
        if (!redirect_to(d, rule, ret))
            refuse(ret, EACCES);
        return true;
    }
}

/* `set default block` is about calls that name a file or an address, and that start a program. */
static bool default_concerns(const struct hook_event *event)
{
    const struct call *call = &call_table[event->call];
    if (call->fail == FAIL_NONE || call->fail == FAIL_VOID)
        return false;
    if (facts_is_exec(event->call) || facts_implied_path(event->call))
        return true;
    for (unsigned i = 0; i < call->args; i++) {
        unsigned kind = call->arg_kind[i];
        if (kind != KIND_PATH && kind != KIND_TEMPLATE && kind != KIND_PATTERN && kind != KIND_SHMNAME && kind != KIND_ARGV && kind != KIND_SOCKADDR)
            continue;
        if (event->arg[i].state == HOOK_VALUE_BYTES || event->arg[i].n)
            return true;
    }
    return false;
}

void policy_decide(const struct policy *policy, const struct policy_state *state, struct facts *facts, struct verdict *ret)
{
    struct decision d = { .policy = policy, .state = state, .facts = facts };
    const struct rule *rules = image_rules(policy);
    unsigned call = facts->event->call;
    int logged = -1; /* what the last log (1) or nolog (0) said */
    bool decided = false;
    *ret = (struct verdict){ .action = HOOK_ACTION_LOG };
    for (uint32_t i = 0; i < policy->rule_count && !decided; i++) {
        if (!call_set_has(&rules[i].calls, call))
            continue;
        if (!match_terms(&d, &rules[i], NULL) || !can_apply(&d, &rules[i]) || !pace_applies(&d, &rules[i]))
            continue;
        const char *label = image_data(policy, rules[i].label);
        bool first_delay = rules[i].action == RULE_DELAY && ret->delay_ns == 0;
        decided = apply(&d, &rules[i], &logged, ret);
        if (decided || first_delay || !ret->rule)
            ret->rule = label;
    }
    if (!decided && policy->default_block && default_concerns(facts->event)) {
        refuse(ret, EACCES);
        ret->rule = image_data(policy, policy->default_label);
    }
    ret->log = policy->log != POLICY_LOG_NONE && logged != 0 && (policy->log == POLICY_LOG_ALL || ret->rule);
}
