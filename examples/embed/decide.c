/* SPDX-License-Identifier: MIT */
/* Loads a rules file and asks it three questions. Nothing is hooked: the program asks by itself. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <hook/policy.h>

static void show_error(void *ctx, const char *message, size_t len)
{
    (void)ctx;
    fwrite(message, 1, len, stderr);
}

static void ask(const struct hook_policy *policy, const char *question, const struct hook_request *request)
{
    struct hook_verdict verdict;
    int err = hook_policy_decide(policy, request, &verdict);
    printf("%s: ", question);
    if (err < 0)
        printf("%s\n", strerror(-err));
    else if (verdict.action == HOOK_ACTION_BLOCK)
        printf("blocked by %s: %s\n", verdict.rule, strerror(verdict.err));
    else if (verdict.action == HOOK_ACTION_REDIRECT)
        printf("redirected by %s to %s\n", verdict.rule, verdict.to);
    else
        printf("goes on\n");
}

int main(int argc, char **argv)
{
    struct hook_policy *policy = NULL;
    if (argc != 2) {
        fprintf(stderr, "usage: decide RULES\n");
        return 2;
    }
    int errors = hook_policy_load(argv[1], show_error, NULL, &policy);
    if (errors) {
        fprintf(stderr, "%s: %s\n", argv[1], errors < 0 ? strerror(-errors) : "has mistakes");
        return 1;
    }

    struct hook_request request = HOOK_REQUEST_INIT;
    request.symbol = "open";
    request.path = "/etc/shadow";
    ask(policy, "open /etc/shadow", &request);
    request.path = "/etc/hostname";
    ask(policy, "open /etc/hostname", &request);

    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(80) };
    inet_pton(AF_INET, "10.1.2.3", &to.sin_addr);
    request = (struct hook_request)HOOK_REQUEST_INIT;
    request.symbol = "connect";
    request.sockaddr = &to;
    request.sockaddr_len = sizeof to;
    ask(policy, "connect 10.1.2.3:80", &request);

    hook_policy_free(policy);
    return 0;
}
