/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <argp.h>

static error_t parse(int key, char *arg, struct argp_state *state)
{
    bool *sound = state->input;
    switch (key) {
    case ARGP_KEY_ARG: *sound = rules_are_sound(arg) && *sound; return 0;
    case ARGP_KEY_NO_ARGS: die(STATUS_ERROR, "check: no rules file given (see `hook check --help`)");
    default: return ARGP_ERR_UNKNOWN;
    }
}

int command_check(int argc, char **argv)
{
    static const struct argp argp = {
        .parser = parse,
        .args_doc = "RULES...",
        .doc = "Report every error of the rules files.\vSilent, with status 0, when there is none; 1 otherwise. "
               "hook.rules(5) describes the language.",
    };
    bool sound = true;
    read_options(&argp, "hook check", STATUS_ERROR, argc, argv, &sound);
    return sound ? STATUS_OK : STATUS_ERROR;
}
