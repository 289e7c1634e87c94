#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One file takes the events of many writers; settings that cannot be used stop the program before it runs."""
import collections
import json
import os
import pathlib
import re
import unittest

import support

PROCESSES, THREADS, CALLS = 8, 8, 1000


class ManyWritersTest(support.ProgramTest):
    command = (support.BUILT / "writers", PROCESSES, THREADS, CALLS)
    paths = {f"/nonexistent/{p}/{t}/{c}" for p in range(PROCESSES) for t in range(THREADS) for c in range(CALLS)}

    def test_no_json_line_is_torn_or_lost(self):
        ended = self.hooked(*self.command)
        self.assertEqual((ended.status, ended.err), (0, b""))
        calls = collections.Counter(event["path"] for event in ended.find(symbol="access", errno="ENOENT"))
        self.assertEqual(len(calls), PROCESSES * THREADS * CALLS)
        self.assertEqual(calls, collections.Counter(self.paths))
        self.assertEqual(len({event["pid"] for event in ended.find(symbol="access")}), PROCESSES)
        self.assertEqual(len({event["tid"] for event in ended.find(symbol="access")}), PROCESSES * THREADS)

    def test_no_text_line_is_torn_or_lost(self):
        ended = self.hooked(*self.command, settings={"HOOK_FORMAT": "text", "HOOK_TRACE": "access"})
        shape = re.compile(r'access\("(/nonexistent/\d+/\d+/\d+)", F_OK\) = -1 ENOENT \(No such file or directory\)')
        self.assertEqual(collections.Counter(shape.fullmatch(line)[1] for line in ended.lines), collections.Counter(self.paths))

    def test_a_kill_loses_nothing_that_was_written(self):
        script = "import os; [os.access(f'/nonexistent/{i}', 0) for i in range(500)]; os.kill(os.getpid(), 9)"
        ended = self.hooked("python3", "-c", script)
        self.assertEqual(ended.status, -9)
        self.assertEqual(len([event for event in ended.events if event.get("path", "").startswith("/nonexistent/")]), 500)

    def test_a_call_by_which_a_process_ends_itself_is_told(self):
        calls = (("os.kill(os.getpid(), 9)", r"kill\(\d+, SIGKILL\)"), ("signal.raise_signal(15)", r"raise\(SIGTERM\)"),
                 ("os.setpgid(0, 0); os.killpg(0, 1)", r"killpg\(0, SIGHUP\)"), ("os.setpgid(0, 0); os.kill(0, 1)", r"kill\(0, SIGHUP\)"),
                 ("signal.pthread_kill(threading.get_ident(), 15)", r"pthread_kill\(\w+, SIGTERM\)"))
        kept = "signal.pthread_sigmask(signal.SIG_BLOCK, [10]); os.kill(os.getpid(), 10); os.kill(os.getpid(), 0); os.kill(os.getpid(), 17); "
        for how in ("text", "binary"):
            for script, shape in calls:
                ended = self.hooked("python3", "-c", f"import os, signal, threading; {kept}{script}",
                                    settings={"HOOK_FORMAT": how, "HOOK_TRACE": "kill"})
                lines = self.bare(support.HOOK, "cat", self.aside / "trace").out.decode() if how == "binary" else ended.trace.decode()
                told = [line.split("] ", 1)[1] for line in lines.splitlines() if re.search(r"(kill|killpg|raise)\(", line)]
                self.assertLess(ended.status, 0)
                self.assertRegex(told[-1], shape + r" = \?$")
                self.assertEqual([line.rpartition(" ")[2] for line in told[:-1]], ["0", "0", "0"])


