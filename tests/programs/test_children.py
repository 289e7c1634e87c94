#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Children are followed however they are started, with an environment that is otherwise the program's own."""
import os
import re
import unittest

import support

CHILDREN = support.BUILT / "children"
FOREIGN = support.BUILT / "foreign.so"
OURS = ("LD_PRELOAD", "HOOK_")


def starts(ended, program):
    return [event for event in ended.events if event["op"] == "start" and event["exe"].endswith("/" + program)]


class FollowTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "asked for\n")

    def seen(self, *command, status=0, out=b"asked for\n", **how):
        """Runs a command whose child is cat, and sees cat open the file."""
        ended = self.hooked(*command, **how)
        self.assertEqual((ended.status, ended.out), (status, out), ended.err)
        (start,) = starts(ended, "cat")
        self.assertTrue(ended.find(op="open", pid=start["pid"], path=str(self.folder / "a.txt")), ended.trace.decode())
        return ended

    def test_every_way_to_start_a_child(self):
        for way in ("fork", "vfork", "posix_spawn"):
            with self.subTest(way=way):
                ended = self.seen(CHILDREN, way, "/usr/bin/cat", "a.txt")
                self.assertTrue(ended.find(op="exec", path="/usr/bin/cat", ret=0), ended.trace.decode())
        for way in ("system", "popen"):
            with self.subTest(way=way):
                ended = self.seen(CHILDREN, way, "cat a.txt; exit 0")
                self.assertTrue(ended.find(symbol=way), ended.trace.decode())

    @support.skip_sanitized("vfork is fork there")
    def test_a_vfork_lasts_until_its_child_has_let_go_of_the_memory(self):
        ended = self.seen(CHILDREN, "vfork", "/usr/bin/cat", "a.txt", rules="set log all\ndelay exec by=20ms")
        (forked,) = ended.find(symbol="vfork")
        self.assertGreater(forked["dur_ns"], 20e6)

    @support.skip_sanitized("vfork is fork there")
    def test_a_program_whose_first_event_is_its_vfork_childs_begins_all_the_same(self):
        ended = self.hooked(CHILDREN, "vfork", "/usr/bin/cat", "a.txt", rules="log exec\nlog wait")
        (waited,) = ended.find(op="wait")
        self.assertEqual([start["pid"] for start in starts(ended, "children")], [waited["pid"]])
        ended = self.hooked(CHILDREN, "vfork", "/usr/bin/cat", "a.txt", rules="log exec")
        (start,) = starts(ended, "children")
        self.assertEqual([event["pid"] for event in ended.find(op="exit")], [start["pid"]])
        self.assertNotIn(start["pid"], [event["pid"] for event in ended.find(op="exec")])

    def test_the_parent_of_each_program_is_told(self):
        ended = self.seen("bash", "-c", "cat a.txt; exit 0")
        (bash,), (cat,) = starts(ended, "bash")[:1], starts(ended, "cat")
        self.assertEqual(cat["ppid"], bash["pid"])

    @support.skip_sanitized("the runtime does not start without its options")
    def test_an_emptied_environment_does_not_end_it(self):
        for way in ("posix_spawn, nothing", "exec, nothing", "exec, null", "clearenv"):
            with self.subTest(way=way):
                self.seen(CHILDREN, way, "/usr/bin/cat", "a.txt")
        self.seen("env", "-i", "/usr/bin/cat", "a.txt")
        self.seen("env", "-i", "/usr/bin/env", "-i", "/usr/bin/cat", "a.txt")
        self.seen("env", "-u", "LD_PRELOAD", "-u", "HOOK_OUTPUT", "-u", "HOOK_FORMAT", "cat", "a.txt")

    @support.skip_sanitized("the runtime does not start without its options")
    def test_a_very_long_setting_reaches_a_child_whole(self):
        settings = {"HOOK_TRACE": ",".join(["connect", "write", "fopen", "stat"] * 1200 + ["open"])}
        self.seen("env", "-i", "/usr/bin/cat", "a.txt", settings=settings)

    @support.skip_sanitized("the runtime does not start without its options")
    def test_of_two_preload_variables_the_one_that_counts_is_put_right(self):
        script = "import ctypes; c = ctypes.CDLL(None); s = lambda *w: (ctypes.c_char_p * (len(w) + 1))(*w, None); " \
                 "c.execve(b'/usr/bin/cat', s(b'cat', b'a.txt'), s(b'LD_PRELOAD=', b'A=1', b'LD_PRELOAD='))"
        self.seen("python3", "-c", script)

    @support.skip_sanitized("the runtime does not start without its options")
    def test_python_children_with_an_environment_of_their_own(self):
        for extra in ("", ", close_fds=False", ", start_new_session=True", ", preexec_fn=lambda: None"):
            with self.subTest(extra=extra):
                self.seen("python3", "-c", f"import subprocess; subprocess.run(['/usr/bin/cat', 'a.txt'], env={{}}{extra})")
        self.seen("python3", "-c", "import os; os.waitpid(os.posix_spawn('/usr/bin/cat', ['cat', 'a.txt'], {}), 0)")

    def test_rules_hold_in_children(self):
        ended = self.hooked("bash", "-c", "sh -c 'cat a.txt'", rules="block open ./a.txt errno=ENXIO")
        self.assertEqual((ended.status, ended.out), (1, b""))
        self.assertTrue(ended.find(action="block", rule="rules:1"))

    def test_settings_hold_in_another_folder(self):
        self.write("sub/file", "x\n")
        trace = self.folder / "here.json"
        ended = self.hooked("bash", "-c", "cd sub; cat ../a.txt; cat file", settings={"HOOK_OUTPUT": "here.json"}, rules="block open ./a.txt")
        self.assertEqual((ended.status, ended.out), (0, b"x\n"))
        self.assertIn(b'"action":"block"', trace.read_bytes())
        self.assertFalse((self.folder / "sub/here.json").exists())

    def test_one_file_a_process(self):
        self.hooked("bash", "-c", "cat a.txt; cat a.txt; exit 0", settings={"HOOK_OUTPUT": str(self.folder / "t.%p")})
        traces = list(self.folder.glob("t.*"))
        self.assertEqual(len(traces), 3)
        for trace in traces:
            pid = trace.suffix[1:]
            self.assertTrue(all(f'"pid":{pid},' in line for line in trace.read_text().splitlines()))


    def test_what_a_child_does_before_fork_returns_stands_in_its_own_file(self):
        program = self.folder / "atfork"
        self.write("atfork.c", "#include <pthread.h>\n#include <unistd.h>\n#include <sys/wait.h>\nstatic void child(void) { access(\"/nonexistent/child\", 0); }\n"
                               "int main(void) { pthread_atfork(0, 0, child); if (!fork()) _exit(0); return wait(0) < 0; }\n")
        self.assertEqual(self.bare(os.environ["CC"], "-pthread", "atfork.c", "-o", program).status, 0)
        self.hooked(program, settings={"HOOK_OUTPUT": str(self.folder / "t.%p")})
        for trace in self.folder.glob("t.*"):
            self.assertTrue(all(f'"pid":{trace.suffix[1:]},' in line for line in trace.read_text().splitlines()), trace.read_text())


