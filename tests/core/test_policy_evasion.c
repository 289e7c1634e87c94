/* SPDX-License-Identifier: MIT */
/* A block is about the file, not the spelling. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "policy_world.h"

static bool blocked(const char *rules, const char *path)
{
    return test_action(rules, test_open(path, 0)) == HOOK_ACTION_BLOCK;
}

Test(evasion, spellings)
{
    static const char *const spellings[] = {
        "/etc/shadow",
        "//etc///shadow",
        "/etc/./shadow",
        "/etc/../etc/shadow",
        "../../etc/shadow",
        "/nothing/../etc/shadow",
        "/proc/self/root/etc/shadow",
        "/proc/self/cwd/../../etc/shadow",
        "/proc/self/fd/5/shadow",
        "/proc/self/fd/6",
        "/proc/77/root/etc/shadow",
        "/tmp/soft",
        "/tmp/soft2",
        "/tmp/up/shadow",
        "/tmp/hard",
        "/tmp/up/../tmp/soft",
    };
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        cr_expect(blocked("block open /etc/shadow", spellings[i]), "%s", spellings[i]);
        cr_expect(not(blocked("block open /etc/passwd", spellings[i])), "%s", spellings[i]);
    }
    cr_assert(not(blocked("block open /etc/shadow", "/tmp/plain")));
    cr_assert(not(blocked("block open /etc/shadow", "/tmp/other-hard")));
    cr_assert(not(blocked("block open /etc/shadow", "/tmp/loop")));
}

Test(evasion, a_wildcard_sees_through_links_too)
{
    cr_assert(blocked("block open /etc/**", "/tmp/soft"));
    cr_assert(blocked("block open /etc/*", "/tmp/up/new"));
    cr_assert(blocked("block open **/shadow", "/tmp/soft2"));
    cr_assert(not(blocked("block open /etc/**", "/tmp/plain")));
}

Test(evasion, dotdot_goes_where_the_link_leads)
{
    /* /tmp/up is /etc, so its parent is the root */
    cr_assert(blocked("block open /tmp/plain", "/tmp/up/../tmp/plain"));
    cr_assert(not(blocked("block open /home/**", "/tmp/up/../tmp/plain")));
}

Test(evasion, a_rule_may_be_written_through_links)
{
    cr_assert(blocked("block open /bin/sh", "/bin/sh"));
    cr_assert(blocked("block open /bin/sh", "/usr/bin/sh"));
    cr_assert(blocked("block open /bin/sh", "/tmp/shell"));
    cr_assert(blocked("block open /usr/bin/dash", "/bin/sh"));
    cr_assert(blocked("block open /bin/*", "/usr/bin/ls"));
    cr_assert(not(blocked("block open /bin/sh", "/usr/bin/ls")));
    cr_assert(not(blocked("block open /sbin/*", "/usr/bin/ls")));
}

Test(evasion, folder_descriptors)
{
    test_call("openat");
    test_number(0, 5);
    test_text(1, "shadow");
    cr_assert(eq(int, test_action("block open /etc/shadow", &test_event), HOOK_ACTION_BLOCK));
    cr_assert(eq(int, test_action("block open /etc/passwd", &test_event), HOOK_ACTION_LOG));
    test_number(0, AT_FDCWD);
    test_text(1, ".ssh/key");
    cr_assert(eq(int, test_action("block open ~/.ssh/**", &test_event), HOOK_ACTION_BLOCK));
    test_number(0, 4);
    cr_assert(eq(int, test_action("block open /etc/shadow", &test_event), HOOK_ACTION_LOG));
}

Test(evasion, a_descriptor_without_a_path)
{
    test_call("fstatat");
    test_number(0, 6);
    test_text(1, "");
    cr_assert(eq(int, test_action("block stat /etc/shadow", &test_event), HOOK_ACTION_BLOCK));
    test_call("utimensat");
    test_number(0, 6);
    test_null(1);
    cr_assert(eq(int, test_action("block utime /etc/shadow", &test_event), HOOK_ACTION_BLOCK));
    test_call("freopen");
    test_null(0);
    test_text(1, "w");
    test_number(2, 6);
    cr_assert(eq(int, test_action("block open /etc/shadow access=write", &test_event), HOOK_ACTION_BLOCK));
}

Test(evasion, a_folder_taken_for_the_root)
{
    struct {
        uint64_t flags, mode, resolve;
    } how = { 0, 0, 0x10 /* RESOLVE_IN_ROOT */ };
    test_call("openat2");
    test_number(0, 5);
    test_text(1, "/../shadow");
    test_bytes(2, &how, sizeof how);
    cr_assert(eq(int, test_action("block open /etc/shadow", &test_event), HOOK_ACTION_BLOCK));
    how.resolve = 0;
    cr_assert(eq(int, test_action("block open /etc/shadow", &test_event), HOOK_ACTION_LOG));
}

