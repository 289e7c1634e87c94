/* SPDX-License-Identifier: MIT */
#include "cli/run.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/trace/summary.h"
#include "core/call.h"

enum { KEY_NO_FOLLOW = 256, KEY_LIBRARY, KEY_RELOAD, KEY_TIPS };

/* strace's other letters: they mean there what they will mean here. */
static const char later[] = "aAbdDiIknNOpuUwWXY";

static const struct argp_option options[] = {
    { "rules", 'R', "FILE", 0, "decide by the rules in FILE (hook.rules(5))", 0 },
    { "output", 'o', "FILE", 0,
      "write events to FILE, emptied first; %p in it becomes the pid; stderr, fd:N; ring:SIZE[:FILE] for the last SIZE bytes of "
      "each process",
      0 },
    { "format", 'F', "FORMAT", 0, "text (the default), json or binary (hook cat reads it)", 0 },
    { "trace", 'e', "CALLS", 0, "log these calls only: names, %classes; all but these with ! before them", 0 },
    { "summary-only", 'c', NULL, 0, "count calls, errors and time, and print them at the end, instead of events", 0 },
    { "trace-path", 'P', "PATH", 0, "log calls only that name PATH, or a descriptor of it; more than one -P adds up", 0 },
    { "successful-only", 'z', NULL, 0, "log calls only that succeeded", 0 },
    { "failed-only", 'Z', NULL, 0, "log calls only that failed", 0 },
#include "cli/look.def"
    { "summary", 'C', NULL, 0, "the same after the events", 0 },
    { "summary-sort-by", 'S', "WHAT", 0, "sort the summary by time (the default), calls, errors or name", 0 },
    { "no-follow", KEY_NO_FOLLOW, NULL, 0, "do not follow child processes", 0 },
    { "follow-forks", 'f', NULL, 0, "follow them (the default)", 0 },
    { "env", 'E', "VAR=VALUE", 0, "set VAR for the command; -E VAR removes it", 0 },
    { "tips", KEY_TIPS, NULL, 0, "print after each blocked call the rule that would allow it", 0 },
    { "reload", KEY_RELOAD, NULL, 0, "take up changes of the rules while the command runs", 0 },
    { "library", KEY_LIBRARY, "FILE", 0, "the libhook.so to use", 0 },
};

enum { OPTION_COUNT = sizeof options / sizeof *options, LATER_COUNT = sizeof later - 1 };

static void set_variable(const char *assignment)
{
    const char *equals = strchr(assignment, '=');
    if (equals == assignment || !*assignment)
        die(STATUS_FAILED, "-E: '%s' names no variable", assignment);
    if (!equals) {
        unsetenv(assignment);
        return;
    }
    char *name = strndup(assignment, (size_t)(equals - assignment));
    setenv(name, equals + 1, 1);
    free(name);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct run *run = state->input;
    switch (key) {
    case 'R': run->rules = arg; return 0;
    case 'o': run->output = arg; return 0;
    case 'F': run->format = arg; return 0;
    case 'e':
        free(run->trace);
        run->trace = run_trace_list(arg);
        return 0;
    case 'E': set_variable(arg); return 0;
    case 'f':
        if (run->follow++)
            die(STATUS_FAILED, "-ff is not available in this version (-o FILE with %%p in it: one file a process)");
        return 0;
    case 'c':
    case 'C':
        if (run->count && run->show != (key == 'C'))
            die(STATUS_FAILED, "-c and -C do not go together");
        run->count = true;
        run->show = key == 'C';
        return 0;
    case 'S': run->sort = summary_choose("-S", arg, summary_sort_names, SORT_COUNT); return 0;
    case KEY_NO_FOLLOW: run->no_follow = true; return 0;
    case KEY_TIPS: run->look.show.tips = run->look.any = true; return 0;
    case KEY_RELOAD: run->reload = true; return 0;
    case KEY_LIBRARY: run->library = arg; return 0;
    case ARGP_KEY_ARG: /* the command: the rest is its own */
        run->command = &state->argv[state->next - 1];
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS: die(STATUS_FAILED, "run: no command given (see `hook run --help`)");
    default:
        if (look_option(&run->look, key, arg))
            return 0;
        if (key > 0 && key <= 'z' && strchr(later, key))
            die(STATUS_FAILED, "-%c is not available in this version", key);
        return ARGP_ERR_UNKNOWN;
    }
}

