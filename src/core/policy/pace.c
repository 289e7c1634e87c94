/* SPDX-License-Identifier: MIT */
/* after=, every=, times=, chance=: a rule that matches is applied to some of its calls. */
#include "core/policy/decision.h"

/* A number in 0 to 2^32 - 1 that looks random: splitmix64's last steps. */
static uint64_t draw(uint64_t seed, uint32_t rule, uint64_t n)
{
    uint64_t x =
        seed * UINT64_C(0xd1342543de82ef95) + (rule + 1) * UINT64_C(0x9e3779b97f4a7c15) + n * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) >> 32;
}

/* Threads that come at once do not get more than there are. */
static bool take_one(uint64_t *applied, uint64_t times)
{
    uint64_t before = __atomic_load_n(applied, __ATOMIC_RELAXED);
    while (before < times)
        if (__atomic_compare_exchange_n(applied, &before, before + 1, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return true;
    return false;
}

/* Is it drawn? Who explains is told that it is a matter of chance. */
static bool is_drawn(struct decision *d, const struct pace *pace, uint64_t n)
{
    const uint64_t sure = UINT64_C(1) << 32;
    if (!d->explain || pace->chance == 0 || pace->chance >= sure)
        return draw(d->state->seed, pace->count, n) < pace->chance;
    d->chance = (double)pace->chance / (double)sure;
    return d->luck == POLICY_LUCK_ALL;
}

bool pace_applies(struct decision *d, const struct rule *rule)
{
    d->chance = 0;
    if (!rule->pace || !d->state)
        return true;
    const struct pace *pace = image_data(d->policy, rule->pace);
    struct policy_count *count = &d->state->counts[pace->count];
    uint64_t n = __atomic_fetch_add(&count->seen, 1, __ATOMIC_RELAXED);
    if (n < pace->after || (pace->every && (n - pace->after + 1) % pace->every != 0))
        return false;
    if (!is_drawn(d, pace, n))
        return false;
    return !pace->times || take_one(&count->applied, pace->times);
}
