/* SPDX-License-Identifier: MIT */
/* What the verbs share. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdnoreturn.h>

/* Exit statuses of `run`, as env(1) and timeout(1) have them; FAILED also is a wrong usage of it. */
enum { STATUS_OK = 0, STATUS_ERROR = 1, STATUS_FAILED = 125, STATUS_NOT_EXECUTABLE = 126, STATUS_NOT_FOUND = 127 };

struct argp;
struct policy;

/* One verb: argv[0] is "hook". Returns the exit status. */
#define COMMAND(name, text) int command_##name(int argc, char **argv);
#include "cli/commands.def"
#undef COMMAND

/* "hook: " and the message on standard error. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads a verb's options with argp. Ends the process with that status when they are wrong, and after --help,
 * --usage and --version. */
void read_options(const struct argp *verb, const char *name, int status, int argc, char **argv, void *input);

/* Status for what went to standard output: ERROR, and a message, when it could not be written. */
int flush_output(void);
int show_version(void);

/* Says that no call has that name, and which one may be meant. who: what the message begins with. */
noreturn void refuse_call(int status, const char *who, const char *word, size_t len);

struct embed_extra;

/* Compiles a rules file and reports every error; NULL when there was one. To be freed. extra: or NULL. */
struct policy *rules_compile(const char *path, const struct embed_extra *extra);

/* The path by which other processes can map the image that was published last; NULL when that cannot be. */
const char *rules_publish(const struct policy *policy);

/* The same for the image of these rules that is kept from before; NULL: there is none, and cache_store is to be told of the next.
 */
const char *rules_publish_cached(const char *path, const char *origin);

/* False when not all of it could be written. */
bool write_all(int fd, const char *bytes, size_t len);

struct hook_request;

/* The request that `CALL [ARG...]` is; ends the process with a message when it is none. */
void explain_request(struct hook_request *ret, int argc, char **argv);

/* Looks at what the library is to be loaded into. Returns why it will see nothing of that program, as the words that
 * follow the program's name in a sentence; NULL: it will. */
struct elf;
const char *look_at_program(struct elf *ret, const char *path);

/* Prints what `hook stat` prints of that trace; sort: enum summary_sort. */
void summarise(const char *trace, int sort, FILE *to);

#endif
