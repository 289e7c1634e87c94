/* SPDX-License-Identifier: MIT */
/* What rules ask about a call: keys, and expressions of them. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <sys/uio.h>

#include "policy_world.h"

#define LOG      HOOK_ACTION_LOG
#define ALLOW    HOOK_ACTION_ALLOW
#define BLOCK    HOOK_ACTION_BLOCK
#define REDIRECT HOOK_ACTION_REDIRECT

Test(condition, access_is_asked_of_flags_and_modes)
{
    const char *writes = "block open /etc/** access=write", *reads = "block open access=read",
               *creates = "block open access=create";
    cr_assert(eq(int, test_action(writes, test_open("/etc/hosts", O_WRONLY)), BLOCK));
    cr_assert(eq(int, test_action(writes, test_open("/etc/hosts", O_RDWR)), BLOCK));
    cr_assert(eq(int, test_action(writes, test_open("/etc/hosts", O_RDONLY | O_TRUNC)), BLOCK));
    cr_assert(eq(int, test_action(writes, test_open("/etc/hosts", O_RDONLY)), LOG));
    cr_assert(eq(int, test_action(reads, test_open("/etc/hosts", O_WRONLY)), LOG));
    cr_assert(eq(int, test_action(creates, test_open("/etc/hosts", O_WRONLY | O_CREAT)), BLOCK));
    cr_assert(eq(int, test_action("block open access=write,create", test_open("/x", O_CREAT)), BLOCK));
    test_path_call("fopen", "/etc/hosts");
    test_text(1, "r+");
    cr_assert(eq(int, test_action(writes, &test_event), BLOCK));
    test_text(1, "re");
    cr_assert(eq(int, test_action(writes, &test_event), LOG));
    test_text(1, "a");
    cr_assert(eq(int, test_action(creates, &test_event), BLOCK));
    cr_assert(eq(int, test_action("block unlink access=write", test_path_call("unlink", "/x")), BLOCK));
    cr_assert(eq(int, test_action("block stat access=write", test_path_call("stat", "/x")), LOG));
}

Test(condition, exe_is_the_program_that_asks)
{
    struct hook_event *event = test_open("/etc/hosts", O_RDONLY);
    cr_assert(eq(int, test_action("block open exe=/usr/bin/python3*", event), BLOCK));
    cr_assert(eq(int, test_action("block open exe=/bin/python3.{11,12}", event), BLOCK));
    cr_assert(eq(int, test_action("block open exe=/usr/bin/perl", event), LOG));
}

Test(condition, argv_is_that_of_the_new_program_for_an_exec)
{
    static const char sudo[] = "sudo\0-u\0me\0-i";
    test_path_call("execve", "/usr/bin/sudo");
    test_bytes(1, sudo, sizeof sudo);
    cr_assert(eq(int, test_action("block exec argv=\"* -i*\"", &test_event), BLOCK));
    cr_assert(eq(int, test_action("block exec argv=\"* -x*\"", &test_event), LOG));
    cr_assert(eq(int, test_action("block open argv=\"python3 */tool.py *\"", test_open("/x", 0)), BLOCK));
    test_call("system");
    test_text(0, "rm -rf /tmp/x");
    cr_assert(eq(int, test_action("block exec argv=\"sh -c rm *\"", &test_event), BLOCK));
    cr_assert(eq(int, test_action("block exec /bin/sh", &test_event), BLOCK));
}

Test(condition, fd_is_the_descriptors_number)
{
    test_call("write");
    test_number(0, 1);
    struct verdict verdict = test_decide("redirect write fd=1 to ./stdout.copy", &test_event);
    cr_assert(eq(int, verdict.action, REDIRECT));
    cr_assert(eq(str, (char *)verdict.to, "/home/me/rules/stdout.copy"));
    test_number(0, 2);
    cr_assert(eq(int, test_action("redirect write fd=1 to ./stdout.copy", &test_event), LOG));
}

Test(condition, fd_may_be_a_kind)
{
    test_call("read");
    test_number(0, 7);
    cr_assert(eq(int, test_action("block read fd=pipe", &test_event), BLOCK));
    cr_assert(eq(int, test_action("block read fd=3,socket,pipe", &test_event), BLOCK));
    cr_assert(eq(int, test_action("block read fd=file,dir,tty", &test_event), LOG));
    cr_assert(eq(int, test_action("block read fd=0-2,7-9", &test_event), BLOCK));
    test_number(0, 9);
    cr_assert(eq(int, test_action("block read fd=pipe", &test_event), LOG), "it is not open");
}

