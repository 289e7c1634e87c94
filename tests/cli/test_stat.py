#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hook stat and hook run -c: how many calls there were, how many failed, how long they took."""
import json
import os
import re
import subprocess
import sys
import unittest

import command

SCRIPT = "cat /etc/hostname /nonexistent/1 /nonexistent/2; exec cat /etc/hostname"
LINE = re.compile(r" *(\d+\.\d\d) +(\d+\.\d{6}) +(\d+) +(\d+) +(\d*) (.*)")


class Stat(command.Command):
    def setUp(self):
        super().setUp()
        self.hook("run", "-F", "binary", "-o", "trace", "sh", "-c", SCRIPT)

    def groups(self, *options):
        run = self.hook("stat", "--json", *options, "trace")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return json.loads(run.stdout)

    def test_it_counts_what_the_trace_holds(self):
        events = [json.loads(line) for line in self.hook("cat", "-F", "json", "trace").stdout.splitlines()]
        calls = [event for event in events if "symbol" in event]
        for group in self.groups():
            own = [event for event in calls if event["symbol"] == group["symbol"]]
            self.assertEqual((group["calls"], group["errors"]), (len(own), sum("errno" in event for event in own)))
            self.assertEqual(group["ns"], sum(event["dur_ns"] for event in own))
            self.assertEqual(group["longest_ns"], max(event["dur_ns"] for event in own))
        self.assertEqual(sum(group["calls"] for group in self.groups()), len(calls))
        self.assertAlmostEqual(sum(group["share"] for group in self.groups()), 100, delta=0.2)

    def test_it_puts_together_what_is_asked_for(self):
        names = {group["path"]: group for group in self.groups("--by", "path", "-e", "open")}
        self.assertEqual(set(names), {"/etc/hostname", "/nonexistent/1", "/nonexistent/2"})
        self.assertEqual((names["/etc/hostname"]["calls"], names["/nonexistent/1"]["errors"]), (2, 1))
        self.assertEqual([group["errno"] for group in self.groups("--by", "errno", "-e", "open")], ["ENOENT"])
        self.assertEqual([group["op"] for group in self.groups("--by", "op", "-e", "open")], ["open"])
        self.assertEqual({group["path"] for group in self.groups("--by", "path", "-Z", "-e", "open")}, {"/nonexistent/1", "/nonexistent/2"})
        self.assertEqual(sum(group["calls"] for group in self.groups("-P", "/etc/hostname", "-e", "open")), 2)
        self.assertEqual([group["syscall"] for group in self.groups("--by", "syscall", "-e", "open")], ["openat"])
        processes = self.groups("--by", "process", "-e", "open")
        self.assertTrue(all(re.fullmatch(r"\d+ /usr/bin/cat", group["process"]) for group in processes))
        self.assertEqual(sum(group["calls"] for group in processes), 4)
        pid = processes[0]["process"].split()[0]
        self.assertEqual(self.groups("--by", "process", "-e", "open", "-p", pid), [{**processes[0], "share": 100.0}])

    def test_a_childs_program_is_known_where_the_fork_comes_back_after_its_calls(self):
        script = "import ctypes, os, time\nlibc = ctypes.CDLL(None)\nlate = ctypes.CFUNCTYPE(None)(lambda: time.sleep(0.3))\n" \
                 "libc.__register_atfork(None, late, None, None)\nif os.fork(): os.wait()\nelse: os.access('/nonexistent', 0)"
        self.hook("run", "-F", "binary", "-o", "trace", sys.executable, "-S", "-c", script)
        found = self.groups("--by", "process", "-P", "/nonexistent")
        self.assertEqual([group["process"].partition(" ")[2] for group in found], [os.path.realpath(sys.executable)])

    def test_a_child_has_its_parents_program_until_it_begins_another(self):
        self.hook("run", "-F", "binary", "-o", "trace", "sh", "-c", "(cd /nonexistent); cat /etc/hostname")
        shell = os.path.realpath("/bin/sh")
        found = [group["process"] for group in self.groups("--by", "process", "-e", "chdir,open")]
        self.assertEqual(sorted(name.split()[1] for name in found), ["/usr/bin/cat", shell])
        parent = next(group["process"] for group in self.groups("--by", "process", "-e", "fork"))
        self.assertNotIn(parent, found)

    def test_hosts_are_told_by_their_addresses(self):
        script = "import socket\nfor port in (1, 1, 2): socket.socket().connect_ex(('127.0.0.1', port))\nsocket.socket(socket.AF_UNIX).connect_ex('/nowhere')"
        self.hook("run", "-F", "binary", "-o", "trace", sys.executable, "-S", "-c", script)
        found = {group["host"]: (group["calls"], group["errors"]) for group in self.groups("--by", "host", "-e", "connect")}
        self.assertEqual(found, {"127.0.0.1:1": (2, 2), "127.0.0.1:2": (1, 1), "unix:/nowhere": (1, 1)})
        text = self.hook("stat", "--by", "host", "-S", "calls", "-e", "connect", "trace").stdout.splitlines()
        self.assertTrue(text[0].endswith(" host") and text[2].endswith(" 127.0.0.1:1"), text)

    def test_odd_hosts_are_spelled_as_in_the_calls(self):
        script = "import socket\nsocket.socket(socket.AF_UNIX).connect_ex('\\0a\"b\\\\c\\n')"
        self.hook("run", "-F", "binary", "-o", "trace", sys.executable, "-S", "-c", script)
        (group,) = self.groups("--by", "host", "-e", "connect")
        self.assertEqual(group["host"], 'unix:@a"b\\c\n')
        self.assertIn(r', unix:@a\"b\\c\n) = ', self.hook("cat", "-e", "connect", "trace").stdout)
        self.assertIn(r" unix:@a\"b\\c\n" + "\n", self.hook("stat", "--by", "host", "-e", "connect", "trace").stdout)

    def test_it_sorts(self):
        for sort, key in (("time", "ns"), ("calls", "calls"), ("errors", "errors")):
            values = [group[key] for group in self.groups("-S", sort)]
            self.assertEqual(values, sorted(values, reverse=True))
        names = [group["symbol"] for group in self.groups("-S", "name")]
        self.assertEqual(names, sorted(names))

    def test_the_text_is_as_strace_has_it(self):
        lines = self.hook("stat", "trace").stdout.splitlines()
        self.assertEqual(lines[0], "% time     seconds  usecs/call     calls    errors symbol")
        self.assertEqual(lines[1], "------ ----------- ----------- --------- --------- ----------------")
        rows = [LINE.fullmatch(line).groups() for line in lines[2:-2] + lines[-1:]]
        self.assertEqual(rows[-1][0], "100.00")
        self.assertEqual(int(rows[-1][3]), sum(int(row[3]) for row in rows[:-1]))
        self.assertEqual(rows[-1][5], "total")

    def test_wrong_words_are_refused(self):
        self.refused(1, "hook: stat: no trace given", "stat")
        self.refused(1, "hook: --by: 'size' is none of symbol, op, ", "stat", "--by", "size", "trace")
        self.refused(1, "hook: -S: 'size' is none of time, calls, errors, name\n", "stat", "-S", "size", "trace")
        self.refused(1, "hook: missing: No such file or directory\n", "stat", "missing")