class UnusableTest(support.ProgramTest):
    """What is wrong is said on standard error, and the status is 125."""

    wrong = (
        ({"HOOK_FORMAT": "xml"}, rb"HOOK_FORMAT.*xml"),
        ({"HOOK_TRACE": "opne"}, rb"HOOK_TRACE.*opne"),
        ({"HOOK_TRACE": "open,%flie"}, rb"HOOK_TRACE.*%flie"),
        ({"HOOK_FOLLOW": "maybe"}, rb"HOOK_FOLLOW.*maybe"),
        ({"HOOK_OUTPUT": "/nonexistent/trace"}, rb"/nonexistent/trace.*No such file"),
        ({"HOOK_OUTPUT": "/"}, rb"/.*[Ii]s a directory"),
        ({"HOOK_OUTPUT": "/dev/full"}, rb"/dev/full.*No space left on device"),
        ({"HOOK_OUTPUT": "fd:77"}, rb": fd:77: Bad file descriptor"),
        ({"HOOK_FORMAT": "binary", "HOOK_OUTPUT": "stderr"}, rb": stderr: the binary format needs a regular file"),
        ({"HOOK_FORMAT": "binary", "HOOK_OUTPUT": "wrong.rules"}, rb"/wrong.rules: is no binary trace of this version"),
        ({"HOOK_OUTPUT": "fd:x"}, rb"fd:x"),
        ({"HOOK_RULES": "missing.rules"}, rb"missing.rules.*No such file"),
        ({"HOOK_RULES": "pipe.rules"}, rb"pipe.rules: a pipe"),
        ({"HOOK_RULES": "/dev/zero"}, rb"/dev/zero: File too large"),
        ({"HOOK_RULES": "wrong.rules"}, rb"wrong.rules:1:1: unknown action 'blok' \(did you mean 'block'\?\)"),
    )

    def setUp(self):
        super().setUp()
        self.write("wrong.rules", "blok open /x\nblock opne /y\n")
        os.mkfifo(self.folder / "pipe.rules")

    def test_the_program_is_not_started(self):
        for settings, says in self.wrong:
            with self.subTest(settings=settings):
                ended = self.hooked("touch", "started", settings=settings)
                self.assertEqual(ended.status, 125)
                self.assertRegex(ended.err, b"(?m)" + says)
                self.assertFalse((self.folder / "started").exists())

    def test_a_descriptor_that_is_only_read_is_no_output(self):
        library = ":".join(filter(None, (support.RUNTIME, support.LIBRARY)))
        ended = self.bare("sh", "-c", f"exec env HOOK_OUTPUT=fd:5 LD_PRELOAD={library} /bin/echo ran 5</etc/hostname")
        self.assertEqual((ended.status, ended.out, ended.err), (125, b"", b"hook: HOOK_OUTPUT: fd:5: Bad file descriptor\n"))

    def test_every_mistake_of_the_rules_is_told(self):
        ended = self.hooked("true", settings={"HOOK_RULES": "wrong.rules"})
        self.assertRegex(ended.err, rb"wrong.rules:2:7: unknown call 'opne' \(did you mean 'open'\?\)")

    def test_it_is_started_when_told_to_continue(self):
        for settings, says in self.wrong:
            with self.subTest(settings=settings):
                ended = self.hooked("sh", "-c", "echo ran; exit 4", settings={**settings, "HOOK_ON_ERROR": "continue"})
                self.assertEqual((ended.status, ended.out), (4, b"ran\n"), ended.err)
                self.assertRegex(ended.err, b"(?m)" + says)

    def test_a_wrong_word_for_continue_stops_it(self):
        ended = self.hooked("echo", "ran", settings={"HOOK_ON_ERROR": "contineu"})
        self.assertEqual((ended.status, ended.out), (125, b""))
        self.assertRegex(ended.err, rb"HOOK_ON_ERROR.*contineu")

    def test_the_command_says_so_too(self):
        for options in (["--rules", "wrong.rules"], ["--rules", "missing.rules"], ["-o", "/nonexistent/trace"], ["-F", "xml"], ["-e", "opne"]):
            with self.subTest(options=options):
                ended = self.bare(support.HOOK, "run", *options, "--", "touch", "started")
                self.assertEqual(ended.status, 125)
                self.assertRegex(ended.err, b"^(hook|[a-z]+.rules:1:1): ")
                self.assertFalse((self.folder / "started").exists())

    def test_a_file_is_not_emptied_for_settings_that_are_wrong(self):
        for settings in ({"HOOK_FORMAT": "xml"}, {"HOOK_TRACE": "opne"}, {"HOOK_FOLLOW": "2"}, {"HOOK_ON_ERROR": "no"}):
            with self.subTest(settings=settings):
                path = self.write("trace", "before\n")
                ended = self.bare(support.HOOK, "run", "-o", path, "true", environment=self.environment(**settings))
                self.assertEqual((ended.status, path.read_bytes()), (125, b"before\n"))
                self.assertIn(f"hook: {list(settings)[0]}: ".encode(), ended.err)

    def test_empty_settings_are_the_defaults(self):
        names = ("HOOK_RULES", "HOOK_FORMAT", "HOOK_TRACE", "HOOK_FOLLOW", "HOOK_ON_ERROR")
        ended = self.hooked("cat", "wrong.rules", settings=dict.fromkeys(names, ""))
        self.assertEqual((ended.status, ended.err), (0, b""))
        self.assertIn(b'] open("wrong.rules", O_RDONLY) = 3\n', ended.trace)