Test(condition, contains_is_searched_across_pieces)
{
    const char *rule = "block write contains=\"pass*word\"";
    test_call("write");
    test_text(1, "the pass*word is");
    test_number(2, 16);
    cr_assert(eq(int, test_action(rule, &test_event), BLOCK));
    test_number(2, 12);
    cr_assert(eq(int, test_action(rule, &test_event), LOG), "what is behind the length is not written");
    struct iovec pieces[] = { { (void *)"the pa", 6 }, { (void *)"", 0 }, { (void *)"ss*w", 4 }, { (void *)"ord", 3 } };
    test_call("writev");
    test_bytes(1, pieces, sizeof pieces);
    test_number(2, 4);
    cr_assert(eq(int, test_action(rule, &test_event), BLOCK));
    test_number(2, 3);
    cr_assert(eq(int, test_action(rule, &test_event), LOG));
    struct msghdr message = { .msg_iov = pieces, .msg_iovlen = 4 };
    test_call("sendmsg");
    test_bytes(1, &message, sizeof message);
    cr_assert(eq(int, test_action("block sendmsg contains=\"pass*word\"", &test_event), BLOCK));
    struct mmsghdr many[2] = { { .msg_len = 0 }, { .msg_hdr = message } };
    test_call("sendmmsg");
    test_bytes(1, many, sizeof many);
    test_number(2, 2);
    cr_assert(eq(int, test_action("block sendmmsg contains=\"pass*word\"", &test_event), BLOCK));
    test_number(2, 1);
    cr_assert(eq(int, test_action("block sendmmsg contains=\"pass*word\"", &test_event), LOG));
}

Test(condition, contains_blocks_what_cannot_be_read)
{
    test_call("write");
    test_event.arg[1] = (struct hook_value){ .state = HOOK_VALUE_ADDRESS, .n = 8 };
    test_number(2, 5);
    cr_assert(eq(int, test_action("block write contains=x", &test_event), BLOCK));
    cr_assert(eq(int, test_action("redirect write contains=x to /y", &test_event), LOG));
}

Test(condition, contains_finds_the_long_and_the_repeated)
{
    static char data[10000];
    char rule[64];
    memset(data, 'a', sizeof data);
    test_call("write");
    test_bytes(1, data, sizeof data);
    test_number(2, sizeof data);
    for (size_t at = 4090; at < 4110; at++) {
        memcpy(data + at, "aab", 3);
        strcpy(rule, "block write contains=aaaab");
        cr_assert(eq(int, test_action(rule, &test_event), BLOCK), "%zu", at);
        cr_assert(eq(int, test_action("block write contains=baab", &test_event), LOG));
        memcpy(data + at, "aaa", 3);
    }
}

Test(condition, ids_are_numbers_ranges_and_lists)
{
    struct hook_event *event = test_open("/x", 0);
    cr_assert(eq(int, test_action("block open uid=1000", event), BLOCK));
    cr_assert(eq(int, test_action("block open uid=0,999-1001", event), BLOCK));
    cr_assert(eq(int, test_action("block open uid=0-999", event), LOG));
    cr_assert(eq(int, test_action("block open gid=100 pid=77", event), BLOCK));
    cr_assert(eq(int, test_action("block open gid=100 pid=78", event), LOG));
}

/* Whether `block open where EXPR` blocks the user 1000 of group 100. */
static bool holds(const char *expression)
{
    char rule[256];
    sprintf(rule, "block open where %s", expression);
    int action = test_action(rule, test_open("/etc/hosts", O_RDONLY));
    cr_assert(ne(int, action, 99), "%s", test_messages);
    return action == BLOCK;
}

Test(condition, where_joins_conditions)
{
    cr_assert(holds("uid=1000"));
    cr_assert(not(holds("not uid=1000")));
    cr_assert(holds("not not uid=1000"));
    cr_assert(holds("uid=0 or gid=100"));
    cr_assert(not(holds("uid=0 and gid=100")));
    cr_assert(holds("uid=0 and gid=0 or gid=100"), "`and` binds tighter");
    cr_assert(not(holds("uid=0 and (gid=0 or gid=100)")));
    cr_assert(holds("not (uid=0 and gid=100)"));
    cr_assert(not(holds("not(uid=0 or gid=100)")));
    cr_assert(holds("( uid=1000 ) and ( not ( gid=5 or(pid=3) ) )"));
    cr_assert(holds("not access=write and symbol=open and exe=/usr/bin/python3*"));
    cr_assert(not(holds("symbol=fopen")));
    cr_assert(holds("not argv=\"*(not this)*\" and uid=1000"));
}

