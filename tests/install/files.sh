#!/bin/sh
# SPDX-License-Identifier: MIT
# Every file is where it belongs, every page of docs/man is there, and the archive shows hook_* names only.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

for file in bin/hook "$LIBDIR/libhook.so" "$LIBDIR/libhookcore.a" "$LIBDIR/pkgconfig/hook.pc" \
    "$LIBDIR/cmake/hook/hookConfig.cmake" "$LIBDIR/cmake/hook/hookConfigVersion.cmake" \
    $(cd include && echo hook/*.h | sed 's|hook/|include/&|g') \
    $(cd docs/man && ls | sed -n 's|.*\.\([157]\)$|share/man/man\1/&|p'); do
    [ -s "$ROOT/$file" ] || { echo "missing: $file"; failed=1; }
done

others=$(nm --defined-only --extern-only --format=posix "$ROOT/$LIBDIR/libhookcore.a" | sed -n '/^hook_/!s/ [A-Z] .*//p')
[ -z "$others" ] || { echo "libhookcore.a shows: $others"; failed=1; }
exit $failed
