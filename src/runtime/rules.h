/* SPDX-License-Identifier: MIT */
#ifndef RUNTIME_RULES_H
#define RUNTIME_RULES_H

#include <stddef.h>

struct policy;

/* A path with "/./" in it is shown from there on: /home/me/./rules is the file "rules" of a program
 * that was started in /home/me. */
const char *rules_shown_name(const char *path);

/* Loads and compiles a rules file; NULL when it is broken, and that has been said. */
struct policy *rules_load(const char *path);

#endif
