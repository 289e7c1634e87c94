#!/bin/sh
# SPDX-License-Identifier: MIT
# The example builds with what pkg-config says, and decides.
set -eu
example=$(cd "$(dirname "$0")/../../examples/embed" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

export PKG_CONFIG_PATH="$ROOT/$LIBDIR/pkgconfig"
# shellcheck disable=SC2046,SC2086 # flags are words
"$CC" $CFLAGS -Wall -Wextra -Werror "$example/decide.c" $(pkg-config --cflags --libs hook) -o "$dir/decide"
(cd "$example" && "$dir/decide" rules) >"$dir/out"
diff -u "$example/expected" "$dir/out"
