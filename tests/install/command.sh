#!/bin/sh
# SPDX-License-Identifier: MIT
# The installed command finds its library: in the prefix, in a tree that was moved, and in the
# library folders that distributions use.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset HOOK_LIB LD_PRELOAD LD_LIBRARY_PATH || true

check()
{
    "$1/bin/hook" run -o "$dir/trace" cat /etc/passwd >/dev/null
    grep -q '^\[HOOK [0-9]*\] open.*"/etc/passwd"' "$dir/trace" || { echo "$2: no trace"; exit 1; }
    rm "$dir/trace"
}

"$ROOT/bin/hook" run true
check "$ROOT" prefix

cp -R "$ROOT" "$dir/moved"
check "$dir/moved" moved

for libdir in lib64 lib/$("$CC" -dumpmachine | sed 's/-pc-/-/'); do
    mkdir -p "$dir/$libdir/bin" "$dir/$libdir/$libdir"
    cp "$ROOT/bin/hook" "$dir/$libdir/bin"
    cp "$ROOT/$LIBDIR/libhook.so" "$dir/$libdir/$libdir"
    check "$dir/$libdir" "$libdir"
done
