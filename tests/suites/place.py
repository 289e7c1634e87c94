# SPDX-License-Identifier: MIT
"""A folder to run programs in, bare or under the library with every call logged."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

LIBRARY = os.path.abspath(os.environ.get("HOOK_LIB", ""))
# What a sanitized library has to find preloaded: bare runs have it too, for what it changes by itself.
RUNTIME = [name for name in os.environ.get("HOOK_TEST_PRELOAD", "").split(":") if name]
OPTIONS = {name: os.environ[name] for name in ("ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
# Prints a binary trace.
HOOK = os.path.abspath(os.environ.get("HOOK_BIN", ""))
# Who runs what does not want to be run by root.
NOBODY = 65534
PATH = "/usr/bin:/bin:/usr/sbin:/sbin"
SECONDS = 600
# What every line of a trace begins and ends with, in each format; a binary one is printed as JSON.
JSON = re.compile(rb'\{"time":"[^\n]*\}')
LINES = {"text": re.compile(rb"\[HOOK \d+\] [^\n]+"), "json": JSON, "binary": JSON}
# What `hook cat` may say of a sound trace: a process may be killed at any moment.
KILLED = re.compile(rb"hook: [^\n]*: \d+ events? left out: the program was ended in the middle of writing it\n")


class Place:
    def __init__(self, top, name, settings):
        """`settings` are the library's, or None for a bare run. Both have the same path."""
        self.form = settings and settings["HOOK_FORMAT"]
        self.folder = top / name / "work"
        self.trace = top / name / "trace"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / "tmp").mkdir()
        (self.folder / "tmp").chmod(0o1777)
        self.settings = {"LD_PRELOAD": ":".join(RUNTIME), **OPTIONS} if RUNTIME else {}
        if settings:
            # programs that become another user write it too
            self.trace.write_bytes(b"")
            self.trace.chmod(0o666)
            self.settings = {**self.settings, "LD_PRELOAD": ":".join([*RUNTIME, LIBRARY]), "HOOK_OUTPUT": str(self.trace), **settings}

    def environment(self, **more):
        return {"PATH": PATH, "HOME": str(self.folder), "TMPDIR": str(self.folder / "tmp"), "LC_ALL": "C.UTF-8",
                **more, **self.settings}  # fmt: skip

    def plain(self, text):
        """A text without what differs between two places."""
        text = text.decode(errors="backslashreplace") if isinstance(text, bytes) else text
        return text.replace(str(self.folder), "@")

    def popen(self, *command, environment=None, **how):
        how = {"cwd": self.folder, "stdin": subprocess.DEVNULL, "start_new_session": True, **how}
        if os.getuid() != 0:
            how.pop("user", None)
        return subprocess.Popen([str(word) for word in command], env=self.environment(**(environment or {})), **how)

    def run(self, *command, environment=None, seconds=SECONDS, stdin=b"", **how):
        """The status, or "no end", and the two outputs."""
        how = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
        with self.popen(*command, environment=environment, **how) as process:
            try:
                out, err = process.communicate(stdin, timeout=seconds)
                status = process.returncode
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                out, err = process.communicate()
                status = "no end"
        return status, self.plain(out or b""), self.plain(err or b"")

    def stop(self, process, by=signal.SIGTERM):
        """Ends a server, and says how it ended."""
        process.send_signal(by)
        try:
            return process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return "no end"

    def check_trace(self):
        """How many events the trace has. Every one of them must be whole."""
        if self.form == "binary":
            count = self.check_printed()
        else:
            with open(self.trace, "rb") as lines:
                count = self.check_lines(lines)
        if count == 0:
            raise ValueError(f"{self.trace} is empty")
        self.trace.unlink()
        return count

    def check_lines(self, lines):
        count = 0
        for line in lines:
            count += 1
            if not LINES[self.form].fullmatch(line[:-1]) or line[-1:] != b"\n":
                raise ValueError(f"{self.trace}:{count}: not a whole line: {line[:200]}")
        return count

    def check_printed(self):
        """Prints a binary trace: all of it can be read, and no event was lost."""
        with tempfile.TemporaryFile() as said:
            with subprocess.Popen([HOOK, "cat", "--format", "json", self.trace], stdout=subprocess.PIPE, stderr=said) as cat:
                count = self.check_lines(cat.stdout)
            said.seek(0)
            complaints = KILLED.sub(b"", said.read())
        if cat.returncode != 0 or complaints:
            raise ValueError(f"hook cat {self.trace}: status {cat.returncode}: {complaints[:400]}")
        return count


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(ready, seconds=60):
    """Waits until a condition holds; whether it did."""
    until = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def have(*programs):
    """The first of the programs that is not installed, or None."""
    return next((name for name in programs if not shutil.which(name, path=PATH) and not pathlib.Path(name).exists()), None)
