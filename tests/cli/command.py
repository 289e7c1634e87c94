# SPDX-License-Identifier: MIT
"""Runs the built `hook`, in a folder that goes with the test."""
import os
import subprocess
import tempfile
import unittest

BIN, LIB = os.environ["HOOK_BIN"], os.environ["HOOK_LIB"]


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, content):
        data = content if isinstance(content, bytes) else content.encode()
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(data)
        return name

    def read(self, name):
        with open(os.path.join(self.folder, name), errors="surrogateescape") as file:
            return file.read()

    def environment(self, **more):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("HOOK_") and key != "LD_PRELOAD"}
        runtime = os.environ.get("HOOK_TEST_PRELOAD")
        return dict(clean, **({"LD_PRELOAD": runtime} if runtime else {}), **more)

    def hook(self, *arguments, **more):
        more.setdefault("env", self.environment())
        return subprocess.run([BIN, *arguments], cwd=self.folder, text=True, errors="surrogateescape", capture_output=True,
                              timeout=60, **more)

    def hook_on_a_full_disk(self, *arguments):
        with open("/dev/full", "w") as full:
            run = subprocess.run([BIN, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, env=self.environment(), timeout=60)
        return run.returncode, run.stderr

    def exists(self, name):
        return os.path.exists(os.path.join(self.folder, name))

    def refused(self, status, message, *arguments):
        run = self.hook(*arguments)
        self.assertEqual((run.returncode, run.stdout), (status, ""), run.stderr)
        self.assertTrue(run.stderr.startswith("hook: "), run.stderr)
        self.assertIn(message, run.stderr)
        return run
