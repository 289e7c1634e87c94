/* SPDX-License-Identifier: MIT */
/* Folders that lie elsewhere: which calls go there, and what happens at the border. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "policy_world.h"

/* A call of that row with /from/x for each path; returns how many there are. */
static unsigned call_with_paths(unsigned id)
{
    unsigned paths = 0;
    test_call(call_symbol(id));
    for (unsigned arg = 0; arg < call_table[id].args; arg++) {
        unsigned kind = call_table[id].arg_kind[arg];
        if (kind == KIND_DIRFD)
            test_number(arg, AT_FDCWD);
        if (kind != KIND_PATH && kind != KIND_TEMPLATE)
            continue;
        test_text(arg, "/from/x");
        paths++;
    }
    return paths;
}

Test(redirect, every_call_with_a_path_goes_to_the_other_folder)
{
    unsigned seen = 0;
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        unsigned paths = call_with_paths(id);
        if (paths == 0 || !(call_classes(id) & CLASS_FILE))
            continue;
        struct verdict verdict = test_decide("redirect %file /from/** to /to/**", &test_event);
        cr_assert(eq(int, verdict.action, HOOK_ACTION_REDIRECT), "%s", call_symbol(id));
        cr_expect(eq(str, (char *)verdict.to, "/to/x"), "%s", call_symbol(id));
        cr_expect(paths == 1 ? !verdict.to2 : verdict.to2 && strcmp(verdict.to2, "/to/x") == 0, "%s", call_symbol(id));
        seen++;
    }
    cr_assert(gt(uint, seen, 120));
}

static struct verdict two_paths(const char *rule, const char *symbol, const char *first, const char *second)
{
    test_call(symbol);
    test_text(0, first);
    test_text(1, second);
    return test_decide(rule, &test_event);
}

Test(redirect, a_file_does_not_cross_the_border)
{
    const char *const rules[] = { "redirect %file /from/** to /to/**", "redirect rename,link /from/* to /to/*" };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        cr_expect(eq(int, two_paths(rules[i], "rename", "/from/x", "/tmp/y").err, EXDEV));
        cr_expect(eq(int, two_paths(rules[i], "rename", "/tmp/y", "/from/x").err, EXDEV));
        cr_expect(eq(int, two_paths(rules[i], "link", "/tmp/y", "/from/x").err, EXDEV));
        struct verdict inside = two_paths(rules[i], "rename", "/from/x", "/from/y");
        cr_expect(eq(int, inside.action, HOOK_ACTION_REDIRECT));
        cr_expect(eq(str, (char *)inside.to, "/to/x"));
        cr_expect(eq(str, (char *)inside.to2, "/to/y"));
    }
    cr_expect(eq(int, two_paths(rules[0], "symlink", "/tmp/y", "/from/x").action, HOOK_ACTION_REDIRECT));
    cr_expect(eq(int, two_paths("redirect rename /from/x to /to/x", "rename", "/from/x", "/tmp/y").action, HOOK_ACTION_REDIRECT));
}

Test(redirect, a_path_through_a_link_goes_with_one_that_is_spelled_out)
{
    /* /tmp/up is /etc */
    const char *rule = "redirect rename /etc/* to /to/*";
    struct verdict verdict = two_paths(rule, "rename", "/tmp/up/a", "/etc/b");
    cr_assert(eq(str, (char *)verdict.to, "/to/a"));
    cr_assert(eq(str, (char *)verdict.to2, "/to/b"));
    verdict = two_paths(rule, "rename", "/etc/b", "/tmp/up/a");
    cr_assert(eq(str, (char *)verdict.to, "/to/b"));
    cr_assert(eq(str, (char *)verdict.to2, "/to/a"));
}

Test(redirect, a_name_that_only_a_folder_may_have_stays_one)
{
    static const char *const ends[][2] = { { "", "" },       { "/", "/" },      { "//", "/" },   { "/.", "/." },
                                           { "/.//", "/." }, { "/y/..", "/." }, { "/.x", "/.x" } };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[32] = "/from/x", to[32] = "/to/x";
        strcat(path, ends[i][0]);
        strcat(to, ends[i][1]);
        struct verdict verdict = test_decide("redirect unlink /from/** to /to/**", test_path_call("unlink", path));
        cr_expect(eq(str, (char *)verdict.to, to));
        if (strcmp(ends[i][0], "/.x") == 0)
            continue;
        verdict = test_decide("redirect unlink /from/x to /to/x", test_path_call("unlink", path));
        cr_expect(eq(str, (char *)verdict.to, to));
        verdict = two_paths("redirect rename /from/* to /to/*", "rename", "/from/a", path);
        cr_expect(eq(str, (char *)verdict.to, "/to/a"));
        cr_expect(eq(str, (char *)verdict.to2, to));
    }
    cr_expect(eq(str, (char *)test_decide("redirect unlink /from to /", test_path_call("unlink", "/from/")).to, "/"));
}
