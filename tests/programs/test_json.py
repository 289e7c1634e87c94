#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A JSON trace is what its readers may count on, whatever the program does to its names and descriptors."""
import json
import os
import unittest

import support

ORDER = ["time", "pid", "tid", "symbol", "op", "syscall", "args", "path", "path2", "addr", "ret", "errno", "dur_ns", "action",
         "rule", "to", "exe", "argv", "cwd", "ppid", "uid", "status", "raw"]  # fmt: skip
ALWAYS = {"time", "pid", "tid", "op"}
BUSY = """
exec 3<a; read -r x <&3; exec 3<&-; cat a missing /proc/self/root/etc/hostname; (cd sub; cat ../a ./../sub//b)
mv a c; ln -s c d; mkdir e; rmdir e; chmod 600 c; rm d; sort c | head -1; exec 4<>/dev/tcp/127.0.0.1/1; env -i true; exit 3
"""


class JsonTest(support.ProgramTest):
    def busy(self):
        self.write("a", "a\n")
        self.write("sub/b", "b\n")
        ended = self.hooked("bash", "-c", BUSY)
        self.assertEqual(ended.status, 3)
        self.assertGreater(len(ended.events), 100)
        return ended

    def by_image(self, events):
        """The events of each process image, from one start to the next."""
        images, current = [], {}
        for event in events:
            if event["op"] == "start":
                current[event["pid"]] = []
                images.append(current[event["pid"]])
            current.setdefault(event["pid"], []).append(event)
        return images

    def test_keys_come_in_the_order_of_the_manual(self):
        for line in self.busy().trace.splitlines():
            keys = [key for key, _ in json.loads(line, object_pairs_hook=lambda pairs: pairs)]
            self.assertEqual(keys, [key for key in ORDER if key in keys], line)
            self.assertEqual(len(keys), len(set(keys)), line)
            self.assertLessEqual(ALWAYS, set(keys), line)

    def test_values_have_the_types_of_the_manual(self):
        for event in self.busy().events:
            self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$")
            if event["op"] in ("start", "exit") and "symbol" not in event:
                continue
            self.assertIsInstance(event["args"], dict)
            self.assertEqual(event["action"], "log")
            self.assertRegex(event.get("errno", "ENONE"), "^E[A-Z0-9]+$")
            self.assertRegex(event.get("addr", "127.0.0.1:1"), r"^(127\.0\.0\.1:1|unix:/.*)$")

    def test_an_errno_is_there_when_the_call_failed_and_only_then(self):
        for event in self.busy().events:
            if isinstance(event.get("ret"), int) and event["op"] in ("open", "connect", "stat", "close"):
                self.assertEqual("errno" in event, event["ret"] < 0, event)

    def test_paths_are_absolute_and_resolved(self):
        events = self.busy().events
        for event in events:
            for key in ("path", "path2", "exe", "cwd"):
                self.assertTrue(event.get(key, "/").startswith("/"), event)
                self.assertNotRegex(event.get(key, "/"), r"/\.{0,2}(/|$)(?<!^/)", event)
        opened = {event["args"]["path"]: event["path"] for event in events if event["op"] == "open" and "path" in event["args"]}
        self.assertEqual(opened["../a"], str(self.folder / "a"))
        self.assertEqual(opened["./../sub//b"], str(self.folder / "sub/b"))
        self.assertEqual(opened["/proc/self/root/etc/hostname"], "/proc/self/root/etc/hostname")

    def test_a_path_is_of_before_the_call_that_moves_or_removes_its_folder(self):
        script = "import os; os.makedirs('a/b'); os.makedirs('d/e'); fd = os.open('d/e', 0); os.rename('../e', 'f', src_dir_fd=fd)"
        script += "; os.chdir('a/b'); os.rename('../b', '../../c'); os.rmdir('../c')"
        for how in ("json", "binary"):
            ended = self.hooked("python3", "-c", script, settings={"HOOK_FORMAT": how})
            self.assertEqual(ended.status, 0, ended.err)
            lines = ended.trace if how == "json" else self.bare(support.HOOK, "cat", "-F", "json", self.aside / "trace").out
            events = [event for event in map(json.loads, lines.splitlines()) if event["op"] in ("rename", "rmdir")]
            paths = [[event.get(key, "").removeprefix(str(self.folder)) for key in ("path", "path2")] for event in events]
            self.assertEqual(paths, [["/d/e", "/f"], ["/a/b", "/c"], ["/c", ""]])
            for folder in ("a", "d", "f"):
                (self.folder / folder).rmdir()

    def test_a_start_comes_first_and_an_exit_last(self):
        ended = self.busy()
        images = self.by_image(ended.events)
        self.assertEqual(images[0][0]["argv"], ["bash", "-c", BUSY])
        self.assertEqual(images[0][0]["cwd"], str(self.folder))
        self.assertEqual(images[0][0]["ppid"], os.getpid())
        self.assertEqual(images[0][0]["uid"], os.getuid())
        self.assertEqual(images[0][-1]["status"], 3)
        for image in images:
            self.assertEqual([event["op"] for event in image].count("start"), 1)
            self.assertTrue(image[-1]["op"] == "exit" or (image[-1]["op"] == "exec" and "errno" not in image[-1]), image[-1])

    def test_a_long_list_of_arguments_is_whole(self):
        arguments = [str(number) for number in range(60000)]
        for how in ("json", "binary"):
            ended = self.hooked("bash", "-c", "exec /bin/echo {0..59999}", settings={"HOOK_FORMAT": how})
            lines = ended.trace if how == "json" else self.bare(support.HOOK, "cat", "-F", "json", self.aside / "trace").out
            events = [json.loads(line) for line in lines.splitlines() if b'"/bin/echo"' in line]
            (execed,) = [event for event in events if event["op"] == "exec"]
            (started,) = [event for event in events if event["op"] == "start" and event["exe"] == "/usr/bin/echo"]
            self.assertEqual(execed["args"]["argv"], ["/bin/echo", *arguments])
            self.assertEqual(started["argv"], ["/bin/echo", *arguments])

    def test_a_name_that_is_no_utf8_is_written_byte_by_byte(self):
        name = b"caf\xe9 \xff\xc3\x28"
        path = os.path.join(os.fsencode(self.folder), name)
        with open(path, "wb") as file:
            file.write(b"found\n")
        ended = self.hooked("bash", "-c", "cat caf*")
        self.assertEqual(ended.out, b"found\n")
        (event,) = [event for event in ended.events if event["op"] == "open" and event.get("path", "").startswith(f"{self.folder}/caf")]
        self.assertIs(event["raw"], True)
        self.assertEqual(event["args"]["path"].encode("latin-1"), name)
        self.assertEqual(event["path"].encode("latin-1"), path)

    def test_names_of_either_kind_come_back_from_one_event(self):
        names = ("ÿ日".encode(), b"\xff\xc3")
        paths = [os.path.join(os.fsencode(self.folder), name) for name in names]
        script = "import os, sys; os.rename(*(os.fsencode(name) for name in sys.argv[1:]))"
        events = []
        for how in ("json", "binary"):
            self.write("ÿ日", "")
            ended = self.hooked("python3", "-c", script, *map(os.fsdecode, names), settings={"HOOK_FORMAT": how})
            lines = ended.trace if how == "json" else self.bare(support.HOOK, "cat", "-F", "json", self.aside / "trace").out
            events.append([event for event in map(json.loads, lines.splitlines()) if event.get("symbol") == "rename"])
        for (event,) in events:
            found = [event["args"]["oldpath"], event["args"]["newpath"], event["path"], event["path2"]]
            self.assertEqual([text.encode("latin-1") for text in found], [*names, *paths])

    def test_a_name_that_is_utf8_is_written_as_it_is(self):
        self.write('naïve "日本"\\\n\x01', "found\n")
        ended = self.hooked("bash", "-c", "cat na*")
        (event,) = [event for event in ended.events if event["op"] == "open" and "naïve" in event.get("path", "")]
        self.assertEqual(event["args"]["path"], 'naïve "日本"\\\n\x01')
        self.assertNotIn("raw", event)


