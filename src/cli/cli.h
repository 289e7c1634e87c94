/* SPDX-License-Identifier: MIT */
/* What the verbs share. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

/* Exit statuses of `run`, as env(1) and timeout(1) have them; FAILED also is a wrong usage of it. */
enum { STATUS_OK = 0, STATUS_ERROR = 1, STATUS_FAILED = 125, STATUS_NOT_EXECUTABLE = 126, STATUS_NOT_FOUND = 127 };

/* One verb: argv[0] is "hook VERB". Returns the exit status. */
#define COMMAND(name, text) int command_##name(int argc, char **argv);
#include "cli/commands.def"
#undef COMMAND

/* "hook: " and the message on standard error. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The known name that a misspelt one of calls is nearest to, or NULL. */
const char *nearest_call(const char *word, size_t len);

/* Compiles a rules file and reports every error; returns whether there was none. */
bool rules_are_sound(const char *path);

/* Why a preload library will see little or nothing of that program, or NULL: the words that follow
 * its name in a sentence. */
const char *blind_spot(const char *path);

/* `hook --version`. */
extern const char *argp_program_version;

#endif
