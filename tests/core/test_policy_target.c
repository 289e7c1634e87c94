/* SPDX-License-Identifier: MIT */
/* Targets and where redirects go: paths, addresses, and what wildcards stand for. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "policy_world.h"

static bool opens(const char *target, const char *path)
{
    char rule[512];
    snprintf(rule, sizeof rule, "block open %s", target);
    int action = test_action(rule, test_open(path, 0));
    cr_assert(ne(int, action, TEST_BROKEN), "%s", test_messages);
    return action == HOOK_ACTION_BLOCK;
}

static bool connects(const char *target, const char *ip, unsigned port)
{
    char rule[512];
    snprintf(rule, sizeof rule, "block connect %s", target);
    int action = test_action(rule, test_connect(ip, port));
    cr_assert(ne(int, action, TEST_BROKEN), "%s", test_messages);
    return action == HOOK_ACTION_BLOCK;
}

Test(target, a_star_stays_within_a_component)
{
    cr_assert(opens("/a/*", "/a/b"));
    cr_assert(opens("/a/*.c", "/a/x.c"));
    cr_assert(opens("/a/*.c", "/a/.c"));
    cr_assert(opens("/*/b", "/a/b"));
    cr_assert(opens("/a/x*y*z", "/a/xyyz"));
    cr_assert(not(opens("/a/*", "/a/b/c")));
    cr_assert(not(opens("/a/*", "/a")));
    cr_assert(not(opens("/*", "/")));
    cr_assert(not(opens("/a/*.c", "/a/x.cc")));
}

Test(target, two_stars_go_across)
{
    cr_assert(opens("/a/**", "/a/b"));
    cr_assert(opens("/a/**", "/a/b/c"));
    cr_assert(opens("/a/**/z", "/a/z"));
    cr_assert(opens("/a/**/z", "/a/b/c/z"));
    cr_assert(opens("/a/**.c", "/a/b/x.c"));
    cr_assert(opens("**/shadow", "/shadow"));
    cr_assert(opens("**/shadow", "/etc/x/shadow"));
    cr_assert(opens("/**/a*/b", "/x/ab/c/ac/b"));
    cr_assert(opens("/**", "/"));
    cr_assert(not(opens("/a/**", "/ab")));
    cr_assert(not(opens("/a/**/z", "/a/bz")));
    cr_assert(not(opens("**/shadow", "/etc/shadow2")));
}

Test(target, characters_and_classes)
{
    cr_assert(opens("/a?c", "/abc"));
    cr_assert(opens("/a?c", "/a\xc3\xa9"
                            "c"));
    cr_assert(opens("/[a-c]", "/b"));
    cr_assert(opens("/[!a-c]", "/d"));
    cr_assert(opens("/[]a]", "/]"));
    cr_assert(opens("/[*]", "/*"));
    cr_assert(opens("/[\xc3\xa0-\xc3\xaf]", "/\xc3\xa9"));
    cr_assert(opens("/[^a-c]", "/d"));
    cr_assert(opens("/[[:digit:][:upper:]_-]", "/7"));
    cr_assert(opens("/[[:digit:][:upper:]_-]", "/-"));
    cr_assert(opens("/[![:space:]]", "/x"));
    cr_assert(opens("/{[[:alpha:]],7}", "/7"));
    cr_assert(opens("/[[:]", "/:"));
    cr_assert(not(opens("/[[:alpha:]]", "/:]")));
    cr_assert(not(opens("/[[:digit:][:upper:]_-]", "/a")));
    cr_assert(not(opens("/[![:space:]]", "/\t")));
    cr_assert(not(opens("/a[!b]c", "/a/c")));
    cr_assert(not(opens("/a[+-9]c", "/a/c")));
    cr_assert(not(opens("/a?c", "/a/c")));
    cr_assert(not(opens("/[a-c]", "/d")));
    cr_assert(not(opens("/[!a-c]", "/b")));
    cr_assert(not(opens("/[*]", "/x")));
}

Test(target, braces_are_alternatives)
{
    cr_assert(opens("/{a,b}", "/a"));
    cr_assert(opens("/{a,b}", "/b"));
    cr_assert(opens("{/a,/b/{c,d}}/x", "/b/d/x"));
    cr_assert(opens("/a{,.bak}", "/a"));
    cr_assert(opens("/a\\{b", "/a{b"));
    cr_assert(not(opens("/{a,b}", "/c")));
    cr_assert(not(opens("/{a,b}", "/a,b")));
}

