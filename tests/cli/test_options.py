# SPDX-License-Identifier: MIT
import json
import os
import re
import subprocess
import unittest

from command import LIB, Command


class Letters(Command):
    def test_letters_of_strace_that_are_not_built_are_refused_by_name(self):
        for letter in "aAbdDiIknNOpuUwWXY":
            for options in ([f"-{letter}"], [f"-{letter}", "-o", "out"], [f"-f{letter}"], ["-o", "out", f"-{letter}"]):
                self.refused(125, f"hook: -{letter} is not available in this version\n", "run", *options, "touch", "ran")
        self.assertEqual(os.listdir(self.folder), [])

    def test_letters_of_the_command_are_its_own(self):
        self.assertEqual(self.hook("run", "-o", "/dev/null", "echo", "-c", "-ff", "-o", "x").stdout, "-c -ff -o x\n")

    def test_one_file_a_process_is_refused_in_straces_spelling(self):
        for options in (["-ff"], ["-f", "-f"], ["-f", "--follow-forks"]):
            self.refused(125, "hook: -ff is not available in this version", "run", *options, "touch", "ran")

    def test_an_option_without_its_value_is_refused(self):
        for letter in "RoFeEPsS":
            self.refused(125, f"option requires an argument -- '{letter}'", "run", f"-{letter}")
        self.refused(125, "'--rules' requires an argument", "run", "--rules")
        self.refused(125, "no command given", "run", "-o", "out")
        self.assertFalse(self.exists("out"))

    def test_variables_without_a_name_are_refused(self):
        for wrong in ("", "=x"):
            self.refused(125, f"-E: '{wrong}' names no variable", "run", "-E", wrong, "true")


class Trace(Command):
    lists = (
        (["open"], "open"),
        (["trace=open,close"], "open,close"),
        (["t=%file"], "%file"),
        (["!open,close"], "!open,!close"),
        (["trace=!%network"], "!%network"),
        (["%file,!stat,!fopen"], "%file,!stat,!fopen"),
        (["all"], "all"),
        (["openat,futex"], "openat,futex"),
        (["!brk"], "!brk"),
        (["!none"], "all"),
        (["none"], "none"),
        (["trace=!all"], "none"),
        (["open", "connect", "write"], "write"),
    )
    wrong = (
        ("opne", "unknown call 'opne' (did you mean 'open'?)"),
        ("open,%flie", "unknown call '%flie' (did you mean '%file'?)"),
        ("trace=!conect", "unknown call 'conect' (did you mean 'connect'?)"),
        ("", "unknown call ''"),
        ("open,,close", "unknown call ''"),
        ("open close", "unknown call 'open close'"),
        ("futx", "unknown call 'futx'"),
        ("tarce=open", "unknown qualifier 'tarce'"),
    )

    def trace(self, *options, **variables):
        run = self.hook("run", "-o", "/dev/null", *options, "sh", "-c", "echo $HOOK_TRACE", env=self.environment(**variables))
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run.stdout.strip()

    def test_straces_lists_become_ours(self):
        for expressions, expected in self.lists:
            self.assertEqual(self.trace(*(word for each in expressions for word in ("-e", each))), expected)
            self.assertEqual(self.trace(f"--trace={expressions[-1]}"), expected)

    def test_the_variable_is_the_default(self):
        self.assertEqual(self.trace(HOOK_TRACE="connect"), "connect")
        self.assertEqual(self.trace("-e", "open", HOOK_TRACE="connect"), "open")

    def test_what_is_no_list_is_refused(self):
        for expression, message in self.wrong:
            self.refused(125, message, "run", "-e", expression, "touch", "ran")
        self.assertFalse(self.exists("ran"))

    def test_other_qualifiers_of_strace_are_refused_by_name(self):
        for name in ("abbrev", "decode-fds", "fault", "inject", "quiet", "raw", "read", "signal", "status", "verbose", "write"):
            self.refused(125, f"hook: -e {name}= is not available in this version\n", "run", "-e", f"{name}=open", "touch", "ran")


