#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""hook export: each format is read back by a tool that is not ours, and says what the trace says."""
import collections
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import unittest

import command

SCRIPT = """import os, socket
with open("copy", "wb") as file:
    file.write(b"12345"); file.flush(); file.write(b"67890")
try:
    open("/nonexistent/x,\\"y")
except OSError:
    pass
server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
client = socket.socket(); client.connect(server.getsockname())
client.send(b"question")
peer, _ = server.accept(); peer.send(b"yes"); client.recv(10)
if os.fork() == 0:
    os.write(os.dup(client.fileno()), b"more")
    os._exit(7)
os.wait()
if os.fork() == 0:
    os.execvp("cat", ["cat", "copy"])
os.wait()
"""
HERE = pathlib.Path(__file__).parent
GRAPH = "/usr/share/doc/strace/examples/strace-graph.gz"


def needs(*programs):
    missing = [name for name in programs if not (shutil.which(name) or os.path.exists(name))]
    return unittest.skipIf(missing, f"not here: {' '.join(missing)}")


class Recorded(command.Command):
    def setUp(self):
        super().setUp()
        self.hook("run", "-F", "binary", "-o", "trace", sys.executable, "-S", "-c", SCRIPT)
        self.events = [json.loads(line) for line in self.hook("cat", "-F", "json", "trace").stdout.splitlines()]
        self.calls = [event for event in self.events if "symbol" in event]
        self.starts = [event for event in self.events if event["op"] == "start"]

    def export(self, form, *options):
        run = self.hook("export", "--to", form, "-o", "out", *options, "trace")
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))
        return os.path.join(self.folder, "out")

    def tool(self, *words, **more):
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False, **more)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout


class Tools(Recorded):
    @needs("babeltrace2")
    def test_babeltrace_reads_ctf(self):
        folder = self.export("ctf")
        lines = self.tool("babeltrace2", "--clock-seconds", folder).splitlines()
        self.assertEqual(len(lines), len(self.events))
        for line, event in zip(lines, self.events):
            name = event.get("symbol", event["op"])
            if name == "syscall" and event["op"] != "syscall":
                name = r"\w+"  # that of the row
            self.assertRegex(line, rf"\) {name}: {{ vpid = {event['pid']}, vtid = {event['tid']} ")
            if "symbol" not in event:
                continue
            fields = dict(re.findall(r'(\w+) = ("(?:[^"\\]|\\.)*"|-?\d+)', line))
            self.assertEqual(int(fields["dur_ns"]), event["dur_ns"])
            self.assertEqual(fields["errno"], f'"{event.get("errno", "-")}"')
            self.assertEqual(fields["action"], '"log"')
            self.assertEqual(re.search(r', path = "((?:[^"\\]|\\.)*)"', line)[1], event.get("path", "-").replace('"', '\\"'))
            for key in event["args"].keys() & {"fd", "sockfd", "oldfd"}:
                self.assertEqual(int(fields[key]), event["args"][key])
        self.assertIn(r'argv = "[\"cat\", \"copy\"]"', "".join(line for line in lines if ") start: " in line))
        self.assertEqual(sum('addr = "127.0.0.1:' in line for line in lines), sum("addr" in event for event in self.calls))

    @needs("protoc")
    def test_perfetto_is_of_its_schema(self):
        with open(self.export("perfetto"), "rb") as file:
            text = self.tool("protoc", f"--proto_path={HERE}", "--decode=perfetto.protos.Trace", HERE / "perfetto.proto", stdin=file)
        self.assertNotRegex(text, r"(?m)^ *\d+(:| \{)")  # a field that the schema does not know
        packets = text.split("\npacket {")
        begun = [packet for packet in packets if "TYPE_SLICE_BEGIN" in packet]
        self.assertEqual([re.search(r'\n    name: "(\w+)"', packet)[1] for packet in begun], [event["symbol"] for event in self.calls])
        self.assertEqual([re.search(r'categories: "(\w+)"', packet)[1] for packet in begun], [event["op"] for event in self.calls])
        times = [[int(number) for number in re.findall(r"\n  timestamp: (\d+)", text)]
                 for text in ("".join(begun), "".join(packet for packet in packets if "TYPE_SLICE_END" in packet))]
        self.assertEqual([end - start for start, end in zip(*times)], [event["dur_ns"] for event in self.calls])
        described = set(re.findall(r"  track_descriptor \{\n    uuid: (\d+)", text))
        self.assertEqual(set(re.findall(r"\n    track_uuid: (\d+)", text)) - described, set())
        self.assertEqual(len(re.findall(r"\n    thread \{", text)), len({event["tid"] for event in self.events}))
        self.assertIn('cmdline: "cat"\n      cmdline: "copy"', text)
        named = dict(re.findall(r'pid: (\d+)\n(?:      cmdline: .*\n)*      process_name: "(.*)"', text))  # the last counts
        self.assertEqual(named.keys(), {str(event["pid"]) for event in self.events})  # the child that only forked is Python, too
        self.assertEqual([name.rpartition("/")[2] for name in named.values()].count("cat"), 1)

    @needs("strace-log-merge")
    def test_strace_log_merge_takes_one_file_a_thread(self):
        merged = self.tool("strace-log-merge", self.export("strace", "-ff"))
        alone = self.hook("export", "--to", "strace", "trace").stdout
        self.assertEqual(*(collections.Counter(re.sub(r"(?m)^(\d+) +", r"\1 ", text).splitlines()) for text in (merged, alone)))
        times = [float(line.split()[1]) for line in merged.splitlines()]
        self.assertEqual(times, sorted(times))

    @needs("perl", GRAPH)
    def test_strace_graph_draws_the_processes(self):
        script = self.tool("gzip", "-dc", GRAPH)
        drawn = self.tool("perl", self.write("graph", script), self.export("strace"))
        python, forked, cat = (re.search(words, drawn) for words in (r"(?m)^.* -S -c", r"\(anon\)", r"(?m)--.* cat copy$"))
        self.assertTrue(python and forked and cat, drawn)


