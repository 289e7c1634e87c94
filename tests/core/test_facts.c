/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "policy_world.h"

static struct facts facts;

static void begin(const struct hook_event *event)
{
    world_arena = (struct arena){ .base = world_memory, .size = sizeof world_memory };
    facts_init(&facts, event, &world_source, &world_arena);
}

static const char *joined(const char *base, const char *path)
{
    static char buf[64];
    cr_assert(eq(long, path_join(base, path, strlen(path), buf, sizeof buf), (long)strlen(buf)));
    return buf;
}

Test(facts, paths_are_joined_by_their_spelling)
{
    cr_assert(eq(str, (char *)joined("/a/b", "c"), "/a/b/c"));
    cr_assert(eq(str, (char *)joined("/a/b", "/c"), "/c"));
    cr_assert(eq(str, (char *)joined("/a/b", "../c/./d//e/"), "/a/c/d/e"));
    cr_assert(eq(str, (char *)joined("/a/b", "../../../.."), "/"));
    cr_assert(eq(str, (char *)joined("/", ""), "/"));
    cr_assert(eq(str, (char *)joined("/a", "..."), "/a/..."));
    char small[6];
    cr_assert(eq(long, path_join("/a", "bc", 2, small, sizeof small), 5));
    cr_assert(eq(long, path_join("/a", "bcd", 3, small, sizeof small), -ENAMETOOLONG));
    cr_assert(eq(long, path_join("/", "", 0, small, 1), -ENAMETOOLONG));
}

Test(facts, a_path_is_absolute_and_looked_up_once)
{
    begin(test_open("x/../y", 0));
    const char *path = facts_path(&facts, 0);
    cr_assert(eq(str, (char *)path, "/home/me/y"));
    cr_assert(eq(ptr, (void *)facts_path(&facts, 0), (void *)path));
    cr_assert(eq(ptr, (void *)facts_path(&facts, 1), NULL));
    unsigned asked = world_questions;
    facts_path(&facts, 0);
    facts_path(&facts, 1);
    cr_assert(eq(uint, world_questions, asked));
}

Test(facts, the_real_path_follows_links_as_the_call_would)
{
    begin(test_open("/tmp/soft2", 0));
    cr_assert(eq(str, (char *)facts_real_path(&facts, 0), "/etc/shadow"));
    cr_assert(eq(uint, facts_file_id(&facts, 0)->ino, 8));
    begin(test_open("/tmp/soft2", O_NOFOLLOW));
    cr_assert(eq(str, (char *)facts_real_path(&facts, 0), "/tmp/soft2"));
    begin(test_path_call("lstat", "/tmp/up/"));
    cr_assert(eq(str, (char *)facts_real_path(&facts, 0), "/etc"));
    begin(test_open("/tmp/new/../../x", O_CREAT));
    cr_assert(eq(str, (char *)facts_real_path(&facts, 0), "/x"));
    begin(test_open("/tmp/loop", 0));
    cr_assert(eq(ptr, (void *)facts_real_path(&facts, 0), NULL));
    cr_assert(eq(uint, facts.unknown, 0));
    begin(test_open("/", 0));
    cr_assert(eq(str, (char *)facts_real_path(&facts, 0), "/"));
}

Test(facts, linkat_follows_its_first_path_when_told)
{
    test_call("linkat");
    test_number(0, AT_FDCWD);
    test_text(1, "/tmp/soft");
    test_number(2, 5);
    test_text(3, "new");
    begin(&test_event);
    cr_assert(not(facts_follows(&facts, 0)));
    cr_assert(eq(str, (char *)facts_path(&facts, 1), "/etc/new"));
    test_number(4, AT_SYMLINK_FOLLOW);
    cr_assert(facts_follows(&facts, 0));
    cr_assert(not(facts_follows(&facts, 1)));
}