class Output(Command):
    def test_what_is_no_file_is_refused(self):
        for output, message in (("", "-o: no file given"), (".", ".: Is a directory"), ("no/out", "no/out: No such file or directory"),
                                ("|cat", "-o '| COMMAND' is not available"), ("!cat", "-o '! COMMAND' is not available")):
            self.refused(125, f"hook: {message}", "run", "-o", output, "touch", "ran")
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_file_is_not_emptied_for_what_does_not_run(self):
        self.write("out", "precious\n")
        self.write("wrong", "blok open /x\n")
        for words in (["no-such-program"], ["-R", "wrong", "true"], ["-F", "xml", "true"], ["-e", "opne", "true"], ["--library", "no", "true"]):
            self.assertNotEqual(self.hook("run", "-o", "out", *words).returncode, 0)
            self.assertEqual(self.read("out"), "precious\n")

    def test_events_go_to_a_descriptor_that_the_command_inherits(self):
        with open(os.path.join(self.folder, "out"), "w") as out:
            run = self.hook("run", "-o", f"fd:{out.fileno()}", "true", pass_fds=[out.fileno()])
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertIn("+++ exited with 0 +++\n", self.read("out"))

    def test_the_folders_name_is_no_pattern(self):
        self.folder = os.path.join(self.folder, "50%pure")
        os.mkdir(self.folder)
        for output in ("out", "./out", "out.%p"):
            self.refused(125, f"hook: -o {output}: the %p in the name of the current folder", "run", "-o", output, "touch", "ran")
        self.assertEqual(os.listdir(self.folder), [])
        self.assertEqual(self.hook("run", "-o", "/dev/null", "true").returncode, 0)

    def test_the_last_of_several_outputs_counts(self):
        self.hook("run", "-o", "one", "-o", "stderr", "true")
        self.assertFalse(self.exists("one"))

    def test_a_reader_of_a_pipe_gets_all(self):
        os.mkfifo(os.path.join(self.folder, "pipe"))
        reader = subprocess.Popen(["cat", "pipe"], cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.assertEqual(self.hook("run", "-o", "pipe", "true").returncode, 0)
        self.assertIn("+++ exited with 0 +++\n", reader.communicate(timeout=60)[0])

    def test_the_binary_format_wants_a_file(self):
        for output in ([], ["-o", "stderr"], ["-o", "fd:2"]):
            self.refused(125, "hook: the binary format needs a file (-o FILE)\n", "run", "-F", "binary", *output, "true")
        os.mkfifo(os.path.join(self.folder, "pipe"))
        for output in ("pipe", "/dev/null", "."):
            self.refused(125, f"hook: {output}: the binary format needs a regular file\n", "run", "-F", "binary", "-o", output, "true")

    def test_a_trace_that_may_still_be_written_is_replaced_not_shortened(self):
        self.assertEqual(self.hook("run", "-F", "binary", "-o", "trace", "true").returncode, 0)
        os.link(os.path.join(self.folder, "trace"), os.path.join(self.folder, "old"))
        self.assertEqual(self.hook("run", "-o", "trace", "true").returncode, 0)
        self.assertTrue(self.read("trace").startswith("[HOOK "))
        self.assertIn("+++ started", self.hook("cat", "old").stdout)

    def test_the_format_variable_is_the_default(self):
        for options, first in (([], "{"), (["-F", "text"], "[")):
            self.hook("run", "-o", "out", *options, "true", env=self.environment(HOOK_FORMAT="json"))
            self.assertEqual(self.read("out")[0], first)


class Descriptors(Command):
    def test_their_paths_are_shown_when_asked(self):
        self.write("a", "x")
        there = os.path.realpath(os.path.join(self.folder, "a"))
        for options, settings in ((["-y"], {}), (["--decode-fds"], {}), ([], {"HOOK_SHOW": "fds"})):
            run = self.hook("run", *options, "-e", "open,close", "cat", "a", env=self.environment(**settings))
            self.assertRegex(run.stderr, rf'"a", .* = 3<{re.escape(there)}>\n')
            self.assertIn(f"close(3<{there}>) = 0", run.stderr)
        run = self.hook("run", "-y", "-e", "open", "-F", "json", "sh", "-c", "cd /; cat etc/hostname")
        event = next(event for event in map(json.loads, run.stderr.splitlines()) if event.get("path") == "/etc/hostname")
        self.assertEqual(event["fds"]["ret"], "/etc/hostname")
        self.assertEqual(list(event)[-4:], ["fds", "ret", "dur_ns", "action"])

    def test_environments_and_structures_are_whole_when_asked(self):
        for options, settings in ((["-v"], {}), (["--no-abbrev"], {}), (["-vy"], {}), ([], {"HOOK_SHOW": "fds,full"})):
            command = ["sh", "-c", "LONGER='than the rest of its kind would ever be' exec cat /dev/null"]
            run = self.hook("run", *options, "-e", "exec,stat", *command, env=self.environment(**settings))
            self.assertIn('["cat", "/dev/null"], ["', run.stderr)
            self.assertIn('"LONGER=than the rest of its kind"...', run.stderr)
            self.assertRegex(run.stderr, r"st_mode=S_IFCHR\|0666, st_nlink=1, .* st_mtime=\d+ /\* \d{4}-\d\d-\d\dT[\d:.]+\+0000 \*/, st_mtime_nsec=")
        run = self.hook("run", "-v", "-e", "exec", "-F", "json", "sh", "-c", "A=1 exec cat /dev/null")
        event = next(event for event in map(json.loads, run.stderr.splitlines()) if event.get("symbol") == "execve")
        self.assertIn("A=1", event["args"]["envp"])
        self.hook("run", "-v", "-F", "binary", "-o", "trace", "stat", "/dev/null")
        self.assertIn("stx_nlink=", self.hook("cat", "-v", "trace").stdout)
        self.assertNotIn("stx_nlink=", self.hook("cat", "trace").stdout)

    def test_other_wishes_are_refused(self):
        self.refused(125, "hook: -yy is not available in this version", "run", "-yy", "touch", "ran")
        run = self.hook("run", "-o", "out", "touch", "ran", env=self.environment(HOOK_SHOW="x"))
        self.assertEqual((run.returncode, run.stderr, os.listdir(self.folder)), (125, "hook: HOOK_SHOW: 'x': unknown word (libhook(7) lists them)\n", []))
        run = self.hook("run", "touch", "ran", env=self.environment(HOOK_SHOW="x", HOOK_ON_ERROR="continue"))
        self.assertIn("hook: HOOK_SHOW: 'x': unknown word (libhook(7) lists them)\n", run.stderr)
        self.assertEqual(os.listdir(self.folder), ["ran"])


class Rules(Command):
    def test_mistakes_are_told_once(self):
        self.write("wrong", "blok open /x\nblock opne /y\n")
        for settings in ({}, {"HOOK_RULES": "wrong"}):
            options = [] if settings else ["-R", "wrong"]
            run = self.hook("run", *options, "touch", "ran", env=self.environment(**settings))
            self.assertEqual((run.returncode, run.stderr.count("hook: ")), (125, 2), run.stderr)
        self.assertFalse(self.exists("ran"))

    def test_the_command_runs_without_broken_settings_when_told_to_continue(self):
        self.write("wrong", "blok open /x\n")
        for options, message in ((["-R", "wrong", "-o", "out"], "hook: wrong:1:1: "), (["-R", "nowhere", "-o", "out"], "hook: nowhere: "),
                                 (["-o", "no/out"], "no/out: No such file")):
            run = self.hook("run", *options, "sh", "-c", "echo ran", env=self.environment(HOOK_ON_ERROR="continue"))
            self.assertEqual((run.returncode, run.stdout), (0, "ran\n"))
            self.assertEqual(run.stderr.count(message), 1, run.stderr)

    def test_rules_that_can_be_read_once_only_are_refused(self):
        read, write = os.pipe()
        os.write(write, b"block open /etc/hostname\n")
        os.close(write)
        run = self.hook("run", "--rules", f"/dev/fd/{read}", "touch", "ran", pass_fds=[read])
        os.close(read)
        self.assertEqual((run.returncode, run.stdout), (125, ""))
        self.assertRegex(run.stderr, "^hook: /dev/fd/[0-9]+: .*pipe")
        self.assertFalse(self.exists("ran"))

    def test_no_name_is_not_taken_for_no_rules(self):
        self.refused(125, "hook: --rules: no file given\n", "run", "--rules", "", "true")

    def test_events_show_the_name_that_was_given(self):
        path = os.path.join(self.folder, self.write("rules", "block open /etc/hostname\n"))
        os.mkdir(os.path.join(self.folder, "sub"))
        os.rename(path, os.path.join(self.folder, "sub/rules"))
        for name in ("sub/rules", "./sub/rules", os.path.join(self.folder, "sub/rules")):
            self.hook("run", "-R", name, "-F", "json", "-o", "out", "cat", "/etc/hostname")
            [rule] = {json.loads(line)["rule"] for line in self.read("out").splitlines() if '"block"' in line}
            self.assertEqual(rule, f"{name}:1")


class Library(Command):
    def test_a_library_that_cannot_be_loaded_is_refused(self):
        os.mkdir(os.path.join(self.folder, "a folder"))
        os.symlink(LIB, os.path.join(self.folder, "link.so"))
        for name, message in (("nowhere.so", "nowhere.so: No such file"), ("a folder", "not a library"), ("", "No such file")):
            self.refused(125, message, "run", "--library", name, "touch", "ran")
        self.assertEqual(self.hook("run", "-o", "/dev/null", "--library", "link.so", "true").returncode, 0)

    def test_a_path_that_the_dynamic_linker_would_cut_is_refused(self):
        self.write("lib hook.so", "")
        self.refused(125, "preloads no library", "run", "--library", "lib hook.so", "touch", "ran")
        self.assertFalse(self.exists("ran"))

    def test_what_is_preloaded_already_stays(self):
        before = ":".join(filter(None, [os.environ.get("HOOK_TEST_PRELOAD"), "libm.so.6", LIB, "libdl.so.2"]))
        env = self.environment(HOOK_OUTPUT="/dev/null") | {"LD_PRELOAD": before}
        run = self.hook("run", "sh", "-c", "echo $LD_PRELOAD", env=env)
        [line] = run.stdout.splitlines()
        runtime = {os.path.realpath(name) for name in os.environ.get("HOOK_TEST_PRELOAD", "").split(":") if name}
        self.assertEqual([name for name in line.split(":") if os.path.realpath(name) not in runtime],
                         [os.path.realpath(LIB), "libm.so.6", "libdl.so.2"])


if __name__ == "__main__":
    unittest.main()