class Count(command.Command):
    def test_a_summary_takes_the_place_of_events(self):
        run = self.hook("run", "-c", "-e", "open", "sh", "-c", "cat /etc/hostname; exit 5")
        self.assertEqual(run.returncode, 5)
        self.assertEqual(run.stdout, self.hook("run", "-e", "none", "cat", "/etc/hostname").stdout)
        self.assertRegex(run.stderr, r"(?m)^% time .*\n[- ]+\n100.00 .* 1 +open\n[- ]+\n100.00 .* 1 +total\n\Z")

    def test_it_goes_where_o_says(self):
        run = self.hook("run", "-c", "-o", "summary", "cat", "/etc/hostname")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertTrue(self.read("summary").startswith("% time"))

    def test_nothing_is_left_behind(self):
        self.hook("run", "-c", "true", env=self.environment(TMPDIR=self.folder))
        self.assertEqual(os.listdir(self.folder), [])

    def test_it_follows_the_events_on_request(self):
        for form, first in (("text", "[HOOK "), ("json", '{"time":')):
            run = self.hook("run", "-C", "-F", form, "-e", "open", "-S", "calls", "sh", "-c", "cat /etc/hostname; cat /etc/passwd; exit 5")
            self.assertEqual((run.returncode, run.stdout), (5, self.read("/etc/hostname") + self.read("/etc/passwd")))
            events, summary = run.stderr.split("% time", 1)
            self.assertTrue(all(line.startswith(first) for line in events.splitlines()))
            self.assertEqual(re.findall(r'open.*"(/etc/\w+)"', events), ["/etc/hostname", "/etc/passwd"])
            self.assertRegex(summary, r" 2 +open\n")
        self.assertEqual(self.hook("run", "-C", "-o", "out", "-r", "cat", "/etc/hostname").returncode, 0)
        self.assertRegex(self.read("out"), r"(?s)^\[HOOK \d+\]      0.000000 \+\+\+ started .*\n% time .* total\n\Z")

    def test_events_are_printed_while_the_command_runs(self):
        with subprocess.Popen([command.BIN, "run", "-C", "-e", "open", "sh", "-c", "cat /etc/hostname >/dev/null; read answer; exit 4"],
                              stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment()) as run:
            self.assertTrue(any('"/etc/hostname"' in line for line in iter(run.stderr.readline, "")))
            self.assertIsNone(run.poll())
            run.communicate("go on\n", timeout=60)
        self.assertEqual(run.returncode, 4)

    def test_the_summary_is_sorted(self):
        for sort, column in (("calls", 3), ("time", 1), ("name", 5)):
            rows = [LINE.fullmatch(line).groups() for line in self.hook("run", "-c", "-S", sort, "cat", "/etc/hostname").stderr.splitlines()[2:-2]]
            values = [row[column] if sort == "name" else float(row[column]) for row in rows]
            self.assertEqual(values, sorted(values, reverse=sort != "name"))

    def test_what_does_not_go_together_is_refused(self):
        self.refused(125, "hook: -c and -C do not go together\n", "run", "-c", "-C", "true")
        self.refused(125, "hook: -C prints text or JSON, not binary\n", "run", "-C", "-F", "binary", "true")
        self.refused(125, "hook: -S: 'size' is none of time, calls, errors, name\n", "run", "-c", "-S", "size", "true")
        self.refused(125, "hook: -c prints a summary, in no format of -F\n", "run", "-c", "-F", "json", "true")
        self.refused(125, "hook: /nonexistent/x: No such file or directory\n", "run", "-c", "-o", "/nonexistent/x", "true")
        self.refused(125, "hook: fd:x: is no descriptor\n", "run", "-c", "-o", "fd:x", "true")


if __name__ == "__main__":
    unittest.main()
