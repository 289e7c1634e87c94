# SPDX-License-Identifier: MIT
"""Starts programs bare and under the library, each test in a folder of its own."""
import functools
import http.server
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

LIBRARY = os.environ["HOOK_LIB"]
HOOK = os.environ["HOOK_BIN"]
# A sanitizer's runtime, which has to be the first library of a process; empty in most builds.
RUNTIME = os.environ.get("HOOK_TEST_PRELOAD", "")
# Small programs built beside the tests.
BUILT = pathlib.Path(os.environ["HOOK_TEST_PROGRAMS"])
SECONDS = 120
# Programs that a sanitizer's runtime stops by itself, without the library, and how.
UNBEARABLE = {"curl": "with the runtime alone libp11-kit has curl wait for ever in setlocale"} if RUNTIME else {}


def skip_sanitized(reason):
    return unittest.skipIf(RUNTIME, f"in a sanitized build {reason}")


def has_localhost():
    try:
        return bool(socket.getaddrinfo("localhost", 80))
    except socket.gaierror:
        return False


needs_localhost = unittest.skipUnless(has_localhost(), "localhost has no address here: there is no /etc/hosts")


def command_in(folder):
    """The command's path: in a sanitized build that of a script which gives it the runtime."""
    if not RUNTIME:
        return HOOK
    script = pathlib.Path(folder) / "hook"
    script.write_text(f'#!/bin/sh\nLD_PRELOAD={RUNTIME} exec {HOOK} "$@"\n')
    script.chmod(0o755)
    return str(script)


# A program's part: openat2, and what it says: the content, or the error's number.
OPENAT2 = """
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
def openat2(folder, name, flags=0, mode=0, resolve=0, size=24, more=b''):
    how = struct.pack('QQQ', flags, mode, resolve) + more
    f = libc.syscall(437, folder, name.encode(), how if size else None, size or 24)
    return os.read(f, 99) if f >= 0 and not flags & 3 else 'opened' if f >= 0 else ctypes.get_errno()
NO_XDEV, NO_MAGICLINKS, NO_SYMLINKS, BENEATH, IN_ROOT = 1, 2, 4, 8, 16
"""


class Ended:
    """How a program ended, what it printed, and what the library wrote into the trace."""

    def __init__(self, done, trace):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.trace = trace.read_bytes() if trace and trace.exists() else b""

    @functools.cached_property
    def events(self):
        return [json.loads(line) for line in self.trace.splitlines()]

    def find(self, **wanted):
        """The events in which all these keys have these values."""
        return [event for event in self.events if all(event.get(key) == value for key, value in wanted.items())]

    @property
    def lines(self):
        """The lines of a text trace, without the process that each begins with."""
        return [re.sub(r"^\[HOOK \d+\] ", "", line) for line in self.trace.decode().splitlines()]


class ProgramTest(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.aside = pathlib.Path(tempfile.mkdtemp(prefix="hook-test-")).resolve()
        self.addCleanup(shutil.rmtree, self.aside, ignore_errors=True)
        self.folder = self.aside / "work"
        self.folder.mkdir()

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def environment(self, **settings):
        kept = {name: os.environ[name] for name in ("ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        return {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8", **kept, **settings}

    def bare(self, *command, trace=None, environment=None, **how):
        if command[0] in UNBEARABLE:
            self.skipTest(UNBEARABLE[command[0]])
        how = {"cwd": self.folder, "stdin": subprocess.DEVNULL, "capture_output": True, "timeout": SECONDS, **how}
        if "stdout" in how or "stderr" in how:
            del how["capture_output"]
        done = subprocess.run([str(word) for word in command], env=environment or self.environment(), check=False, **how)
        return Ended(done, trace)

    def hooked(self, *command, rules=None, settings=None, preload=(), **how):
        """The program under the library alone, with events as JSON in a file unless the settings say otherwise."""
        trace = self.aside / "trace"
        trace.unlink(missing_ok=True)
        chosen = {"HOOK_FORMAT": "json", "HOOK_OUTPUT": str(trace), **(settings or {})}
        chosen["LD_PRELOAD"] = ":".join(str(library) for library in (RUNTIME, LIBRARY, *preload) if library)
        if rules is not None:
            self.write("rules", rules)
            chosen["HOOK_RULES"] = "rules"
        return self.bare(*command, trace=trace, environment=self.environment(**chosen), **how)


class Greeter(http.server.BaseHTTPRequestHandler):
    """Answers every request with the name of its server."""

    def do_GET(self):
        body = self.server.greeting
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

    def address_string(self):
        return "client"

    # The same bytes whenever it is asked.
    def date_time_string(self, timestamp=None):
        return "now"


class Server(http.server.ThreadingHTTPServer):
    """A server on a free port of the address, or on a unix socket when that is a path."""

    daemon_threads = True

    def __init__(self, address, greeting=b"hello from the server\n"):
        self.greeting = greeting
        if address.startswith("/"):
            self.address_family = socket.AF_UNIX
        elif ":" in address:
            self.address_family = socket.AF_INET6
        super().__init__(address if address.startswith("/") else (address, 0), Greeter)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})

    # The base looks up the host's name, which an address without one need not have.
    def server_bind(self):
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "localhost", self.server_address[1]

    @property
    def port(self):
        return self.server_address[1]

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()
