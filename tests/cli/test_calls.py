# SPDX-License-Identifier: MIT
import json
import os
import signal
import subprocess
import unittest

from command import BIN, Command


class Calls(Command):
    def columns(self, *names):
        """The first four words of each call that is hooked."""
        lines = self.hook("calls", *names).stdout.splitlines()[1:]
        return [(line.split() + [""])[:4] for line in lines if "left out:" not in line]

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
        self.assertEqual(symbols, {"_IO_fopen", "fopen", "fopen64"})
        symbols = {line.split()[0] for line in self.hook("calls", "%network").stdout.splitlines()[1:]}
        self.assertTrue({"connect", "sendto", "socket"} <= symbols)

    def test_json_is_one_array(self):
        calls = json.loads(self.hook("calls", "--json").stdout)
        by_symbol = {call["symbol"]: call for call in calls}
        self.assertEqual(by_symbol["openat"], {"symbol": "openat", "op": "open", "syscall": "openat", "classes": ["%file", "%desc"],
                                               "args": ["dirfd", "path", "flags", "mode"]})
        self.assertEqual(json.loads(self.hook("calls", "--json", "connect").stdout)[0]["op"], "connect")

    def test_each_function_that_should_be_hooked_is_or_has_a_reason(self):
        with open(os.path.join(os.path.dirname(__file__), "wanted.txt")) as file:
            wanted = file.read().split()
        self.assertGreater(len(wanted), 750)
        calls = {call["symbol"]: call for call in json.loads(self.hook("calls", "--json").stdout)}
        self.assertEqual([name for name in wanted if name not in calls], [])
        self.assertTrue(all(calls[name]["op"] or calls[name]["reason"] for name in wanted))

    def test_the_columns_are_aligned(self):
        head, *lines = self.hook("calls").stdout.splitlines()
        for place in (head.index(word) for word in ("OPERATION", "SYSTEM CALL", "CLASSES")):
            self.assertEqual([line for line in lines if line[place - 1] != " " or line[place : place + 1] == " "], [])

    def test_json_says_what_the_table_says(self):
        calls = [call for call in json.loads(self.hook("calls", "--json").stdout) if "reason" not in call]
        self.assertEqual([[call["symbol"], call["op"], call["syscall"], ",".join(call["classes"])] for call in calls], self.columns())

    def test_json_says_everything_of_each_call(self):
        for call in json.loads(self.hook("calls", "--json").stdout):
            left_out = call.pop("reason", None)
            self.assertEqual(list(call), ["symbol", "op", "syscall", "classes", "args"])
            self.assertTrue(all((call["symbol"], call["op"], call["syscall"])) or left_out, call)
            self.assertTrue(all(name.startswith("%") for name in call["classes"]), call)
            self.assertTrue(all(name.isidentifier() for name in call["args"]), call)

    def test_the_page_says_what_the_table_says(self):
        hooked, left_out = self.hook("calls", "--markdown").stdout.split("\n## Left out\n")
        cells = [line.replace("`", "").strip("|").split("|") for line in hooked.splitlines() if line.startswith("| `")]
        self.assertEqual([[cell.strip().replace(" ", ",") for cell in row] for row in cells], self.columns())
        self.assertEqual([line.split("`")[1] for line in left_out.splitlines() if line.startswith("| `")], sorted(self.left_out()))

    def left_out(self):
        return {call["symbol"]: call["reason"] for call in json.loads(self.hook("calls", "--json").stdout) if "reason" in call}

    def test_what_is_left_out_has_a_reason(self):
        left_out = self.left_out()
        self.assertIn("RUNPATH", left_out["dlopen"])
        self.assertEqual(self.hook("calls", "dlopen").stdout.splitlines()[1].split(None, 3),
                         ["dlopen", "-", "-", "left out: " + left_out["dlopen"]])
        self.assertEqual([call["symbol"] for call in json.loads(self.hook("calls", "--json", "dlopen").stdout)], ["dlopen"])
        self.assertNotIn("dlopen", self.hook("calls", "open").stdout.split())
        self.assertFalse({row[0] for row in self.columns()} & set(left_out))

    def test_options_may_follow_names(self):
        self.assertEqual(self.hook("calls", "fopen", "--json").stdout, self.hook("calls", "--json", "fopen").stdout)

    def test_an_unknown_name_is_refused(self):
        for wrong, right in (("opne", "open"), ("%flie", "%file"), ("fopne", "fopen"), ("conect", "connect")):
            self.refused(1, f"unknown call '{wrong}' (did you mean '{right}'?)\n", "calls", wrong)
        self.refused(1, "'futex' is a system call that no hooked function makes", "calls", "futex")
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
