/* SPDX-License-Identifier: MIT */
/* What is said of a rules file that is wrong. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "policy_world.h"

/* Compiles; returns how many errors there were. */
static int errors(const char *rules, size_t len)
{
    struct policy *policy = NULL;
    int found = test_compile(rules, len, &policy);
    free(policy);
    return found;
}

static bool said(const char *message)
{
    return strstr(test_messages, message) != NULL;
}

/* The one error of one line, without the line and its caret. */
static const char *error(const char *rules)
{
    int found = errors(rules, strlen(rules));
    cr_assert(eq(int, found, 1), "%s: %s", rules, test_messages);
    *strchr(test_messages, '\n') = '\0';
    return test_messages;
}

#define SAYS(rules, message) cr_expect(eq(str, (char *)error(rules), message))

Test(error, shows_the_line_and_a_caret)
{
    cr_assert(eq(int, errors("\n\nblok open /x\n", 15), 1));
    cr_assert(eq(str, test_messages, "rules:3:1: unknown action 'blok' (did you mean 'block'?)\n    blok open /x\n    ^~~~\n"));
    cr_assert(eq(int, errors("block\topen,opne /x", 18), 1));
    cr_assert(eq(str, test_messages,
                 "rules:1:12: unknown call 'opne' (did you mean 'open'?)\n    block open,opne /x\n               ^~~~\n"));
}

Test(error, all_of_a_file_are_reported)
{
    const char *rules = "blok opne /x\nset defualt block\nblock open\nredirect open /a\nblock open errno=EFOO acess=read\n";
    cr_assert(eq(int, errors(rules, strlen(rules)), 6));
    cr_assert(said("rules:1:1: unknown action 'blok' (did you mean 'block'?)\n"));
    cr_assert(said("rules:1:6: unknown call 'opne' (did you mean 'open'?)\n"));
    cr_assert(said("rules:2:5: unknown setting 'defualt' (did you mean 'default'?)\n"));
    cr_assert(said("rules:4:17: redirect needs 'to' and where\n"));
    cr_assert(said("rules:5:18: expected the name of an error like EACCES, not 'EFOO'\n"));
    cr_assert(said("rules:5:23: unknown key 'acess' (did you mean 'access'?)\n"));
}

Test(error, of_actions_and_calls)
{
    SAYS("frobnicate open", "rules:1:1: unknown action 'frobnicate': expected log, nolog, allow, block, redirect, inject, delay, "
                            "set, let or include");
    SAYS("block frobnicate", "rules:1:7: unknown call 'frobnicate': 'hook calls' lists those there are");
    SAYS("block futex", "rules:1:7: 'futex' is a system call that no hooked function makes");
    SAYS("block", "rules:1:6: expected a call after 'block'");
    SAYS("block open,,stat", "rules:1:12: expected the name of a call");
    SAYS("block %flie", "rules:1:7: unknown call '%flie' (did you mean '%file'?)");
    SAYS("block exit", "rules:1:7: 'exit' cannot be blocked");
    SAYS("block abort", "rules:1:7: 'abort' cannot be blocked");
    SAYS("block closefrom", "rules:1:7: 'closefrom' cannot be blocked");
    SAYS("redirect close to /x", "rules:1:10: 'close' cannot be redirected");
    SAYS("redirect open,read /y to /x", "rules:1:15: 'read' cannot be redirected");
}

Test(error, of_targets)
{
    SAYS("block open /a /b", "rules:1:15: unexpected word '/b': a rule has one target");
    SAYS("block open $secerts", "rules:1:12: unknown name '$secerts'");
    SAYS("let secrets = /a\nblock open $secerts", "rules:2:12: unknown name '$secerts' (did you mean 'secrets'?)");
    SAYS("block fork /a", "rules:1:12: 'fork' takes no target");
    SAYS("block open \"\"", "rules:1:12: a target cannot be empty");
    SAYS("block open /[a", "rules:1:12: a '[' is not closed");
    SAYS("block open /[b-a]", "rules:1:12: a range in [ ] ends before it begins");
    SAYS("block open /[a/b]", "rules:1:12: '/' cannot stand in [ ]");
    SAYS("block open /[[:digits:]]", "rules:1:12: unknown class of characters 'digits' (did you mean 'digit'?)");
    SAYS("block open /[[=a=]]", "rules:1:12: '[=a=]' is not supported in [ ]");
    SAYS("block open /[[:alpha:]", "rules:1:12: a '[' is not closed");
    SAYS("block open /{a,b", "rules:1:12: a '{' is not closed");
    SAYS("block open /{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
         "rules:1:12: the braces stand for more than the limit of 256 patterns");
    SAYS("block open ~bob/x", "rules:1:12: '~' stands for your own home only: write the folder out");
    SAYS("block open /a/*/../b", "rules:1:12: '..' cannot follow a wildcard");
    SAYS("block open unix:/x", "rules:1:12: an address, but none of the calls takes one");
}

