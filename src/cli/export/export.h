/* SPDX-License-Identifier: MIT */
/* Traces in the formats of other tools; exports.def lists them. */
#ifndef CLI_EXPORT_EXPORT_H
#define CLI_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "hook/event.h"

/* Where it goes. */
struct export_output {
    FILE *to;         /* NULL for a format that makes its output itself */
    const char *path; /* as given; NULL: standard output */
    bool split;       /* one file a thread */
};

/* One format. All but event may be NULL; what cannot be written to files of its own ends the process. */
struct exporter {
    const char *makes; /* what it makes itself at the path: "a file", "a folder"; NULL: it writes a stream */
    bool splits;       /* it writes lines, also to one file a thread, PATH.TID; a program's begin is an execve there */
    void (*begin)(const struct export_output *output);
    void (*look)(const struct hook_event *event); /* all events, before the first is exported */
    void (*event)(FILE *to, const struct hook_event *event);
    void (*end)(FILE *to);
};

#define EXPORT(name, text) extern const struct exporter export_##name;
#include "cli/export/exports.def"
#undef EXPORT

/* The event as a line of text without pid, newline and what rules decided, or of JSON without newline. The memory is
 * used again. */
const char *export_text(const struct hook_event *event);
const char *export_json(const struct hook_event *event);

/* A call's arguments as an object of JSON, in the same memory. */
const char *export_args(const struct hook_event *event);

/* One argument as text spells it; "" where there is none. Memory of its own, used again. */
const char *export_value(const struct hook_event *event, unsigned arg);

/* The address that the call names or was given; NULL: none. */
const char *export_address(const struct hook_event *event);

/* A START's words with blanks between. */
const char *export_command(const struct hook_event *event);
/* The same as a list: ["cat", "file"]. */
const char *export_words(const struct hook_event *event, bool json);

extern const char *const export_actions[];

#endif
