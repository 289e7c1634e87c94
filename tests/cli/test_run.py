# SPDX-License-Identifier: MIT
import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from command import BIN, LIB, Command


class Run(Command):
    def status(self, *arguments):
        return self.hook("run", "-o", "/dev/null", *arguments).returncode

    def test_the_status_is_the_commands(self):
        self.assertEqual(self.status("true"), 0)
        self.assertEqual(self.status("sh", "-c", "exit 7"), 7)
        self.assertEqual(self.status("sh", "-c", "kill -TERM $$"), 128 + signal.SIGTERM)

    def test_what_cannot_be_run_is_said(self):
        self.refused(127, "no-such-program: command not found", "run", "no-such-program")
        self.refused(127, "./nowhere: No such file or directory", "run", "./nowhere")
        self.write("plain", "x")
        self.refused(126, "./plain: Permission denied", "run", "./plain")
        self.refused(126, "/tmp: Is a directory", "run", "/tmp")
        self.refused(126, "./plain/x: Not a directory", "run", "./plain/x")
        self.refused(127, "hook: : command not found", "run", "")
        self.refused(127, "--: command not found", "run", "--", "--")
        self.refused(125, "no command given", "run")

    def test_the_search_goes_past_what_cannot_be_run(self):
        self.write("true", "x")
        self.write("mine", "x")
        os.mkdir(os.path.join(self.folder, "folder"))
        path = os.pathsep.join([self.folder, os.environ["PATH"]])
        for name, status in (("true", 0), ("mine", 126), ("folder", 126), ("nowhere", 127)):
            run = self.hook("run", "-o", "/dev/null", name, env=self.environment() | {"PATH": path})
            self.assertEqual(run.returncode, status, run.stderr)
            self.assertEqual(run.stderr, {126: f"hook: {name}: found, but not executable\n",
                                          127: f"hook: {name}: command not found\n"}.get(status, ""))

    def test_scripts_are_run_as_a_shell_does(self):
        for name, text in (("bare", "echo $1; exit 4\n"), ("shell", "#!/bin/sh\necho $1; exit 4\n"), ("lost", "#!/nowhere/sh\n")):
            os.chmod(os.path.join(self.folder, self.write(name, text)), 0o755)
        for name in ("./bare", "./shell"):
            run = self.hook("run", "-o", "/dev/null", name, "word")
            self.assertEqual((run.returncode, run.stdout, run.stderr), (4, "word\n", ""))
        self.refused(127, "hook: ./lost: No such file or directory\n", "run", "./lost")

    def test_the_trace_list_is_straces(self):
        self.write("file", "x")

        def symbols(*expression):
            self.hook("run", *expression, "-F", "json", "-o", "out", "cat", "file")
            return {json.loads(line).get("symbol") for line in self.read("out").splitlines()} - {None}
        self.assertEqual(symbols("-e", "open"), {"open"})
        self.assertEqual(symbols("-e", "trace=openat"), {"open"})
        self.assertEqual(symbols("-e", "t=%file", "-e", "t=open"), {"open"})
        self.assertNotIn("open", symbols("-e", "trace=!open,close"))
        self.assertEqual(symbols("-e", "none"), set())
        self.refused(125, "unknown call 'opne' (did you mean 'open'?)", "run", "-e", "opne", "true")
        self.refused(125, "-e inject= is not available in this version", "run", "-e", "inject=open:error=EIO", "true")

    def test_the_output_is_emptied_and_the_bare_library_appends(self):
        self.write("out", "old\n")
        self.hook("run", "-o", "out", "true")
        first = self.read("out")
        self.assertNotIn("old", first)
        preload = ":".join(filter(None, [os.environ.get("HOOK_TEST_PRELOAD"), LIB]))
        env = self.environment(HOOK_OUTPUT="out") | {"LD_PRELOAD": preload}
        subprocess.run(["/bin/true"], cwd=self.folder, env=env, check=True)
        self.assertTrue(self.read("out").startswith(first))
        self.assertGreater(len(self.read("out")), len(first))

    def test_a_relative_output_is_of_this_folder(self):
        self.hook("run", "-o", "out", "sh", "-c", "cd / && cat /etc/hostname")
        self.assertIn('"/etc/hostname"', self.read("out"))

    def test_each_process_has_a_file_of_its_own(self):
        self.hook("run", "-o", "out.%p", "sh", "-c", "/bin/true; /bin/true; exit 0")
        names = [name for name in os.listdir(self.folder) if name.startswith("out.")]
        self.assertEqual(len(names), 3)
        for name in names:
            ends = [line.split(" +++")[0] for line in self.read(name).splitlines() if "+++" in line]
            self.assertEqual(ends, 2 * [f"[HOOK {name.removeprefix('out.')}]"])

    def test_an_output_that_cannot_be_written_stops_it(self):
        self.refused(125, "/nonexistent/out: No such file or directory", "run", "-o", "/nonexistent/out", "true")
        self.refused(125, "No space left on device", "run", "-o", "/dev/full", "touch", "ran")
        self.refused(125, "unknown format 'xml'", "run", "-F", "xml", "true")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "ran")))

    def test_broken_rules_stop_it(self):
        self.write("rules", "blok open /x\n")
        self.refused(125, "rules:1:1: unknown action 'blok'", "run", "--rules", "rules", "touch", "ran")
        self.refused(125, "nowhere: No such file or directory", "run", "--rules", "nowhere", "touch", "ran")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "ran")))

    def test_a_rule_keeps_its_name_in_children_in_other_folders(self):
        self.write("rules", "block open /etc/hostname\n")
        self.hook("run", "-R", "rules", "-F", "json", "-o", "out", "sh", "-c", "cat /etc/hostname; cd /; cat /etc/hostname")
        rules = [json.loads(line)["rule"] for line in self.read("out").splitlines() if '"block"' in line]
        self.assertEqual(rules, ["rules:1", "rules:1"])

    def test_variables_are_set_and_removed(self):
        run = self.hook("run", "-o", "/dev/null", "-E", "NEW=1", "-E", "OLD", "env", env=self.environment(OLD="x"))
        self.assertIn("NEW=1\n", run.stdout)
        self.assertNotIn("OLD=", run.stdout)

    def test_the_library_is_preloaded_once(self):
        run = self.hook("run", "-o", "/dev/null", BIN, "run", "-o", "/dev/null", "env")
        line = [line for line in run.stdout.splitlines() if line.startswith("LD_PRELOAD=")]
        self.assertEqual(len(line), 1)
        self.assertEqual(line[0].count("libhook.so"), 1)

    def test_children_are_left_alone_when_asked(self):
        self.hook("run", "--no-follow", "-F", "json", "-o", "out", "sh", "-c", "/bin/cat /etc/hostname; exit 0")
        self.assertNotIn('"exe":"/usr/bin/cat"', self.read("out"))
        self.hook("run", "-f", "-F", "json", "-o", "out", "sh", "-c", "/bin/cat /etc/hostname; exit 0")
        self.assertIn('"exe":"/usr/bin/cat"', self.read("out"))

    def test_arguments_of_the_command_are_its_own(self):
        self.write("-l", "x")
        self.assertEqual(self.hook("run", "-o", "/dev/null", "ls", "-1").stdout, "-l\n")
        self.assertEqual(self.hook("run", "-o", "/dev/null", "--", "ls", "-1").stdout, "-l\n")
        self.assertEqual(self.hook("run", "-o", "/dev/null", "sh", "-c", "echo $1", "sh", "--help").stdout, "--help\n")

    def test_a_signal_goes_on_to_the_command(self):
        run = subprocess.Popen([BIN, "run", "-o", "/dev/null", "sh", "-c", "echo ready; exec sleep 60"], env=self.environment(),
                               stdout=subprocess.PIPE, text=True)
        self.assertEqual(run.stdout.readline(), "ready\n")
        time.sleep(0.2)
        run.send_signal(signal.SIGTERM)
        self.assertEqual(run.wait(timeout=20), 128 + signal.SIGTERM)
        run.stdout.close()

    def test_what_cannot_be_seen_into_is_said(self):
        self.write("static.c", "int main(void) { return 3; }\n")
        subprocess.run([os.environ.get("CC", "cc"), "-static", "-o", "static", "static.c"], cwd=self.folder, check=True)
        run = self.hook("run", "./static")
        self.assertEqual((run.returncode, run.stderr), (3, "hook: ./static is statically linked: a preload library cannot see inside it\n"))
        self.write("script", "#!./static\n")
        os.chmod(os.path.join(self.folder, "script"), 0o755)
        self.assertIn("hook: ./script is statically linked", self.hook("run", "./script").stderr)
        with open(os.path.join(self.folder, "static"), "r+b") as file:
            file.seek(18)
            file.write(b"\xb7\x00")
        self.assertIn("is built for another architecture", self.hook("run", "./static").stderr)

    def test_a_program_of_another_c_library_runs_without_the_library(self):
        self.write("here.c", "int main(void) { return 3; }\n")
        subprocess.run([os.environ.get("CC", "cc"), "-o", "here", "here.c"], cwd=self.folder, check=True)
        program = os.path.join(self.folder, "here")
        with open(program, "r+b") as file:
            image = file.read()
            file.seek(image.index(b"/ld-linux"))
            file.write(b"/ld-musl-x.so.1\0")
        run = self.hook("run", "-o", "/dev/null", program)
        self.assertIn("is linked with another C library than glibc: this library cannot be loaded into it", run.stderr)

    @unittest.skipIf(os.environ.get("HOOK_TEST_PRELOAD"), "the program has a sanitizer of its own")
    def test_the_runtime_of_the_address_sanitizer_stays_first(self):
        self.write("here.c", "int main(void) { return 3; }\n")
        subprocess.run(["gcc", "-fsanitize=address", "-o", "here", "here.c"], cwd=self.folder, check=True)
        run = self.hook("run", "-o", "trace", "./here")
        self.assertEqual((run.returncode, run.stderr), (3, ""))
        run = self.hook("run", "-o", "trace", "sh", "-c", "./here; test $? = 3 && env")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.assertRegex(run.stdout, r"LD_PRELOAD=/[^:]*libhook\.so\n")

    def test_a_group_of_the_program_is_told_and_its_own_user_is_not(self):
        program = shutil.copy("/bin/true", self.folder)
        os.chmod(program, 0o4755)
        run = self.hook("run", "-o", "/dev/null", program)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        if os.getuid() == 0:
            os.chown(program, 0, 65534)
            os.chmod(program, 0o2755)
            run = self.hook("run", "-o", "/dev/null", program)
            self.assertEqual((run.returncode, run.stderr.count("\n")), (0, 1))
            self.assertTrue(run.stderr.startswith(f"hook: {program} is set-user-ID, set-group-ID or has capabilities: "))

    def test_a_program_that_gains_privileges_is_told(self):
        program, words = shutil.which("su"), ["--help"]
        if os.getuid() == 0:
            program = shutil.copy("/bin/true", self.folder)
            os.chown(program, 65534, 65534)
            os.chmod(program, 0o4755)
        run = self.hook("run", program, *words)
        self.assertEqual((run.returncode, run.stderr), (0, f"hook: {program} is set-user-ID, set-group-ID or has capabilities: "
                                                           "the dynamic linker loads no library into it\n"))

    @unittest.skipIf(os.environ.get("HOOK_TEST_PRELOAD"), "a sanitizer's runtime does not start without its options")
    def test_rules_are_compiled_once_and_hold_for_all_children(self):
        self.write("rules", "block open ./a errno=EIO\n")
        self.write("other", "block open ./a errno=ENOENT\n")
        self.write("a", "x")
        run = self.hook("run", "--rules", "rules", "sh", "-c", "mv rules gone; sh -c 'cat a'; env -i /bin/cat a; HOOK_RULES=other cat a")
        self.assertEqual(run.stderr.count("cat: a: Input/output error"), 2, run.stderr)
        self.assertEqual(run.stderr.count("cat: a: No such file or directory"), 1, run.stderr)
        self.assertIn("<block rules:1>", run.stderr)

    def test_an_image_that_is_none_is_left_alone(self):
        self.write("rules", "block open ./a errno=EIO\n")
        self.write("a", "x")
        for image in ("a", "nowhere", "/dev/zero", "/"):
            run = self.hook("run", "--rules", "rules", "-E", f"HOOK_IMAGE={image}", "sh", "-c", f"HOOK_IMAGE={image} cat a")
            self.assertIn("cat: a: Input/output error", run.stderr)

    def test_reload_takes_up_changed_rules_and_keeps_the_old_ones_when_they_are_broken(self):
        self.write("rules", "set log none\nblock open ./a errno=EIO\n")
        self.write("a", "x")
        script = ("import os, time\ndef tried():\n try: os.close(os.open('a', 0)); return 0\n except OSError as e: return e.errno\n"
                  "def settle(errno, seconds):\n end = time.monotonic() + seconds\n while tried() != errno and time.monotonic() < end: time.sleep(0.02)\n print(tried(), flush=True)\n"
                  "def put(text):\n with open('new', 'w') as f: f.write(text)\n os.rename('new', 'rules')\n"
                  "settle(5, 0)\nput('block open ./a errno=ENOENT times=3\\n'); settle(2, 20)\nput('blok open\\n'); time.sleep(0.5); tried(); settle(0, 20)\n"
                  "put('block stat ./a errno=EPERM\\n')\nend = time.monotonic() + 20\nwhile time.monotonic() < end:\n time.sleep(0.02)\n try: os.stat('a')\n except PermissionError: print('stat'); break\n")  # fmt: skip
        run = self.hook("run", "--reload", "--rules", "rules", "python3", "-c", script)
        self.assertEqual((run.returncode, run.stdout), (0, "5\n2\n0\nstat\n"), run.stderr)
        self.assertEqual(run.stderr.count("hook: rules:1:1: unknown action 'blok'"), 1)
        self.assertIn("hook: rules: the old rules stay in force\n", run.stderr)

    def test_reload_takes_up_a_change_that_leaves_size_and_time(self):
        self.write("rules", "set log none\nblock open ./a errno=EIO\n")
        self.write("a", "x")
        script = ("import os, time\ndef tried():\n try: os.close(os.open('a', 0)); return 0\n except OSError as e: return e.errno\n"
                  "print(tried())\nst = os.stat('rules')\nwith open('rules', 'w') as f: f.write('set log none\\nallow open ./a'.ljust(st.st_size))\n"
                  "os.utime('rules', ns=(st.st_atime_ns, st.st_mtime_ns))\nend = time.monotonic() + 20\nwhile tried() and time.monotonic() < end: time.sleep(0.02)\nprint(tried(), os.stat('rules').st_size == st.st_size)\n")  # fmt: skip
        run = self.hook("run", "--reload", "--rules", "rules", "python3", "-c", script)
        self.assertEqual((run.returncode, run.stdout), (0, "5\n0 True\n"), run.stderr)

    def test_tips_stand_behind_the_lines_of_blocked_calls(self):
        self.write("rules", "block open ./a\n")
        self.write("a", "x")
        run = self.hook("run", "--tips", "--rules", "rules", "cat", "a")
        self.assertIn(f'<block rules:1>\nhook: tip: allow open "{self.folder}/a"\n', run.stderr)
        self.refused(125, "hook: tips are not in the binary format (text or json)\n", "run", "--tips", "-F", "binary", "-o", "t", "true")

    @unittest.skipIf(os.environ.get("HOOK_TEST_PRELOAD"), "a sanitizer's runtime does not start without its options")
    def test_reload_watches_included_files_for_all_children(self):
        for options, variables in ((["--reload"], {}), ([], {"HOOK_RELOAD": "1"}), ([], {"HOOK_RELOAD": "1", "HOOK_ON_ERROR": "continue"})):
            self.write("rules", "include more\n")
            self.write("more", "block open ./a errno=EIO\n")
            self.write("a", "x")
            script = "cat a; echo 'block open ./a errno=ENOENT' >new; mv new more; for i in $(seq 100); do cat a 2>&1 | grep -q 'No such' && echo told && break; sleep 0.05; done"
            run = self.hook("run", *options, "-o", "/dev/null", "--rules", "rules", "sh", "-c", script, env=self.environment(**variables))
            self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "told\n", "cat: a: Input/output error\n"))

    def test_reload_needs_rules(self):
        self.refused(125, "hook: --reload: there are no rules\n", "run", "--reload", "true")


if __name__ == "__main__":
    unittest.main()