Test(target, relative_paths_begin_at_the_rules_folder_and_home)
{
    cr_assert(opens("fake", "/home/me/rules/fake"));
    cr_assert(opens("./fake", "/home/me/rules/fake"));
    cr_assert(opens("../fake", "/home/me/fake"));
    cr_assert(opens("~/x", "/home/me/x"));
    cr_assert(opens("~", "/home/me"));
    cr_assert(opens("/a/./b//c/../d/", "/a/b/d"));
    cr_assert(opens("\\~", "/home/me/rules/~"));
    cr_assert(not(opens("~/x", "/root/x")));
}

Test(target, a_star_alone_is_anything)
{
    cr_assert(opens("*", "/x"));
    cr_assert(connects("*", "10.0.0.1", 80));
}

Test(target, addresses_with_bits_and_ports)
{
    cr_assert(connects("10.0.0.0/8:80", "10.1.2.3", 80));
    cr_assert(connects("10.0.0.1:80-90", "10.0.0.1", 90));
    cr_assert(connects("10.0.0.1:*", "10.0.0.1", 1));
    cr_assert(connects("10.0.0.1", "10.0.0.1", 1));
    cr_assert(connects("*:25", "10.0.0.1", 25));
    cr_assert(connects("*:25", "fe80::1", 25));
    cr_assert(connects("192.168.1.128/25:1", "192.168.1.255", 1));
    cr_assert(connects("0.0.0.0/0:1", "1.2.3.4", 1));
    cr_assert(not(connects("10.0.0.0/8:80", "11.1.2.3", 80)));
    cr_assert(not(connects("10.0.0.0/8:80", "10.1.2.3", 81)));
    cr_assert(not(connects("192.168.1.128/25:1", "192.168.1.127", 1)));
    cr_assert(not(connects("0.0.0.0/0:1", "fe80::1", 1)));
    cr_assert(not(connects("*:80", "unix:/x", 0)));
}

Test(target, hosts_are_the_names_that_were_resolved)
{
    memset(&world_names, 0, sizeof world_names);
    names_note(&world_names, (uint8_t[]){ 10, 0, 0, 1 }, 4, "Example.COM.");
    names_note(&world_names, (uint8_t[]){ 10, 0, 0, 1 }, 4, "www.example.com");
    names_note(&world_names, (uint8_t[16]){ [15] = 1 }, 16, "localhost");
    cr_assert(connects("example.com:443", "10.0.0.1", 443));
    cr_assert(connects("EXAMPLE.com.:443", "10.0.0.1", 443));
    cr_assert(connects("example.com", "::ffff:10.0.0.1", 80));
    cr_assert(connects("*.example.com:80-90", "10.0.0.1", 85));
    cr_assert(connects("{x,www}.example.{org,com}", "10.0.0.1", 85));
    cr_assert(connects("localhost:*", "::1", 1));
    cr_assert(not(connects("example.com:443", "10.0.0.1", 80)));
    cr_assert(not(connects("example.com:443", "10.0.0.2", 443)));
    cr_assert(not(connects("xample.com", "10.0.0.1", 443)));
    cr_assert(not(connects("*.www.example.com", "10.0.0.1", 443)));
    cr_assert(not(connects("localhost", "unix:/localhost", 0)));
}

Test(target, addresses_of_ipv6)
{
    cr_assert(connects("[::1]:80", "::1", 80));
    cr_assert(connects("[fe80::/10]:80", "fe80::1234", 80));
    cr_assert(connects("[2001:db8:0:1:2:3:4:5]", "2001:db8:0:1:2:3:4:5", 80));
    cr_assert(connects("10.0.0.1:80", "::ffff:10.0.0.1", 80));
    cr_assert(connects("[::ffff:10.0.0.1]:80", "10.0.0.1", 80));
    cr_assert(not(connects("[::1]:80", "::2", 80)));
    cr_assert(not(connects("[fe80::/10]:80", "fec0::1", 80)));
    cr_assert(not(connects("[::/0]:80", "10.0.0.1", 80)));
}

Test(target, no_address_is_this_machine)
{
    cr_assert(connects("127.0.0.1:80", "0.0.0.0", 80));
    cr_assert(connects("[::1]:80", "::", 80));
    cr_assert(connects("0.0.0.0:80", "0.0.0.0", 80));
    test_connect("0.0.0.0", 80)->call = CALL_bind;
    cr_assert(eq(int, test_action("block bind 127.0.0.1:80", &test_event), HOOK_ACTION_LOG));
}

