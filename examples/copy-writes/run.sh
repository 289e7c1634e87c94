#!/bin/sh
# SPDX-License-Identifier: MIT
# What the program writes to its standard output goes to a file instead.
copy=$(dirname "$0")/stdout.copy
rm -f "$copy"
"${HOOK:-hook}" run --rules "$(dirname "$0")/rules" /usr/bin/python3 -c 'import os; os.write(1, b"one\n"); os.write(1, b"two\n")' 2>&1
echo "stdout.copy:"
cat "$copy"
rm -f "$copy"
