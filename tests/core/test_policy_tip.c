/* SPDX-License-Identifier: MIT */
/* What is told of a blocked call: the rule that would have allowed it. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "policy_world.h"

static const char *tip_of(const struct hook_event *event)
{
    static struct facts facts;
    world_arena = (struct arena){ .base = world_memory, .size = sizeof world_memory };
    facts_init(&facts, event, &world_source, &world_arena);
    return policy_tip(&facts);
}

/* The tip is that text; before a block of everything it allows this call, and not that file. */
static void tips(const struct hook_event *event, const char *expected)
{
    char rules[16 * 1024];
    const struct hook_event other = *event;
    const char *tip = tip_of(&other);
    cr_assert(tip != NULL, "%s", expected);
    cr_expect(eq(str, (char *)tip, (char *)expected));
    snprintf(rules, sizeof rules, "%s\nblock all errno=EIO", tip);
    cr_expect(eq(int, test_action(rules, &other), HOOK_ACTION_ALLOW), "%s\n%s", rules, test_messages);
    cr_expect(eq(int, test_action(rules, test_open("/etc/hosts", 0)), HOOK_ACTION_BLOCK), "%s", rules);
    test_event = other;
}

Test(tip, names_the_very_file)
{
    tips(test_open("/etc/shadow", 0), "allow open \"/etc/shadow\"");
    tips(test_open("x", 0), "allow open \"/home/me/x\"");
    tips(test_open("/tmp/soft", 0), "allow open \"/tmp/soft\"");
    tips(test_open("/tmp/../etc//shadow", 0), "allow open \"/etc/shadow\"");
    tips(test_path_call("fopen", "/etc/shadow"), "allow open \"/etc/shadow\"");
    tips(test_path_call("lstat", "/etc/shadow"), "allow stat \"/etc/shadow\"");
    tips(test_path_call("execve", "/bin/sh"), "allow exec \"/bin/sh\"");
    tips(test_call("system"), "allow exec \"/bin/sh\"");
}

Test(tip, spells_what_means_something_in_a_rule)
{
    tips(test_open("/tmp/a b", 0), "allow open \"/tmp/a b\"");
    tips(test_open("/tmp/\"*?[a]{b,c}$~(d)#\\e", 0), "allow open \"/tmp/\\\"\\*\\?\\[a\\]\\{b\\,c\\}\\$\\~\\(d\\)#\\\\e\"");
    tips(test_open("/tmp/\n\001\377\303\244", 0), "allow open \"/tmp/\\012\\001\\377\\303\\244\"");
}

Test(tip, names_both_paths)
{
    test_call("rename");
    test_text(0, "/tmp/a,b");
    test_text(1, "/tmp/c");
    tips(&test_event, "allow rename \"{/tmp/a\\,b,/tmp/c}\"");
    test_text(1, "/tmp/a,b");
    tips(&test_event, "allow rename \"/tmp/a\\,b\"");
}

Test(tip, names_addresses)
{
    tips(test_connect("10.0.0.1", 80), "allow connect 10.0.0.1:80");
    tips(test_connect("::1", 443), "allow connect [::1]:443");
    tips(test_connect("::ffff:10.0.0.1", 443), "allow connect [::ffff:10.0.0.1]:443");
    tips(test_connect("unix:/run/docker.sock", 0), "allow connect \"unix:/run/docker.sock\"");
    tips(test_connect("unix:x y", 0), "allow connect \"unix:/home/me/x y\"");
    tips(test_connect("unix:@a\"b*", 0), "allow connect \"unix:@a\\\"b\\*\"");
    test_connect("fe80::1", 80);
    ((struct sockaddr_in6 *)&test_name)->sin6_scope_id = 1234567;
    tips(&test_event, "allow connect [fe80::1]:80");
}

Test(tip, names_descriptors)
{
    test_call("write");
    test_number(0, 6);
    tips(&test_event, "allow write \"/etc/shadow\"");
    test_number(0, 7);
    tips(&test_event, "allow write fd=7");
    test_call("send");
    test_number(0, 6);
    tips(&test_event, "allow send fd=6");
}

Test(tip, of_a_call_without_a_target_is_the_call)
{
    tips(test_call("fork"), "allow fork");
}

Test(tip, is_none_of_what_is_not_known)
{
    char path[8192];
    test_call("open");
    test_null(0);
    cr_assert(tip_of(&test_event) == NULL);
    test_call("write");
    test_number(0, -1);
    cr_assert(tip_of(&test_event) == NULL);
    world_is_blind = true;
    cr_assert(tip_of(test_open("x", 0)) == NULL);
    cr_assert(tip_of(test_open("/x", 0)) != NULL);
    memset(path, 'a', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    cr_assert(tip_of(test_open(path, 0)) == NULL, "no word of a rule is as long");
}
