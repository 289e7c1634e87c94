/* SPDX-License-Identifier: MIT */
/* The Common Trace Format 1.8: what an event is of, for the description and for the stream. */
#ifndef CLI_EXPORT_CTF_H
#define CLI_EXPORT_CTF_H

#include <stdbool.h>
#include <stdio.h>

#include "core/call.h"

/* The events that are no call. */
enum { CTF_START = CALL_COUNT, CTF_EXIT, CTF_EVENTS };

enum { CTF_MAGIC = 0xc1fc1fc1, CTF_MINOR = 8, CTF_ACTIONS = 6 };

/* Is an argument of that kind a number there, and not text? */
bool ctf_is_number(unsigned kind);

void ctf_describe(FILE *to);

#endif
