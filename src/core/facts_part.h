/* SPDX-License-Identifier: MIT */
/* What the parts of facts share. */
#ifndef CORE_FACTS_PART_H
#define CORE_FACTS_PART_H

#include "core/facts.h"
#include "core/lookup.h"

/* Has the fact still to be looked up? Notes that it now is. */
static inline bool facts_first_time(struct facts *facts, uint32_t fact)
{
    bool first = !(facts->known & fact);
    facts->known |= fact;
    return first;
}

static inline const char *facts_ask(struct facts *facts, enum question question, uint32_t fact, int fd)
{
    int err = 0;
    const char *text = lookup_text(facts->source, facts->arena, question, fd, NULL, &err);
    if (!text)
        facts->unknown |= fact;
    return text;
}

static inline bool facts_is_bytes(const struct hook_value *value)
{
    return value->state == HOOK_VALUE_BYTES;
}

#endif