class TargetTest(support.ProgramTest):
    def test_a_pipe_nobody_reads_is_not_felt(self):
        read, write = os.pipe()
        os.close(read)
        ended = self.hooked("cat", "/etc/hostname", settings={"HOOK_OUTPUT": f"fd:{write}"}, pass_fds=[write])
        os.close(write)
        self.assertEqual((ended.status, ended.out), (0, self.bare("cat", "/etc/hostname").out), ended.err)

    def test_a_descriptor_of_the_starter_takes_events(self):
        with open(self.folder / "own", "wb") as file:
            ended = self.hooked("bash", "-c", "cat /etc/hostname; exit 0", settings={"HOOK_OUTPUT": f"fd:{file.fileno()}"}, pass_fds=[file.fileno()])
        events = [json.loads(line) for line in (self.folder / "own").read_bytes().splitlines()]
        self.assertEqual((ended.status, events[0]["op"], events[-1]["op"]), (0, "start", "exit"))
        self.assertEqual({event["exe"] for event in events if event["op"] == "start"}, {"/usr/bin/bash", "/usr/bin/cat"})

    def test_standard_output_as_output_stays_the_programs(self):
        for command, says in ((["cat", "/etc/hostname"], None), (["bash", "-c", "exec 5>&1; echo to >&5; exec 1>&-; cat /etc/hostname"], b"")):
            bare = self.bare(*command)
            ended = self.hooked(*command, settings={"HOOK_OUTPUT": "fd:1", "HOOK_FORMAT": "text"})
            shown = b"".join(line for line in ended.out.splitlines(True) if not line.startswith(b"[HOOK "))
            self.assertEqual((ended.status, shown), (bare.status, bare.out), ended.err)
            self.assertIn(b"[HOOK ", ended.out)

    def test_a_child_that_may_not_open_the_output_runs_all_the_same(self):
        if os.getuid() != 0:
            self.skipTest("only root can become another user")
        if not all(folder.stat().st_mode & 1 for folder in pathlib.Path(support.LIBRARY).parents):
            self.skipTest("other users may not get at the library")
        path = self.folder / "trace"
        self.aside.chmod(0o755)
        self.folder.chmod(0o755)
        script = "import subprocess; print(subprocess.run(['id', '-un'], user='nobody', cwd='/').returncode)"
        ended = self.bare(support.HOOK, "run", "-o", path, "python3", "-c", script)
        self.assertEqual((ended.status, ended.out), (0, b"nobody\n0\n"))
        self.assertEqual(ended.err, f"hook: HOOK_OUTPUT: {path}: Permission denied: this process is not recorded\n".encode())
        ended = self.bare(support.HOOK, "run", "-o", "/nonexistent/trace", "true")
        self.assertEqual((ended.status, ended.err), (125, b"hook: /nonexistent/trace: No such file or directory\n"))

    def test_half_a_line_does_not_stay_on_a_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if self.bare("mount", "-t", "tmpfs", "-o", "size=8k", "none", disk).status:
            self.skipTest("nothing can be mounted here")
        self.addCleanup(self.bare, "umount", disk)
        trace = disk / "trace"
        script = "import os; [os.access('/nonexistent/' + 'x' * 100, 0) for _ in range(100)]"
        ended = self.hooked("python3", "-c", script, settings={"HOOK_OUTPUT": str(trace), "HOOK_TRACE": "access", "HOOK_FORMAT": "text"})
        lines = trace.read_bytes().splitlines(True)
        self.assertTrue(all(line.endswith(b"(No such file or directory)\n") for line in lines if b"access" in line), lines[-1])
        self.assertGreater(len(lines), 40)
        self.assertRegex(ended.err, rb"^hook: \d+ events could not be written: No space left on device\n$")
        self.assertEqual(int(ended.err.split()[1]) + len(lines), 100)

    def test_a_loss_is_said_by_a_program_that_closes_its_standard_error(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if self.bare("mount", "-t", "tmpfs", "-o", "size=4k", "none", disk).status:
            self.skipTest("nothing can be mounted here")
        self.addCleanup(self.bare, "umount", disk)
        ended = self.hooked("ls", "-R", "/usr/share/doc/bash", "/etc", settings={"HOOK_OUTPUT": str(disk / "trace"), "HOOK_FORMAT": "text"})
        self.assertRegex(ended.err, rb"hook: \d+ events could not be written: No space left on device\n")

    def test_a_file_that_the_program_puts_at_the_outputs_number_gets_nothing_of_ours(self):
        with open(self.folder / "own", "wb") as file:
            number = file.fileno()
            script = f"exec {number}>config.log; echo start >&{number}; cat /etc/hostname >&{number}; exit 0"
            ended = self.hooked("bash", "-c", script, settings={"HOOK_OUTPUT": f"fd:{number}"}, pass_fds=[number])
        self.assertEqual((self.folder / "config.log").read_bytes(), b"start\n" + self.bare("cat", "/etc/hostname").out)
        self.assertEqual((ended.status, ended.err), (0, b""))
        events = [json.loads(line) for line in (self.folder / "own").read_bytes().splitlines()]
        self.assertEqual([event["exe"] for event in events if event["op"] == "start"], ["/usr/bin/bash", "/usr/bin/cat"])
        self.assertEqual([event["status"] for event in events if event["op"] == "exit" and "symbol" not in event], [0, 0])

    def test_the_programs_own_numbers_are_not_shifted_by_that(self):
        script = "import os, sys; n = int(sys.argv[1]); os.dup2(1, n); print([os.open('/dev/null', 0) for _ in range(n)][-1]); os.execvp('echo', ['echo', 'end'])"
        with open(self.folder / "own", "wb") as file:
            number = file.fileno()
            command = ("python3", "-c", script, number)
            bare = self.bare(*command, pass_fds=[number])
            hooked = self.hooked(*command, settings={"HOOK_OUTPUT": f"fd:{number}"}, pass_fds=[number])
        self.assertEqual((hooked.out, hooked.err), (bare.out, b""))
        events = [json.loads(line) for line in (self.folder / "own").read_bytes().splitlines()]
        self.assertEqual((events[-1]["op"], events[-1]["pid"]), ("exit", events[0]["pid"]))

    def test_a_vfork_child_that_takes_the_outputs_number_is_recorded(self):
        with open(self.folder / "own", "wb") as file:
            number = file.fileno()
            ended = self.hooked("dash", "-c", f"cat /etc/hostname {number}>log; exit 0", settings={"HOOK_OUTPUT": f"fd:{number}"}, pass_fds=[number])
        self.assertEqual((ended.status, ended.err), (0, b""))
        events = [json.loads(line) for line in (self.folder / "own").read_bytes().splitlines()]
        self.assertEqual([event["exe"] for event in events if event["op"] == "start"], ["/usr/bin/dash", "/usr/bin/cat"])

    def test_a_child_that_cannot_find_it_any_more_says_so(self):
        with open(self.folder / "own", "wb") as file:
            number = file.fileno()
            script = f"import os; os.posix_spawn('/bin/true', ['true'], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 1, {number})]); os.wait()"
            ended = self.hooked("python3", "-c", script, settings={"HOOK_OUTPUT": f"fd:{number}"}, pass_fds=[number])
        self.assertIn(b"HOOK_OUTPUT: the descriptor of the first process: Bad file descriptor: this process is not recorded\n", ended.err)

    def test_the_outputs_number_is_closed_for_calls_that_are_not_logged(self):
        script = """
import os
calls = {call: getattr(os, call) for call in ("write", "writev", "pwrite", "read", "fstat", "fsync", "ftruncate", "stat", "mkdir")}
more = {"write": (b"intruder",), "writev": ([b"intruder"],), "pwrite": (b"intruder", 0), "read": (1,), "ftruncate": (0,)}
for name, call in calls.items():
    try:
        print(name, call("x", dir_fd=1024) if name in ("stat", "mkdir") else call(1024, *more.get(name, ())))
    except OSError as error:
        print(name, error.errno == 9)
"""
        for calls in ("open", "write"):
            ended = self.hooked("bash", "-c", 'ulimit -Sn 1024; exec python3 -c "$0"', script, settings={"HOOK_TRACE": calls})
            self.assertEqual(ended.status, 0, ended.err)
            self.assertEqual(set(line.split()[1] for line in ended.out.splitlines()), {b"True"}, ended.out)
            self.assertLessEqual({event["op"] for event in ended.events}, {calls, "start", "exit"})

    def test_the_bare_library_appends_and_the_command_empties(self):
        path = self.write("trace", "before\n")
        self.hooked("true", settings={"HOOK_OUTPUT": str(path)})
        self.assertTrue(path.read_bytes().startswith(b"before\n{"))
        self.bare(support.HOOK, "run", "-o", path, "true")
        self.assertTrue(path.read_bytes().startswith(b"[HOOK "))


if __name__ == "__main__":
    unittest.main()
