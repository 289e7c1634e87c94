/* SPDX-License-Identifier: MIT */
#ifndef CORE_SCRIPT_H
#define CORE_SCRIPT_H

#include <stdbool.h>

enum { SCRIPT_LINE = 256, SCRIPTS_MAX = 5 }; /* as the kernel has them: how long the first line is, and how many of scripts */

/* The program that a script wants for itself, from the first len bytes of its file; false when it is no script. The line
 * is changed, and has room for one byte more. */
bool script_interpreter(char *line, long len, const char **ret);

#endif
