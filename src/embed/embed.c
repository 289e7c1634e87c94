/* SPDX-License-Identifier: MIT */
/* The rules engine in a process of its own will. */
#include "hook/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/policy/policy.h"
#include "embed/load.h"
#include "embed/request.h"

struct hook_policy {
    struct policy *image;
    struct policy_state state;
};

/* Takes the image, whatever comes of it. */
static int wrap(struct policy *image, struct hook_policy **ret)
{
    struct hook_policy *policy = calloc(1, sizeof *policy);
    size_t counts = policy_counts(image);
    if (policy)
        policy->image = image;
    if (policy && counts)
        policy->state.counts = calloc(counts, sizeof *policy->state.counts);
    if (!policy || (counts && !policy->state.counts) ||
        (counts && getrandom(&policy->state.seed, sizeof policy->state.seed, 0) < 0)) {
        hook_policy_free(policy);
        free(policy ? NULL : image);
        return -ENOMEM;
    }
    *ret = policy;
    return 0;
}

int hook_policy_parse(const char *name, const char *text, size_t len, const char *dir, hook_error_fn *error, void *ctx,
                      struct hook_policy **ret)
{
    struct policy *image = NULL;
    int err = embed_compile(name, text, len, dir, error, ctx, &image);
    return err == 0 ? wrap(image, ret) : err;
}

int hook_policy_load(const char *path, hook_error_fn *error, void *ctx, struct hook_policy **ret)
{
    struct policy *image = NULL;
    int err = embed_compile_file(path, NULL, error, ctx, &image);
    return err == 0 ? wrap(image, ret) : err;
}

void hook_policy_seed(struct hook_policy *policy, unsigned long long seed)
{
    policy->state.seed = seed;
}

void hook_policy_free(struct hook_policy *policy)
{
    if (!policy)
        return;
    free(policy->state.counts);
    free(policy->image);
    free(policy);
}

static int give_verdict(const struct verdict *verdict, struct hook_verdict *ret)
{
    *ret = (struct hook_verdict){ .action = (enum hook_action)verdict->action, .log = verdict->log, .rule = verdict->rule };
    ret->err = verdict->err;
    ret->has_ret = verdict->has_ret;
    ret->ret = (long)verdict->ret;
    ret->signal = verdict->signal;
    ret->delay_ns = verdict->delay_ns;
    ret->content = verdict->content;
    ret->content_len = verdict->content ? verdict->content_len : 0;
    if (!verdict->to)
        return 0;
    size_t len = strlen(verdict->to);
    if (len >= sizeof ret->to)
        return -ENAMETOOLONG;
    memcpy(ret->to, verdict->to, len + 1);
    ret->path = verdict->path;
    ret->sockaddr_len = verdict->to_addr ? verdict->to_len : 0;
    if (verdict->to_addr)
        memcpy(ret->sockaddr, verdict->to_addr, verdict->to_len);
    return 0;
}

int hook_policy_decide(const struct hook_policy *policy, const struct hook_request *request, struct hook_verdict *ret)
{
    struct embed_question question;
    struct verdict verdict;
    int err = embed_ask(&question, request);
    if (err == 0) {
        policy_decide(policy->image, &policy->state, &question.facts, &verdict);
        err = give_verdict(&verdict, ret);
    }
    embed_release(&question);
    return err;
}