class HandlerTest(support.ProgramTest):
    """A signal handler forks: the child comes back into the call that its parent is making."""

    def test_no_call_is_told_twice(self):
        processes, period = 120, 29
        for form in ("text", "json", "binary"):
            with self.subTest(form=form):
                ended = self.hooked(support.BUILT / "twins", processes, period, settings={"HOOK_FORMAT": form, "HOOK_TRACE": "access"})
                if ended.status == 77:
                    self.skipTest("no single steps")
                self.assertEqual((ended.status, ended.err), (0, b""))
                lines = self.bare(support.HOOK, "cat", self.aside / "trace").out if form == "binary" else ended.trace
                told = re.findall(rb'(?:HOOK |"pid":)(\d+).*?/at/(\d+)', lines)
                self.assertEqual({int(step) for _, step in told}, {(i + 1) * period for i in range(processes)})
                # a line's system call comes some twenty instructions after the last look at who makes it
                self.assertLessEqual(len(told) - len(set(told)), 0 if form == "binary" else 2, told)

    @support.skip_sanitized("the thread sanitizer holds signals back until a call has ended")
    def test_what_both_make_both_tell(self):
        for how in ({}, {"rules": "allow all\n"}, {"settings": {"HOOK_SHOW": "fds"}}):
            with self.subTest(how=how):
                ended = self.hooked(support.BUILT / "twins", **how)
                self.assertEqual((ended.status, ended.err), (0, b""))
                got = {event["pid"]: event["args"]["buf"] for event in ended.find(symbol="read", ret=1)}
                self.assertEqual(sorted(got.values()), ["x", "y"], ended.trace.decode())