Test(error, of_addresses)
{
    SAYS("block connect /run/x",
         "rules:1:15: expected an address like 10.0.0.0/8:80, [::1]:80, *:80, example.com:443 or unix:PATH");
    SAYS("block connect example.com:http", "rules:1:15: expected a port: 0 to 65535, a range like 80-90, or '*'");
    SAYS("block connect 10.0.0.256:80", "rules:1:15: expected an IP address");
    SAYS("block connect 10.0.0.1/33:80", "rules:1:15: expected 0 to 32 bits after '/'");
    SAYS("block connect [::1/129]:80", "rules:1:15: expected 0 to 128 bits after '/'");
    SAYS("block connect 10.0.0.1:65536", "rules:1:15: expected a port: 0 to 65535, a range like 80-90, or '*'");
    SAYS("block connect 10.0.0.1:90-80", "rules:1:15: the port range ends before it begins");
    SAYS("block connect [::1:80", "rules:1:15: expected an address like [::1]:80");
    SAYS("block connect [1.2.3.4]:80", "rules:1:15: expected an IPv6 address in [ ]");
    SAYS("block connect unix:", "rules:1:15: expected a path or @NAME after 'unix:'");
}

Test(error, of_redirects)
{
    SAYS("redirect open /a", "rules:1:17: redirect needs 'to' and where");
    SAYS("redirect open /a to", "rules:1:20: expected where to after 'to'");
    SAYS("block open /a to /b", "rules:1:15: 'to' goes with redirect only");
    SAYS("redirect open /a to /b to /c", "rules:1:24: 'to' is given twice");
    SAYS("redirect open /a to /b/*", "rules:1:21: the target has fewer wildcards");
    SAYS("redirect open to /b/*", "rules:1:18: there is no target whose wildcards could stand here");
    SAYS("redirect connect *:80 to /x", "rules:1:26: expected one address like 127.0.0.1:80, [::1]:80 or unix:PATH");
    SAYS("redirect connect *:80 to 10.0.0.0/8:80", "rules:1:26: expected one address like 127.0.0.1:80, [::1]:80 or unix:PATH");
    SAYS("redirect connect *:80 to localhost:80", "rules:1:26: a redirect goes to an address, not to the name of a host");
    SAYS("redirect connect unix:/a/* to unix:/b/*/*", "rules:1:31: the target has fewer wildcards");
    SAYS("redirect connect unix:@a to unix:@b*", "rules:1:29: the target has fewer wildcards");
    SAYS("redirect connect *:80 to unix:/run/*", "rules:1:26: the target has fewer wildcards");
    SAYS("redirect connect to unix:/run/*", "rules:1:21: there is no target whose wildcards could stand here");
    SAYS("redirect connect *:80 to unix:@", "rules:1:26: expected a path or @NAME after 'unix:'");
    SAYS("redirect open /a to unix:/x", "rules:1:21: expected a path");
    SAYS("let x = /a *:80\nredirect open,connect $x to /b", "rules:2:23: a redirect is of paths or of addresses, not of both");
}

