/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/call.h"
#include "core/policy/compile.h"

/* For libc to find: not hidden. */
__attribute__((visibility("default"))) const char *argp_program_version = "hook " HOOK_VERSION;

static const struct command {
    const char *name, *text;
    int (*run)(int argc, char **argv);
} commands[] = {
#define COMMAND(name, text) { #name, text, command_##name },
#include "cli/commands.def"
#undef COMMAND
};

enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void vsay(const char *format, va_list args)
{
    fflush(stdout);
    fputs("hook: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsay(format, args);
    va_end(args);
}

noreturn void die(int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsay(format, args);
    va_end(args);
    exit(status);
}

static const char *call_name_at(const void *ctx, unsigned i)
{
    (void)ctx;
    return call_known_name(i);
}

const char *nearest_call(const char *word, size_t len)
{
    return nearest(word, len, call_name_at, NULL);
}

static const char *command_name_at(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < COMMAND_COUNT ? commands[i].name : NULL;
}

static int help(FILE *out)
{
    fputs("Usage: hook COMMAND [ARG...]\n"
          "See what a program asks of libc, and decide on it by rules.\n\n",
          out);
    for (int i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  hook %-8s %s\n", commands[i].name, commands[i].text);
    fputs("\n"
          "  hook run cat /etc/hostname\n"
          "  hook run --rules my.rules -o trace.json --format json make\n\n"
          "`hook COMMAND --help` tells more; so do hook(1), libhook(7) and hook.rules(5).\n",
          out);
    return fflush(out) == 0 ? STATUS_OK : STATUS_ERROR;
}

static int unknown(const char *name)
{
    static const char later[][8] = { "explain", "cat", "stat", "export" };
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (strcmp(later[i], name) == 0)
            die(STATUS_FAILED, "'%s' is not available in this version", name);
    const char *near = nearest(name, strlen(name), command_name_at, NULL);
    if (near)
        die(STATUS_FAILED, "unknown command '%s' (did you mean '%s'?)", name, near);
    die(STATUS_FAILED, "unknown command '%s' (see `hook --help`)", name);
}

int main(int argc, char **argv)
{
    char full_name[32];
    if (argc < 2) {
        help(stderr);
        return STATUS_FAILED;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        return help(stdout);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return puts(argp_program_version) < 0 || fflush(stdout) != 0;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, argv[1]) != 0)
            continue;
        snprintf(full_name, sizeof full_name, "hook %s", argv[1]);
        argv[1] = full_name;
        program_invocation_name = program_invocation_short_name = full_name;
        return commands[i].run(argc - 1, argv + 1);
    }
    return unknown(argv[1]);
}
