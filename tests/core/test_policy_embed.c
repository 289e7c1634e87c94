/* SPDX-License-Identifier: MIT */
/* The public interface for programs that embed the engine. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/policy.h"

static char said[512];

static void tell(void *ctx, const char *message, size_t len)
{
    ++*(int *)ctx;
    snprintf(said, sizeof said, "%.*s", (int)len, message);
}

static struct hook_policy *parse(const char *rules)
{
    struct hook_policy *policy = NULL;
    int errors = 0;
    cr_assert(eq(int, hook_policy_parse("rules", rules, strlen(rules), "/dir", tell, &errors, &policy), 0), "%s", said);
    return policy;
}

static struct hook_verdict decide(const char *rules, const struct hook_request *request)
{
    static struct hook_policy *policy;
    struct hook_verdict verdict;
    hook_policy_free(policy);
    policy = parse(rules);
    cr_assert(eq(int, hook_policy_decide(policy, request, &verdict), 0));
    return verdict;
}

static struct hook_request of_path(const char *symbol, const char *path)
{
    struct hook_request request = HOOK_REQUEST_INIT;
    request.symbol = symbol;
    request.path = path;
    request.lexical = 1;
    return request;
}

Test(embed, a_path_is_decided_on)
{
    struct hook_request request = of_path("fopen", "/etc/../etc/shadow");
    struct hook_verdict verdict = decide("\nblock open /etc/* errno=ENOENT", &request);
    cr_assert(eq(int, (int)verdict.action, HOOK_ACTION_BLOCK));
    cr_assert(eq(int, verdict.err, ENOENT));
    cr_assert(eq(int, verdict.log, 1));
    cr_assert(eq(str, (char *)verdict.rule, "rules:2"));
    cr_assert(eq(int, (int)decide("block open /tmp/*", &request).action, HOOK_ACTION_LOG));
    verdict = decide("redirect open /etc/* to ./*", &request);
    cr_assert(eq(int, (int)verdict.action, HOOK_ACTION_REDIRECT));
    cr_assert(eq(str, verdict.to, "/dir/shadow"));
    cr_assert(eq(sz, verdict.sockaddr_len, 0));
}

Test(embed, access_is_what_the_request_says)
{
    struct hook_request request = of_path("fopen", "/x");
    cr_assert(eq(int, (int)decide("block open access=read", &request).action, HOOK_ACTION_BLOCK));
    cr_assert(eq(int, (int)decide("block open access=write", &request).action, HOOK_ACTION_LOG));
    request.access = HOOK_ACCESS_WRITE;
    cr_assert(eq(int, (int)decide("block open access=write", &request).action, HOOK_ACTION_BLOCK));
}

Test(embed, two_paths_descriptors_and_programs)
{
    struct hook_request request = of_path("rename", "/a");
    request.path2 = "/b";
    cr_assert(eq(int, decide("redirect rename /b to /c", &request).path, 1));
    request = of_path("write", "/var/log/x");
    request.fd = 3;
    cr_assert(eq(int, (int)decide("block write /var/log/* fd=3", &request).action, HOOK_ACTION_BLOCK));
    cr_assert(eq(int, (int)decide("block write fd=4", &request).action, HOOK_ACTION_LOG));
    static const char *const argv[] = { "sudo", "-i", NULL };
    request = of_path("execve", "/usr/bin/sudo");
    request.argv = argv;
    request.exe = "/usr/bin/bash";
    cr_assert(eq(int, (int)decide("block exec argv=\"sudo -i\" exe=/usr/bin/bash", &request).action, HOOK_ACTION_BLOCK));
    cr_assert(eq(int, (int)decide("block exec argv=\"sudo -u\"", &request).action, HOOK_ACTION_LOG));
    request = of_path("system", NULL);
    request.argv = argv;
    cr_assert(eq(int, (int)decide("block exec /bin/sh argv=\"sudo*\"", &request).action, HOOK_ACTION_BLOCK));
}

Test(embed, who_asks_may_be_given)
{
    struct hook_request request = of_path("open", "/x");
    char rule[64];
    sprintf(rule, "block open uid=%u gid=%u pid=%d", geteuid(), getegid(), getpid());
    cr_assert(eq(int, (int)decide(rule, &request).action, HOOK_ACTION_BLOCK));
    request.uid = 12345;
    request.gid = 0;
    request.pid = 1;
    cr_assert(eq(int, (int)decide(rule, &request).action, HOOK_ACTION_LOG));
    cr_assert(eq(int, (int)decide("block open where uid=12345 and gid=0 and pid=1", &request).action, HOOK_ACTION_BLOCK));
}

Test(embed, what_is_written_may_be_given)
{
    static const char *const symbols[] = { "write", "pwrite", "writev", "send" };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        struct hook_request request = of_path(symbols[i], NULL);
        request.data = "the password";
        request.data_len = 12;
        cr_assert(eq(int, (int)decide("block write,send contains=word", &request).action, HOOK_ACTION_BLOCK));
        request.data_len = 11;
        cr_assert(eq(int, (int)decide("block write,send contains=word", &request).action, HOOK_ACTION_LOG));
    }
}

Test(embed, effects_are_told)
{
    struct hook_request request = of_path("unlink", "/x");
    struct hook_verdict verdict = decide("delay unlink by=20ms\nblock unlink ret=3 signal=TERM", &request);
    cr_assert(eq(int, (int)verdict.action, HOOK_ACTION_BLOCK));
    cr_assert(eq(int, verdict.has_ret, 1));
    cr_assert(eq(long, verdict.ret, 3));
    cr_assert(eq(int, verdict.signal, 15));
    cr_assert(eq(u64, verdict.delay_ns, 20000000));
    cr_assert(eq(int, (int)decide("delay unlink by=20ms", &request).action, HOOK_ACTION_DELAY));
}

Test(embed, an_address_is_redirected)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(0x0a000001) };
    struct hook_request request = HOOK_REQUEST_INIT;
    request.symbol = "connect";
    request.sockaddr = &address;
    request.sockaddr_len = sizeof address;
    struct hook_verdict verdict = decide("redirect connect 10.0.0.0/8:80 to 127.0.0.1:8080", &request);
    cr_assert(eq(str, verdict.to, "127.0.0.1:8080"));
    cr_assert(eq(sz, verdict.sockaddr_len, sizeof address));
    cr_assert(eq(int, (int)decide("block connect example.com:80", &request).action, HOOK_ACTION_LOG));
    request.host = "Example.com";
    cr_assert(eq(int, (int)decide("block connect example.com:80", &request).action, HOOK_ACTION_BLOCK));
    memcpy(&address, verdict.sockaddr, sizeof address);
    cr_assert(eq(int, ntohs(address.sin_port), 8080));
}

Test(embed, links_are_followed_unless_told_otherwise)
{
    char dir[] = "/tmp/hook-embed-XXXXXX", link[64];
    cr_assert(mkdtemp(dir) != NULL);
    snprintf(link, sizeof link, "%s/link", dir);
    cr_assert(eq(int, symlink("/etc/passwd", link), 0));
    struct hook_request request = of_path("open", link);
    int by_spelling = (int)decide("block open /etc/passwd", &request).action;
    request.lexical = 0;
    int by_file = (int)decide("block open /etc/passwd", &request).action;
    unlink(link);
    rmdir(dir);
    cr_assert(eq(int, by_spelling, HOOK_ACTION_LOG));
    cr_assert(eq(int, by_file, HOOK_ACTION_BLOCK));
}

Test(embed, a_file_is_loaded_with_its_folder)
{
    char dir[] = "/tmp/hook-embed-XXXXXX", path[64], expected[64];
    struct hook_policy *policy = NULL;
    struct hook_verdict verdict;
    int errors = 0;
    cr_assert(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/rules", dir);
    snprintf(expected, sizeof expected, "%s/fake", dir);
    FILE *file = fopen(path, "w");
    fputs("redirect open /etc/hosts to ./fake\n", file);
    fclose(file);
    int ret = hook_policy_load(path, tell, &errors, &policy);
    unlink(path);
    rmdir(dir);
    cr_assert(eq(int, ret, 0));
    struct hook_request request = of_path("open", "/etc/hosts");
    cr_assert(eq(int, hook_policy_decide(policy, &request, &verdict), 0));
    cr_assert(eq(str, verdict.to, expected));
    hook_policy_free(policy);
    cr_assert(eq(int, hook_policy_load(path, tell, &errors, &policy), -ENOENT));
    cr_assert(eq(int, hook_policy_load("/tmp", tell, &errors, &policy), -EISDIR));
    cr_assert(eq(int, errors, 0));
}

Test(embed, mistakes_are_told)
{
    struct hook_policy *policy = NULL;
    struct hook_verdict verdict;
    struct hook_request request = of_path("opne", "/x");
    int errors = 0;
    cr_assert(eq(int, hook_policy_parse("rules", "blok open\nblock opne", 20, NULL, tell, &errors, &policy), 2));
    cr_assert(eq(int, errors, 2));
    cr_assert(eq(str, said, "rules:2:7: unknown call 'opne' (did you mean 'open'?)\n    block opne\n          ^~~~\n"));
    cr_assert(eq(int, hook_policy_parse("rules", "blok", 4, NULL, NULL, NULL, &policy), 1));
    policy = parse("block open");
    cr_assert(eq(int, hook_policy_decide(policy, &request, &verdict), -EINVAL));
    request.symbol = NULL;
    cr_assert(eq(int, hook_policy_decide(policy, &request, &verdict), -EINVAL));
    hook_policy_free(policy);
    hook_policy_free(NULL);
}
