/* SPDX-License-Identifier: MIT */
/* What the options of all verbs have in common. argp's own help and errors would both carry the name in
 * argv[0], but help is about "hook VERB" while every error begins with "hook: ". */
#include "cli/cli.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_USAGE = 1024 };

static const char *verb_name;

static noreturn void show_help(struct argp_state *state, unsigned flags)
{
    state->name = (char *)verb_name;
    argp_state_help(state, stdout, flags);
    exit(flush_output());
}

static error_t parse_standard(int key, char *arg, struct argp_state *state)
{
    (void)arg;
    switch (key) {
    case ARGP_KEY_INIT: state->err_stream = NULL; return 0; /* what argp adds to getopt's message */
    case ARGP_KEY_ERROR: fprintf(stderr, "Try `%s --help` for more.\n", verb_name); exit(argp_err_exit_status);
    case 'h': show_help(state, ARGP_HELP_STD_HELP & ~(unsigned)ARGP_HELP_EXIT_OK);
    case KEY_USAGE: show_help(state, ARGP_HELP_USAGE);
    case 'V': exit(show_version());
    default: return ARGP_ERR_UNKNOWN;
    }
}

void read_options(const struct argp *verb, const char *name, int status, int argc, char **argv, void *input)
{
    static const struct argp_option options[] = {
        { "help", 'h', NULL, 0, "show this text", -1 },
        { "usage", KEY_USAGE, NULL, 0, "show the options in short", -1 },
        { "version", 'V', NULL, 0, "show the version", -1 },
        { 0 },
    };
    static const struct argp standard = { .options = options, .parser = parse_standard };
    static const struct argp_child children[] = { { &standard, 0, NULL, 0 }, { 0 } };
    struct argp argp = *verb;
    argp.children = children;
    verb_name = name;
    argp_err_exit_status = status;
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_HELP, NULL, input);
}
