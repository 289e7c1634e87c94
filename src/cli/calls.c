/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "core/call.h"

enum form { TABLE, JSON, MARKDOWN };

static const struct {
    const char *symbol, *reason;
} left_out[] = {
#define LEFT_OUT(symbol, reason) { #symbol, reason },
#include "core/left_out.def"
#undef LEFT_OUT
};

enum { LEFT_OUT_COUNT = sizeof left_out / sizeof *left_out };

struct settings {
    enum form form;
    struct call_set set;
    bool left_out[LEFT_OUT_COUNT];
    bool named;
};

enum { KEY_JSON = 256, KEY_MARKDOWN };

static const struct {
    unsigned bit;
    char name[10];
} classes[] = {
    { CLASS_FILE, "%file" },     { CLASS_DESC, "%desc" },     { CLASS_NETWORK, "%network" }, { CLASS_PROCESS, "%process" },
    { CLASS_MEMORY, "%memory" }, { CLASS_SIGNAL, "%signal" }, { CLASS_STDIO, "%stdio" },
};

static void put_classes(unsigned call, const char *between, const char *quote)
{
    const char *before = "";
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (!(call_classes(call) & classes[i].bit))
            continue;
        printf("%s%s%s%s", before, quote, classes[i].name, quote);
        before = between;
    }
}

/* As wide as the longest name of those that are listed. */
static int width_of(const struct settings *settings)
{
    size_t width = strlen("SYMBOL");
    for (unsigned call = 0; call < CALL_COUNT; call++)
        if ((!settings->named || call_set_has(&settings->set, call)) && strlen(call_symbol(call)) > width)
            width = strlen(call_symbol(call));
    for (unsigned i = 0; i < LEFT_OUT_COUNT; i++)
        if ((!settings->named || settings->left_out[i]) && strlen(left_out[i].symbol) > width)
            width = strlen(left_out[i].symbol);
    return (int)width;
}

static void put_row(unsigned call, int width)
{
    printf("%-*s %-18s %-18s ", width, call_symbol(call), call_op(call), call_syscall(call));
    put_classes(call, ",", "");
    putchar('\n');
}

static void put_object(unsigned call, bool first)
{
    printf("%s\n {\"symbol\":\"%s\",\"op\":\"%s\",\"syscall\":\"%s\",\"classes\":[", first ? "" : ",", call_symbol(call),
           call_op(call), call_syscall(call));
    put_classes(call, ",", "\"");
    printf("],\"args\":[");
    for (unsigned arg = 0; arg < call_table[call].args; arg++)
        printf("%s\"%s\"", arg ? "," : "", call_arg_name(call, arg));
    printf("]}");
}

static void put_markdown(unsigned call)
{
    printf("| `%s` | `%s` | `%s` | ", call_symbol(call), call_op(call), call_syscall(call));
    put_classes(call, " ", "`");
    printf(" |\n");
}

/* A function that is left out, in the columns of the others. */
static void put_left_out(enum form form, unsigned i, int width, bool first)
{
    if (form == TABLE)
        printf("%-*s %-18s %-18s left out: %s\n", width, left_out[i].symbol, "-", "-", left_out[i].reason);
    else if (form == JSON)
        printf("%s\n {\"symbol\":\"%s\",\"op\":\"\",\"syscall\":\"\",\"classes\":[],\"args\":[],\"reason\":\"%s\"}",
               first ? "" : ",", left_out[i].symbol, left_out[i].reason);
    else
        printf("| `%s` | %s |\n", left_out[i].symbol, left_out[i].reason);
}

static const char *const heads[] = {
    [JSON] = "[",
    [MARKDOWN] = "# The calls\n\nEvery libc function that libhook hooks: what it does to the system (the name that rules and "
                 "`HOOK_TRACE`\n"
                 "use), the system call that it stands for, and its classes. Made by `hook calls --markdown` from\n"
                 "`src/core/calls.def`.\n\n| symbol | operation | system call | classes |\n| --- | --- | --- | --- |\n",
};

static const char left_out_head[] = "\n## Left out\n\nFunctions that one might look for above, and why they are not hooked.\n\n"
                                    "| symbol | because |\n| --- | --- |\n";

static bool list_hooked(const struct settings *settings, int width)
{
    bool first = true;
    for (unsigned call = 0; call < CALL_COUNT; call++) {
        if (settings->named && !call_set_has(&settings->set, call))
            continue;
        if (settings->form == TABLE)
            put_row(call, width);
        else if (settings->form == JSON)
            put_object(call, first);
        else
            put_markdown(call);
        first = false;
    }
    return first;
}

static int list(const struct settings *settings)
{
    int width = width_of(settings);
    if (settings->form == TABLE)
        printf("%-*s %-18s %-18s CLASSES\n", width, "SYMBOL", "OPERATION", "SYSTEM CALL");
    else
        fputs(heads[settings->form], stdout);
    bool first = list_hooked(settings, width);
    if (settings->form == MARKDOWN && !settings->named)
        fputs(left_out_head, stdout);
    for (unsigned i = 0; i < LEFT_OUT_COUNT; i++) {
        if (settings->named && !settings->left_out[i])
            continue;
        put_left_out(settings->form, i, width, first);
        first = false;
    }
    if (settings->form == JSON)
        printf("\n]\n");
    return flush_output();
}

static bool add_left_out(struct settings *settings, const char *name)
{
    for (unsigned i = 0; i < LEFT_OUT_COUNT; i++) {
        if (strcmp(left_out[i].symbol, name) == 0)
            return settings->left_out[i] = true;
    }
    return false;
}

static void add_name(struct settings *settings, const char *name)
{
    settings->named = true;
    if (call_set_add(&settings->set, name, strlen(name)) || add_left_out(settings, name))
        return;
    refuse_call(STATUS_ERROR, "", name, strlen(name));
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct settings *settings = state->input;
    switch (key) {
    case KEY_JSON: settings->form = JSON; return 0;
    case KEY_MARKDOWN: settings->form = MARKDOWN; return 0;
    case ARGP_KEY_ARG: add_name(settings, arg); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

int command_calls(int argc, char **argv)
{
    static const struct argp_option options[] = {
        { "json", KEY_JSON, NULL, 0, "as one JSON array", 0 },
        { "markdown", KEY_MARKDOWN, NULL, 0, "as a page of documentation", 0 },
        { 0 },
    };
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "[NAME...]",
        .doc = "List the calls that are hooked: symbol, operation, system call, classes; and those left out, with the reason.\v"
               "NAME selects as in rules and in -e: an operation (open), a system call (openat), a library function "
               "(fopen), a class (%network).",
    };
    struct settings settings = { 0 };
    read_options(&argp, "hook calls", STATUS_ERROR, argc, argv, &settings);
    return list(&settings);
}
