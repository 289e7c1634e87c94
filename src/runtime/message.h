/* SPDX-License-Identifier: MIT */
#ifndef RUNTIME_MESSAGE_H
#define RUNTIME_MESSAGE_H

/* Writes "hook: ", the parts and a newline to standard error in one write; the last is NULL. */
void message(const char *part, ...) __attribute__((sentinel));

/* The C locale's text of an errno. */
const char *error_text(int err);

#endif
