#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hook cat: what it prints and what it refuses."""
import json
import os
import re
import struct
import subprocess
import sys
import unittest
import zlib

import command

HASTE = """#include <stdio.h>
#include <time.h>
#include <unistd.h>
int main(void)
{
    char path[64];
    for (time_t end = time(NULL) + 3; time(NULL) < end;)
        for (int i = 0; i < 1000; i++) {
            snprintf(path, sizeof path, "/nonexistent/%0*d", i % 40 + 1, i);
            access(path, F_OK);
        }
    return 0;
}
"""
# Opens a file in many ways, and has another program ask after each descriptor.
OPENED = """import ctypes, os, sys
libc, closes = ctypes.CDLL(None), os.O_CLOEXEC
libc.fopen.restype = ctypes.c_void_p
def opened(flags=0): return libc.open(b"given", flags)
plain = opened()
opened(closes), libc.dup(plain), libc.dup(opened(closes))
libc.dup3(plain, 40, closes), libc.dup3(plain, 41, 0), libc.dup2(plain, 42), libc.dup2(42, 42)
libc.dup3(plain, 43, closes), libc.dup2(43, 43), libc.close(43), libc.dup2(plain, 43)
libc.fcntl(plain, 0, 0), libc.fcntl(plain, 1030, 0)
libc.fcntl(opened(), 2, 1), libc.fcntl(opened(closes), 2, 0), libc.fcntl(opened(), 2, 2)
libc.ioctl(opened(), 0x5451), libc.ioctl(opened(closes), 0x5450)
libc.fopen(b"given", b"r"), libc.fopen(b"given", b"re"), libc.fdopen(opened(), b"re"), libc.fdopen(opened(closes), b"r")
os.execv(sys.executable, [sys.executable, "-S", "-c", "import os\\nfor fd in range(3, 50):\\n try: os.fstat(fd)\\n except OSError: pass"])
"""


