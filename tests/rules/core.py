#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""core.py ARCHIVE: the core calls nothing but functions on memory, strings and numbers."""
import os
import re
import subprocess
import sys

ALLOWED = re.compile(
    r"(mem(cpy|cmp|set|move|chr|rchr)|str(len|nlen|cmp|ncmp|chr|rchr|chrnul|spn|cspn)|stpcpy|bcmp|_GLOBAL_OFFSET_TABLE_"
    r"|[hn]to[hn][sl]|gnu_dev_(major|minor|makedev))$"
)
# Put in by the compiler: sanitizers, coverage, stack protection, FORTIFY.
INSTRUMENTS = re.compile(r"__(asan|ubsan|tsan|sanitizer|gcov|llvm)_\w+$|__stack_chk_fail$|__(mem|str|stp)\w+_chk$")


def symbols(option, archive):
    command = [os.environ.get("NM", "nm"), option, "--format=posix", archive]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[0] for line in lines if len(line.split()) > 1}


def main():
    archive = sys.argv[1]
    defined = symbols("--defined-only", archive)
    if "call_find" not in defined:
        print(f"{archive}: is not the core")
        return 1
    foreign = sorted(symbols("--undefined-only", archive) - defined)
    wrong = [name for name in foreign if not ALLOWED.match(name) and not INSTRUMENTS.match(name)]
    for name in wrong:
        print(f"the core uses {name}, and may only use functions on memory, strings and numbers")
    return bool(wrong)


sys.exit(main())
