#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How well the trace agrees with strace: runs each program once under strace alone and once under the library alone,
and matches the calls by what they do, on what, and how they ended.

run.py [--markdown FILE] [PROGRAM...]    HOOK_LIB and HOOK_BIN name the library and the command
Status 1 when a call that a hooked function made is not in the trace, or the trace has one that strace has not."""
import argparse
import collections
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

import programs
from calls import CLASSES
from compare import Comparison, percent, total
from hooked import read
from straced import Straced

HEAD = """# Agreement with strace

Each program is run once under `strace -f -k` alone and once under the library alone, in the same folder filled afresh. The calls are matched
by what they do (the operation), on what (paths made absolute, addresses), and how they ended (the result, or the error). Made by
`tests/agreement/run.py --markdown docs/agreement.md`; a test does the same and fails below 100 %.

- **Recall**: of the calls that strace saw a hooked libc function make, those that are in the trace.
- **Precision**: of the events in the trace, those that strace has a call for. Events of functions that stand for many calls (`getpwnam`,
  `getaddrinfo`, `realpath`) have no call of their own and are counted apart.
- **Unseen**: what strace saw besides, which no hooked function made itself: by the reason that the stack at the call gives. A function of
  libc that has no name for others goes by that of its neighbour (`ntp_gettimex` for what `opendir` does, `__xmknodat` for `posix_spawn`).

"""


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        # in one piece: how a client reads it does not depend on the moment
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nok\n")

    def log_message(self, *_):
        pass


class Runner:
    def __init__(self):
        self.library, self.command = os.path.realpath(os.environ["HOOK_LIB"]), os.environ["HOOK_BIN"]
        self.rows = json.loads(subprocess.check_output([self.command, "calls", "--json"]))
        self.rows = [row for row in self.rows if "reason" not in row]
        self.by_call = {row["syscall"]: (row["op"], row["classes"]) for row in self.rows}
        for other, like in (("fstat", "newfstatat"), ("stat", "newfstatat"), ("lstat", "newfstatat"), ("vfork", "clone"), ("clone3", "clone"), ("exit", "exit_group")):
            self.by_call.setdefault(other, self.by_call[like])
        self.classes = {row["symbol"]: row["classes"] for row in self.rows} | {"syscall": []}
        self.symbols = {row["symbol"] for row in self.rows} | {"_IO_fopen", "_IO_fclose"}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def once(self, command, top, environment, before=()):
        folder = top / "work"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        programs.fill(folder)
        words = [word.replace("{port}", str(self.server.server_port)) for word in command]
        kept = {"PATH": "/usr/bin:/bin", "HOME": str(top), "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"}
        kept |= {name: "2001-09-09T01:46:40Z" for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")}
        done = subprocess.run([*before, *words], cwd=folder, env={**kept, **environment}, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
        return folder, (done.returncode, done.stdout)

    def compare(self, command):
        with tempfile.TemporaryDirectory(prefix="hook-agreement-") as top:
            top = pathlib.Path(top).resolve()
            straced, trace = top / "straced", top / "trace"
            options = ["-f", "-k", "-y", "-s", "99999", "-o", straced, "-e", "trace=%file,%network,%process,fchdir"]
            folder, bare = self.once(command, top, {}, ["strace", *options])
            _, hooked = self.once(command, top, {"LD_PRELOAD": self.library, "HOOK_FORMAT": "json", "HOOK_OUTPUT": str(trace)})
            if bare != hooked:
                print(f"  ended otherwise: {bare} bare, {hooked} hooked", file=sys.stderr)
            seen = Straced(straced, folder, self.by_call)
            for text in seen.unread:
                print(f"  strace: not understood: {text[:200]}", file=sys.stderr)
            single, many = read(map(json.loads, trace.read_bytes().splitlines()), self.classes)
            return Comparison(seen.calls, single, many, self.symbols)


def table(results):
    lines = ["| program | " + " | ".join(f"`{kind}` matched | recall | precision" for kind in CLASSES) + " |", "| --- |" + " --- | --- | --- |" * len(CLASSES)]
    figures = [(name, {kind: one.figures(kind) for kind in CLASSES}) for name, one in results]
    for name, by_class in [*figures, ("**all**", total([one for _, one in results]))]:
        cells = []
        for kind in CLASSES:
            matched, missed, unproved = by_class[kind]
            cells += [str(matched), percent(matched, matched + missed), percent(matched, matched + unproved)] if matched + missed + unproved else ["", "", ""]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def reasons(results):
    counts = collections.Counter()
    for _, one in results:
        counts.update(one.unseen)
    names = sorted({reason for _, reason in counts}, key=lambda name: (-sum(counts[kind, name] for kind in CLASSES), name))
    lines = ["", "## Unseen, by reason", "", "| reason | " + " | ".join(f"`{kind}`" for kind in CLASSES) + " |", "| --- |" + " --- |" * len(CLASSES)]
    return lines + [f"| {reason} | " + " | ".join(str(counts[kind, reason] or "") for kind in CLASSES) + " |" for reason in names]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markdown", metavar="FILE", help="write the tables there")
    parser.add_argument("program", nargs="*", help="by its name in programs.py; all when there is none")
    chosen = parser.parse_args()
    runner, results, wrong = Runner(), [], 0
    for name, command in programs.PROGRAMS:
        if chosen.program and name not in chosen.program:
            continue
        one = runner.compare(command)
        for _ in range(2):  # two runs of a program may differ by themselves; a defect is there each time
            one = runner.compare(command) if one.misses or one.unproved else one
        results.append((name, one))
        wrong += len(one.misses) + len(one.unproved)
        print(f"{name}: {sum(one.matched.values())} matched, {len(one.misses)} missed, {len(one.unproved)} unproved, {one.many} of many calls")
        for call in one.misses:
            print(f"  missed: {call.op} {call.on} = {call.result}: {call.where}")
        for call in one.unproved:
            print(f"  unproved: {call.where} ({call.op}) {call.on} = {call.result}")
    lines = table(results) + reasons(results)
    if chosen.markdown:
        pathlib.Path(chosen.markdown).write_text(HEAD + "\n".join(lines) + "\n")
    print("\n".join(lines))
    return wrong != 0


sys.exit(main())
