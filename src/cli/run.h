/* SPDX-License-Identifier: MIT */
/* `hook run` in pieces. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <stdbool.h>

#include "cli/look.h"
#include "core/elf.h"

struct policy;

struct run {
    const char *rules, *output, *format, *library; /* as given; NULL: not given */
    char *trace;                                   /* for HOOK_TRACE; NULL: not given */
    struct look look;
    bool no_follow;
    bool count; /* a summary instead of events */
    bool show;  /* or after them */
    int sort;   /* of the summary: enum summary_sort */
    bool reload;
    int follow;     /* how many -f */
    char **command; /* argv of the program */
};

/* Reads the command line; ends the process where it is wrong. -E takes effect at once. */
void run_read_options(struct run *run, int argc, char **argv);

/* `-e` as strace takes it -> the value of HOOK_TRACE. */
char *run_trace_list(const char *expression);

/* Ends the process when a list that HOOK_TRACE takes names a call that there is none of; who says so. */
void run_check_calls(const char *who, const char *list);

/* Sets the variables that libhook.so reads, and checks what they say; LD_PRELOAD is for that program. */
void run_set_environment(const struct run *run, const struct elf *program);

/* That rules file is to be taken up again when it, or a file that it includes, has changed: whenever that is polled. It
 * is compiled for the first time by reload_compile, which returns what rules_compile does. */
void reload_begin(const char *path, const char *origin);
struct policy *reload_compile(void);
bool reload_watches(void);
void reload_poll(void);

/* Looks for a program by its name, as execvp would: its path, or NULL; found: a file has that name. */
const char *run_search_program(const char *name, bool *ret_found);

/* Finds the program as execvp would; ends the process with 126 or 127. */
const char *run_find_program(const char *name);

/* With run->count: has events recorded, before the environment is set; prints the summary, when the command has ended.
 * With run->show also the events, whenever it is polled. */
void run_count_begin(struct run *run);
bool run_count_watches(void);
void run_count_poll(void);
void run_count_end(void);

/* Runs it and waits; returns its exit status, or 128+N for signal N. */
int run_program(const char *path, char **argv);

#endif
