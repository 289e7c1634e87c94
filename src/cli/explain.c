/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "core/call.h"
#include "core/flags.h"
#include "core/format.h"
#include "core/policy/image.h"
#include "core/policy/policy.h"
#include "embed/request.h"

enum { KEY_EXE = 256, KEY_UID, KEY_GID };

struct settings {
    const char *rules;
    struct hook_request request;
    int argc;
    char **argv;
};

static long parse_id(const char *option, const char *text)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (n < 0 || !*text || *end)
        die(STATUS_FAILED, "%s: '%s' is not a number", option, text);
    return n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct settings *settings = state->input;
    switch (key) {
    case 'R': settings->rules = arg; return 0;
    case KEY_EXE: settings->request.exe = arg; return 0;
    case KEY_UID: settings->request.uid = parse_id("--uid", arg); return 0;
    case KEY_GID: settings->request.gid = parse_id("--gid", arg); return 0;
    case ARGP_KEY_ARG: /* the call: the rest is its own */
        settings->argv = &state->argv[state->next - 1];
        settings->argc = state->argc - state->next + 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS: die(STATUS_FAILED, "explain: no call given (see `hook explain --help`)");
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* One line, and what it is about. */
struct telling {
    FILE *out;
    struct facts *facts;
    unsigned told, skip; /* rules; the first so many were told before */
    bool decided;        /* by a rule */
    bool chance;         /* one of them is applied by chance */
};

static void tell_path(const struct telling *t)
{
    struct facts *facts = t->facts;
    const char *path = facts_path(facts, 0), *second = facts_path(facts, 1), *real = facts_real_path(facts, 0);
    if (!path)
        path = facts_fd_path(facts);
    fprintf(t->out, "the path is %s", path ? path : "not known");
    if (real && strcmp(real, path) != 0)
        fprintf(t->out, " (%s)", real);
    if (second)
        fprintf(t->out, " and %s", second);
}

static void tell_target(const struct telling *t)
{
    char address[256];
    size_t len = 0;
    const void *sockaddr = facts_sockaddr(t->facts, &len);
    len = sockaddr ? format_sockaddr(sockaddr, len, address, sizeof address) : 0;
    if (t->facts->host)
        fprintf(t->out, "the host is %s", t->facts->host);
    else if (sockaddr)
        fprintf(t->out, "the address is %.*s", (int)len, address);
    else
        tell_path(t);
}

static void tell_access(const struct telling *t)
{
    static const char *const names[] = { "read", "write", "create" };
    unsigned access = facts_access(t->facts);
    const char *before = "";
    fputs("the access is ", t->out);
    for (unsigned i = 0; i < 3; i++)
        if (access & 1u << i) {
            fprintf(t->out, "%s%s", before, names[i]);
            before = ",";
        }
    fputs(access ? "" : "none", t->out);
}

static void tell_text(const struct telling *t, const char *what, const char *text)
{
    fprintf(t->out, "%s %s", what, text && *text ? text : "not known");
}

static void tell_descriptor(const struct telling *t)
{
    static const char *const kinds[] = { "file", "folder", "pipe", "socket", "terminal", "device", "other thing" };
    int fd = facts_fd(t->facts), kind = facts_fd_kind(t->facts);
    unsigned i = 0;
    while (i + 1 < sizeof kinds / sizeof *kinds && !(kind >> i & 1))
        i++;
    if (fd >= 0)
        fprintf(t->out, "the descriptor is %d", fd);
    else if (kind)
        fprintf(t->out, "the descriptor is of a %s, and its number not known", kinds[i]);
    else
        fputs("the descriptor is not known", t->out);
}

/* The fact that a condition asked for. */
static void tell_fact(const struct telling *t, unsigned kind)
{
    struct facts *facts = t->facts;
    switch (kind) {
    case TERM_SYMBOL: tell_text(t, "the function is", call_symbol(facts->event->call)); break;
    case TERM_ACCESS: tell_access(t); break;
    case TERM_PID: fprintf(t->out, "the process is %ld", facts_pid(facts)); break;
    case TERM_FD: tell_descriptor(t); break;
    case TERM_UID: fprintf(t->out, "the user is %ld", facts_uid(facts)); break;
    case TERM_GID: fprintf(t->out, "the group is %ld", facts_gid(facts)); break;
    case TERM_CONTAINS: fputs("the data is another", t->out); break;
    case TERM_ARGV: tell_text(t, "the arguments are", facts_argv(facts)); break;
    case TERM_EXE: tell_text(t, "the program is", *facts_exe(facts) ? facts_exe(facts) : "not given (--exe PATH)"); break;
    default: tell_target(t);
    }
}

/* What no other content can be had for, though it opens the file. */
static bool opens_later(const struct telling *t, const struct policy_step *step)
{
    return t->facts->event->call == CALL_posix_spawn_file_actions_addopen && strcmp(step->action, "inject") == 0;
}

static void tell_step(void *ctx, const struct policy_step *step)
{
    struct telling *t = ctx;
    t->decided = step->reason == POLICY_APPLIES;
    t->chance = t->chance || step->chance > 0;
    if (t->told++ < t->skip)
        return;
    fprintf(t->out, "  %s: ", step->rule);
    switch (step->reason) {
    case POLICY_APPLIES: fprintf(t->out, "%s: matches", step->action); break;
    case POLICY_OTHER_CALL:
        fprintf(t->out, "%s: does not match: %s", step->action,
                opens_later(t, step) ? "what posix_spawn is to open stays the real file" : "it is about other calls");
        break;
    case POLICY_NO_ARGUMENT: fprintf(t->out, "%s: does not match: there is nothing to redirect", step->action); break;
    case POLICY_PACE:
        fprintf(t->out, "%s: matches%s", step->action, step->chance > 0 ? "" : ", but is not applied to the first such call");
        break;
    case POLICY_TERM:
        fprintf(t->out, "%s: does not match: %s%s: ", step->action, step->inverted ? "not " : "", step->condition);
        tell_fact(t, step->kind);
    }
    if (step->chance > 0)
        fprintf(t->out, ", and is applied with a chance of %.6g%%", 100 * step->chance);
    fputc('\n', t->out);
}

static void tell_error(const struct verdict *verdict)
{
    if (verdict->has_ret)
        printf(", returns %lld", (long long)verdict->ret);
    else
        printf(", fails with %s (%s)", errno_name(verdict->err), errno_text(verdict->err));
    if (verdict->signal)
        printf(", ends the process by SIG%s", sigabbrev_np(verdict->signal));
}

static void tell_verdict(const struct settings *settings, const struct verdict *verdict, bool decided, const char *how)
{
    for (int i = 0; i < settings->argc; i++)
        printf("%s%s", i ? " " : "", settings->argv[i]);
    printf(": %s", how);
    switch (verdict->action) {
    case HOOK_ACTION_BLOCK:
        printf("blocked by %s%s", verdict->rule, decided ? "" : " (set default block)");
        tell_error(verdict);
        break;
    case HOOK_ACTION_ALLOW: printf("allowed by %s", verdict->rule); break;
    case HOOK_ACTION_REDIRECT: printf("redirected by %s to %s", verdict->rule, verdict->to); break;
    case HOOK_ACTION_INJECT: printf("injected by %s: %s", verdict->rule, verdict->content ? "a text" : verdict->to); break;
    default: fputs("allowed, no rule decides", stdout);
    }
    if (verdict->delay_ns)
        printf(", after %.9gs", (double)verdict->delay_ns / 1e9);
    printf(verdict->log ? ", logged\n" : ", not logged\n");
}

/* Writes one answer; returns the verdict's action. */
static int answer(const struct settings *settings, const struct policy *policy, enum policy_luck luck, struct telling *telling)
{
    struct policy_state state = { .counts = calloc(policy_counts(policy) + 1, sizeof *state.counts) };
    char *steps = NULL;
    size_t len = 0;
    struct verdict verdict;
    telling->out = open_memstream(&steps, &len);
    telling->told = 0;
    if (!telling->out || !state.counts)
        die(STATUS_FAILED, "%s", strerror(ENOMEM));
    policy_explain(policy, &state, telling->facts, luck, tell_step, telling, &verdict);
    fclose(telling->out);
    const char *how = luck == POLICY_LUCK_NONE ? "otherwise " : telling->chance ? "by chance " : "";
    tell_verdict(settings, &verdict, telling->decided, how);
    fwrite(steps, 1, len, stdout);
    free(steps);
    free(state.counts);
    return verdict.action;
}

/* The answer, and the other one where it is a matter of chance. Returns the first one's action. */
static int explain(const struct settings *settings, const struct policy *policy, struct embed_question *question)
{
    struct telling telling = { .facts = &question->facts };
    int action = answer(settings, policy, POLICY_LUCK_ALL, &telling);
    telling.skip = telling.told;
    if (telling.chance)
        answer(settings, policy, POLICY_LUCK_NONE, &telling);
    return action;
}

int command_explain(int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "rules", 'R', "FILE", 0, "the rules (hook.rules(5))", 0 },
        { "exe", KEY_EXE, "PATH", 0, "the program that makes the call", 0 },
        { "uid", KEY_UID, "N", 0, "its user, if not yours", 0 },
        { "gid", KEY_GID, "N", 0, "its group, if not yours", 0 },
        { 0 },
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "CALL [ARG...]",
        .doc = "Say which rule decides on a call, and why the earlier ones do not. Nothing is run.\v"
               "  hook explain -R my.rules open /etc/hosts O_WRONLY\n"
               "  hook explain -R my.rules connect 10.0.0.1:80\n"
               "  hook explain -R my.rules exec /bin/ls -l\n"
               "  hook explain -R my.rules write /var/log/syslog 'some data'\n\n"
               "Status 0 when the call is allowed, 1 when it is blocked, 125 when that cannot be said.",
    };
    struct settings settings = { .rules = getenv("HOOK_RULES"), .request = HOOK_REQUEST_INIT };
    static const char *const nothing[] = { NULL };
    settings.request.exe = "";
    settings.request.argv = nothing; /* unless it is an exec: of who calls, which is nobody */
    struct embed_question question;
    read_options(&argp, "hook explain", STATUS_FAILED, argc, argv, &settings);
    if (!settings.rules || !*settings.rules)
        die(STATUS_FAILED, "explain: no rules given (--rules FILE)");
    explain_request(&settings.request, settings.argc, settings.argv);
    struct policy *policy = rules_compile(settings.rules, NULL);
    if (!policy)
        return STATUS_FAILED;
    int err = embed_ask(&question, &settings.request);
    if (err < 0)
        die(STATUS_FAILED, "%s", strerror(-err));
    int action = explain(&settings, policy, &question);
    embed_release(&question);
    free(policy);
    int status = flush_output();
    return status ? STATUS_FAILED : action == HOOK_ACTION_BLOCK ? STATUS_ERROR : STATUS_OK;
}
