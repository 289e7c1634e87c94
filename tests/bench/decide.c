/* SPDX-License-Identifier: MIT */
/* Decisions by many rules: 70 % about a file or a tree, 20 % with wildcards, 10 % about addresses. Its instructions are
 * counted by rules.py. decide RULES CALLS */
#include "../core/policy_world.h"

enum { LINE = 128 };

static int write_rule(char *out, unsigned i)
{
    unsigned kind = i % 10, n = i * 7919 % 100003;
    switch (kind) {
    case 0: return sprintf(out, "block connect 10.%u.%u.0/24:%u\n", n % 256, n / 256 % 256, 1 + n % 60000);
    case 1: return sprintf(out, "block open /srv/data%u/*.log\n", n);
    case 2: return sprintf(out, "block open **/secret%u.key\n", n);
    case 3:
    case 4:
    case 5: return sprintf(out, "block open /home/user%u/projects/**\n", n);
    default: return sprintf(out, "block open /etc/service%u/config.%u errno=ENOENT\n", n % 500, n);
    }
}

static struct policy *compile(unsigned count)
{
    char *text = malloc((size_t)count * LINE);
    size_t len = 0;
    for (unsigned i = 0; i < count; i++)
        len += (size_t)write_rule(text + len, i);
    const struct policy_text rules = { .name = "rules", .dir = "/", .text = text, .len = len };
    struct policy *policy = NULL;
    if (policy_compile(&rules, &test_memory, NULL, NULL, &policy) != 0)
        exit(1);
    free(text);
    return policy;
}

static const char *const paths[] = { "/usr/lib/x86_64-linux-gnu/libc.so.6", "/etc/service7/config",    "/home/user7/.bashrc",
                                     "/home/me/projects/a/b/c.txt",         "/srv/data1/access.log.1", "/tmp/x" };

static const struct hook_event *call(unsigned i)
{
    const unsigned count = sizeof paths / sizeof *paths;
    return i % (count + 1) < count ? test_open(paths[i % (count + 1)], 0) : test_connect("10.1.2.3", 443);
}

int main(int argc, char **argv)
{
    struct policy *policy = compile(argc > 1 ? (unsigned)atoi(argv[1]) : 10);
    unsigned calls = argc > 2 ? (unsigned)atoi(argv[2]) : 7, blocked = 0;
    for (unsigned i = 0; i < calls; i++) {
        struct facts facts;
        struct verdict verdict;
        world_arena = (struct arena){ .base = world_memory, .size = sizeof world_memory };
        facts_init(&facts, call(i), &world_lexical, &world_arena);
        policy_decide(policy, &world_state, &facts, &verdict);
        blocked += verdict.action == HOOK_ACTION_BLOCK;
    }
    printf("%u of %u blocked\n", blocked, calls);
    free(policy);
    return 0;
}
