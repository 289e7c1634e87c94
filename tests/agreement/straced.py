# SPDX-License-Identifier: MIT
"""Reads what strace -f -k -y has written."""
import os
import re

from calls import CLASSES, UNNUMBERED, Call, settle

LINE = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<ret>-?\d+|\?)(<.*>(\(deleted\))?)?( (?P<errno>E\w+) .*)?( \(flags .*\))?$")
FRAME = re.compile(r" > (?P<module>[^ (]*)\((?P<symbol>[^)+]*)(\+0x(?P<offset>[0-9a-f]+))?\)")
# Functions that make a system call are short; farther from its symbol a frame is of one that has none.
SHORT = 0x100
LIBC = re.compile(r"/libc\.so|/libpthread|/libresolv")
LINKER = re.compile(r"/ld-linux|/ld-musl")
# Where the paths of a call stand among its arguments: (folder's descriptor or None, path).
PATHS = {
    "openat": ((0, 1),), "openat2": ((0, 1),), "newfstatat": ((0, 1),), "statx": ((0, 1),), "faccessat": ((0, 1),), "faccessat2": ((0, 1),), "unlinkat": ((0, 1),),
    "mkdirat": ((0, 1),), "mknodat": ((0, 1),), "readlinkat": ((0, 1),), "fchmodat": ((0, 1),), "fchownat": ((0, 1),), "utimensat": ((0, 1),), "execveat": ((0, 1),),
    "renameat": ((0, 1), (2, 3)), "renameat2": ((0, 1), (2, 3)), "linkat": ((0, 1), (2, 3)), "symlinkat": ((1, 2),), "rename": ((None, 0), (None, 1)),
    "link": ((None, 0), (None, 1)), "symlink": ((None, 1),), "inotify_add_watch": ((None, 1),), "mount": ((None, 1),),
}  # fmt: skip
NO_PATH = {"getcwd", "fchdir", "fchmod", "fchown", "fstat", "fstatfs"}


def unescape(text):
    return text.encode().decode("unicode_escape").encode("latin-1").decode(errors="replace")


def split(text):
    """The arguments: at the commas that stand in no string, list or structure."""
    parts, depth, start, quoted, i = [], 0, 0, False, 0
    while i < len(text):
        c = text[i]
        if quoted:
            i += c == "\\"
            quoted = c != '"'
        elif c == '"':
            quoted = True
        elif c in "[{(<" and not (c == "<" and text[i : i + 2] == "<<"):
            depth += 1
        elif c in "]})>":
            depth -= 1
        elif c == "," and depth <= 0:
            parts.append(text[start:i].strip())
            start = i + 1
        i += 1
    return [*parts, text[start:].strip()]


def address(text):
    if found := re.search(r"AF_INET, sin_port=htons\((\d+)\), sin_addr=inet_addr\(\"([^\"]*)", text):
        return f"{found[2]}:{found[1]}"
    if found := re.search(r"AF_INET6, sin6_port=htons\((\d+)\).*inet_pton\(AF_INET6, \"([^\"]*)", text):
        return f"[{found[2]}]:{found[1]}"
    if found := re.search(r"AF_UNIX, sun_path=(@?)\"(.*)\"}", text):
        return f"unix:{found[1]}{unescape(found[2])}"
    return None


class Straced:
    """calls: each with, as `where`, how it was reached: by ("libc", function, direct), ("linker",) or ("raw",)."""

    def __init__(self, file, folder, table):
        self.folder, self.table, self.calls, self.unread = str(folder), table, [], []
        self.folders, self.first, self.ended, self.leaving, halves, pending = {}, True, {}, set(), {}, None
        for text in file.read_text(errors="replace").splitlines():
            if text.startswith(" > "):
                if pending:
                    pending[2].append(text)
                continue
            self.finish(pending)
            pending = None
            tid, rest = text.split(maxsplit=1)
            if rest.startswith(("---", "+++")):
                # an exit's stack comes behind the line of the end
                pending = self.ended.pop(tid, None) if rest.startswith("+++") else None
                continue
            if rest.endswith("<unfinished ...>"):
                halves[tid] = rest.removesuffix("<unfinished ...>").rstrip()
                continue
            if resumed := re.match(r"<\.\.\. \w+ resumed>", rest):
                rest = halves.pop(tid, "") + rest[resumed.end() :]
            pending = [tid, rest, []]
        for left in (pending, *self.ended.values()):
            self.finish(left)

    def finish(self, pending):
        if not pending:
            return
        tid, text, frames = pending
        if re.match(r"exit(_group)?\(", text) and not frames and tid not in self.leaving:
            self.leaving.add(tid)
            self.ended[tid] = pending
        else:
            self.take(tid, text, frames)

    def resolve(self, tid, folder, path):
        base = self.folders.get(tid, self.folder)
        if folder and (found := re.search(r"<(.*)>$", folder)):
            base = unescape(found[1])
        return settle(os.path.normpath(os.path.join(base, path)).replace("//", "/", 1))

    def on(self, tid, name, arguments):
        if name in NO_PATH:
            return "fd" if name != "getcwd" else None
        paths = []
        for folder, at in PATHS.get(name, ((None, 0),)):
            if at < len(arguments) and arguments[at] == "NULL" and folder is not None:
                paths.append("fd")
            elif at < len(arguments) and (found := re.fullmatch(r'"((\\.|[^"\\])*)"', arguments[at])):
                path = unescape(found[1])
                paths.append(self.resolve(tid, arguments[folder] if folder is not None else None, path) if path else "fd")
        return ",".join(paths) or None

    def follow(self, tid, name, arguments, ret):
        if name in ("clone", "clone3", "fork", "vfork") and ret.isdigit():
            self.folders[ret] = self.folders.get(tid, self.folder)
        elif name == "chdir" and ret == "0":
            self.folders[tid] = self.resolve(tid, None, unescape(arguments[0][1:-1]))
        elif name == "fchdir" and ret == "0":
            self.folders[tid] = self.resolve(tid, arguments[0], ".")

    def take(self, tid, text, frames):
        call = LINE.match(text)
        if not call:
            if not text.startswith("restart_syscall"):
                self.unread.append(text)
            return
        name, arguments = call["name"], split(call["arguments"])
        op, classes = self.table.get(name, (name, ()))
        on = address(call["arguments"]) if "%network" in classes else self.on(tid, name, arguments) if "%file" in classes else None
        self.follow(tid, name, arguments, call["ret"])
        if op == "exit":
            on = arguments[0]
        result = call["errno"] or ("done" if op in UNNUMBERED else call["ret"])
        if self.first:  # strace's own start of the program
            self.first = False
            return
        if not set(classes) & set(CLASSES) and name in self.table:
            return
        self.calls.append(Call(op, settle(on) if on else on, result, tuple(c for c in classes if c in CLASSES), self.reached(frames)))

    @staticmethod
    def reached(frames):
        found = [FRAME.match(frame) for frame in frames]
        found = [(frame["module"], frame["symbol"], int(frame["offset"] or "0", 16)) for frame in found if frame]
        if not found:
            return ("raw",)
        if LINKER.search(found[0][0]):
            return ("linker",)
        inside = 0
        while inside < len(found) and (LIBC.search(found[inside][0]) or LINKER.search(found[inside][0])):
            inside += 1
        return ("libc", found[inside - 1][1], inside == 1 and found[0][2] < SHORT) if inside else ("raw",)