Test(error, of_keys)
{
    SAYS("block open errno=5", "rules:1:18: expected the name of an error like EACCES, not '5'");
    SAYS("block open errno=ENOET", "rules:1:18: expected the name of an error like EACCES, not 'ENOET' (did you mean 'ENOENT'?)");
    SAYS("block open errno=EIO errno=EIO", "rules:1:22: 'errno' is given twice");
    SAYS("allow open errno=EIO", "rules:1:12: 'errno=' goes with block only");
    SAYS("block open access=wirte", "rules:1:19: expected read, write or create, not 'wirte' (did you mean 'write'?)");
    SAYS("block connect access=write", "rules:1:15: 'access=' needs a call that uses a file");
    SAYS("block write fd=one",
         "rules:1:16: expected a descriptor's number, or file, dir, pipe, socket, tty, device or other, not 'one'");
    SAYS("block write fd=4294967296",
         "rules:1:16: expected a descriptor's number, or file, dir, pipe, socket, tty, device or other, not '4294967296'");
    SAYS("block write fd=sokcet", "rules:1:16: expected a descriptor's number, or file, dir, pipe, socket, tty, device or other, "
                                  "not 'sokcet' (did you mean 'socket'?)");
    SAYS("block open uid=me", "rules:1:16: expected a number, or a range like 1000-1999, not 'me'");
    SAYS("block open gid=5-4", "rules:1:16: expected a number, or a range like 1000-1999, not '5-4'");
    SAYS("allow open signal=KILL", "rules:1:12: 'signal=' goes with block only");
    SAYS("block open ret=0 errno=EIO", "rules:1:12: 'ret=' and 'errno=' do not go together");
    SAYS("block open ret=many", "rules:1:16: expected a number, not 'many'");
    SAYS("block opendir ret=0", "rules:1:15: 'ret=' needs a call that returns a number");
    SAYS("block open signal=SIGKIL",
         "rules:1:19: expected the name of a signal like SIGKILL, not 'SIGKIL' (did you mean 'SIGKILL'?)");
    SAYS("block open signal=9", "rules:1:19: expected the name of a signal like SIGKILL, not '9'");
    SAYS("block open signal=SIGCHLD", "rules:1:19: 'SIGCHLD' does not end a process");
    SAYS("block open contains=x", "rules:1:12: 'contains=' needs a call that writes data");
    SAYS("block write contains=", "rules:1:22: expected a text after 'contains='");
    SAYS("block open by=1s", "rules:1:12: 'by=' goes with delay only");
    SAYS("delay open", "rules:1:11: delay needs 'by=' and how long");
    SAYS("delay open by=5", "rules:1:15: expected how long, like 250ms, 1.5s or 1h and at most 24 hours, not '5'");
    SAYS("delay open by=25h", "rules:1:15: expected how long, like 250ms, 1.5s or 1h and at most 24 hours, not '25h'");
    SAYS("delay open by=1.5.5s", "rules:1:15: expected how long, like 250ms, 1.5s or 1h and at most 24 hours, not '1.5.5s'");
    SAYS("delay open by=0ms", "rules:1:15: expected how long, like 250ms, 1.5s or 1h and at most 24 hours, not '0ms'");
    SAYS("block open after=x", "rules:1:18: expected a number of calls, not 'x'");
    SAYS("block open every=0", "rules:1:18: expected a number of calls, not '0'");
    SAYS("block open times=-1", "rules:1:18: expected a number of calls, not '-1'");
    SAYS("block open chance=5", "rules:1:19: expected a chance like 5% or 0.1%, not '5'");
    SAYS("block open chance=100.1%", "rules:1:19: expected a chance like 5% or 0.1%, not '100.1%'");
    SAYS("block open pid=1,", "rules:1:16: expected a number, or a range like 1000-1999, not ''");
    SAYS("block unlink fd=1", "rules:1:14: 'fd=' needs a call with a descriptor");
    SAYS("block open symbol=fopne", "rules:1:19: unknown function 'fopne' (did you mean 'fopen'?)");
    SAYS("block open symbol=close", "rules:1:12: 'close' is none of this rule's calls");
    SAYS("block open zzz=1", "rules:1:12: unknown key 'zzz': expected one of access, after, argv, by, "
                             "chance, contains, errno, every, exe, fd, gid, pid, ret, signal, symbol, times, uid");
    SAYS("block open exe=", "rules:1:16: expected a path after 'exe='");
    SAYS("block open argv=\"[\"", "rules:1:12: a '[' is not closed");
}