static const char help[] =
    "Run COMMAND under the library and show what it asks of libc.\v"
    "Options end at COMMAND, or at --. The letters are strace's where strace has one.\n\n"
    "  hook run cat /etc/hostname\n"
    "  hook run -e open,connect -o trace.json -F json curl http://localhost/\n"
    "  hook run --rules my.rules make\n\n"
    "Exit status: the command's own; 128+N when signal N ended it; 125 hook failed, 126 COMMAND is not executable, 127 it was "
    "not found. hook(1) tells all.";

void run_read_options(struct run *run, int argc, char **argv)
{
    struct argp_option all[OPTION_COUNT + LATER_COUNT + 1] = { 0 };
    const struct argp argp = { .options = all, .parser = parse, .args_doc = "COMMAND [ARG...]", .doc = help };
    look_init(&run->look);
    memcpy(all, options, sizeof options);
    for (int i = 0; i < LATER_COUNT; i++)
        all[OPTION_COUNT + i] = (struct argp_option){ .key = later[i], .flags = OPTION_HIDDEN };
    read_options(&argp, "hook run", STATUS_FAILED, argc, argv, run);
}

/* strace's qualifiers other than trace. */
static bool is_qualifier(const char *word, size_t len)
{
    static const char names[][12] = { "abbrev", "decode-fds", "fault",     "inject", "kvm",    "namespace", "quiet",
                                      "raw",    "read",       "secontext", "signal", "status", "verbose",   "write" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == len && memcmp(names[i], word, len) == 0)
            return true;
    return false;
}

static const char *skip_qualifier(const char *expression)
{
    const char *equals = strchr(expression, '=');
    size_t len = equals ? (size_t)(equals - expression) : 0;
    if (!equals)
        return expression;
    if ((len == 5 && memcmp(expression, "trace", 5) == 0) || (len == 1 && *expression == 't'))
        return equals + 1;
    if (is_qualifier(expression, len))
        die(argp_err_exit_status, "-e %.*s= is not available in this version", (int)len, expression);
    die(argp_err_exit_status, "-e: unknown qualifier '%.*s' (trace= is the one there is)", (int)len, expression);
}

static void check_call(const char *who, const char *word, size_t len)
{
    struct call_set set = { 0 };
    if (!call_set_add(&set, word, len) && !syscall_is_other(word, len))
        refuse_call(argp_err_exit_status, who, word, len);
}

void run_check_calls(const char *who, const char *list)
{
    for (const char *word = list; strcmp(list, "none") != 0; word++) {
        word += *word == '!';
        size_t len = strcspn(word, ",");
        check_call(who, word, len);
        word += len;
        if (!*word)
            return;
    }
}

/* A ! before the whole list takes all of it away, as in strace; ours may also stand before each name. */
char *run_trace_list(const char *expression)
{
    const char *list = skip_qualifier(expression);
    bool away = *list == '!';
    if (strcmp(list, "none") == 0 || strcmp(list, "!all") == 0)
        return strdup("none");
    if (strcmp(list, "!none") == 0)
        return strdup("all");
    char *out = malloc(2 * strlen(list) + 2), *at = out;
    for (const char *word = list;; word++) {
        word += *word == '!';
        size_t len = strcspn(word, ",");
        bool this_away = away || (word > list && word[-1] == '!');
        check_call("-e: ", word, len);
        at += sprintf(at, "%s%s%.*s", at == out ? "" : ",", this_away ? "!" : "", (int)len, word);
        word += len;
        if (!*word)
            return out;
    }
}
