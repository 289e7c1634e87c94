/* SPDX-License-Identifier: MIT */
/* Traces in the formats of other tools; exports.def lists them. */
#ifndef CLI_EXPORT_EXPORT_H
#define CLI_EXPORT_EXPORT_H

#include <stdio.h>

#include "hook/event.h"

/* One format. begin and end may be NULL. */
struct exporter {
    void (*begin)(FILE *to);
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

#endif