class Database(Recorded):
    def setUp(self):
        super().setUp()
        if "built without SQLite" in self.hook("export", "--to", "sqlite", "-o", "out", "trace").stderr:
            self.skipTest("this hook was built without SQLite")
        self.db = sqlite3.connect(self.export("sqlite"))
        self.addCleanup(self.db.close)

    def rows(self, query):
        return self.db.execute(query).fetchall()

    def test_every_call_is_a_row(self):
        rows = self.rows("SELECT symbol, op, syscall, tid, ret, errno, dur_ns, action, args FROM events ORDER BY id")
        self.assertEqual(len(rows), len(self.calls))
        for (symbol, op, syscall, tid, ret, errno, dur_ns, action, args), event in zip(rows, self.calls):
            self.assertEqual((symbol, op, syscall, tid, errno, dur_ns, action, json.loads(args)),
                             tuple(event.get(key) for key in ("symbol", "op", "syscall", "tid", "errno", "dur_ns", "action", "args")))
            if isinstance(event.get("ret"), int):
                self.assertEqual(ret, event["ret"])

    def test_programs_have_their_parents(self):
        self.assertEqual(self.rows("PRAGMA integrity_check") + self.rows("PRAGMA foreign_key_check"), [("ok",)])
        started = self.rows("SELECT pid, exe, argv, cwd, uid FROM processes WHERE exe NOT NULL")
        for event in self.starts:
            self.assertIn((event["pid"], event["exe"], json.dumps(event["argv"], separators=(",", ":")), event["cwd"], event["uid"]), started)
        cat = self.rows("SELECT status, parent_command FROM commands WHERE command = 'cat copy'")
        self.assertEqual([(status, parent.split()[0]) for status, parent in cat], [(0, sys.executable)])
        self.assertEqual(self.rows("SELECT count(*) FROM commands WHERE status = 7"), [(1,)])

    def test_a_parent_that_is_busy_with_its_first_call_is_known(self):
        script = "import ctypes, os\nlibc = ctypes.CDLL(None)\n@ctypes.CFUNCTYPE(None)\ndef child(): libc.system(b'true'); os._exit(3)\n" \
                 "libc.__register_atfork(None, None, child, None)\nos.fork()\nos.wait()"
        self.hook("run", "-F", "binary", "-o", "trace", sys.executable, "-S", "-c", script)
        known = sqlite3.connect(self.export("sqlite")).execute(
            "SELECT child.command LIKE 'sh -c%true', parent.status, parent.argv = grand.argv, parent.cwd = grand.cwd, grand.parent FROM processes AS child "
            "JOIN processes AS parent ON parent.id = child.parent JOIN processes AS grand ON grand.id = parent.parent").fetchall()
        self.assertEqual(known, [(1, 3, 1, 1, None)])

    def test_files_have_their_bytes_and_failures(self):
        copy = os.path.join(os.path.realpath(self.folder), "copy")
        self.assertEqual(self.rows(f"SELECT bytes_read, bytes_written FROM file_bytes WHERE path = '{copy}'"), [(10, 10)])
        opened = self.rows(f"SELECT opened, failed FROM opened_files WHERE path = '{copy}'")
        self.assertEqual(opened, [(1, 0), (1, 0)])
        self.assertEqual(self.rows("SELECT path, errno FROM failed_opens WHERE path LIKE '/nonexistent%'"), [('/nonexistent/x,"y', "ENOENT")])
        failures = collections.Counter(event["op"] for event in self.calls if "errno" in event)
        self.assertEqual(self.rows("SELECT count(*) FROM failed_opens"), [(failures["open"],)])

    def test_connections_have_their_bytes(self):
        port = next(event["addr"] for event in self.calls if event["op"] == "connect").split(":")[1]
        self.assertEqual(self.rows("SELECT host, port, connections, failed, sent, received FROM hosts"), [("127.0.0.1", int(port), 1, 0, 12, 3)])
        self.assertEqual(self.rows("SELECT op, family, sent FROM connections WHERE op = 'accept'"), [("accept", "inet", 3)])

    def test_every_view_answers(self):
        longest = max(event["dur_ns"] for event in self.calls)
        self.assertEqual(self.rows("SELECT dur_ns FROM slowest_calls LIMIT 1"), [(longest,)])
        self.assertEqual(dict(self.rows("SELECT symbol, calls FROM calls")), collections.Counter(event["symbol"] for event in self.calls))
        self.assertEqual(sum(count for _, _, count in self.rows("SELECT * FROM errors")), sum("errno" in event for event in self.calls))
        self.assertEqual(self.rows("SELECT * FROM decisions"), [])

    def test_the_questions_of_the_page_are_answered(self):
        page = (HERE.parents[1] / "docs/traces.md").read_text(encoding="utf-8")
        statements = [text.strip() for block in re.findall(r"```sql\n(.*?)```", page, re.S) for text in re.sub("--.*", "", block).split(";")]
        self.assertGreater(len(statements), 10)
        for statement in filter(None, statements):
            with self.subTest(statement):
                answer = self.rows(statement)
                self.assertEqual(bool(answer), "decisions" not in statement)
        tables = re.findall(r"(?m)^\| `(\w+)` \|(.*)\|$", page)
        for table, text in tables:
            columns = {row[1] for row in self.rows(f"PRAGMA table_info({table})")} - {"id"}
            self.assertEqual(columns - set(re.findall(r"`(\w+)`", text)), set())

    def test_what_is_there_gives_way_unless_it_is_no_file(self):
        again = self.export("sqlite")
        self.assertEqual(sqlite3.connect(again).execute("SELECT count(*) FROM events").fetchall(), [(len(self.calls),)])
        self.refused(1, "hook: .: is no file\n", "export", "--to", "sqlite", "-o", ".", "trace")
        self.refused(1, "hook: /nonexistent/x: unable to open database file\n", "export", "--to", "sqlite", "-o", "/nonexistent/x", "trace")
        self.refused(1, "this format makes a file: -o says where", "export", "--to", "sqlite", "trace")


if __name__ == "__main__":
    unittest.main()
