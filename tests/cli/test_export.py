#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hook export: what other tools take."""
import csv
import datetime
import io
import json
import os
import re
import unittest

import command

SHAPES = {
    "all": {"name": str, "cat": str, "ph": str, "pid": int, "tid": int, "ts": float, "args": dict},
    "X": {"dur": float}, "M": {}, "i": {"s": str},
}
SCRIPT = 'cat /etc/hostname "/nonexistent/a,b\\"c"; (: </etc/hostname); exit 3'


class Export(command.Command):
    def setUp(self):
        super().setUp()
        self.hook("run", "-F", "binary", "-o", "trace", "sh", "-c", SCRIPT)
        self.events = [json.loads(line) for line in self.hook("cat", "-F", "json", "trace").stdout.splitlines()]

    def exported(self, form, *options):
        run = self.hook("export", "--to", form, *options, "trace")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout

    def test_chrome_gets_its_trace_events(self):
        found = json.loads(self.exported("chrome"))["traceEvents"]
        for event in found:  # as the Trace Event Format has each phase
            shape = {**SHAPES["all"], **SHAPES[event["ph"]]}
            self.assertEqual({key: type(value) if key not in ("ts", "dur") else float for key, value in event.items()}, shape)
            self.assertIn(event.get("s", "p"), "gpt")
        self.assertEqual([event["args"] for event in found if event["ph"] != "M"], self.events)
        self.assert_named(found)
        self.assert_named(json.loads(self.exported("chrome", "-e", "open"))["traceEvents"])
        begin = int(json.loads(self.exported("chrome"))["otherData"]["begin_ns"])
        for event in found:  # to the nanosecond, also when they are read as doubles
            moment = datetime.datetime.fromisoformat(event["args"].get("time", "1970-01-01T00:00:00.000000000Z")[:19] + "+00:00")
            if event["ph"] == "X":
                self.assertEqual(round(event["dur"] * 1000), event["args"]["dur_ns"])
            if event["ph"] != "M":
                expected = int(moment.timestamp()) * 10**9 + int(event["args"]["time"][20:29])
                self.assertEqual(begin + round(event["ts"] * 1000), expected)

    def assert_named(self, found):
        """Each process has one name, its program's: of the last that it ran, or of who forked it."""
        shell = next(event["exe"] for event in self.events if event["op"] == "start")
        ran = {event["pid"]: event["exe"] for event in self.events if event["op"] == "start"}
        pids = {event["pid"] for event in found}
        self.assertGreater(pids - ran.keys(), set())
        named = [(event["pid"], event["args"]["name"]) for event in found if event["ph"] == "M"]
        self.assertEqual(sorted(named), sorted((pid, ran.get(pid, shell)) for pid in pids))

    def test_a_table_has_a_row_for_each_event(self):
        rows = list(csv.DictReader(io.StringIO(self.exported("csv"), newline="")))
        self.assertEqual(len(rows), len(self.events))
        for row, event in zip(rows, self.events):
            self.assertEqual((int(row["pid"]), int(row["tid"])), (event["pid"], event["tid"]))
            self.assertEqual(row["event"], event.get("symbol", event["op"]))
            for key in ("path", "path2", "errno", "syscall"):
                self.assertEqual(row[key], event.get(key, ""))
        self.assertIn('/nonexistent/a,b"c', [row["path"] for row in rows])

    def test_strace_text_is_as_strace_writes_it(self):
        lines = self.exported("strace").splitlines()
        execs = sum(event["op"] == "exec" and "errno" not in event for event in self.events)  # which its program's start stands for
        self.assertEqual(len(lines), len(self.events) - execs)
        shape = re.compile(r"\d+ +\d{10}\.\d{6} (\w+\(.*\) = .* <\d+\.\d{6}>|\+\+\+ exited with \d+ \+\+\+)")
        for line in lines:
            self.assertRegex(line, shape)
        self.assertRegex(lines[0], r'execve\("/usr/bin/\w+", \["sh", "-c", "cat .*"\], \[/\* 0 vars \*/\]\) = 0 <0.000000>')
        self.assertEqual(sum(re.search(r'execve\(.*, \[/\* \d+ vars \*/\]\) = 0 ', line) is not None for line in lines),
                         sum(event["op"] == "start" for event in self.events))

    def test_calls_and_processes_are_selected(self):
        for words, shape in ((("-e", "open"), r" open(at|64)?\("), (("-e", "execve"), r" execve\("), (("-P", "/nonexistent/x"), " no")):
            lines = [line for line in self.exported("strace", *words).splitlines() if "+++ exited with" not in line]
            self.assertEqual([line for line in lines if not re.search(shape, line)], [])
            self.assertEqual(bool(lines), words[0] == "-e")
        programs = self.exported("strace", "-e", "execve").count("execve(")
        self.assertEqual(programs, sum(event["op"] == "start" for event in self.events))
        opened = json.loads(self.exported("chrome", "-e", "open"))["traceEvents"]
        self.assertEqual({event["cat"] for event in opened if event["ph"] == "X"}, {"open"})
        pid = opened[0]["pid"]
        self.assertEqual({event["pid"] for event in json.loads(self.exported("chrome", "-p", str(pid)))["traceEvents"]}, {pid})

    def test_of_none_nothing_is_shown(self):
        self.assertEqual(self.hook("run", "-F", "json", "-e", "none", "-o", "live", "true").returncode, 0)
        self.assertFalse(self.exists("live") and self.read("live"))
        shown = [self.hook("cat", "-F", form, "-e", "none", "trace").stdout for form in ("text", "json")]
        self.assertEqual([*shown, self.exported("strace", "-e", "none")], ["", "", ""])
        self.assertEqual(len(self.exported("csv", "-e", "none").splitlines()), 1)

    def test_it_writes_to_a_file(self):
        text = self.exported("csv")
        self.assertEqual(self.exported("csv", "-o", "out"), "")
        with open(self.folder + "/out", newline="") as file:
            self.assertEqual(file.read(), text.replace("\n", "\r\n") if "\r" not in text else text)

    def test_the_trace_is_not_written_over(self):
        os.link(os.path.join(self.folder, "trace"), os.path.join(self.folder, "other"))
        for form in ("csv", "sqlite"):
            for name in ("trace", "./other"):
                self.refused(1, f"hook: -o {name}: is the trace itself\n", "export", "--to", form, "-o", name, "trace")
        self.assertTrue(self.exported("csv"))

    def test_wrong_words_are_refused(self):
        self.refused(1, "hook: -ff is of --to strace -o FILE", "export", "--to", "csv", "-ff", "-o", "out", "trace")
        self.refused(1, "hook: --to: unknown format 'xml'", "export", "--to", "xml", "trace")
        self.refused(1, "hook: export: no format given", "export", "trace")
        self.refused(1, "hook: export: no trace given", "export", "--to", "csv")
        self.refused(1, "hook: /nonexistent/x: No such file", "export", "--to", "csv", "-o", "/nonexistent/x", "trace")
        kept = os.path.join(self.folder, "kept")
        with open(kept, "w", encoding="ascii") as file:
            file.write("precious")
        for form in ("csv", "sqlite", "strace"):
            self.refused(1, "hook: nothing: No such file", "export", "--to", form, "-o", "kept", "nothing")
            self.refused(1, "hook: kept: is no binary trace", "export", "--to", form, "-o", "other", "kept")
        with open(kept, encoding="ascii") as file:
            self.assertEqual(file.read(), "precious")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "other")))
        status, error = self.hook_on_a_full_disk("export", "--to", "csv", self.folder + "/trace")
        self.assertEqual((status, error), (1, "hook: standard output: No space left on device\n"))


if __name__ == "__main__":
    unittest.main()
