/* SPDX-License-Identifier: MIT */
/* What rules do beside deciding, and to which of the calls. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <pthread.h>

#include "policy_world.h"

#define LOG   HOOK_ACTION_LOG
#define BLOCK HOOK_ACTION_BLOCK

Test(effect, a_block_may_return_a_number_and_end_the_process)
{
    struct hook_event *event = test_path_call("unlink", "/x");
    struct verdict verdict = test_decide("block unlink ret=-7", event);
    cr_assert(verdict.has_ret);
    cr_assert(eq(i64, verdict.ret, -7));
    verdict = test_decide("block unlink signal=SIGTERM", event);
    cr_assert(not(verdict.has_ret));
    cr_assert(eq(int, verdict.signal, 15));
    cr_assert(eq(int, test_decide("block unlink signal=KILL errno=EIO", event).signal, 9));
    cr_assert(eq(int, test_action("block %file ret=0", test_path_call("opendir", "/x")), LOG), "a stream is no number");
}

/* Which of n equal calls the rule blocks: an x each, a dot for the others. */
static const char *blocked(const char *rule, unsigned n)
{
    static char shown[4096];
    struct policy *policy = NULL;
    cr_assert(eq(int, test_compile(rule, strlen(rule), &policy), 0), "%s", test_messages);
    memset(world_counts, 0, sizeof world_counts);
    for (unsigned i = 0; i < n; i++)
        shown[i] = test_again(policy, test_open("/x", 0)).action == BLOCK ? 'x' : '.';
    shown[n] = '\0';
    free(policy);
    return shown;
}

#define BLOCKS(rule, shown) cr_expect(eq(str, (char *)blocked(rule, (unsigned)strlen(shown)), shown), "%s", rule)

Test(effect, rules_may_be_about_some_of_the_calls)
{
    BLOCKS("block open after=3", "...xxxx");
    BLOCKS("block open after=0", "xx");
    BLOCKS("block open every=3", "..x..x..");
    BLOCKS("block open times=2", "xx....");
    BLOCKS("block open after=2 every=2 times=2", "...x.x....");
    BLOCKS("block open after=2 times=1", "..x...");
    BLOCKS("block open chance=100%", "xxxxx");
    BLOCKS("block open chance=0%", ".....");
    BLOCKS("block open /y after=1\nblock open /x times=1\nblock open after=3", "x...xx");
    BLOCKS("allow open times=2\nblock open", "..xxx");
}

Test(effect, only_calls_that_match_are_counted)
{
    struct policy *policy = NULL;
    const char *rule = "block open /x uid=1000 after=1";
    test_compile(rule, strlen(rule), &policy);
    cr_assert(eq(int, test_again(policy, test_open("/y", 0)).action, LOG));
    cr_assert(eq(int, test_again(policy, test_open("/x", 0)).action, LOG));
    cr_assert(eq(int, test_again(policy, test_open("/y", 0)).action, LOG));
    cr_assert(eq(int, test_again(policy, test_open("/x", 0)).action, BLOCK));
    free(policy);
}

Test(effect, chance_is_drawn_by_the_seed)
{
    char first[2001];
    const char *rule = "block open chance=20%";
    unsigned count = 0;
    world_state.seed = 7;
    strcpy(first, blocked(rule, 2000));
    for (const char *c = first; *c; c++)
        count += *c == 'x';
    cr_assert(gt(uint, count, 330));
    cr_assert(lt(uint, count, 470));
    cr_assert(eq(str, (char *)blocked(rule, 2000), first), "the same seed draws the same");
    cr_assert(ne(str, (char *)blocked("log open chance=1%\nblock open chance=20%", 2000), first), "each rule draws its own");
    world_state.seed = 8;
    cr_assert(ne(str, (char *)blocked(rule, 2000), first));
}

static const struct policy *shared;

