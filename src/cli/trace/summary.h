/* SPDX-License-Identifier: MIT */
/* What calls took, by whatever they have in common. */
#ifndef CLI_TRACE_SUMMARY_H
#define CLI_TRACE_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/trace/number.h"
#include "cli/trace/programs.h"
#include "hook/event.h"

/* Calls are put together by one of these. */
enum summary_by { BY_SYMBOL, BY_OP, BY_SYSCALL, BY_PATH, BY_HOST, BY_PROCESS, BY_ERRNO, BY_COUNT };
enum summary_sort { SORT_TIME, SORT_CALLS, SORT_ERRORS, SORT_NAME, SORT_COUNT };

struct group {
    const char *name;
    uint64_t calls, errors, ns, longest_ns;
};

struct summary {
    enum summary_by by;
    bool json; /* not text: hosts are escaped when they are named, for there is no other spelling of them */
    struct texts names;
    struct group *groups;     /* by the number of the name */
    struct programs programs; /* whose parents are to be told of all events before, if they are by process */
};

/* The names of the two enums, BY_COUNT and SORT_COUNT of them. */
extern const char *const summary_by_names[];
extern const char *const summary_sort_names[];
/* The index of that name; ends the process when there is none. */
int summary_choose(const char *option, const char *word, const char *const *names, int count);

/* All events are shown to it, whatever is wanted of them: which program a process runs changes, and a pid may be used again. */
void summary_look(struct summary *summary, const struct hook_event *event);
void summary_add(struct summary *summary, const struct hook_event *event);
void summary_print(const struct summary *summary, enum summary_sort sort, FILE *to);
void summary_print_json(const struct summary *summary, enum summary_sort sort, FILE *to);
void summary_free(struct summary *summary);

#endif
