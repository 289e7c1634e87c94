/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "core/message.h"
#include "core/policy/decision.h"
#include "core/policy/index.h"

static void refuse(struct verdict *ret, int err)
{
    ret->action = HOOK_ACTION_BLOCK;
    ret->err = err;
}

static void inject(const struct decision *d, const struct rule *rule, struct verdict *ret)
{
    const struct destination *to = image_data(d->policy, rule->to);
    const char *text = image_data(d->policy, to->text);
    ret->action = HOOK_ACTION_INJECT;
    ret->content_len = to->text_len;
    if (to->form == TARGET_PATH)
        ret->to = text;
    else
        ret->content = text;
}

static void add_delay(struct verdict *ret, uint64_t ns)
{
    ret->action = HOOK_ACTION_DELAY;
    ret->delay_ns += ns;
}

/* The argument that a redirect or an inject would replace may be missing. */
static bool can_apply(const struct decision *d, const struct rule *rule)
{
    if (rule->action == RULE_INJECT)
        return redirect_has_path(d);
    return rule->action != RULE_REDIRECT || redirect_applies(d, rule);
}

/* A tree that lies elsewhere is as another file system: a file is not moved or linked across its border. */
static bool crosses(const struct decision *d, const struct rule *rule, unsigned other)
{
    const struct destination *to = image_data(d->policy, rule->to);
    const char *op = call_op(d->facts->event->call);
    bool moves = strcmp(op, "rename") == 0 || strcmp(op, "link") == 0;
    return to->captures > 0 && moves && facts_path(d->facts, other);
}

/* Of two paths both may go elsewhere: a file that is moved within a redirected folder stays in the other one. Returns 0 or
 * the error that the call fails with. */
static int redirect_other(struct decision *d, const struct rule *rule, struct verdict *ret)
{
    struct verdict second = *ret;
    unsigned other = 1u - ret->path;
    if (ret->to_addr || rule->targets.count == 0)
        return 0;
    if (!match_path(d, rule, other))
        return crosses(d, rule, other) ? EXDEV : 0;
    int err = redirect_to(d, rule, &second);
    if (err)
        return err;
    ret->to2 = other == 1 ? second.to : ret->to;
    ret->to = other == 1 ? ret->to : second.to;
    ret->path = 0;
    return 0;
}

static void redirect(struct decision *d, const struct rule *rule, struct verdict *ret)
{
    ret->action = HOOK_ACTION_REDIRECT;
    int err = redirect_to(d, rule, ret);
    if (!err)
        err = redirect_other(d, rule, ret);
    if (err)
        refuse(ret, err);
}

/* Returns whether the rule decides. */
static bool apply(struct decision *d, const struct rule *rule, int *logged, struct verdict *ret)
{
    switch (rule->action) {
    case RULE_LOG:
    case RULE_NOLOG: *logged = rule->action == RULE_LOG; return false;
    case RULE_ALLOW: ret->action = HOOK_ACTION_ALLOW; return true;
    case RULE_INJECT: inject(d, rule, ret); return true;
    case RULE_DELAY: add_delay(ret, (uint64_t)rule->amount); return false;
    case RULE_BLOCK:
        refuse(ret, rule->err);
        ret->signal = rule->signal;
        ret->has_ret = rule->has_ret;
        ret->ret = rule->amount;
        return true;
    default: redirect(d, rule, ret); return true;
    }
}

/* Of a message that can't be read nothing is known. */
static bool names_address(const struct hook_value *message)
{
    struct message_view view;
    size_t at = 0;
    return message_next(message, &at, &view) ? view.head.name != 0 : message->n != 0;
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
        if ((int)i == call_message_arg(event->call))
            return names_address(&event->arg[i]);
        if (kind != KIND_PATH && kind != KIND_TEMPLATE && kind != KIND_PATTERN && kind != KIND_SHMNAME && kind != KIND_ARGV &&
            kind != KIND_SOCKADDR)
            continue;
        if (event->arg[i].state == HOOK_VALUE_BYTES || event->arg[i].n)
            return true;
    }
    return false;
}

static enum policy_reason reason_of(struct decision *d, const struct rule *rule, const struct term **ret_last)
{
    if (!call_set_has(&rule->calls, d->facts->event->call))
        return POLICY_OTHER_CALL;
    if (!match_terms(d, rule, ret_last))
        return POLICY_TERM;
    if (!can_apply(d, rule))
        return POLICY_NO_ARGUMENT;
    return pace_applies(d, rule) ? POLICY_APPLIES : POLICY_PACE;
}

static void tell(const struct decision *d, const struct rule *rule, enum policy_reason reason, const struct term *last)
{
    static const char actions[][9] = { "log", "nolog", "allow", "block", "redirect", "inject", "delay" };
    struct policy_step step = { image_data(d->policy, rule->label), actions[rule->action], reason, NULL, 0, false, 0 };
    if (reason == POLICY_TERM) {
        step.condition = image_data(d->policy, last->text);
        step.kind = last->kind;
        step.inverted = last->inverted;
    }
    if (reason == POLICY_APPLIES || reason == POLICY_PACE)
        step.chance = d->chance;
    d->explain(d->ctx, &step);
}

static void decide(struct decision *d, struct verdict *ret)
{
    const struct policy *policy = d->policy;
    const struct rule *rules = image_rules(policy);
    int logged = -1; /* what the last log (1) or nolog (0) said */
    bool decided = false;
    *ret = (struct verdict){ .action = HOOK_ACTION_LOG };
    for (uint32_t i = 0; !decided && (i = candidate_find(d, i)) != INDEX_NONE; i++) {
        const struct term *last = NULL;
        enum policy_reason reason = reason_of(d, &rules[i], &last);
        if (d->explain)
            tell(d, &rules[i], reason, last);
        if (reason != POLICY_APPLIES)
            continue;
        const char *label = image_data(policy, rules[i].label);
        bool first_delay = rules[i].action == RULE_DELAY && ret->delay_ns == 0;
        decided = apply(d, &rules[i], &logged, ret);
        if (decided || first_delay || !ret->rule)
            ret->rule = label;
    }
    if (!decided && policy->default_block && default_concerns(d->facts->event)) {
        refuse(ret, EACCES);
        ret->rule = image_data(policy, policy->default_label);
    }
    ret->data = (d->facts->known & FACT_DATA) != 0;
    ret->log = policy->log != POLICY_LOG_NONE && logged != 0 && (policy->log == POLICY_LOG_ALL || ret->rule);
}

void policy_decide(const struct policy *policy, const struct policy_state *state, struct facts *facts, struct verdict *ret)
{
    struct decision d = { .policy = policy, .state = state, .facts = facts };
    decide(&d, ret);
}

void policy_explain(const struct policy *policy, const struct policy_state *state, struct facts *facts, enum policy_luck luck,
                    policy_explain_fn *explain, void *ctx, struct verdict *ret)
{
    struct decision d = {
        .policy = policy, .state = state, .facts = facts, .luck = luck, .explain = explain, .ctx = ctx, .one_by_one = true
    };
    decide(&d, ret);
}
