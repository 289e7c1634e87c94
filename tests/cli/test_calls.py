# SPDX-License-Identifier: MIT
import json
import unittest

from command import BIN, Command


class Calls(Command):
    def test_every_call_has_a_row(self):
        lines = self.hook("calls").stdout.splitlines()
        self.assertEqual(lines[0].split(), ["SYMBOL", "OPERATION", "SYSTEM", "CALL", "CLASSES"])
        self.assertIn(["fopen", "open", "openat", "%file,%desc"], [line.split() for line in lines])
        self.assertGreater(len(lines), 200)

    def test_names_select_as_in_rules(self):
        symbols = {line.split()[0] for line in self.hook("calls", "openat").stdout.splitlines()[1:]}
        self.assertTrue({"open", "openat64", "fopen", "__open_2", "mkstemp"} <= symbols)
        self.assertNotIn("close", symbols)
        symbols = {line.split()[0] for line in self.hook("calls", "fopen").stdout.splitlines()[1:]}
        self.assertEqual(symbols, {"fopen", "fopen64"})
        symbols = {line.split()[0] for line in self.hook("calls", "%network").stdout.splitlines()[1:]}
        self.assertTrue({"connect", "sendto", "socket"} <= symbols)

    def test_json_is_one_array(self):
        calls = json.loads(self.hook("calls", "--json").stdout)
        by_symbol = {call["symbol"]: call for call in calls}
        self.assertEqual(by_symbol["openat"], {"symbol": "openat", "op": "open", "syscall": "openat", "classes": ["%file", "%desc"],
                                               "args": ["dirfd", "path", "flags", "mode"]})
        self.assertEqual(json.loads(self.hook("calls", "--json", "connect").stdout)[0]["op"], "connect")

    def test_an_unknown_name_is_refused(self):
        self.refused(1, "unknown call 'opne' (did you mean 'open'?)", "calls", "opne")

    def test_a_full_disk_is_said(self):
        with open("/dev/full", "w") as full:
            import subprocess
            run = subprocess.run([BIN, "calls"], stdout=full, stderr=subprocess.PIPE, text=True, env=self.environment())
        self.assertEqual(run.returncode, 1)
        self.assertIn("hook: standard output: No space left on device", run.stderr)


if __name__ == "__main__":
    unittest.main()
