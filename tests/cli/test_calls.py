# SPDX-License-Identifier: MIT
import json
import os
import signal
import subprocess
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

    def test_the_columns_are_aligned(self):
        head, *lines = self.hook("calls").stdout.splitlines()
        for place in (head.index(word) for word in ("OPERATION", "SYSTEM CALL", "CLASSES")):
            self.assertEqual([line for line in lines if line[place - 1] != " " or line[place : place + 1] == " "], [])

    def test_json_says_what_the_table_says(self):
        rows = [(line.split() + [""])[:4] for line in self.hook("calls").stdout.splitlines()[1:]]
        calls = json.loads(self.hook("calls", "--json").stdout)
        self.assertEqual([[call["symbol"], call["op"], call["syscall"], ",".join(call["classes"])] for call in calls], rows)

    def test_json_says_everything_of_each_call(self):
        for call in json.loads(self.hook("calls", "--json").stdout):
            self.assertEqual(list(call), ["symbol", "op", "syscall", "classes", "args"])
            self.assertTrue(call["symbol"] and call["op"] and call["syscall"], call)
            self.assertTrue(all(name.startswith("%") for name in call["classes"]), call)
            self.assertTrue(all(name.isidentifier() for name in call["args"]), call)

    def test_the_page_says_what_the_table_says(self):
        rows = [(line.split() + [""])[:4] for line in self.hook("calls").stdout.splitlines()[1:]]
        page = [line for line in self.hook("calls", "--markdown").stdout.splitlines() if line.startswith("| `")]
        cells = [line.replace("`", "").strip("|").split("|") for line in page]
        self.assertEqual([[cell.strip().replace(" ", ",") for cell in row] for row in cells], rows)

    def test_options_may_follow_names(self):
        self.assertEqual(self.hook("calls", "fopen", "--json").stdout, self.hook("calls", "--json", "fopen").stdout)

    def test_an_unknown_name_is_refused(self):
        for wrong, right in (("opne", "open"), ("%flie", "%file"), ("fopne", "fopen"), ("conect", "connect")):
            self.refused(1, f"unknown call '{wrong}' (did you mean '{right}'?)\n", "calls", wrong)
        for wrong in ("frobnicate", "", "!open", "open,close"):
            self.refused(1, f"unknown call '{wrong}'", "calls", wrong)

    def test_a_full_disk_is_said(self):
        for form in ([], ["--json"], ["--markdown"]):
            self.assertEqual(self.hook_on_a_full_disk("calls", *form), (1, "hook: standard output: No space left on device\n"))

    def test_a_reader_that_leaves_early_is_no_error_of_ours(self):
        read, write = os.pipe()
        os.close(read)
        run = subprocess.run([BIN, "calls"], stdout=write, stderr=subprocess.PIPE, env=self.environment())
        os.close(write)
        self.assertEqual((run.returncode, run.stderr), (-signal.SIGPIPE, b""))


if __name__ == "__main__":
    unittest.main()
