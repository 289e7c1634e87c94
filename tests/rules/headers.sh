#!/bin/sh
# SPDX-License-Identifier: MIT
# Each public header compiles alone, as C11 and, where there is a compiler for it, as C++11.
cd "$(dirname "$0")/../.." || exit 1
failed=0

# alone HEADER COMPILER LANGUAGE STANDARD
alone()
{
    echo "#include <$1>" | $2 -x "$3" -std="$4" -pedantic -Wall -Wextra -Werror -Iinclude -fsyntax-only - ||
        { echo "$1 does not compile alone as $4"; failed=1; }
}

for path in include/hook/*.h; do
    alone "${path#include/}" "${CC:-cc}" c c11
    ! command -v g++ >/dev/null || alone "${path#include/}" g++ c++ c++11
done
exit $failed
