/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/export/export.h"

static void begin(const struct export_output *output)
{
    (void)output;
    die(STATUS_ERROR, "--to sqlite: this hook was built without SQLite (libsqlite3-dev)");
}

const struct exporter export_sqlite = { .makes = "a file", .begin = begin };
