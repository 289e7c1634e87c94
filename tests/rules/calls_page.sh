#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/calls.md is what the command prints.
cd "$(dirname "$0")/../.." || exit 1
LD_PRELOAD=$HOOK_TEST_PRELOAD "$HOOK_BIN" calls --markdown | diff docs/calls.md - ||
    { echo "docs/calls.md is not what the table says: hook calls --markdown >docs/calls.md"; exit 1; }