Test(facts, access_comes_from_flags_modes_and_operations)
{
    static const struct {
        int flags;
        unsigned access;
    } cases[] = {
        { O_RDONLY, ACCESS_READ },
        { O_WRONLY, ACCESS_WRITE },
        { O_RDWR, ACCESS_READ | ACCESS_WRITE },
        { O_WRONLY | O_CREAT, ACCESS_WRITE | ACCESS_CREATE },
        { O_RDONLY | O_TRUNC, ACCESS_READ | ACCESS_WRITE },
        { O_RDWR | O_TMPFILE, ACCESS_READ | ACCESS_WRITE | ACCESS_CREATE },
        { O_RDONLY | O_DIRECTORY, ACCESS_READ },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(test_open("/x", cases[i].flags));
        cr_assert(eq(uint, facts_access(&facts), cases[i].access));
    }
    static const struct {
        const char *symbol;
        unsigned access;
    } calls[] = {
        { "stat", ACCESS_READ },
        { "unlink", ACCESS_WRITE },
        { "mkdir", ACCESS_WRITE | ACCESS_CREATE },
        { "chmod", ACCESS_WRITE },
        { "execve", ACCESS_READ },
        { "creat", ACCESS_WRITE | ACCESS_CREATE },
        { "opendir", ACCESS_READ },
        { "rename", ACCESS_WRITE | ACCESS_CREATE },
        { "socket", 0 },
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        begin(test_call(calls[i].symbol));
        cr_assert(eq(uint, facts_access(&facts), calls[i].access), "%s", calls[i].symbol);
    }
}

Test(facts, a_descriptor_has_a_path_when_it_is_a_file)
{
    test_call("read");
    test_number(0, 6);
    begin(&test_event);
    cr_assert(eq(int, facts_fd(&facts), 6));
    cr_assert(eq(str, (char *)facts_fd_path(&facts), "/etc/shadow"));
    test_number(0, 7);
    begin(&test_event);
    cr_assert(eq(ptr, (void *)facts_fd_path(&facts), NULL));
    cr_assert(eq(uint, facts.unknown, 0));
    test_number(0, -1);
    begin(&test_event);
    cr_assert(eq(ptr, (void *)facts_fd_path(&facts), NULL));
    begin(test_call("fork"));
    cr_assert(eq(int, facts_fd(&facts), -1));
}

Test(facts, the_program_and_its_arguments)
{
    static const char argv[] = "ls\0-l\0a b";
    begin(test_open("/x", 0));
    cr_assert(eq(str, (char *)facts_exe(&facts), "/usr/bin/python3.11"));
    cr_assert(eq(str, (char *)facts_argv(&facts), "python3 /home/me/tool.py --all"));
    test_path_call("execve", "/bin/ls");
    test_bytes(1, argv, sizeof argv);
    begin(&test_event);
    cr_assert(eq(str, (char *)facts_argv(&facts), "ls -l a b"));
    test_call("popen");
    test_text(0, "ls -l");
    begin(&test_event);
    cr_assert(eq(str, (char *)facts_argv(&facts), "sh -c ls -l"));
    cr_assert(eq(str, (char *)facts_path(&facts, 0), "/bin/sh"));
}

Test(facts, the_address_is_the_bytes_passed)
{
    size_t len = 0;
    begin(test_connect("10.0.0.1", 80));
    cr_assert(eq(ptr, (void *)facts_sockaddr(&facts, &len), (void *)&test_name));
    cr_assert(eq(sz, len, sizeof(struct sockaddr_in)));
    begin(test_connect("unix:sock", 0));
    cr_assert(eq(str, (char *)facts_path(&facts, FACT_SOCKET), "/home/me/sock"));
    begin(test_call("connect"));
    cr_assert(eq(ptr, (void *)facts_sockaddr(&facts, &len), NULL));
}

static void *more(struct arena *arena, size_t size)
{
    (void)arena;
    return size <= sizeof world_memory ? world_memory : NULL;
}

Test(facts, an_arena_asks_for_more_when_it_is_full)
{
    char small[32] __attribute__((aligned(8)));
    struct arena arena = { .base = small, .size = sizeof small };
    cr_assert(eq(ptr, arena_take(&arena, 5), (void *)small));
    cr_assert(eq(ptr, arena_take(&arena, 24), (void *)(small + 8)));
    cr_assert(eq(ptr, arena_take(&arena, 1), NULL));
    arena.more = more;
    cr_assert(eq(ptr, arena_take(&arena, 10), (void *)world_memory));
    cr_assert(eq(ptr, arena_take(&arena, 1), (void *)(world_memory + 16)));
    cr_assert(eq(ptr, arena_take(&arena, SIZE_MAX), NULL));
}
