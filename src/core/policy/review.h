/* SPDX-License-Identifier: MIT */
/* What is no error in rules, but hardly meant. */
#ifndef CORE_POLICY_REVIEW_H
#define CORE_POLICY_REVIEW_H

#include "core/policy/policy.h"

enum policy_doubt {
    POLICY_SHADOWED,         /* an earlier rule, other, always comes first */
    POLICY_NOT_OPEN,         /* it does of open; what a redirect of open is about besides is left */
    POLICY_NOT_BY_NAME,      /* it does, where the file is called as the rule calls it */
    POLICY_NOT_OPEN_BY_NAME, /* both */
    POLICY_DUPLICATE,        /* it says what other says */
    POLICY_MISSING,          /* other is a target, and no such file is there */
};

typedef void policy_doubt_fn(void *ctx, enum policy_doubt doubt, const char *rule, const char *other);
void policy_review(const struct policy *policy, const struct facts_source *source, policy_doubt_fn *tell, void *ctx);

#endif
