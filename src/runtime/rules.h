/* SPDX-License-Identifier: MIT */
#ifndef RUNTIME_RULES_H
#define RUNTIME_RULES_H

#include <stdbool.h>
#include <stddef.h>

struct policy;
struct policy_state;

/* A path with "/./" in it is shown from there on: /home/me/./rules is the file "rules" of a program
 * that was started in /home/me. */
const char *rules_shown_name(const char *path);

/* What the policy counts and draws by. HOOK_SEED (NULL: not set) makes what chance= draws the same each time. Returns 0,
 * or a negative errno when there is no memory. reload: for any rules that may follow. */
int rules_state(const struct policy *policy, bool reload, const char *seed, struct policy_state *ret);

/* Counts begin at 0: other rules count now. */
void rules_start_again(struct policy_state *state);

/* A forked child draws numbers of its own, unless there is a seed. */
void rules_forked(struct policy_state *state);

/* Loads and compiles a rules file; NULL when it is broken, which is said, if that is wanted. */
struct policy *rules_load(const char *path, bool tells);

/* The files that were read last, when they are noted. */
extern struct watch rules_watch;
extern bool rules_noted;

#endif