Test(condition, where_stands_beside_keys_and_targets)
{
    struct hook_event *event = test_open("/etc/hosts", O_RDONLY);
    const char *rule = "allow open /etc/** where exe=/usr/bin/python3* and not uid=0";
    cr_assert(eq(int, test_action(rule, event), ALLOW));
    cr_assert(eq(int, test_action("block open /tmp/** where uid=1000", event), LOG));
    cr_assert(eq(int, test_action("block open /etc/** access=write where uid=1000", event), LOG));
    cr_assert(eq(int, test_action("redirect open /etc/* to /tmp/* where not exe=/usr/bin/*", event), LOG));
    cr_assert(eq(str, (char *)test_decide("redirect open /etc/* to /tmp/* where exe=/usr/bin/*", event).to, "/tmp/hosts"));
}

/* Every expression of three conditions, by a plain evaluation and by the engine. */
Test(condition, where_agrees_with_plain_logic)
{
    static const char *const terms[] = { "uid=1000", "uid=0", "gid=100", "pid=5" };
    static const bool truth[] = { true, false, true, false };
    char expression[128];
    for (unsigned i = 0; i < 4 * 4 * 4 * 64; i++) {
        unsigned a = i % 4, b = i / 4 % 4, c = i / 16 % 4, form = i / 64;
        bool not_a = form & 1, not_b = form & 2, or_1 = form & 4, or_2 = form & 8, right = form & 16, all = form & 32;
        const char *n = all ? "not" : "", *na = not_a ? "not " : "", *nb = not_b ? "not " : "";
        const char *format = right ? "%s(%s%s %s (%s%s %s %s))" : "%s((%s%s %s %s%s) %s %s)";
        sprintf(expression, format, n, na, terms[a], or_1 ? "or" : "and", nb, terms[b], or_2 ? "or" : "and", terms[c]);
        bool va = truth[a] != not_a, vb = truth[b] != not_b, vc = truth[c];
        bool first = or_1 ? va || vb : va && vb, inner = or_2 ? vb || vc : vb && vc;
        bool value = right ? (or_1 ? va || inner : va && inner) : (or_2 ? first || vc : first && vc);
        cr_assert(eq(int, holds(expression), value != all), "%s", expression);
    }
}

Test(condition, symbol_is_one_function_with_its_other_spellings)
{
    cr_assert(eq(int, test_action("block open symbol=fopen", test_path_call("fopen64", "/x")), BLOCK));
    cr_assert(eq(int, test_action("block open symbol=fopen", test_open("/x", 0)), LOG));
}

/* n rules of one kind, and one more. */
static const char *many(const char *rule, unsigned n, const char *last)
{
    static char rules[8192];
    rules[0] = '\0';
    for (unsigned i = 0; i < n; i++)
        strcat(strcat(rules, rule), "\n");
    return strcat(rules, last);
}

Test(condition, many_rules_ask_no_more_than_few)
{
    test_decide(many("block open uid=0", 50, "block open gid=0"), test_open("relative/path", 0));
    cr_assert(eq(uint, world_questions, 2), "nothing of the path");
    test_decide(many("block connect *:80", 50, "log open"), test_open("relative/path", 0));
    cr_assert(eq(uint, world_questions, 0));
    test_decide(many("log open", 5, "block open /etc/shadow"), test_open("/etc/shadow", 0));
    cr_assert(eq(uint, world_questions, 0), "it is as it is spelled");
    test_decide(many("block open /a/b", 50, "block open /c/d exe=/x"), test_open("/etc/hosts", 0));
    unsigned few = world_questions;
    test_decide(many("block open /a/b", 1, "block open /c/d exe=/x"), test_open("/etc/hosts", 0));
    cr_assert(le(uint, few, world_questions));
}

Test(condition, facts_are_looked_up_only_when_a_rule_needs_them)
{
    test_decide("block open\nblock open /etc/shadow", test_open("/etc/shadow", 0));
    cr_assert(eq(uint, world_questions, 0));
    test_decide("block open /etc/shadow", test_open("/etc/shadow", 0));
    cr_assert(eq(uint, world_questions, 0));
    test_decide("block open fd=1 exe=/x", test_open("/etc/shadow", 0));
    cr_assert(eq(uint, world_questions, 0));
    test_decide("block open uid=0\nblock open where uid=1 or uid=2 or uid=3", test_open("/etc/shadow", 0));
    cr_assert(eq(uint, world_questions, 1), "it is asked once");
    test_decide("block open /etc/hosts uid=0", test_open("relative", 0));
    cr_assert(eq(uint, world_questions, 1), "the path is not looked at");
}