Test(error, of_injects)
{
    SAYS("inject open /x", "rules:1:15: inject needs 'text' or 'file' and what stands there");
    SAYS("inject open /x text", "rules:1:20: expected what stands there after 'text'");
    SAYS("inject open /x text a file b", "rules:1:23: there is a 'text' already");
    SAYS("inject open /x text a b", "rules:1:23: unexpected word 'b': a rule has one target");
    SAYS("inject open /x file ./*", "rules:1:21: expected one file");
    SAYS("inject open /x file \"\"", "rules:1:21: expected one file");
    SAYS("inject open /x file /proc", "rules:1:21: expected a regular file, not a folder, device or pipe like '/proc'");
    SAYS("inject connect *:80 text a", "rules:1:8: none of these calls reads a file by its name");
    SAYS("inject opendir /x text a", "rules:1:8: none of these calls reads a file by its name");
    SAYS("block open /x text a", "rules:1:15: 'text' goes with inject only");
    SAYS("inject open /x text a to /y", "rules:1:23: 'to' goes with redirect only");
}

Test(error, of_expressions)
{
    SAYS("block open where", "rules:1:17: expected a condition like uid=0, 'not' or '('");
    SAYS("block open where uid=0 and", "rules:1:27: expected a condition like uid=0, 'not' or '('");
    SAYS("block open where and", "rules:1:18: expected a condition like uid=0, 'not' or '(', not 'and'");
    SAYS("block open where (uid=0 or gid=0", "rules:1:18: this '(' is not closed");
    SAYS("block open where uid=0)", "rules:1:23: expected 'and', 'or' or the end of the line, not ')'");
    SAYS("block open where uid=0 gid=0", "rules:1:24: expected 'and', 'or' or the end of the line, not 'gid=0'");
    SAYS("block open where (uid=O)", "rules:1:23: expected a number, or a range like 1000-1999, not 'O'");
    SAYS("block open where not(udi=0)", "rules:1:22: unknown key 'udi' (did you mean 'uid'?)");
    SAYS("block open where errno=EIO", "rules:1:18: 'errno=' is of the rule as a whole: it stands before 'where'");
    SAYS("block unlink where fd=1", "rules:1:20: 'fd=' needs a call with a descriptor");
    char rule[1024] = "block open where ";
    for (int i = 0; i < 64; i++)
        strcat(rule, "uid=0 or ");
    SAYS(strcat(rule, "uid=0"), "rules:1:594: there are more conditions than the limit of 64");
    strcpy(rule, "block open where ");
    for (int i = 0; i < 33; i++)
        strcat(rule, "(");
    SAYS(rule, "rules:1:50: nested deeper than the limit of 32");
}

Test(error, of_settings_and_names)
{
    SAYS("set", "rules:1:4: expected a setting: default or log");
    SAYS("set colour on", "rules:1:5: unknown setting 'colour': expected default or log");
    SAYS("set log", "rules:1:8: expected matched, all or none");
    SAYS("set log some", "rules:1:9: expected matched, all or none, not 'some'");
    SAYS("set default blokc", "rules:1:13: expected allow or block, not 'blokc' (did you mean 'block'?)");
    SAYS("set log all all", "rules:1:13: unexpected word 'all'");
    SAYS("set log all\nset log none", "rules:2:5: 'log' is already set at rules:1");
    SAYS("let", "rules:1:4: expected a name");
    SAYS("let 1x = /a", "rules:1:5: expected a name: letters, digits, '-' and '_'");
    SAYS("let x /a", "rules:1:7: expected '=' after the name");
    SAYS("let x =", "rules:1:8: expected what 'x' stands for");
    SAYS("let x = /a\nlet x = /b", "rules:2:5: 'x' is already defined at rules:1");
    SAYS("let x = $y", "rules:1:9: unknown name '$y'");
}

Test(error, of_included_files)
{
    SAYS("include", "rules:1:8: expected a file after 'include'");
    SAYS("include more lists", "rules:1:14: unexpected word 'lists'");
    SAYS("include nothing", "rules:1:9: cannot be read: No such file or directory");
    SAYS("include ./*", "rules:1:9: include takes one file, not a pattern");
    SAYS("include loop", "loop2:1:9: this file includes itself");
    SAYS("log open\ninclude wrong", "wrong:2:1: unknown action 'blok' (did you mean 'block'?)");
    SAYS("include lists\nset log none", "rules:2:5: 'log' is already set at lists:2");
    SAYS("include lists\nlet secrets = /x", "rules:2:5: 'secrets' is already defined at lists:1");
    cr_assert(eq(int, errors("include wrong\nblok open", 23), 2));
    cr_assert(said("wrong:2:1: unknown action 'blok' (did you mean 'block'?)\n    blok open\n    ^~~~\n"));
    cr_assert(said("rules:2:1: "));
}