Test(target, unix_sockets)
{
    cr_assert(connects("unix:/run/docker.sock", "unix:/run/docker.sock", 0));
    cr_assert(connects("unix:/run/docker.sock", "unix:/var/run/docker.sock", 0));
    cr_assert(connects("unix:/run/*", "unix:/run/../run/x", 0));
    cr_assert(connects("unix:/home/me/x", "unix:x", 0));
    cr_assert(connects("unix:@bus*", "unix:@bus-1", 0));
    cr_assert(connects("unix:*", "unix:@bus-1", 0));
    cr_assert(connects("unix:*", "unix:/x", 0));
    cr_assert(not(connects("unix:/run/docker.sock", "unix:/run/other", 0)));
    cr_assert(not(connects("unix:@bus", "unix:/bus", 0)));
    cr_assert(not(connects("unix:/bus", "unix:@bus", 0)));
    cr_assert(not(connects("unix:*", "10.0.0.1", 0)));
}

Test(target, the_words_form_tells_when_calls_are_mixed)
{
    cr_assert(eq(int, test_action("block open,connect 10.0.0.1:80", test_connect("10.0.0.1", 80)), HOOK_ACTION_BLOCK));
    cr_assert(
        eq(int, test_action("block open,connect 10.0.0.1:80", test_open("/home/me/rules/10.0.0.1:80", 0)), HOOK_ACTION_LOG));
    cr_assert(eq(int, test_action("block open,connect /etc/hosts", test_open("/etc/hosts", 0)), HOOK_ACTION_BLOCK));
    cr_assert(eq(int, test_action("block open,connect unix:/x", test_connect("unix:/x", 0)), HOOK_ACTION_BLOCK));
    cr_assert(eq(int, test_action("block open 10.0.0.1:80", test_open("/home/me/rules/10.0.0.1:80", 0)), HOOK_ACTION_BLOCK));
    cr_assert(eq(int, test_action("let x = /etc/hosts *:80\nblock open,connect $x", test_connect("::1", 80)), HOOK_ACTION_BLOCK));
}

static const char *redirected(const char *rules, const struct hook_event *event)
{
    struct verdict verdict = test_decide(rules, event);
    cr_assert(ne(int, verdict.action, TEST_BROKEN), "%s", test_messages);
    return verdict.action == HOOK_ACTION_REDIRECT ? verdict.to : "";
}

Test(redirect, to_a_file)
{
    cr_assert(
        eq(str, (char *)redirected("redirect open /etc/hosts to ./fake", test_open("/etc/hosts", 0)), "/home/me/rules/fake"));
    cr_assert(eq(str, (char *)redirected("redirect open /etc/hosts to ~/fake", test_open("/etc/hosts", 0)), "/home/me/fake"));
    cr_assert(eq(str, (char *)redirected("redirect open /etc/hosts to \"/a [b]\"", test_open("/etc/hosts", 0)), "/a [b]"));
    cr_assert(eq(str, (char *)redirected("redirect exec /bin/sh to ./wrap", test_path_call("execve", "/bin/sh")),
                 "/home/me/rules/wrap"));
    cr_assert(eq(str, (char *)redirected("redirect open /etc/hosts to /x", test_open("/etc/passwd", 0)), ""));
}

Test(redirect, wildcards_stand_for_what_they_matched)
{
    const char *overlay = "redirect %file /usr/share/doc/** to /tmp/overlay/**";
    cr_assert(eq(str, (char *)redirected(overlay, test_open("/usr/share/doc/a/b", 0)), "/tmp/overlay/a/b"));
    cr_assert(eq(str, (char *)redirected(overlay, test_path_call("stat", "/usr/share//doc/./a")), "/tmp/overlay/a"));
    cr_assert(eq(str, (char *)redirected("redirect open /a/*-*.c to /b/*/*.o", test_open("/a/x-y.c", 0)), "/b/x/y.o"));
    cr_assert(eq(str, (char *)redirected("redirect open /a/**/b to /c/**/d", test_open("/a/b", 0)), "/c/d"));
    cr_assert(eq(str, (char *)redirected("redirect open /a/**/b to /c/**/d", test_open("/a/x/y/b", 0)), "/c/x/y/d"));
    cr_assert(eq(str, (char *)redirected("redirect open /etc/** to /c", test_open("/etc/x", 0)), "/c"));
    cr_assert(eq(str, (char *)redirected("redirect open /etc/* to /c/*", test_open("/tmp/soft", 0)), "/c/shadow"));
    cr_assert(eq(str, (char *)redirected("redirect open \"/a/*\" to \"/c/\\*\"", test_open("/a/x", 0)), "/c/*"));
}

Test(redirect, tells_which_of_two_paths)
{
    test_call("rename");
    test_text(0, "/a");
    test_text(1, "/b");
    cr_assert(eq(int, test_decide("redirect rename /b to /c", &test_event).path, 1));
    cr_assert(eq(int, test_decide("redirect rename /a to /c", &test_event).path, 0));
}

