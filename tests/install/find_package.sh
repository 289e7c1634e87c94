#!/bin/sh
# SPDX-License-Identifier: MIT
# The example finds the package with CMake alone, builds, and decides.
set -eu
example=$(cd "$(dirname "$0")/../../examples/embed" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cmake -S "$example" -B "$dir/build" -DCMAKE_PREFIX_PATH="$ROOT" -DCMAKE_C_FLAGS="$CFLAGS" >"$dir/log" || { cat "$dir/log"; exit 1; }
cmake --build "$dir/build"
(cd "$example" && "$dir/build/decide" rules) >"$dir/out"
diff -u "$example/expected" "$dir/out"
