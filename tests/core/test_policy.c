/* SPDX-License-Identifier: MIT */
/* Actions, keys, and which rule wins. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "policy_world.h"

#define LOG      HOOK_ACTION_LOG
#define ALLOW    HOOK_ACTION_ALLOW
#define BLOCK    HOOK_ACTION_BLOCK
#define REDIRECT HOOK_ACTION_REDIRECT

Test(policy, every_cell_of_calls_and_actions_works)
{
    static const char *const calls[] = { "open", "openat", "connect", "write", "execve" };
    char rule[64];
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct hook_event *event = test_path_call("open", "/etc/hosts");
        if (strcmp(calls[i], "connect") == 0)
            event = test_connect("10.0.0.1", 80);
        else if (strcmp(calls[i], "write") == 0)
            event = test_call("write");
        else if (strcmp(calls[i], "execve") == 0)
            event = test_path_call("execve", "/bin/ls");
        sprintf(rule, "log %s", calls[i]);
        struct verdict verdict = test_decide(rule, event);
        cr_assert(eq(int, verdict.action, LOG));
        cr_assert(verdict.log);
        sprintf(rule, "block %s", calls[i]);
        verdict = test_decide(rule, event);
        cr_assert(eq(int, verdict.action, BLOCK));
        cr_assert(eq(int, verdict.err, EACCES));
        cr_assert(eq(str, (char *)verdict.rule, "rules:1"));
        sprintf(rule, "redirect %s to %s", calls[i], strcmp(calls[i], "connect") == 0 ? "127.0.0.1:8080" : "./copy");
        verdict = test_decide(rule, event);
        cr_assert(eq(int, verdict.action, REDIRECT));
        cr_assert(eq(str, (char *)verdict.to, strcmp(calls[i], "connect") == 0 ? "127.0.0.1:8080" : "/home/me/rules/copy"));
    }
}

Test(policy, the_first_rule_that_decides_wins)
{
    struct hook_event *event = test_open("/etc/hosts", O_RDONLY);
    cr_assert(eq(int, test_action("allow open /etc/hosts\nblock open /etc/**", event), ALLOW));
    cr_assert(eq(int, test_action("block open /etc/**\nallow open /etc/hosts", event), BLOCK));
    cr_assert(eq(int, test_action("log open\nblock open /etc/**\nallow open", event), BLOCK));
    cr_assert(eq(str, (char *)test_decide("log open\n\nblock open /etc/**", event).rule, "rules:3"));
    cr_assert(eq(str, (char *)test_decide("log connect\nlog open\nlog open", event).rule, "rules:2"));
}

Test(policy, logging_follows_set_log_and_the_rules_that_match)
{
    struct hook_event *event = test_open("/etc/hosts", O_RDONLY);
    cr_assert(not(test_decide("log open /nothing", event).log));
    cr_assert(test_decide("allow open /etc/hosts", event).log);
    cr_assert(test_decide("set log all\nlog open /nothing", event).log);
    cr_assert(not(test_decide("set log none\nlog open", event).log));
    cr_assert(not(test_decide("set log all\nnolog open", event).log));
    cr_assert(not(test_decide("log open\nnolog open\nblock open", event).log));
    cr_assert(test_decide("nolog open\nlog open\nblock open", event).log);
    cr_assert(test_decide("block open\nnolog open", event).log);
}

Test(policy, default_block_refuses_what_no_rule_allows)
{
    const char *rules = "set default block\nallow open /etc/hosts\nlog write";
    cr_assert(eq(int, test_action(rules, test_open("/etc/hosts", O_RDONLY)), ALLOW));
    struct verdict verdict = test_decide(rules, test_open("/etc/passwd", O_RDONLY));
    cr_assert(eq(int, verdict.action, BLOCK));
    cr_assert(eq(int, verdict.err, EACCES));
    cr_assert(eq(str, (char *)verdict.rule, "rules:1"));
    cr_assert(verdict.log);
    cr_assert(eq(int, test_action(rules, test_path_call("execve", "/bin/ls")), BLOCK));
    cr_assert(eq(int, test_action(rules, test_connect("10.0.0.1", 80)), BLOCK));
    cr_assert(eq(int, test_action(rules, test_call("write")), LOG));
    cr_assert(eq(int, test_action(rules, test_call("close")), LOG));
    cr_assert(eq(int, test_action(rules, test_call("fork")), LOG));
    cr_assert(eq(int, test_action(rules, test_call("exit")), LOG));
}

Test(policy, default_block_lets_a_send_without_an_address_pass)
{
    test_call("sendto");
    test_null(4);
    cr_assert(eq(int, test_action("set default block", &test_event), LOG));
}

Test(policy, only_calls_of_a_rule_are_concerned)
{
    struct policy *policy = NULL;
    cr_assert(eq(int, test_compile("block open /etc/**\n", 19, &policy), 0));
    cr_assert(policy_concerns(policy, CALL_fopen));
    cr_assert(policy_concerns(policy, CALL_openat64));
    cr_assert(policy_concerns(policy, CALL_glob));
    cr_assert(not(policy_concerns(policy, CALL_connect)));
    cr_assert(eq(int, policy_log(policy), POLICY_LOG_MATCHED));
    free(policy);
}

Test(policy, the_image_can_be_moved)
{
    struct policy *policy = NULL;
    const char *rules = "redirect open /etc/** to /tmp/**\n";
    cr_assert(eq(int, test_compile(rules, strlen(rules), &policy), 0));
    void *moved = malloc(policy_size(policy));
    memcpy(moved, policy, policy_size(policy));
    memset(policy, 0xee, policy_size(policy));
    free(policy);
    struct facts facts;
    struct verdict verdict;
    world_arena = (struct arena){ .base = world_memory, .size = sizeof world_memory };
    facts_init(&facts, test_open("/etc/a/b", O_RDONLY), &world_source, &world_arena);
    policy_decide(moved, &world_state, &facts, &verdict);
    cr_assert(eq(str, (char *)verdict.to, "/tmp/a/b"));
    free(moved);
}

Test(policy, errno_names_what_a_block_fails_with)
{
    struct hook_event *event = test_open("/etc/hosts", O_RDONLY);
    cr_assert(eq(int, test_decide("block open errno=ENOENT", event).err, ENOENT));
    cr_assert(eq(int, test_decide("block open errno=EWOULDBLOCK", event).err, EAGAIN));
    cr_assert(eq(int, test_decide("block open", event).err, EACCES));
}

Test(policy, a_descriptors_call_is_matched_by_its_file)
{
    test_call("write");
    test_number(0, 6);
    cr_assert(eq(int, test_action("block write /etc/shadow", &test_event), BLOCK));
    cr_assert(eq(int, test_action("block write /etc/hosts", &test_event), LOG));
    test_number(0, 7);
    cr_assert(eq(int, test_action("block write /**", &test_event), LOG));
    test_number(0, 4);
    cr_assert(eq(int, test_action("block write /**", &test_event), LOG));
}

Test(policy, names_stand_for_lists)
{
    const char *rules = "let keys = ~/.ssh/** /etc/gshadow\nlet secrets = /etc/shadow $keys\nblock open $secrets";
    cr_assert(eq(int, test_action(rules, test_open("/etc/shadow", 0)), BLOCK));
    cr_assert(eq(int, test_action(rules, test_open(".ssh/key", 0)), BLOCK));
    cr_assert(eq(int, test_action(rules, test_open("/etc/gshadow", 0)), BLOCK));
    cr_assert(eq(int, test_action(rules, test_open("/etc/hosts", 0)), LOG));
    cr_assert(eq(int, test_action("let x=/etc/*\nblock open $x", test_open("/etc/hosts", 0)), BLOCK));
}

Test(policy, included_files_stand_where_they_are_included)
{
    struct hook_event *event = test_open("/etc/hosts", 0);
    struct verdict verdict = test_decide("include more", event);
    cr_assert(eq(int, verdict.err, EIO));
    cr_assert(eq(str, (char *)verdict.rule, "more:1"));
    verdict = test_decide("include ./more\nblock open errno=EPERM", test_open("/x", 0));
    cr_assert(eq(str, (char *)verdict.rule, "rules:2"));
    event = test_open("/etc/hosts", 0);
    cr_assert(eq(int, test_action("allow open /etc/hosts\ninclude more", event), ALLOW));
    cr_assert(eq(int, test_action("include empty\ninclude \"~/my rules\"", event), BLOCK));
    cr_assert(eq(int, test_action("include more\ninclude more", event), BLOCK));
}

Test(policy, an_included_file_has_its_own_folder_and_shares_names)
{
    const char *rules = "include sub/deep\nblock open $secrets";
    struct verdict verdict = test_decide(rules, test_open("/home/me/rules/sub/y", 0));
    cr_assert(eq(str, (char *)verdict.rule, "sub/deep:2"));
    verdict = test_decide(rules, test_open("/home/me/rules/x", 0));
    cr_assert(eq(str, (char *)verdict.rule, "rules:2"));
    cr_assert(test_decide(rules, test_open("/nothing", 0)).log, "its settings hold");
}

Test(policy, words_may_be_quoted_continued_and_commented)
{
    cr_assert(eq(int, test_action("block open \"/a b\"", test_open("/a b", 0)), BLOCK));
    cr_assert(eq(int, test_action("block open /a\\x20b", test_open("/a b", 0)), BLOCK));
    cr_assert(eq(int, test_action("block \\\n  open /a # not /b\n", test_open("/a", 0)), BLOCK));
    cr_assert(eq(int, test_action("block open /a#b", test_open("/a#b", 0)), BLOCK));
    cr_assert(eq(int, test_action("# all\r\nblock open /a\r\n", test_open("/a", 0)), BLOCK));
    cr_assert(eq(int,
                 test_action("\xef\xbb\xbf"
                             "block open /a",
                             test_open("/a", 0)),
                 BLOCK));
    cr_assert(eq(int, test_action("block open \"/a\\*\"", test_open("/a*", 0)), BLOCK));
    cr_assert(eq(int, test_action("block open \"/a\\*\"", test_open("/ab", 0)), LOG));
}

Test(policy, no_rules_decide_nothing)
{
    cr_assert(eq(int, test_action("", test_open("/a", 0)), LOG));
    cr_assert(eq(int, test_action("\n# nothing\n   \n", test_open("/a", 0)), LOG));
}

Test(policy, bad_pointers_are_left_to_the_kernel)
{
    test_open("/a", 0);
    test_event.arg[0] = (struct hook_value){ .state = HOOK_VALUE_ADDRESS, .n = 1 };
    cr_assert(eq(int, test_action("block open /**", &test_event), LOG));
    cr_assert(eq(int, test_action("redirect open to /b", &test_event), LOG));
}

Test(policy, a_block_blocks_when_a_fact_cannot_be_known)
{
    world_is_blind = true;
    cr_assert(eq(int, test_action("block open /etc/shadow", test_open("x", 0)), BLOCK));
    cr_assert(eq(int, test_action("block open exe=/usr/bin/perl", test_open("/x", 0)), BLOCK));
    cr_assert(eq(int, test_action("log open /etc/shadow", test_open("x", 0)), LOG));
    cr_assert(eq(int, test_action("set default block\nallow open /x", test_open("x", 0)), BLOCK));
    cr_assert(eq(int, test_action("block open where uid=0", test_open("/x", 0)), BLOCK));
    cr_assert(eq(int, test_action("block open where not uid=0", test_open("/x", 0)), BLOCK));
    cr_assert(eq(int, test_action("set default block\nallow open where uid=0", test_open("/x", 0)), BLOCK));
    cr_assert(eq(int, test_action("set default block\nallow open where not uid=0", test_open("/x", 0)), BLOCK));
    world_is_blind = false;
}