class Cat(command.Command):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.hook("run", "-F", "binary", "-o", "trace", "true").returncode, 0)

    def test_it_prints_text_and_json(self):
        text = self.hook("cat", "trace")
        self.assertEqual((text.returncode, text.stderr), (0, ""))
        self.assertIn("+++ exited with 0 +++\n", text.stdout)
        self.assertEqual(self.hook("cat", "-F", "text", "trace").stdout, text.stdout)
        self.assertTrue(self.hook("cat", "--format=json", "trace").stdout.startswith('{"time":"'))

    def test_what_is_no_trace_is_refused(self):
        self.write("text", "no trace\n" * 1000)
        self.write("empty", "")
        for name, why in (("text", "is no binary trace"), ("empty", "is no binary trace"), ("/dev/null", "is no binary trace"),
                          ("missing", "No such file or directory"), (".", "Is a directory")):
            self.refused(1, f"hook: {name}: {why}\n", "cat", name)

    def test_a_trace_of_another_version_is_refused(self):
        with open(self.folder + "/trace", "rb") as file:
            trace = bytearray(file.read())
        trace[8] = 9
        self.write("newer", bytes(trace))
        self.refused(1, "hook: newer: is a trace of another version of the format\n", "cat", "newer")

    def test_a_broken_table_of_calls_is_refused(self):
        with open(self.folder + "/trace", "rb") as file:
            trace = file.read()
        size, table = struct.unpack_from("<IQ", trace, 52)
        self.assertIn(b"\nopenat openat NEG1 FD ", zlib.decompress(trace[table:table + size]))
        endless = zlib.compress(bytes(2 << 20))
        for broken in (trace[table:table + size // 2], bytes(size), endless, b""):
            head = trace[:52] + struct.pack("<I", len(broken)) + trace[56:table]
            self.write("broken", head + broken + trace[table + len(broken):])
            self.refused(1, "hook: broken: is a broken trace: its table of calls cannot be read\n", "cat", "broken")

    def test_one_is_told_as_one(self):
        self.hook("run", "-F", "binary", "-e", "read", "-o", "short", "cat", "/etc/passwd")
        self.hook("run", "-F", "binary", "-e", "read", "-o", "short2", "cat", "/etc/passwd", "/etc/passwd")
        for name, words in (("short", "1 string"), ("short2", "2 strings")):
            told = f"hook: -s: of {words} less was recorded (`hook run -s` says how much)\n"
            self.assertEqual(self.hook("cat", "-s", "100", name).stderr, told)
        with open(self.folder + "/trace", "rb") as file:
            trace = bytearray(file.read())
        chunk = struct.unpack_from("<Q", trace, 72)[0] + 4096
        (used,) = struct.unpack_from("<Q", trace, chunk + 24)
        struct.pack_into("<Q", trace, chunk + 24, used + 24)
        struct.pack_into("<Q", trace, chunk + used, 1)
        self.write("damaged", bytes(trace))
        self.assertEqual(self.hook("cat", "damaged").stderr, "hook: damaged: the trace is damaged: 1 part of it ends early\n")

    def test_wrong_words_are_refused(self):
        self.refused(1, "hook: cat: no trace given", "cat")
        self.refused(1, "hook: cat: one trace at a time", "cat", "trace", "trace")
        self.refused(1, "hook: --format: unknown format 'xml' (text or json)", "cat", "-F", "xml", "trace")
        self.refused(1, "hook: -p: 'x' is no process ID", "cat", "-p", "x", "trace")
        self.refused(1, "did you mean 'open'", "cat", "-e", "opne", "trace")

    def test_a_ring_is_read_while_its_writer_goes_round(self):
        self.write("haste.c", HASTE)
        subprocess.run([os.environ.get("CC", "cc"), "-o", "haste", "haste.c"], cwd=self.folder, check=True)
        line = re.compile(r'\[HOOK \d+\] (access\("/nonexistent/\d+", F_OK\) = -1 ENOENT \(No such file or directory\)'
                          r'|\+\+\+ exited with 0 \+\+\+)')
        with subprocess.Popen([command.BIN, "run", "-e", "access", "-o", "ring:128K:ring", "./haste"], cwd=self.folder,
                              env=self.environment()) as program:
            while not self.exists("ring") or not self.read("ring"):
                self.assertIsNone(program.poll())
            with subprocess.Popen([command.BIN, "cat", "-f", "ring"], cwd=self.folder, stdout=subprocess.PIPE, text=True,
                                  errors="surrogateescape") as follow:
                shown = follow.stdout.read().splitlines()
            self.assertEqual(program.wait(), 0)
        self.assertGreater(len(shown), 1000)
        self.assertEqual([wrong for wrong in shown if not line.fullmatch(wrong)], [])

    def test_a_childs_descriptors_are_its_parents_where_the_fork_comes_back_after_its_calls(self):
        self.write("given", "x" * 30)
        script = "import ctypes, os, time\nlibc = ctypes.CDLL(None)\nlate = ctypes.CFUNCTYPE(None)(lambda: time.sleep(0.3))\n" \
                 "libc.__register_atfork(None, late, None, None)\nfile = os.open('given', 0)\nif os.fork(): os.wait()\nelse: os.pread(file, 7, 0)"
        self.assertEqual(self.hook("run", "-F", "binary", "-o", "trace", sys.executable, "-S", "-c", script).returncode, 0)
        for command_line in (("cat",), ("stat",), ("export", "--to", "csv")):
            self.assertRegex(self.hook(*command_line, "-P", "given", "trace").stdout, r"\bpread(64)?\b")

    def test_another_program_has_only_the_descriptors_that_are_left_to_it(self):
        self.write("given", "x")
        words = (sys.executable, "-S", "-c", OPENED)
        self.assertEqual(self.hook("run", "-F", "json", "-P", "given", "-o", "live", *words).returncode, 0)
        self.assertEqual(self.hook("run", "-F", "binary", "-o", "trace", *words).returncode, 0)
        asked = [[event["args"]["fd"] for event in map(json.loads, text.splitlines()) if event["op"] == "stat"]
                 for text in (self.read("live"), self.hook("cat", "-F", "json", "-P", "given", "trace").stdout)]
        self.assertGreater(len(asked[0]), 10)
        self.assertEqual(*asked)

    def test_a_full_disk_is_told(self):
        status, error = self.hook_on_a_full_disk("cat", self.folder + "/trace")
        self.assertEqual((status, error), (1, "hook: standard output: No space left on device\n"))


if __name__ == "__main__":
    unittest.main()
