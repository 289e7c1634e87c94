#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the files of each folder may include: the arrows of docs/architecture.md."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Folder below src -> what it may include. A folder may always include itself and hook/*.h.
ARROWS = {
    "core": set(),
    "sys": set(),
    "inbound": {"core", "sys"},
    "outbound": {"core", "sys"},
    "runtime": {"core", "sys", "inbound", "outbound"},
    "cli": {"core", "embed"},
    "embed": {"core"},
}
# Written from the table by src/core/expand.cmake, and by src/outbound/trace/deflate.c.
GENERATED = {"calls.inc": "core", "rows.h": "core", "table_id.h": "core", "trace_table.inc": "outbound"}
# The core may use memory and strings, and the constants and structures of the system; rules.core
# says which functions.
CORE_SYSTEM = re.compile(
    r"(std(int|def|bool|arg)|stdio|string|errno|limits|fcntl|glob|netdb|poll|sched|signal|syslog|time|unistd|utime|(sys/(epoll|eventfd"
    r"|fanotify|inotify|mman|mount|prctl|random|resource|signalfd|socket|stat|statfs|statvfs|swap|sysmacros|time|timerfd|types|uio|un|wait"
    r"|xattr))|netinet/\w+|arpa/inet|asm/\w+|linux/\w+)\.h$"
)
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def wrong(folder, inbound, quote, name):
    """Why a file of that folder may not include that name; None: it may."""
    first = GENERATED.get(name, name.split("/")[0])
    if quote == "<":
        if folder == "core" and not CORE_SYSTEM.match(name):
            return "core is pure"
        return None
    if ".." in name.split("/"):
        return "includes are written from src/ or include/"
    if first in ("hook", folder):
        if folder == "inbound" and name.split("/")[1] != inbound:
            return "an inbound adapter knows no other"
        return None
    if first not in ARROWS:
        return "no folder of src/ or include/"
    return None if first in ARROWS[folder] else f"{folder} may not use {first}"


def main():
    failed = 0
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix not in (".c", ".h", ".def"):
            continue
        parts = path.relative_to(ROOT / "src").parts
        if parts[0] not in ARROWS:
            print(f"{path.relative_to(ROOT)}: the folder src/{parts[0]} has no place in layers.py")
            failed += 1
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            why = match and wrong(parts[0], parts[1], match[1], match[2])
            if why:
                print(f"{path.relative_to(ROOT)}:{number}: includes {match[2]}: {why}")
                failed += 1
    return failed != 0


sys.exit(main())