static void *decide_often(void *blocks)
{
    char memory[1024] __attribute__((aligned(8)));
    struct hook_event event = test_event;
    for (int i = 0; i < 20000; i++) {
        struct arena arena = { .base = memory, .size = sizeof memory };
        struct facts facts;
        struct verdict verdict;
        facts_init(&facts, &event, &world_source, &arena);
        policy_decide(shared, &world_state, &facts, &verdict);
        *(unsigned *)blocks += verdict.action == BLOCK;
    }
    return NULL;
}

Test(effect, threads_count_together)
{
    struct policy *policy = NULL;
    pthread_t threads[4];
    unsigned blocks[4] = { 0 };
    const char *rules = "block open times=1001\nblock open every=7";
    test_compile(rules, strlen(rules), &policy);
    shared = policy;
    test_open("/x", 0);
    for (int i = 0; i < 4; i++)
        cr_assert(eq(int, pthread_create(&threads[i], NULL, decide_often, &blocks[i]), 0));
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    cr_assert(eq(uint, blocks[0] + blocks[1] + blocks[2] + blocks[3], 1001 + (80000 - 1001) / 7));
    free(policy);
}

Test(effect, an_inject_gives_a_text_or_a_file)
{
    struct verdict verdict = test_decide("inject open /etc/hosts text \"a (b)*\\n\"", test_open("/etc/hosts", 0));
    cr_assert(eq(int, verdict.action, HOOK_ACTION_INJECT));
    cr_assert(eq(uint, verdict.content_len, 7));
    cr_assert(eq(str, (char *)verdict.content, "a (b)*\n"));
    cr_assert(verdict.to == NULL);
    verdict = test_decide("inject open /etc/* file ./x", test_open("/etc/hosts", 0));
    cr_assert(verdict.content == NULL);
    cr_assert(eq(str, (char *)verdict.to, "/home/me/rules/x"));
    verdict = test_decide("inject open text text", test_open("/x", 0));
    cr_assert(eq(str, (char *)verdict.content, "text"));
    cr_assert(eq(uint, test_decide("inject open /x text \"\"", test_open("/x", 0)).content_len, 0));
}

Test(effect, an_inject_is_about_sizes_as_well)
{
    const char *rule = "inject open /x text a";
    cr_assert(eq(int, test_action(rule, test_path_call("stat", "/x")), HOOK_ACTION_INJECT));
    cr_assert(eq(int, test_action(rule, test_path_call("access", "/x")), HOOK_ACTION_INJECT));
    cr_assert(eq(int, test_action(rule, test_path_call("opendir", "/x")), LOG));
    cr_assert(eq(int, test_action(rule, test_call("fstat")), LOG));
    cr_assert(eq(int, test_action("inject %file /x text a", test_path_call("unlink", "/x")), LOG));
    cr_assert(eq(int, test_action("inject open /x text a symbol=fopen", test_path_call("stat", "/x")), LOG));
}

Test(effect, delays_add_up_and_the_search_goes_on)
{
    struct hook_event *event = test_open("/x", 0);
    struct verdict verdict = test_decide("log open\ndelay open by=1.5s\ndelay open /x by=250us", event);
    cr_assert(eq(int, verdict.action, HOOK_ACTION_DELAY));
    cr_assert(eq(u64, verdict.delay_ns, 1500250000));
    cr_assert(eq(str, (char *)verdict.rule, "rules:2"));
    verdict = test_decide("delay open by=2m\nblock open", event);
    cr_assert(eq(int, verdict.action, BLOCK));
    cr_assert(eq(u64, verdict.delay_ns, 120000000000));
    cr_assert(eq(str, (char *)verdict.rule, "rules:2"));
    cr_assert(eq(u64, test_decide("delay open by=24h", event).delay_ns, 86400000000000));
    cr_assert(eq(u64, test_decide("delay open by=0.000001ms", event).delay_ns, 1));
    cr_assert(eq(u64, test_decide("delay open by=3ns", event).delay_ns, 3));
    cr_assert(eq(u64, test_decide("delay open /y by=3ns", event).delay_ns, 0));
}