class StandardErrorTest(support.ProgramTest):
    settings = {"HOOK_OUTPUT": "stderr"}

    def test_events_go_to_the_standard_error_of_the_start(self):
        self.write("a", "a\n")
        ended = self.hooked("cat", "a", settings=self.settings)
        events = [json.loads(line) for line in ended.err.splitlines()]
        self.assertEqual([events[0]["op"], events[-1]["op"]], ["start", "exit"])
        self.assertEqual(ended.out, b"a\n")

    def test_events_reach_it_to_the_end_under_any_limit_of_open_files(self):
        for limit in ("-Sn 1024", "-n 1024", "-n 64"):
            ended = self.hooked("bash", "-c", f"ulimit {limit}; exec cat", settings=self.settings)
            self.assertEqual(json.loads(ended.err.splitlines()[-1])["op"], "exit", limit)

    def test_a_file_opened_where_standard_error_was_closed_gets_nothing_of_ours(self):
        script = "import os; fd = os.open('own', os.O_CREAT | os.O_WRONLY); os.write(fd, b'mine'); print(fd)"
        for form in ("text", "json"):
            ended = self.hooked("bash", "-c", f'exec 2>&-; exec python3 -c "{script}"', settings={**self.settings, "HOOK_FORMAT": form})
            self.assertEqual((ended.status, ended.out), (0, b"2\n"))
            self.assertEqual((self.folder / "own").read_bytes(), b"mine")

    def test_a_file_put_at_number_two_gets_nothing_of_ours(self):
        script = "import os; fd = os.open('own', os.O_CREAT | os.O_WRONLY); os.dup2(fd, 2); os.write(2, b'mine'); open('/dev/null')"
        for form in ("text", "json"):
            self.hooked("python3", "-c", script, settings={**self.settings, "HOOK_FORMAT": form})
            self.assertEqual((self.folder / "own").read_bytes(), b"mine")

    def test_a_duplicate_that_the_program_keeps_is_used_meanwhile(self):
        script = "import os; old = os.dup(2); os.close(2); [os.access('/nonexistent', 0) for _ in range(7)]; os.dup2(old, 2)"
        ended = self.hooked("python3", "-c", script, settings={**self.settings, "HOOK_FORMAT": "text"})
        self.assertEqual(ended.err.count(b'access("/nonexistent"'), 7)
        self.assertNotIn(b"could not be written", ended.err)

    def test_what_could_not_be_shown_is_counted(self):
        script = "import os; old = os.open('/proc/self/fd/2', os.O_WRONLY); os.close(2); [os.access('/', 0) for _ in range(7)]; os.dup2(old, 2)"
        ended = self.hooked("python3", "-c", script, settings={**self.settings, "HOOK_FORMAT": "text"})
        self.assertRegex(ended.err, rb"(?m)^hook: 8 events ", "the close and seven accesses")

    def messages(self, ended):
        return [line for line in ended.err.splitlines() if line.startswith(b"hook: ")]

    def test_a_process_that_replaces_it_for_good_is_told_of(self):
        replace = "import os; null = os.open('/dev/null', os.O_WRONLY)\n"
        orphan = "pid = os.fork()\nif pid: os._exit(0)\nimport time\nwhile os.getppid() == int(os.environ['PARENT']): time.sleep(0.01)\n"
        for command in (["bash", "-c", "exec 2>own; cat a; exit 0"], ["dash", "-c", "exec 2>own; cat a; exit 0"],
                        ["python3", "-c", replace + "os.dup2(null, 2); open('a')"],
                        ["python3", "-c", "import os; os.close(2); open('a')"],
                        ["python3", "-c", "import os; os.closerange(2, 9); open('a')"],
                        ["python3", "-c", replace + "os.environ['PARENT'] = str(os.getpid())\n" + orphan + "os.dup2(null, 2); open('a')"],
                        ["python3", "-c", "import ctypes; ctypes.CDLL(None).daemon(1, 0); open('a')"]):  # fmt: skip
            with self.subTest(command=command):
                self.write("a", "a\n")
                ended = self.hooked(*command, settings={**self.settings, "HOOK_FORMAT": "text"})
                (said,) = self.messages(ended)
                self.assertRegex(said, rb"^hook: process \d+ replaces its standard error: what it does from here on is not recorded ")
                self.assertNotIn(b"hook: ", (self.folder / "own").read_bytes() if command[0] in ("bash", "dash") else b"")

    def test_one_that_restores_it_or_starts_others_without_is_not(self):
        self.write("a", "a\n")
        for shell in ("bash", "dash"):
            script = "{ cat a; type foo; } 2>/dev/null; cat a 2>/dev/null; exec 3>&2; exec 2>own; cat a; exec 2>&3 3>&-; (exec 2>own; :); cat a"
            ended = self.hooked(shell, "-c", script, settings={**self.settings, "HOOK_FORMAT": "text", "HOOK_TRACE": "open"})
            self.assertEqual((ended.status, self.messages(ended)), (0, []))

    def test_it_is_counted_once_for_all_children(self):
        script = "for i in 1 2 3; do cat /dev/null 2>own; (:); done; exit 0"
        ended = self.hooked("bash", "-c", script, settings={**self.settings, "HOOK_FORMAT": "text"})
        (said,) = self.messages(ended)
        self.assertRegex(said, rb"^hook: \d+ events could not be written: standard error was redirected meanwhile ")

    def test_it_is_counted_when_the_process_that_counts_is_killed(self):
        script = "cat /dev/null 2>own; (while [ -e /proc/$$ ]; do :; done) & kill -9 $$"
        ended = self.hooked("bash", "-c", 'bash -c "$0"; exit 0', script, settings={**self.settings, "HOOK_FORMAT": "text", "HOOK_TRACE": "dup2,exec"})
        (said,) = self.messages(ended)
        self.assertIn(b" events could not be written: ", said)

    def test_what_the_children_of_a_shell_have_lost_is_said_before_it_becomes_another_program(self):
        ended = self.hooked("bash", "-c", "cat /dev/null 2>own; exec true", settings={**self.settings, "HOOK_FORMAT": "text"})
        (said,) = self.messages(ended)
        self.assertRegex(said, rb"^hook: \d+ events could not be written: standard error was redirected meanwhile ")


if __name__ == "__main__":
    unittest.main()
