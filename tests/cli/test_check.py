# SPDX-License-Identifier: MIT
import os
import unittest

from command import Command

GOOD = "block open /etc/shadow\nredirect connect 10.0.0.0/8:80 to 127.0.0.1:8080\n"

SHOWN = """\
hook: rules:1:1: unknown action 'blok' (did you mean 'block'?)
    blok open /x
    ^~~~
hook: rules:2:12: this quote is not closed
    block open "/x
               ^
hook: rules:3:22: expected the name of an error like EACCES, not 'ENOPE'
     block open /\u00e9 errno=ENOPE
                         ^~~~~
hook: rules:4:15: 'to' goes with redirect only
    block open /a to /b
                  ^~
hook: rules:5:17: redirect needs 'to' and where
    redirect open /z
                    ^
"""


class Check(Command):
    def silent(self, *names):
        run = self.hook("check", *names)
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))

    def test_good_rules_are_silent(self):
        self.silent(self.write("rules", GOOD))
        self.silent(self.write("dos", GOOD.replace("\n", "\r\n")))
        self.silent(self.write("no-newline", GOOD.rstrip()))
        self.silent(self.write("empty", ""))
        self.silent(self.write("bom", "\ufeff" + GOOD))
        self.silent(self.write("continued", "block open \\\r\n /x\n"))
        self.silent(self.write("home", "let a = /x ~/y\nredirect open $a to ./z\n"))

    def test_a_file_may_be_named_like_an_option(self):
        self.silent("--", self.write("--rules", GOOD))
        self.refused(1, "hook: -: No such file or directory\n", "check", "-")

    def test_every_error_is_told_with_its_place(self):
        self.write("rules", "blok open /x\nblock open /y errno=ENOPE\nredirect open /z\n")
        run = self.hook("check", "rules")
        self.assertEqual(run.returncode, 1)
        self.assertIn("hook: rules:1:1: unknown action 'blok' (did you mean 'block'?)\n    blok open /x\n    ^~~~\n", run.stderr)
        self.assertIn("hook: rules:2:21: ", run.stderr)
        self.assertIn("hook: rules:3:17: ", run.stderr)
        self.assertEqual(run.stderr.count("hook: "), 3)

    def test_each_error_is_shown_under_its_line(self):
        self.write("rules", 'blok open /x\nblock open "/x\n\tblock\topen /\u00e9 errno=ENOPE\nblock open /a to /b\nredirect open /z')
        run = self.hook("check", "rules")
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertEqual(run.stderr, SHOWN)

    def test_a_nul_byte_is_pointed_at(self):
        self.write("rules", b"block open /x\nblock open /a\0b\n")
        self.assertEqual(self.hook("check", "rules").stderr, "hook: rules:2:14: a NUL byte cannot stand in a rules file\n"
                                                             "    block open /a?b\n                 ^\n")

    def test_a_long_line_is_shown_in_part_and_the_next_one_is_looked_at(self):
        self.write("rules", "block open /" + "x" * 1000000 + "\nblok open /x\n")
        lines = self.hook("check", "rules").stderr.splitlines()
        self.assertEqual((lines[0], lines[2]), ("hook: rules:1:1: this line is longer than the limit of 65536 bytes", "    ^"))
        self.assertRegex(lines[1], r"^    block open /x{1,200}\.\.\.$")
        self.assertEqual(lines[3], "hook: rules:2:1: unknown action 'blok' (did you mean 'block'?)")

    def test_carriage_returns_are_not_shown(self):
        self.write("rules", GOOD.replace("\n", "\r\n") + "blok open /x\r\n")
        self.assertEqual(self.hook("check", "rules").stderr,
                         "hook: rules:3:1: unknown action 'blok' (did you mean 'block'?)\n    blok open /x\n    ^~~~\n")

    def test_errors_of_all_files_are_told(self):
        self.write("one", "blok open /x\n")
        self.write("two", GOOD)
        self.write("three", "block opne /x\n")
        run = self.hook("check", "one", "two", "three")
        self.assertEqual(run.returncode, 1)
        self.assertIn("one:1:1: ", run.stderr)
        self.assertIn("three:1:7: unknown call 'opne' (did you mean 'open'?)", run.stderr)

    def test_strange_files_are_refused(self):
        for name, content, message in (("nul", b"block open /x\0y\n", "nul:1:"), ("quote", 'block open "/x\n', "quote:1:"),
                                       ("long", "block open /" + "x" * 1000000 + "\n", "long:1:"),
                                       ("glob", "block open /[x\n", "glob:1:"), ("address", "block connect 10.0.0.300:80\n", "address:1:")):
            run = self.refused(1, message, "check", self.write(name, content))
            self.assertLess(len(run.stderr), 1000)

    def test_unreadable_files_are_named(self):
        self.refused(1, "nowhere: No such file or directory", "check", "nowhere")
        self.refused(1, "/tmp: Is a directory", "check", "/tmp")
        self.refused(1, "hook: : No such file or directory", "check", "")
        self.refused(1, "no rules file given", "check")

    def test_files_after_an_unreadable_one_are_looked_at(self):
        self.write("wrong", "blok open /x\n")
        self.refused(1, "hook: wrong:1:1: ", "check", "nowhere", "wrong")

    def test_an_endless_file_is_refused(self):
        self.refused(1, "longer than the limit", "check", "/dev/zero")

    def test_a_redirect_to_a_host_name_is_refused(self):
        self.refused(1, "not to the name of a host", "check", self.write("host", "redirect connect *:80 to localhost:80\n"))

    def test_warnings_are_asked_for(self):
        self.write("here", "")
        rules = self.write("doubts", "allow open /etc/**\nblock open /etc/shadow\nblock connect 10.0.0.0/8:*\nblock connect 10.1.0.0/16:80-90\n"
                           "log open ./here\nlog open ./here\nblock open ./nowhere\nblock stat /etc/** uid=0\nblock stat /etc/shadow\n"
                           "block exec **/cat\nblock exec /bin/cat\n")  # fmt: skip
        self.silent(rules)
        run = self.hook("check", "--warn", rules)
        self.assertEqual((run.returncode, run.stdout), (0, ""))
        self.assertEqual(run.stderr, "hook: doubts:2: warning: it is applied to other names of the file alone: doubts:1 comes first\n"
                         "hook: doubts:4: warning: it is never applied: doubts:3 always comes first\n"
                         "hook: doubts:6: warning: it says what doubts:5 says\n"
                         f"hook: doubts:7: warning: there is no {os.path.realpath(self.folder)}/nowhere\n"
                         "hook: doubts:11: warning: it is applied to other names of the file alone: doubts:10 comes first\n")  # fmt: skip

    def warned(self, rules):
        self.write("doubts", rules)
        run = self.hook("check", "--warn", "doubts")
        self.assertEqual((run.returncode, run.stdout), (0, ""), run.stderr)
        return [line.removeprefix("hook: doubts:").replace("warning: ", "") for line in run.stderr.splitlines()]

    def test_rules_that_always_come_too_late_are_told(self):
        never, hardly = "2: it is never applied: doubts:1 always comes first", "2: it is applied to other names of the file alone: doubts:1 comes first"
        redirect = "2: it is never applied to open: doubts:1 always comes first"
        self.write("f", "")
        for expected, rules in ((never, "block open /etc/**\nallow open /etc/ld.so.conf"), (never, "block stat /etc/**\nallow stat /etc/ld.so.conf"),
                                (never, "block open **\nallow open /etc/ld.so.conf"), (never, "block open ./f\nallow open ./f"),
                                (never, "block open ./f errno=EIO\nblock open ./f"), (never, "block open\nallow open ./f"),
                                (never, "block open /etc/**\nallow open /etc/*.conf"), (never, "redirect open ./f to ./x\nredirect open ./f to ./y"),
                                (never, "redirect connect *:80 to 127.0.0.1:1\nblock connect 10.0.0.1:80"),
                                (never, "block connect *.a.org:80\nallow connect *.a.org:80"),
                                (redirect, "block open ./f\nredirect open ./f to ./x"), (redirect, "block open\ninject open ./f text x"),
                                (never, "block open,stat,access,truncate ./f\nredirect open ./f to ./x"),
                                ("2: it is not applied to open, but by other names of the file: doubts:1 comes first", "block open ./**\nredirect open ./f to ./x"),
                                (hardly, "allow open ./**\nblock open ./f"), (hardly, "block open ./**\nblock open ./f errno=EIO"),
                                (hardly, "allow open ./f\nblock open ./f")):  # fmt: skip
            with self.subTest(rules=rules):
                self.assertEqual(self.warned(rules), [expected])

    def test_rules_that_may_be_applied_are_not_warned_of(self):
        os.mkdir(os.path.join(self.folder, "d"))
        self.write("f", "")
        os.symlink("../f", os.path.join(self.folder, "d/l"))
        for rules in ("allow open ./d/**\nblock open ./d/l", "allow open ./d/**\nallow open ./d/l", "allow open ./d/**\nredirect open ./d/l to ./f", "allow open ./d/**\nblock open ./d/*.c",
                      "allow rename ./**\nblock rename ./f", "redirect open ./f to ./x\nblock open ./f", "block open ./f\nallow open,stat ./f",
                      "block open /etc/**\nallow open /etc/passwd", "block connect a.org:80\nallow connect b.org:80", "block connect a.org:80\nallow connect a.org",
                      "block open ./f chance=50%\nallow open ./f", "block open ./f uid=0\nallow open ./f", "log open ./f\nallow open ./f", "block open ./f\nblock open"):  # fmt: skip
            with self.subTest(rules=rules):
                self.assertEqual(self.warned(rules), [])

    def test_an_inject_is_of_a_regular_file(self):
        os.mkfifo(os.path.join(self.folder, "pipe"))
        os.symlink("pipe", os.path.join(self.folder, "link"))
        for file in ("/dev/zero", ".", "pipe", "link"):
            self.refused(1, "expected a regular file", "check", self.write("special", f"inject open ./here file {file}\n"))
        self.write("here", "")
        rules = self.write("missing", "inject open ./here file ./gone\n")
        self.silent(rules)
        self.assertEqual(self.hook("check", "--warn", rules).stderr, f"hook: missing:1: warning: there is no {os.path.realpath(self.folder)}/gone\n")

    def test_included_files_are_looked_at(self):
        self.write("more.rules", "block opne\n")
        self.refused(1, "hook: more.rules:1:7: unknown call 'opne'", "check", self.write("rules", "include more.rules\n"))
        self.refused(1, "hook: none:1:9: cannot be read: No such file or directory", "check", self.write("none", "include nowhere\n"))


if __name__ == "__main__":
    unittest.main()
