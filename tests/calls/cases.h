/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CALLS_CASES_H
#define TESTS_CALLS_CASES_H

#include <stdbool.h>

struct call_case {
    const char *symbol;
    const char *line; /* what the trace is to say: a pattern */
    void (*make)(void);
};

extern const struct call_case cases[];
extern const unsigned case_count;

/* Runs the case without the library and with it, in folders below root. What is wrong is said in one
 * message that names the case. */
bool case_passes(const struct call_case *one, const char *root);

/* Does the pattern fit the whole text? * is any run of characters, \* a star. */
bool pattern_fits(const char *pattern, const char *text);

#endif
