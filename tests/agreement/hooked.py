# SPDX-License-Identifier: MIT
"""Reads a JSON trace."""
from calls import CLASSES, UNNUMBERED, Call, settle

# Functions whose event stands for many system calls, none of which has its result.
MANY = ("getaddrinfo", "getnameinfo", "gethostby", "getpw", "getgr", "getsp", "realpath", "canonicalize", "__realpath", "initgroups", "setpw", "setgr", "res_", "wordexp")
# One system call of theirs is known, but they return something else.
OTHER_RESULT = ("scandir", "ftw", "nftw", "fts", "glob", "mktemp", "tmpnam", "tempnam", "pthread_create", "thrd_create", "mkdtemp", "system", "shm_unlink", "grantpt")


def result_of(event):
    if event["op"] in UNNUMBERED or event["symbol"].startswith(OTHER_RESULT):
        return event.get("errno", "done")
    return event.get("errno") or str(event.get("ret"))


def on_of(event):
    if event["op"] == "exit":
        return str(event["args"]["status"])
    if "addr" in event:
        return event["addr"]
    paths = [settle(event[key]) for key in ("path", "path2") if key in event]
    if event["op"] == "getcwd":
        return None
    if event["args"].get("path") == "":
        return "fd"
    if not paths and ("fd" in event["args"] or "stream" in event["args"]):
        return "fd"
    return ",".join(paths) or None


def read(events, classes):
    """The calls, those that stand for many apart."""
    single, many = [], []
    for event in events:
        kinds = tuple(c for c in classes.get(event.get("symbol"), ()) if c in CLASSES)
        if not kinds:
            continue
        if event["symbol"] == "syscall":
            kinds = ()
        on = on_of(event)
        call = Call(event["op"], settle(on) if on else on, result_of(event), kinds, event["symbol"])
        (many if event["symbol"].startswith(MANY) else single).append(call)
    return single, many
