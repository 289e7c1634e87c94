#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a rule does not ask is not looked up: the system calls that one hooked open costs beside its own."""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support import BUILT, LIBRARY, RUNTIME

FEW, MANY = 10, 60
# Rules, and what an open and its close ask the kernel beside openat and close.
ROWS = [
    ("none", "", {}),
    ("other calls", "block connect *\nblock unlink /srv/x\n", {}),
    ("addresses only", "block connect 10.0.0.0/8\nblock connect example.com:443\n", {}),
    ("any open", "allow open\n", {}),
    ("access", "block open access=write\n", {}),
    ("an unmet condition before the path", "block open /srv/* access=write\n", {}),
    ("program", "block open exe=/usr/bin/nothing\n", {}),
    ("descriptors of other calls", "block read fd=socket\n", {}),
]


@unittest.skipUnless(shutil.which("strace"), "there is no strace")
@unittest.skipIf(RUNTIME, "a sanitizer's runtime makes calls of its own")
class Lazy(unittest.TestCase):
    def calls(self, rules, count):
        """What strace writes of them."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "rules").write_text("set log none\n" + rules)
            (folder / "file").touch()
            variables = [f"LD_PRELOAD={LIBRARY}", f"HOOK_RULES={folder}/rules", f"HOOK_OUTPUT={folder}/out"]
            command = ["strace", "-f", "-o", folder / "calls", *[part for one in variables for part in ("-E", one)],
                       BUILT / "opens", str(count), folder / "file"]
            subprocess.run(command, check=True, env={"PATH": os.environ["PATH"]})
            return (folder / "calls").read_text()

    def count(self, rules, count):
        return collections.Counter(re.findall(r"^\d+ +(\w+)\(", self.calls(rules, count), re.M))

    def a_call(self, rules):
        """Of each system call, how many one open and its close make."""
        more = self.count(rules, MANY) - self.count(rules, FEW)
        for name, n in more.items():
            self.assertEqual(n % (MANY - FEW), 0, f"{name}: {n} in {MANY - FEW} calls")
        a_call = {name: n // (MANY - FEW) for name, n in more.items()}
        for own in ("openat", "close"):
            self.assertEqual(a_call.pop(own, 0), 1, own)
        return a_call

    def test_a_call(self):
        for name, rules, wanted in ROWS:
            with self.subTest(name):
                self.assertEqual(self.a_call(rules), wanted)

    def test_the_program_is_asked_for_once_a_process(self):
        calls = self.calls("block open exe=/usr/bin/nothing\n", MANY)
        self.assertEqual(len(re.findall(r'"/proc/self/exe"|openat\(AT_FDCWD, "[^"]*/opens"', calls)), 1)

    def test_rules_of_paths_ask_about_paths(self):
        """The others would pass if nothing were counted."""
        self.assertGreater(self.a_call("block open /srv/x\n").get("readlinkat", 0), 0)


if __name__ == "__main__":
    unittest.main()
