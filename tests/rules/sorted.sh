#!/bin/sh
# SPDX-License-Identifier: MIT
# The rows of a table stand one a line, sorted by their first word, each once.
cd "$(dirname "$0")/../.." || exit 1
failed=0

# sorted FILE MACRO...: MACRO is a regular expression
sorted()
{
    words=$(sed -nE "s/^($2)\(([A-Za-z0-9_]+)(,.*)?\)$/\2/p" "$1")
    begun=$(grep -cE "^($2)\(" "$1")
    [ "$(echo "$words" | wc -l)" -eq "$begun" ] || { echo "$1: a row is not on one line of its own"; failed=1; }
    echo "$words" | LC_ALL=C sort -uc 2>&1 | sed "s|^sort: -:|$1: row |"
    echo "$words" | LC_ALL=C sort -uC || failed=1
}

sorted src/core/calls.def 'CALL|HAND|ALIAS'
sorted src/core/left_out.def LEFT_OUT
sorted src/core/other_syscalls.def OTHER
sorted src/core/syscalls.def SYSCALL
sorted tests/calls/cases.def CASE
exit $failed
