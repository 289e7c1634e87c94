# SPDX-License-Identifier: MIT
"""Each example prints what its file `expected` says; a * there stands for anything."""
import os
import re
import subprocess
import tempfile
import unittest

import support

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples")


def matches(pattern, line):
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), line)


class Examples(unittest.TestCase):
    def check(self, name):
        folder = os.path.join(EXAMPLES, name)
        with tempfile.TemporaryDirectory(prefix="hook-") as aside:
            env = dict(os.environ, HOOK=support.command_in(aside))
            run = subprocess.run([os.path.join(folder, "run.sh")], env=env, capture_output=True, text=True, timeout=60)
        with open(os.path.join(folder, "expected")) as file:
            expected = file.read().replace("/* * vars */", "* vars *").splitlines()
        printed = run.stdout.splitlines()
        self.assertEqual(len(expected), len(printed), run.stdout + run.stderr)
        for pattern, line in zip(expected, printed):
            self.assertTrue(matches(pattern, line), f"expected: {pattern}\nprinted:  {line}")


def example_names():
    return [name for name in sorted(os.listdir(EXAMPLES)) if os.path.exists(os.path.join(EXAMPLES, name, "expected"))
            and os.path.exists(os.path.join(EXAMPLES, name, "run.sh"))]


for _name in example_names():
    setattr(Examples, "test_" + _name.replace("-", "_"), lambda self, name=_name: self.check(name))

if __name__ == "__main__":
    unittest.main()
