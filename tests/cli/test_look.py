# SPDX-License-Identifier: MIT
"""The options of strace that say which calls are shown, and how: for `hook run`, and for `hook cat`."""
import os
import re
import subprocess
import unittest

from command import Command

FILES = ("/etc/passwd", "/nonexistent")


class Look(Command):
    def lines(self, *options, command=("cat", *FILES), **variables):
        run = self.hook("run", "-o", "out", *options, *command, env=self.environment(**variables))
        self.assertNotIn("hook:", run.stderr)
        return [re.sub(r"^\[HOOK \d+\] ?", "", line) for line in self.read("out").splitlines()]

    def straced(self, *options, calls="open,openat,read"):
        subprocess.run(["strace", "-o", "straced", "-e", calls, "-P", "/etc/passwd", *options, "cat", *FILES], cwd=self.folder,
                       capture_output=True, check=False, timeout=60, env=self.environment())
        return self.read("straced").splitlines()

    def test_times_are_straces(self):
        for option, shape in (("-t", r"\d\d:\d\d:\d\d "), ("-tt", r"\d\d:\d\d:\d\d\.\d{6} "), ("-ttt", r"\d{10}\.\d{6} "),
                              ("-r", r" +\d+\.\d{6} "), ("-r -tt", r"\d\d:\d\d:\d\d\.\d{6} \(\+ {5}\d\.\d{6}\) ")):
            for line in self.lines(*option.split()):
                self.assertRegex(line, rf"^{shape}(\w+\(|\+\+\+)")
        for line in self.lines("-T", "-e", "open"):
            self.assertRegex(line, r" <\d+\.\d{6}>$")

    def test_the_clock_is_the_local_one(self):
        for zone, hours in (("UTC0", 0), ("XXX-5", 5), ("XXX+3", -3)):
            (line, *_) = self.lines("-ttt", TZ=zone)
            (local, *_) = self.lines("-t", TZ=zone)
            seconds = (int(float(line.split()[0])) + 3600 * hours) % 86400
            hour, minute, second = map(int, local.split()[0].split(":"))
            self.assertLess((3600 * hour + 60 * minute + second - seconds) % 86400, 60)
        self.hook("run", "-F", "binary", "-o", "out", "true")
        clocks = [self.hook("cat", "-t", "out", env=self.environment(TZ=zone)).stdout.split()[2] for zone in ("UTC0", "XXX-5")]
        self.assertEqual((int(clocks[1][:2]) - int(clocks[0][:2])) % 24, 5)

    def test_relative_times_begin_anew_with_each_process(self):
        lines = self.lines("-r", command=("sh", "-c", "true; cat /etc/hostname; true"))
        started = [line for line in lines if "+++ started" in line]
        self.assertEqual([line.split()[0] for line in started], ["0.000000"] * len(started))
        self.assertTrue(any(float(line.split()[0]) > 0 for line in lines))

    def test_strings_are_as_long_and_as_hexadecimal_as_straces(self):
        for options in (["-s", "5"], ["-s", "100"], ["-s", "0"], ["-x"], ["-xx"], ["-xx", "-s", "12"]):
            def read(lines):
                return [re.search(r'^read\(\d+, (".*?"(?:\.\.\.)?), ', line)[1] for line in lines if line.startswith("read(")]
            own = read(self.lines(*options))
            self.assertEqual(own, read(self.straced(*options)))
        odd = os.fsdecode(b"/nonexistent/\xff\t\x01")
        for option in ("-x", "-xx"):
            (line,) = self.lines(option, "-e", "open", "-P", odd, command=("cat", odd))
            self.assertIn("".join(f"\\x{byte:02x}" for byte in os.fsencode(odd)), line)

    def test_calls_are_chosen_by_path(self):
        self.write("file", "x")
        os.symlink("file", os.path.join(self.folder, "link"))
        for path in ("file", "./file", os.path.join(os.path.realpath(self.folder), "file"), "link"):
            lines = self.lines("-P", path, command=("sh", "-c", "cat file; cat /etc/hostname"))
            self.assertEqual([line.split("(")[0] for line in lines if line.startswith(("open(", "close("))], ["open", "close"])
            self.assertFalse([line for line in lines if "hostname" in line or "+++" in line])
        lines = self.lines("-P", "file", "-P", "/nonexistent", "-e", "open", command=("cat", "file", *FILES))
        self.assertEqual([re.search(r'"(.*)"', line)[1] for line in lines], ["file", "/nonexistent"])

    def test_a_folder_is_concerned_by_what_is_named_from_it(self):
        lines = self.lines("-P", "/etc", "-e", "%file", command=("find", "/etc/", "-maxdepth", "1", "-name", "host*"))
        self.assertTrue(any("newfstatat" in line or "fstatat" in line or "open" in line for line in lines), lines)

    def test_calls_are_chosen_by_outcome(self):
        failed, succeeded = self.lines("-z", "-Z", "-e", "open"), self.lines("-Z", "-z", "-e", "open")
        self.assertEqual([re.search(r'"(.*)"', line)[1] for line in failed], ["/nonexistent"])
        self.assertEqual([re.search(r'"(.*)"', line)[1] for line in succeeded], ["/etc/passwd"])

    def test_beginnings_and_ends_are_left_out(self):
        for options, told in (([], 2), (["-q"], 1), (["-qq"], 0), (["-q", "-q", "-q"], 0)):
            self.assertEqual(sum(line.startswith("+++ ") for line in self.lines(*options)), told)
        self.assertEqual(sum("+++ exited" in line for line in self.lines("-q")), 1)

    def test_the_variables_say_the_same(self):
        for options, variables in ((["-tt", "-T"], {"HOOK_SHOW": "time-us,duration"}), (["-s", "9", "-x"], {"HOOK_SHOW": "strings=9,hex"}),
                                   (["-qq"], {"HOOK_SHOW": "quiet-all"}), (["-Z"], {"HOOK_SHOW": "failed"}),
                                   (["-P", "/etc/passwd"], {"HOOK_PATHS": "/x:/etc/passwd"})):
            by_option, by_variable = self.lines(*options), self.lines(**variables)
            self.assertEqual(*([re.sub(r"\d", "0", line) for line in lines] for lines in (by_option, by_variable)))

    def test_what_makes_no_sense_is_refused(self):
        for options, message in ((["-s", "x"], "-s: 'x' is no number"), (["-s", "1M"], "-s: '1M' is no number"), (["-P", ""], "-P: '' is no path"),
                                 (["-P", "a:b"], "has a ':' in it"), (["-t", "-F", "json"], "-t is about lines of text")):
            self.refused(125, f"hook: {message}" if "':'" not in message else message, "run", *options, "touch", "ran")
            self.refused(1, message, "cat", *options, "trace")
        self.refused(125, "hook: -x is about lines of text", "run", "-x", "-F", "binary", "-o", "out", "touch", "ran")
        for wrong in ("fds,x", "strings=", "strings=70000", "strings=1x", "east=90000"):
            run = self.hook("run", "touch", "ran", env=self.environment(HOOK_SHOW=wrong))
            self.assertEqual((run.returncode, run.stderr), (125, f"hook: HOOK_SHOW: '{wrong}': unknown word (libhook(7) lists them)\n"))
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    unittest.main()
