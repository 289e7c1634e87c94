#!/bin/sh
# SPDX-License-Identifier: MIT
# libhook.so exports the rows of the table and the public API, needs libc only and none of its string functions, and asks the
# dynamic linker for nothing unusual.
cd "$(dirname "$0")/../.." || exit 1
failed=0

fail()
{
    echo "$*"
    failed=1
}

rows=$(mktemp) && exported=$(mktemp) || exit 1
trap 'rm -f "$rows" "$exported"' EXIT
sed -nE 's/^(CALL|HAND|ALIAS)\(([A-Za-z0-9_]+),.*/\2/p' src/core/calls.def | LC_ALL=C sort -u >"$rows"
# versions (A) are no functions; an old version of a row has the row's name
"$NM" -D --defined-only --format=posix "$HOOK_LIB" | sed -nE '/ A /!s/^([^@ ]+).*/\1/p' | LC_ALL=C sort -u >"$exported"
for symbol in $(LC_ALL=C comm -23 "$rows" "$exported"); do
    fail "$symbol: a row of calls.def that libhook.so does not export"
done
# the last two are what --coverage adds
for symbol in $(LC_ALL=C comm -13 "$rows" "$exported" | grep -Ev '^hook_|^__gcov_|^mangle_path$'); do
    fail "$symbol: exported, and neither a row of calls.def nor public API"
done

dynamic=$("$READELF" --dynamic --wide "$HOOK_LIB")
headers=$("$READELF" --program-headers --wide "$HOOK_LIB")
case $dynamic in *TEXTREL*) fail "libhook.so has relocations in its code" ;; esac
echo "$dynamic" | grep -Eq 'BIND_NOW|FLAGS.*NOW' || fail "libhook.so is not bound at start-up (-z now)"
echo "$headers" | grep -q 'GNU_STACK.* RW ' || fail "libhook.so asks for an executable stack"
if [ -z "$SANITIZE" ]; then
    for name in $(echo "$dynamic" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p'); do
        case $name in libc.*) ;; *) fail "libhook.so needs $name" ;; esac
    done
    # a program may bring its own, which make hooked calls; strtoul reads settings only
    for name in $("$NM" -D --undefined-only --format=posix "$HOOK_LIB" | sed -nE 's/^((str|stp|mem|wcs)[a-z]+|bcmp|bzero)[@ ].*/\1/p'); do
        [ "$name" = strtoul ] || grep -q '^__gcov_' "$exported" || fail "libhook.so uses the C library's $name"
    done
fi
exit $failed
