/* SPDX-License-Identifier: MIT */
#include <argp.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "core/policy/review.h"
#include "embed/source.h"

struct settings {
    bool warn, sound;
};

static void show_doubt(void *ctx, enum policy_doubt doubt, const char *rule, const char *other)
{
    static const char *const formats[] = {
        [POLICY_SHADOWED] = "%s: warning: it is never applied: %s always comes first",
        [POLICY_NOT_OPEN] = "%s: warning: it is never applied to open: %s always comes first",
        [POLICY_NOT_BY_NAME] = "%s: warning: it is applied to other names of the file alone: %s comes first",
        [POLICY_NOT_OPEN_BY_NAME] = "%s: warning: it is not applied to open, but by other names of the file: %s comes first",
        [POLICY_DUPLICATE] = "%s: warning: it says what %s says",
        [POLICY_MISSING] = "%s: warning: there is no %s",
    };
    (void)ctx;
    say(formats[doubt], rule, other);
}

static void check(struct settings *settings, const char *path)
{
    struct policy *policy = rules_compile(path, NULL);
    settings->sound = settings->sound && policy;
    if (policy && settings->warn)
        policy_review(policy, &embed_by_files, show_doubt, NULL);
    free(policy);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct settings *settings = state->input;
    switch (key) {
    case 'w': settings->warn = true; return 0;
    case ARGP_KEY_ARG: check(settings, arg); return 0;
    case ARGP_KEY_NO_ARGS: die(STATUS_ERROR, "check: no rules file given (see `hook check --help`)");
    default: return ARGP_ERR_UNKNOWN;
    }
}

int command_check(int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "warn", 'w', NULL, 0,
          "warn of rules that are never applied, or twice there, and of targets and files to inject that do not exist", 0 },
        { 0 },
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "RULES...",
        .doc = "Report every error of the rules files.\vSilent, with status 0, when there is none; 1 otherwise. A warning is no "
               "error. hook.rules(5) describes the language.",
    };
    struct settings settings = { .sound = true };
    read_options(&argp, "hook check", STATUS_ERROR, argc, argv, &settings);
    return settings.sound ? STATUS_OK : STATUS_ERROR;
}
