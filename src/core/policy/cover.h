/* SPDX-License-Identifier: MIT */
/* Does one rule always come before another? Said only where it holds whatever files there are, and come to be. */
#ifndef CORE_POLICY_COVER_H
#define CORE_POLICY_COVER_H

#include "core/policy/image.h"
#include "core/policy/policy.h"

/* How much of what the later rule is about the earlier one takes. */
enum cover {
    COVER_NONE,      /* nothing, or it cannot be known */
    COVER_OPEN_NAME, /* OPEN and NAME */
    COVER_NAME,      /* the files by the names that it gives, but not by others: hard links */
    COVER_OPEN,      /* of a redirect of open that; not what it is about besides: stat, access */
    COVER_ALL,
};

enum cover cover_of(const struct policy *policy, const struct rule *earlier, const struct rule *later,
                    const struct facts_source *source);

/* Do the two do the same to the same calls? */
bool cover_is_same(const struct policy *policy, const struct rule *a, const struct rule *b);

#endif