Test(evasion, calls_that_do_not_follow_are_about_the_link)
{
    const char *rules = "block %file /etc/shadow";
    cr_assert(eq(int, test_action(rules, test_path_call("unlink", "/tmp/soft")), HOOK_ACTION_LOG));
    cr_assert(eq(int, test_action(rules, test_path_call("lstat", "/tmp/soft")), HOOK_ACTION_LOG));
    cr_assert(eq(int, test_action(rules, test_path_call("readlink", "/tmp/soft")), HOOK_ACTION_LOG));
    cr_assert(eq(int, test_action(rules, test_open("/tmp/soft", O_NOFOLLOW)), HOOK_ACTION_LOG));
    cr_assert(eq(int, test_action(rules, test_open("/tmp/soft", O_CREAT | O_EXCL)), HOOK_ACTION_LOG));
    cr_assert(eq(int, test_action(rules, test_path_call("stat", "/tmp/soft")), HOOK_ACTION_BLOCK));
    cr_assert(eq(int, test_action(rules, test_path_call("unlink", "/tmp/up/shadow")), HOOK_ACTION_BLOCK));
    cr_assert(eq(int, test_action("block unlink /tmp/soft", test_path_call("unlink", "/tmp/soft")), HOOK_ACTION_BLOCK));
    test_call("fstatat");
    test_number(0, AT_FDCWD);
    test_text(1, "/tmp/soft");
    test_number(3, AT_SYMLINK_NOFOLLOW);
    cr_assert(eq(int, test_action(rules, &test_event), HOOK_ACTION_LOG));
}

Test(evasion, either_path_of_a_call_counts)
{
    test_call("rename");
    test_text(0, "/tmp/plain");
    test_text(1, "/tmp/up/shadow");
    cr_assert(eq(int, test_action("block rename /etc/shadow", &test_event), HOOK_ACTION_BLOCK));
    cr_assert(eq(int, test_action("block rename /tmp/plain", &test_event), HOOK_ACTION_BLOCK));
    cr_assert(eq(int, test_action("block rename /etc/passwd", &test_event), HOOK_ACTION_LOG));
}

Test(evasion, an_allow_covers_every_path_of_a_call)
{
    const char *rules = "allow %file /tmp/**\nblock %file /etc/**";
    test_call("link");
    test_text(0, "/etc/shadow");
    test_text(1, "/tmp/new");
    cr_assert(eq(int, test_action(rules, &test_event), HOOK_ACTION_BLOCK));
    test_text(0, "/tmp/plain");
    cr_assert(eq(int, test_action(rules, &test_event), HOOK_ACTION_ALLOW));
}

Test(evasion, an_allowed_folder_does_not_allow_where_its_links_lead)
{
    const char *rules = "allow open /tmp/**\nblock open /etc/**";
    cr_assert(eq(int, test_action(rules, test_open("/tmp/plain", 0)), HOOK_ACTION_ALLOW));
    cr_assert(eq(int, test_action(rules, test_open("/tmp/soft", 0)), HOOK_ACTION_BLOCK));
    cr_assert(eq(int, test_action("allow open /tmp/soft\nblock open /etc/**", test_open("/tmp/soft", 0)), HOOK_ACTION_ALLOW));
    cr_assert(eq(int, test_action("set default block\nallow open /bin/*", test_open("/bin/sh", 0)), HOOK_ACTION_ALLOW));
}

Test(evasion, temporary_files_and_walks)
{
    test_call("mkstemp");
    test_text(0, "/tmp/up/fileXXXXXX");
    cr_assert(eq(int, test_action("block open /etc/** access=create", &test_event), HOOK_ACTION_BLOCK));
    static const char folders[] = "/tmp\0/etc";
    test_call("fts_open");
    test_bytes(0, folders, sizeof folders);
    cr_assert(eq(int, test_action("block open /etc", &test_event), HOOK_ACTION_BLOCK));
}

Test(evasion, shared_memory_with_a_slash_or_without)
{
    static const char *const names[] = { "/x", "x", "//x" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        test_call("shm_open");
        test_text(0, names[i]);
        cr_expect(eq(int, test_action("block open /dev/shm/x", &test_event), HOOK_ACTION_BLOCK), "%s", names[i]);
        cr_expect(eq(int, test_action("block open /x", &test_event), HOOK_ACTION_LOG), "%s", names[i]);
    }
}

Test(evasion, a_small_arena_makes_a_block_block)
{
    struct policy *policy = NULL;
    struct facts facts;
    struct verdict verdict;
    struct arena none = { .base = world_memory, .size = 16 };
    const char *rules = "log open /etc/shadow\nblock open /etc/shadow";
    cr_assert(eq(int, test_compile(rules, strlen(rules), &policy), 0));
    facts_init(&facts, test_open("/tmp/plain", 0), &world_source, &none);
    policy_decide(policy, &world_state, &facts, &verdict);
    cr_assert(eq(int, verdict.action, HOOK_ACTION_BLOCK));
    cr_assert(eq(str, (char *)verdict.rule, "rules:2"));
    free(policy);
}

static int action_when_moved(const char *rules, const char *to)
{
    struct policy *policy = NULL;
    cr_assert(eq(int, test_compile(rules, strlen(rules), &policy), 0), "%s", test_messages);
    world_moved = to;
    int action = test_again(policy, test_open(to, 0)).action;
    world_moved = NULL;
    free(policy);
    return action;
}