Test(error, of_words)
{
    SAYS("block open \"/a", "rules:1:12: this quote is not closed");
    SAYS("block open /a\\q", "rules:1:14: unknown escape '\\q'");
    SAYS("block open /a\\x", "rules:1:14: expected hexadecimal digits after '\\x'");
    SAYS("block open /a\\0", "rules:1:14: a word cannot hold this character");
    cr_assert(eq(int, errors("block open /a\0b c\nblok", 22), 2));
    cr_assert(said("rules:1:14: a NUL byte cannot stand in a rules file\n"));
    cr_assert(said("rules:2:1: unknown action 'blok'"));
}

Test(error, of_lines_shows_the_part_around_the_caret)
{
    char rules[400];
    memset(rules, 'x', sizeof rules);
    memcpy(rules, "block open,", 11);
    memcpy(rules + 200, ",opne\x1b,stat", 11);
    rules[sizeof rules - 1] = '\0';
    errors(rules, strlen(rules));
    cr_assert(said("rules:1:202: unknown call 'opne?'"));
    cr_assert(said("\n    ...x"));
    cr_assert(said(",opne?,stat"));
    cr_assert(not(said("\x1b")));
    for (const char *line = test_messages; *line; line = strchr(line, '\n') + 1)
        cr_assert(lt(int, (int)(strchr(line, '\n') - line), 130));
}

static int long_text(const char *head, char fill, size_t n)
{
    size_t len = strlen(head) + n;
    char *rules = malloc(len + 1);
    strcpy(rules, head);
    memset(rules + strlen(head), fill, n);
    rules[len] = '\0';
    int found = errors(rules, len);
    free(rules);
    return found;
}

Test(error, limits_are_named)
{
    cr_assert(eq(int, long_text("block open /", 'x', 1024 * 1024), 1));
    cr_assert(said("rules:1:1: this line is longer than the limit of 65536 bytes\n"));
    cr_assert(eq(int, long_text("block open ", ' ', 1024 * 1024), 1));
    cr_assert(said("rules:1:1: this line is longer than the limit of 65536 bytes\n"));
    cr_assert(eq(int, long_text("block open /", 'x', 5000), 1));
    cr_assert(said("rules:1:12: a word is longer than the limit of 4096 bytes\n"));
    cr_assert(eq(int, long_text("# ", '\n', 17 * 1024 * 1024), 1));
    cr_assert(said("rules:1:1: the file is longer than the limit of 16777216 bytes\n"));
}

Test(error, too_many_rules_are_refused)
{
    size_t rules = 10001, line = strlen("log open\n");
    char *text = malloc(rules * line + 1);
    for (size_t i = 0; i < rules; i++)
        memcpy(text + i * line, "log open\n", line + 1);
    cr_assert(eq(int, errors(text, rules * line), 1));
    cr_assert(said("rules:10001:1: there are more rules than the limit of 10000\n"));
    cr_assert(eq(int, errors(text, (rules - 1) * line), 0));
    free(text);
}

/* Memory for so many blocks, then none. */
static void *scarce(void *ctx, void *block, size_t old_size, size_t new_size)
{
    int *left = ctx;
    if (new_size > 0 && (*left)-- <= 0)
        return NULL;
    return test_resize(NULL, block, old_size, new_size);
}

Test(error, without_memory_is_told)
{
    const char *rules = "let x = /a/** ~/b\nblock open $x exe=/{c,d} argv=\"*\"\nredirect open /a/* to /b/*\nblok\n";
    const struct policy_text text = { .name = "rules", .dir = "/", .home = "/home/me", .text = rules, .len = strlen(rules) - 5 };
    int ret = -ENOMEM, enough = 0;
    for (; ret == -ENOMEM && enough < 1000; enough++) {
        struct policy *policy = NULL;
        int left = enough;
        ret = policy_compile(&text, &(struct policy_memory){ scarce, &left }, test_error, NULL, &policy);
        free(policy);
    }
    cr_assert(eq(int, ret, 0));
    cr_assert(gt(int, enough, 5));
}
