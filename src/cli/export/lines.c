/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/export/export.h"
#include "core/format.h"

static char *buf;
static size_t size;

static size_t format(const struct hook_event *event, bool json)
{
    return json ? format_json(event, buf, size) : format_text(event, false, buf, size);
}

/* The line with a NUL where its newline was. */
static char *line_of(const struct hook_event *event, bool json)
{
    size_t len = format(event, json);
    if (len > size) {
        free(buf);
        size = 2 * len;
        buf = malloc(size);
        if (!buf)
            die(STATUS_ERROR, "out of memory");
        len = format(event, json);
    }
    buf[len - 1] = '\0';
    return buf;
}

const char *export_text(const struct hook_event *event)
{
    struct hook_event plain = *event;
    plain.rule = NULL;
    return strchr(line_of(&plain, false), ']') + 2; /* behind "[HOOK pid] " */
}

const char *export_json(const struct hook_event *event)
{
    return line_of(event, true);
}
