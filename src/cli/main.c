/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/call.h"
#include "core/policy/compile.h"

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

noreturn void refuse_call(int status, const char *who, const char *word, size_t len)
{
    const char *near = nearest(word, len, call_name_at, NULL);
    if (syscall_is_other(word, len))
        die(status, "%s'%.*s' is a system call that no hooked function makes", who, (int)len, word);
    if (near)
        die(status, "%sunknown call '%.*s' (did you mean '%s'?)", who, (int)len, word, near);
    die(status, "%sunknown call '%.*s'", who, (int)len, word);
}

static const char *command_name_at(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < COMMAND_COUNT ? commands[i].name : NULL;
}

int flush_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return STATUS_OK;
    say("standard output: %s", strerror(errno));
    return STATUS_ERROR;
}

int show_version(void)
{
    puts("hook " HOOK_VERSION);
    return flush_output();
}

static int show_help(void)
{
    fputs("Usage: hook COMMAND [ARG...]\n"
          "See what a program asks of libc, and decide on it by rules.\n\n",
          stdout);
    for (int i = 0; i < COMMAND_COUNT; i++)
        printf("  hook %-8s %s\n", commands[i].name, commands[i].text);
    fputs("\n"
          "  hook run cat /etc/hostname\n"
          "  hook run --rules my.rules -o trace.json --format json make\n\n"
          "`hook COMMAND --help` tells more; so do hook(1), libhook(7) and hook.rules(5).\n",
          stdout);
    return flush_output();
}

static noreturn void refuse(const char *name)
{
    if (name[0] == '-')
        die(STATUS_FAILED, "unknown option '%s' (see `hook --help`)", name);
    const char *near = nearest(name, strlen(name), command_name_at, NULL);
    if (near)
        die(STATUS_FAILED, "unknown command '%s' (did you mean '%s'?)", name, near);
    die(STATUS_FAILED, "unknown command '%s' (see `hook --help`)", name);
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        die(STATUS_FAILED, "no command given (see `hook --help`)");
    if (is_one_of(argv[1], "--help", "-h", "help"))
        return show_help();
    if (is_one_of(argv[1], "--version", "-V", "version"))
        return show_version();
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, argv[1]) != 0)
            continue;
        argv[1] = (char[]){ "hook" }; /* the name in getopt's messages */
        return commands[i].run(argc - 1, argv + 1);
    }
    refuse(argv[1]);
}