Test(redirect, to_an_address)
{
    struct hook_event *event = test_connect("10.0.0.1", 80);
    struct verdict verdict = test_decide("redirect connect 10.0.0.0/8:80 to 127.0.0.1:8080", event);
    const struct sockaddr_in *v4 = verdict.to_addr;
    cr_assert(eq(int, verdict.action, HOOK_ACTION_REDIRECT));
    cr_assert(eq(sz, verdict.to_len, sizeof *v4));
    cr_assert(eq(int, v4->sin_family, AF_INET));
    cr_assert(eq(int, ntohs(v4->sin_port), 8080));
    cr_assert(eq(uint, ntohl(v4->sin_addr.s_addr), 0x7f000001));
    cr_assert(eq(str, (char *)verdict.to, "127.0.0.1:8080"));
    cr_assert(eq(str, (char *)redirected("redirect connect *:80 to 1.2.3.4", event), "1.2.3.4:80"));
    cr_assert(eq(str, (char *)redirected("redirect connect *:80 to 1.2.3.4:*", event), "1.2.3.4:80"));
    cr_assert(eq(str, (char *)redirected("redirect connect *:80 to [::1]:1", event), "[::1]:1"));
    cr_assert(eq(str, (char *)redirected("redirect connect *:80 to unix:./s", event), "unix:/home/me/rules/s"));
    cr_assert(eq(str, (char *)redirected("redirect connect *:80 to unix:@s", event), "unix:@s"));
    cr_assert(eq(str, (char *)redirected("redirect connect unix:@a to unix:/b", test_connect("unix:@a", 0)), "unix:/b"));
}

Test(redirect, to_a_unix_socket_takes_up_wildcards)
{
    static const char *const cases[][3] = {
        { "redirect connect unix:/tmp/q/** to unix:/tmp/z/**", "unix:/tmp/q/a/s", "unix:/tmp/z/a/s" },
        { "redirect connect unix:/tmp/*/s? to unix:/run/*.s", "unix:/tmp/q/s1", "unix:/run/q.s" },
        { "redirect connect unix:./*.x to unix:./z/*", "unix:rules/a.x", "unix:/home/me/rules/z/a" },
        { "redirect connect unix:/tmp/** to unix:@**", "unix:/tmp/a/s", "unix:@a/s" },
        { "redirect connect unix:@* to unix:@x*", "unix:@q", "unix:@xq" },
        { "redirect connect unix:@q-*-* to unix:/run/*/*", "unix:@q-a-b-c", "unix:/run/a/b-c" },
        { "redirect connect unix:@q* to unix:@\\*", "unix:@q", "unix:@*" },
        { "redirect connect unix:@q{a,b}* to unix:@z*", "unix:@qb1", "unix:@z1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(eq(str, (char *)redirected(cases[i][0], test_connect(cases[i][1], 0)), (char *)cases[i][2]));
    names_note(&world_names, (uint8_t[]){ 10, 0, 0, 7 }, 4, "app.test");
    cr_expect(
        eq(str, (char *)redirected("redirect connect *.test:80 to unix:/run/*", test_connect("10.0.0.7", 80)), "unix:/run/app"));
    struct verdict verdict = test_decide("redirect connect unix:@* to unix:@x*", test_connect("unix:@q", 0));
    cr_assert(eq(sz, verdict.to_len, offsetof(struct sockaddr_un, sun_path) + 3));
    char name[120] = "unix:/tmp/";
    memset(name + strlen(name), 'a', 100);
    verdict = test_decide("redirect connect unix:/tmp/* to unix:/run/me/*", test_connect(name, 0));
    cr_assert(eq(int, verdict.action, HOOK_ACTION_BLOCK));
    cr_assert(eq(int, verdict.err, ENAMETOOLONG));
}

Test(redirect, of_an_ipv6_socket_stays_ipv6)
{
    struct verdict verdict = test_decide("redirect connect *:80 to 127.0.0.1", test_connect("::1", 80));
    const struct sockaddr_in6 *v6 = verdict.to_addr;
    cr_assert(eq(sz, verdict.to_len, sizeof *v6));
    cr_assert(eq(int, v6->sin6_family, AF_INET6));
    bool mapped = IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);
    cr_assert(mapped);
    cr_assert(eq(int, ntohs(v6->sin6_port), 80));
}

Test(redirect, takes_only_the_calls_that_can_be_redirected)
{
    cr_assert(
        eq(int, test_action("redirect %file,%desc /etc/** to /x", test_path_call("mkdir", "/etc/x")), HOOK_ACTION_REDIRECT));
    test_call("fstat");
    test_number(0, 6);
    cr_assert(eq(int, test_action("redirect %file,%desc /etc/** to /x", &test_event), HOOK_ACTION_LOG));
}