Test(evasion, a_file_stays_blocked_under_another_name)
{
    const char *many = "log open /a\nlog open /b\nlog open /c\nlog open /d\nlog open /e\nblock open /etc/passwd";
    const char *const rules[] = { "block open /etc/passwd", "block %file /etc/passwd", many };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        cr_expect(eq(int, action_when_moved(rules[i], "/home/me/other"), HOOK_ACTION_BLOCK), "%s", rules[i]);
        cr_expect(not(blocked(rules[i], "/home/me/other")), "%s", rules[i]);
        cr_expect(not(blocked(rules[i], "/tmp/young")), "a number that is used again: %s", rules[i]);
    }
    cr_expect(eq(int, action_when_moved("block open /etc/*", "/home/me/other"), HOOK_ACTION_LOG), "wildcards are names");
    cr_expect(eq(int, action_when_moved("log open /etc/passwd", "/home/me/other"), HOOK_ACTION_LOG));
    cr_expect(
        eq(int, action_when_moved("allow open /home/me/other\nblock open /etc/passwd", "/home/me/other"), HOOK_ACTION_ALLOW));
}

Test(evasion, who_renames_a_folder_renames_what_is_in_it)
{
    const char *const rules[] = { "block rename /home/me/.ssh/key", "block rename /home/me/.ssh/*", "block %file ~/.ssh/**",
                                  "block rename ~/.ssh/a/b/*.c" };
    test_call("rename");
    test_text(1, "/tmp/new");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        test_text(0, "/home/me/.ssh");
        cr_expect(eq(int, test_action(rules[i], &test_event), HOOK_ACTION_BLOCK), "%s", rules[i]);
        test_text(0, "/home/me");
        cr_expect(eq(int, test_action(rules[i], &test_event), HOOK_ACTION_BLOCK), "%s", rules[i]);
        test_text(0, "/home/me/.ss");
        cr_expect(eq(int, test_action(rules[i], &test_event), HOOK_ACTION_LOG), "%s", rules[i]);
    }
    test_text(0, "/home/me/.ssh");
    cr_expect(eq(int, test_action("block rename /home/me/.ssh", &test_event), HOOK_ACTION_BLOCK));
    cr_expect(eq(int, test_action("block rename /home/me/.ss*", &test_event), HOOK_ACTION_BLOCK));
    cr_expect(eq(int, test_action("log rename /home/me/.ssh/**", &test_event), HOOK_ACTION_LOG));
    cr_expect(eq(int, test_decide("log rename /home/me/.ssh/**", &test_event).log, false));
    cr_expect(eq(int, test_action("block open /home/me/.ssh/**", &test_event), HOOK_ACTION_LOG));
}

static int started(const char *rules, const char *path, const char *argv, size_t len)
{
    test_call("execve");
    test_text(0, path);
    test_bytes(1, argv, len);
    return test_action(rules, &test_event);
}

#define STARTED(rules, path, argv) started(rules, path, argv, sizeof(argv))

Test(evasion, an_exec_starts_what_the_kernel_and_the_dynamic_linker_start)
{
    cr_expect(eq(int, STARTED("block exec /usr/bin/dash", "script", "x"), HOOK_ACTION_BLOCK));
    cr_expect(eq(int, STARTED("block exec /bin/sh", "again", "x"), HOOK_ACTION_BLOCK));
    cr_expect(eq(int, STARTED("block exec /home/me/script", "again", "x"), HOOK_ACTION_BLOCK));
    cr_expect(eq(int, STARTED("block exec /usr/bin/ls", "again", "x"), HOOK_ACTION_LOG));
    cr_expect(eq(int, STARTED("redirect exec /usr/bin/dash to /x", "script", "x"), HOOK_ACTION_LOG));
    cr_expect(eq(int, STARTED("allow exec ./script\nblock exec", "../script", "x"), HOOK_ACTION_BLOCK));
    cr_expect(eq(int, STARTED("set default block\nallow exec /home/me/script", "script", "x"), HOOK_ACTION_ALLOW));
    const char *loader = "/lib64/ld-linux-x86-64.so.2";
    cr_expect(eq(int, STARTED("block exec /usr/bin/ls", loader, "ld.so\0/bin/ls\0-l"), HOOK_ACTION_BLOCK));
    cr_expect(eq(int, STARTED("block exec /usr/bin/ls", loader, "ld.so\0--argv0\0/bin/sh\0--list\0/bin/ls"), HOOK_ACTION_BLOCK));
    cr_expect(eq(int, STARTED("block exec /usr/bin/ls", loader, "ld.so\0--argv0\0/bin/ls\0/bin/dash"), HOOK_ACTION_LOG));
    cr_expect(eq(int, STARTED("block exec /usr/bin/ls", loader, "ld.so\0--argv0"), HOOK_ACTION_LOG));
    cr_expect(eq(int, STARTED("block exec /usr/bin/dash", loader, "ld.so\0./script"), HOOK_ACTION_BLOCK));
    cr_expect(eq(int, STARTED("block exec /usr/bin/ls", "/usr/bin/dash", "sh\0/bin/ls"), HOOK_ACTION_LOG));
}
