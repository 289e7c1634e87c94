#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A binary trace loses nothing, whatever becomes of the program; or it says how much."""
import collections
import datetime
import fcntl
import json
import os
import random
import re
import shutil
import signal
import subprocess
import unittest

import support
import test_trace


class LossTest(test_trace.TraceTest):
    def test_paths_of_every_length_are_kept(self):
        ended = self.record("python3", "-S", "-c", "import os\nfor n in range(700): os.access('/' + n * 'a', 0), os.access('b' + n * 'c', 0)")
        self.assertEqual((ended.status, ended.err), (0, b""))
        shown = subprocess.run([support.HOOK, "cat", "-F", "json", "-e", "access", self.trace], capture_output=True, check=False)
        self.assertEqual(shown.stderr, b"")
        paths = [json.loads(line).get("args", {}).get("path") for line in shown.stdout.splitlines()]
        wanted = [path for n in range(700) for path in ("/" + n * "a", "b" + n * "c")]
        self.assertEqual([path for path in paths if path in set(wanted)], wanted)

    def test_threads_without_number_lose_nothing(self):
        ended = self.record(support.BUILT / "writers", 1, 400, 200)
        self.assertEqual((ended.status, ended.err), (0, b""))
        calls = collections.Counter(event["path"] for event in self.events("-e", "access") if "path" in event)
        self.assertEqual((len(calls), set(calls.values())), (80000, {1}))

    def test_many_processes_and_threads_lose_nothing(self):
        ended = self.record(support.BUILT / "writers", 8, 8, 1000)
        self.assertEqual((ended.status, ended.err), (0, b""))
        calls = collections.Counter(event["path"] for event in self.events("-e", "access") if "path" in event)
        self.assertEqual(len(calls), 64000)
        self.assertEqual(set(calls.values()), {1})

    def test_a_kill_at_any_moment_loses_nothing(self):
        script = "import os\ni = 0\nwhile True:\n    os.access(f'/nonexistent/{i}', 0)\n    i += 1\n    os.write(1, b'.')"
        environment = self.environment(HOOK_FORMAT="binary", HOOK_OUTPUT=str(self.trace), HOOK_TRACE="access",
                                       LD_PRELOAD=":".join(filter(None, (support.RUNTIME, support.LIBRARY))))
        told = {}
        for _ in range(25):
            with subprocess.Popen(["python3", "-S", "-c", script], stdout=subprocess.PIPE, env=environment) as process:
                count = len(process.stdout.read(random.randrange(1, 20000)))
                process.send_signal(signal.SIGKILL)
                told[process.pid] = count + len(process.stdout.read())
        found = collections.Counter(event["pid"] for event in self.events() if event.get("path", "").startswith("/nonexistent/"))
        for pid, count in told.items():
            self.assertIn(found[pid] - count, (0, 1))

    def upset(self, how, calls, **settings):
        """How often each of the numbers -1, -2, ... was closed, by the trace."""
        self.trace.unlink(missing_ok=True)
        ended = self.record(support.BUILT / "upset", how, calls, settings={"HOOK_TRACE": "close", **settings})
        self.assertEqual((ended.status, ended.err), (0, b""))
        shown = self.cat()
        first = re.match(rb"\[HOOK (\d+)\]", shown)[1]
        found = collections.Counter(re.findall(rb"(?m)^\[HOOK " + (rb"\d+" if how == "vforks" else first) + rb"\] close\(-(\d+)\)", shown))
        del found[b"99999999"]
        return {int(number): times for number, times in found.items()}

    @support.skip_sanitized("the runtime holds signals back")
    def test_handlers_that_jump_lose_nothing(self):
        self.assertEqual(self.upset("jumps", 1000000).keys(), set(range(1, 1000001)))

    @support.skip_sanitized("the runtime holds signals back")
    def test_handlers_that_fork_lose_nothing(self):
        self.assertEqual(self.upset("forks", 200000).keys(), set(range(1, 200001)))

    @support.skip_sanitized("the runtime holds signals back")
    def test_what_breaks_into_the_record_of_a_long_call_keeps_its_time(self):
        ended = self.record(support.BUILT / "steps", 8, 240, settings={"HOOK_TRACE": "access,read"})
        if ended.status == 77:
            self.skipTest("no single steps")
        self.assertEqual((ended.status, ended.err), (0, b""))
        events = [event for event in self.events("-e", "access") if event.get("path", "").startswith("/at/")]
        self.assertGreater(sum(event["path"].startswith("/at/step/") for event in events), 24)
        for event in events:
            day, fraction = event["time"][:-1].split(".")
            second = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.timezone.utc).timestamp()
            self.assertLess(abs(second + float("0." + fraction) - int(event["path"].split("/")[3]) / 1e9), 0.5, event)

    def test_children_in_the_same_memory_lose_nothing(self):
        found = self.upset("vforks", 50000)
        self.assertEqual((len(found), set(found.values())), (50000, {1}))

    def test_who_may_write_to_no_file_loses_nothing(self):
        found = self.upset("sandboxed", 300000)
        self.assertEqual((len(found), set(found.values())), (300000, {1}))

    def test_processes_of_one_number_do_not_take_each_others_room(self):
        for settings in ({}, {"HOOK_RING": "16M"}):
            self.trace.unlink(missing_ok=True)
            ended = self.record(support.BUILT / "firsts", 1000, settings={"HOOK_TRACE": "close", **settings})
            if ended.status == 77:
                self.skipTest("no namespaces")
            self.assertEqual((ended.status, ended.err), (0, b""))
            found = sorted(int(number) for number in re.findall(rb"close\(-(\d+)\)", self.cat()))
            self.assertEqual(found, [begin + i for begin in (1, 10000001, 20000001, 30000001) for i in range(20000)])

    @support.skip_sanitized("too slow")
    def test_who_is_stopped_while_it_writes_to_a_shared_part_damages_nothing(self):
        for _ in range(8):
            self.trace.unlink(missing_ok=True)
            ended = self.record(support.BUILT / "writers", 1, 300, 600, settings={"HOOK_TRACE": "access", "HOOK_RING": "1M"})
            self.assertEqual((ended.status, ended.err), (0, b""))
            self.assertGreater(len(self.cat()), 100000)  # which says what is damaged

    @support.skip_sanitized("the thread sanitizer does not see that the kernel has said of a thread that it is no more")
    def test_more_threads_than_a_ring_has_parts(self):
        found = self.upset("threads", 2000, HOOK_RING="1M")
        self.assertGreater(sum(found.values()), 5000)

    def test_what_might_have_changed_the_root_takes_room_once(self):
        for settings in ({}, {"HOOK_RING": "16M"}):
            self.assertEqual(len(self.upset("chroots", 100000, **settings)), 100000)
            self.assertLess(self.trace.stat().st_blocks * 512, 20 << 20)

    @support.skip_sanitized("the two do not go together")
    def test_valgrind_runs_it(self):
        if not shutil.which("valgrind"):
            self.skipTest("no valgrind")
        ended = self.record("valgrind", "-q", "--tool=none", support.BUILT / "writers", 1, 2, 3000)
        said = re.sub(rb"--\d+-- sigprocmask: unknown 'how' field -1\n", b"", ended.err)  # how a page is asked about
        self.assertEqual((ended.status, said), (0, b""))
        self.assertEqual(len({event["path"] for event in self.events("-e", "access") if event.get("path", "").startswith("/nonexistent/")}), 6000)

    def test_a_lock_of_somebody_else_is_not_waited_for(self):
        self.trace.touch()
        with open(self.trace) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertEqual(self.record("true", timeout=20).status, 0)
        self.assertTrue(self.events())

    def test_ends_of_every_kind_lose_nothing(self):
        for end in ("os.abort()", "os._exit(0)", "os.execv('/bin/true', ['true'])", "os.kill(os.getpid(), 11)"):
            with self.subTest(end=end):
                self.record("python3", "-S", "-c", f"import os\nfor i in range(1000): os.access(f'/nonexistent/{{i}}', 0)\n{end}")
                self.assertEqual(sum(event.get("path", "").startswith("/nonexistent/") for event in self.events()), 1000)

    def test_children_of_every_kind_are_recorded(self):
        for kind in ("fork", "vfork", "spawn", "system", "popen"):
            with self.subTest(kind=kind):
                self.record("python3", "-S", "-c", "import os, subprocess\n" + {
                    "fork": "if os.fork() == 0: os.execv('/bin/true', ['true'])\nos.wait()",
                    "vfork": "subprocess.run(['/bin/true'], close_fds=False)",
                    "spawn": "os.waitpid(os.posix_spawn('/bin/true', ['true'], os.environ), 0)",
                    "system": "os.system('/bin/true')",
                    "popen": "os.popen('/bin/true').read()",
                }[kind])
                started = [event["exe"] for event in self.events() if event["op"] == "start"]
                self.assertIn("/usr/bin/true", started)

    def test_a_full_disk_is_counted_and_said(self):
        mount = f"mount -t tmpfs -o size=512k none {self.folder} && cd {self.folder} && "
        if subprocess.run(["unshare", "-rm", "sh", "-c", mount + "true"], capture_output=True, check=False).returncode:
            self.skipTest("no file system can be mounted here")
        # the trace is copied out of the file system, which ends with the command
        command = mount + f"""LD_PRELOAD={support.RUNTIME}:{support.LIBRARY} HOOK_FORMAT=binary HOOK_OUTPUT=trace python3 -S -c '
import os
for i in range(20000): os.access("/nonexistent/" + str(i), 0)
' && cp --sparse=always trace {self.trace}"""
        done = subprocess.run(["unshare", "-rm", "sh", "-c", command], capture_output=True, env=self.environment(), check=False)
        said = re.search(rb"hook: (\d+) events could not be written: No space left on device", done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(said, done.stderr)
        shown = subprocess.run([support.HOOK, "cat", "-F", "json", self.trace], capture_output=True, check=False)
        self.assertIn(said[1] + b" events could not be recorded", shown.stderr)
        kept = sum(b"/nonexistent/" in line for line in shown.stdout.splitlines())
        self.assertGreater(kept, 1000)
        self.assertLessEqual(20000 - kept, int(said[1]))

    @support.skip_sanitized("the runtime keeps its notes in a file, which the limit is for too")
    def test_a_limit_of_the_program_is_none_of_a_trace_that_is_long_enough(self):
        ended = self.record("sh", "-c", "(ulimit -f 1; exec cat /etc/hostname) >/dev/null")
        self.assertEqual((ended.status, ended.err), (0, b""))
        shown = subprocess.run([support.HOOK, "cat", "-e", "open", self.trace], capture_output=True, check=False)
        self.assertEqual(shown.stderr, b"")
        self.assertIn(b'"/etc/hostname"', shown.stdout)

    @support.skip_sanitized("the thread sanitizer's runtime keeps memory in a file, which the limit cuts off")
    def test_a_limit_of_the_program_is_none_wherever_the_trace_ends(self):
        script = "for i in $(seq 20); do (ulimit -f 1; exec cat /etc/hostname) >/dev/null; /bin/true; done"
        ended = self.record("bash", "-c", script)
        self.assertEqual((ended.status, ended.err), (0, b""))
        shown = subprocess.run([support.HOOK, "cat", "-e", "open", self.trace], capture_output=True, check=False)
        self.assertEqual((shown.stderr, shown.stdout.count(b'"/etc/hostname"')), (b"", 20))

    def test_a_limit_is_counted_and_said(self):
        script = "import os\nfor i in range(50000): os.access(f'/nonexistent/{i}', 0)"
        ended = self.record("sh", "-c", f"ulimit -f 4096; exec python3 -S -c \"{script}\"", settings={"HOOK_TRACE": "access"})
        self.assertEqual((ended.status, ended.err), (0, b""))  # a program that has set itself a limit is left its standard error
        shown = subprocess.run([support.HOOK, "cat", self.trace], capture_output=True, check=False)
        kept = shown.stdout.count(b"/nonexistent/")
        said = re.fullmatch(rb"hook: \S+: (\d+) events could not be recorded\n", shown.stderr)
        self.assertTrue(said, shown.stderr)
        self.assertGreater(kept, 500)
        self.assertIn(kept + int(said[1]) - 50000, (0, 1))  # the end of the program may be one of them

    def test_a_trace_that_was_cut_off_is_read_as_far_as_it_goes(self):
        self.record("cat", "/etc/passwd", "/etc/hosts")
        whole, lines = self.trace.read_bytes(), self.cat().splitlines()
        counts, told = set(), set()
        for cut in (*range(whole.index(b"/usr/bin/cat"), len(whole.rstrip(b"\0")), 13), len(whole)):
            self.trace.write_bytes(whole[:cut])
            done = subprocess.run([support.HOOK, "cat", self.trace], capture_output=True, check=False)
            shown = done.stdout.splitlines()
            self.assertEqual((done.returncode, shown), (0, lines[:len(shown)]))
            counts.add(len(shown))
            lost = re.findall(rb"has been cut off: (\d+) of its bytes are missing\n", done.stderr)
            self.assertEqual(len(lost), cut < len(whole))
            told.update(re.sub(rb"\d{3,}", b"N", line.split(b": ", 2)[2]) for line in done.stderr.splitlines())
        self.assertEqual(counts, set(range(len(lines) + 1)))
        self.assertEqual(told, {b"has been cut off: N of its bytes are missing", b"the trace is damaged: 1 part of it ends early"})

    @support.skip_sanitized("the runtime does not start under the limit")
    def test_a_limit_that_leaves_no_room_for_a_trace_is_told_as_one(self):
        for blocks, status, said in (("1000", 0, b""), ("100", 125, b"hook: HOOK_OUTPUT: %s: File too large\n" % os.fsencode(self.trace))):
            self.trace.unlink(missing_ok=True)
            done = self.bare("sh", "-c", f"ulimit -f {blocks}; exec {support.HOOK} run -F binary -o {self.trace} true")
            self.assertEqual((done.status, done.err), (status, said))
            self.assertEqual(self.trace.stat().st_size > 0, status == 0)

    def test_a_trace_behind_another_is_told(self):
        self.record("true")
        lines = self.cat()
        self.trace.write_bytes(2 * self.trace.read_bytes())
        done = subprocess.run([support.HOOK, "cat", self.trace], capture_output=True, check=False)
        self.assertEqual((done.stdout, done.stderr.split(b": ", 2)[2:]), (lines, [b"another trace stands behind this one, and is not read\n"]))


if __name__ == "__main__":
    unittest.main()