class NotFollowedTest(support.ProgramTest):
    settings = {"HOOK_FOLLOW": "0"}

    def test_only_the_first_program_is_seen(self):
        self.write("a.txt", "asked for\n")
        for command in (["bash", "-c", "cat a.txt; exit 0"], [CHILDREN, "posix_spawn", "/usr/bin/cat", "a.txt"],
                        [CHILDREN, "popen", "cat a.txt"], [CHILDREN, "system", "cat a.txt"]):  # fmt: skip
            ended = self.hooked(*command, settings=self.settings)
            self.assertEqual(ended.out, b"asked for\n", ended.err)
            self.assertEqual(len({event["exe"] for event in ended.events if event["op"] == "start"}), 1, ended.trace.decode())
            self.assertFalse(starts(ended, "cat"))

    def test_a_forked_child_is_not_seen(self):
        script = "import os\npid = os.fork()\nos.access('/nonexistent/child' if pid == 0 else '/nonexistent/parent', 0)\nif pid: os.waitpid(pid, 0)"
        ended = self.hooked("python3", "-c", script, settings=self.settings)
        self.assertTrue(ended.find(path="/nonexistent/parent"))
        self.assertFalse(ended.find(path="/nonexistent/child"))
        self.assertEqual(len({event["pid"] for event in ended.events}), 1)

    def test_the_library_is_taken_out_of_their_environment(self):
        ended = self.hooked("bash", "-c", "env; exit 0", settings=self.settings)
        self.assertNotIn(b"libhook", ended.out)
        ended = self.hooked("bash", "-c", "env; exit 0", settings=self.settings, preload=[FOREIGN])
        self.assertIn(f"LD_PRELOAD={':'.join(filter(None, (support.RUNTIME, str(FOREIGN))))}\n".encode(), ended.out)


class StandardErrorTest(support.ProgramTest):
    """Events go to standard error by default: what a child does to its own must not lose those before its exec."""

    def test_a_vfork_childs_events_are_written_by_its_parent(self):
        ended = self.hooked("dash", "-c", "/usr/bin/true 2>/dev/null; exit 3", settings={"HOOK_OUTPUT": "stderr", "HOOK_FORMAT": "text", "HOOK_TRACE": "exec,dup"})
        self.assertEqual(ended.status, 3)
        self.assertRegex(ended.err, rb'execve\("/usr/bin/true", \["/usr/bin/true"\], [^\n]*\) = 0\n')
        self.assertNotIn(b"could not be written", ended.err)

    def test_what_a_forked_child_loses_is_said(self):
        ended = self.hooked("bash", "-c", "/usr/bin/true 2>/dev/null; exit 3", settings={"HOOK_OUTPUT": "stderr", "HOOK_FORMAT": "text", "HOOK_TRACE": "exec"})
        self.assertEqual(ended.status, 3)
        self.assertRegex(ended.err, rb"hook: 1 event could not be written: standard error was redirected meanwhile")


class EnvironmentTest(support.ProgramTest):
    def variables(self, ended):
        return sorted(line for line in ended.out.decode().splitlines() if "=" in line)

    def test_no_variable_comes_twice_or_changes(self):
        flat = self.variables(self.hooked("env"))
        for command in (["bash", "-c", "bash -c 'bash -c env'"], ["env", "env", "env"], [CHILDREN, "vfork", "/usr/bin/env"]):
            nested = [one for one in self.variables(self.hooked(*command)) if not one.startswith(("_=", "SHLVL=", "PWD=", "OLDPWD="))]
            self.assertEqual(nested, flat)
        self.assertEqual(len(flat), len({one.split("=")[0] for one in flat}))

    def test_a_relative_library_is_found_from_another_folder(self):
        (self.folder / "libhook.so").symlink_to(support.LIBRARY)
        environment = self.environment(HOOK_OUTPUT="trace.json", HOOK_FORMAT="json",
                                       LD_PRELOAD=":".join(filter(None, (support.RUNTIME, "./libhook.so"))))  # fmt: skip
        ended = self.bare("bash", "-c", "cd /; cat /etc/hostname; exit 0", environment=environment)
        self.assertEqual(ended.err, b"")
        self.assertIn('"exe":"/usr/bin/cat"', (self.folder / "trace.json").read_text())

    def test_the_programs_own_values_win(self):
        ended = self.hooked("env", "HOOK_TRACE=open", "cat", "/etc/hostname")
        (start,) = starts(ended, "cat")
        after = ended.events[ended.events.index(start) :]
        self.assertEqual({event["op"] for event in after}, {"start", "open", "exit"})

    def test_a_foreign_library_is_kept(self):
        for command in (["bash", "-c", "env; exit 0"], [CHILDREN, "posix_spawn", "/usr/bin/env"], [CHILDREN, "popen", "env"]):
            ended = self.hooked(*command, preload=[FOREIGN])
            self.assertIn("FOREIGN_LIBRARY=loaded", self.variables(ended))
            (preload,) = [one for one in self.variables(ended) if one.startswith("LD_PRELOAD=")]
            self.assertEqual([os.path.basename(part) for part in preload.split(":")[-2:]],
                             [os.path.basename(support.LIBRARY), "foreign.so"])  # fmt: skip

    @support.skip_sanitized("the runtime does not start without its options")
    def test_only_our_variables_are_added_to_an_emptied_environment(self):
        ended = self.hooked("env", "-i", "A=1", "/usr/bin/env")
        names = [one.split("=")[0] for one in self.variables(ended)]
        self.assertEqual([name for name in names if not name.startswith(OURS)], ["A"])
        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
