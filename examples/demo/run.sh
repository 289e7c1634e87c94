#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh HOOK: watches cat and ls with the command HOOK, then changes what cat sees.
set -eu

hook=$1
cd "$(dirname "$0")"
PATH=$(dirname "$hook"):$PATH
if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold= plain=; fi

say()
{
    printf '\n%s\n' "$*"
}

show()
{
    printf '%s$ %s%s\n' "$bold" "$*" "$plain"
    "$@" 2>&1
}

say 'Every [HOOK] line is a call that cat makes to the C library; the rest is what cat prints.'
show hook run cat hello.txt

say 'ls reads a folder. The names it prints leave through stdio, whose write is made inside the C library.'
show hook run ls

say 'Rules change what a program sees, and the program itself stays as it is.'
show cat rules

say 'Now cat reads another file, and may not read the secret one.'
show hook run --rules rules cat hello.txt secret.txt || say "cat said that it failed: exit status $?."
