# SPDX-License-Identifier: MIT
import unittest

from command import Command

RULES = """\
log   open /etc/**
block connect *:25 errno=ECONNREFUSED
block open /etc/shadow access=write
allow open /etc/shadow where uid=12 or exe=/usr/bin/python3*
block open /etc/shadow errno=ENOENT
redirect connect 10.0.0.0/8:80 to 127.0.0.1:8080
block exec /usr/bin/sudo argv="* -i*"
block write contains=secret after=1
delay stat by=250ms
"""


class Explain(Command):
    def setUp(self):
        super().setUp()
        self.write("rules", RULES)

    def explained(self, status, *arguments, rules="rules"):
        run = self.hook("explain", "--rules", rules, *arguments)
        self.assertEqual((run.returncode, run.stderr), (status, ""), run.stdout)
        return run.stdout.splitlines()

    def test_the_rule_that_decides_and_why_the_earlier_ones_do_not(self):
        self.assertEqual(self.explained(1, "open", "/etc/shadow"), [
            "open /etc/shadow: blocked by rules:5, fails with ENOENT (No such file or directory), logged",
            "  rules:1: log: matches",
            "  rules:2: block: does not match: it is about other calls",
            "  rules:3: block: does not match: access=write: the access is read",
            "  rules:4: allow: does not match: exe=/usr/bin/python3*: the program is not given (--exe PATH)",
            "  rules:5: block: matches",
        ])  # fmt: skip

    def test_who_calls_may_be_said(self):
        self.assertIn("allowed by rules:4", self.explained(0, "--exe", "/usr/bin/python3.11", "open", "/etc/shadow")[0])
        self.assertIn("allowed by rules:4", self.explained(0, "--uid", "12", "open", "/etc/shadow")[0])
        self.assertIn("blocked by rules:3", self.explained(1, "--uid", "12", "open", "/etc/shadow", "O_RDWR|O_CLOEXEC")[0])
        self.assertIn("blocked by rules:3", self.explained(1, "open", "/etc/../etc/shadow", "write")[0])

    def test_addresses(self):
        self.assertIn("redirected by rules:6 to 127.0.0.1:8080", self.explained(0, "connect", "10.0.0.1:80")[0])
        shown = self.explained(1, "connect", "[::1]:25")
        self.assertIn("blocked by rules:2, fails with ECONNREFUSED", shown[0])
        self.assertIn("  rules:6: redirect: does not match: 10.0.0.0/8:80: the address is unix:/x", self.explained(0, "connect", "unix:/x"))

    def test_what_posix_spawn_is_to_open_is_not_injected(self):
        self.write("other", "inject open ./a text hello\n")
        self.assertEqual(self.explained(0, "posix_spawn_file_actions_addopen", "a", rules="other")[1],
                         "  other:1: inject: does not match: what posix_spawn is to open stays the real file")  # fmt: skip

    def test_names_of_hosts(self):
        self.write("hosts", "block connect *.example.com:443\nallow connect 10.0.0.1:*\nblock connect *:25\n")
        self.assertIn("blocked by hosts:1", self.explained(1, "connect", "www.Example.com:443", rules="hosts")[0])
        self.assertIn("blocked by hosts:3", self.explained(1, "connect", "localhost:25", rules="hosts")[0])
        self.assertIn("  hosts:1: block: does not match: *.example.com:443: the host is localhost", self.explained(0, "connect", "localhost:443", rules="hosts"))

    def test_programs_and_their_arguments(self):
        self.assertIn("blocked by rules:7", self.explained(1, "exec", "/usr/bin/sudo", "-i")[0])
        shown = self.explained(0, "execve", "/usr/bin/sudo", "-u", "me")
        self.assertEqual(shown[0], "execve /usr/bin/sudo -u me: allowed, no rule decides, not logged")
        self.assertIn('  rules:7: block: does not match: argv=* -i*: the arguments are /usr/bin/sudo -u me', shown)
        self.assertIn("allowed", self.explained(0, "exec", "ls", "-l")[0])
        self.assertIn("allowed", self.explained(0, "system", "ls -l")[0])

    def test_descriptors_and_data(self):
        self.assertIn("  rules:8: block: matches, but is not applied to the first such call", self.explained(0, "write", "1", "a secret"))
        self.assertIn("  rules:8: block: does not match: contains=secret: the data is another", self.explained(0, "write", "/x", "data"))

    def test_delays_and_defaults(self):
        self.assertEqual(self.explained(0, "stat", "/x")[0], "stat /x: allowed, no rule decides, after 0.25s, logged")
        self.write("strict", "set default block\nallow open /etc/*\nblock fork ret=0 signal=KILL\n")
        self.assertIn("blocked by strict:1 (set default block), fails with EACCES", self.explained(1, "open", "/x", rules="strict")[0])
        self.assertIn("blocked by strict:3, returns 0, ends the process by SIGKILL", self.explained(1, "fork", rules="strict")[0])

    def test_a_descriptor_that_is_told_by_its_file_is_of_that_kind(self):
        self.write("kinds", "block write ./z fd=file\nblock mmap ./z fd=file errno=EIO\nblock fstat ./z fd=0-2\nblock connect fd=socket\nblock write fd=tty\n")
        self.assertIn("blocked by kinds:1", self.explained(1, "write", "z", "hello", rules="kinds")[0])
        self.assertIn("blocked by kinds:2", self.explained(1, "mmap", "z", rules="kinds")[0])
        self.assertIn("blocked by kinds:4", self.explained(1, "connect", "10.0.0.1:80", rules="kinds")[0])
        self.assertIn("blocked by kinds:5", self.explained(1, "write", "/dev/tty", "x", rules="kinds")[0])
        self.assertIn("  kinds:3: block: does not match: fd=0-2: the descriptor is of a file, and its number not known", self.explained(0, "fstat", "z", rules="kinds"))

    def test_chance_is_said(self):
        self.write("luck", "log open chance=5%\nblock open /a chance=50%\nblock open /a chance=99% errno=EIO after=1\ndelay stat by=1s chance=99%\nallow open /b chance=100%\n")
        self.assertEqual(self.explained(1, "open", "/a", rules="luck"), [
            "open /a: by chance blocked by luck:2, fails with EACCES (Permission denied), logged",
            "  luck:1: log: matches, and is applied with a chance of 5%",
            "  luck:2: block: matches, and is applied with a chance of 50%",
            "open /a: otherwise allowed, no rule decides, not logged",
            "  luck:3: block: matches, but is not applied to the first such call",
            "  luck:4: delay: does not match: it is about other calls",
            "  luck:5: allow: does not match: /b: the path is /a",
        ])  # fmt: skip
        shown = self.explained(0, "stat", "/a", rules="luck")
        self.assertEqual((shown[0], shown[-1]), ("stat /a: by chance allowed, no rule decides, after 1s, logged", "stat /a: otherwise allowed, no rule decides, not logged"))
        self.write("sure", "allow open /b chance=100%\n")
        self.assertEqual(self.explained(0, "open", "/b", rules="sure"), ["open /b: allowed by sure:1, logged", "  sure:1: allow: matches"])

    def test_arguments_as_in_a_program(self):
        self.write("all", "block all\n")
        for call in ("fopen f r", "mkdir d 0755", "symlink a b", "symlinkat a AT_FDCWD b", "shm_open /x", "shm_open /x O_RDWR 0600", "openat AT_FDCWD f O_RDONLY", "openat 3 /f", "openat 3 O_RDONLY", "renameat AT_FDCWD a AT_FDCWD b", "linkat 3 /a 4 /b", "open f O_CREAT 0644",
                     "chmod f 0644", "chown f 0 -1", "truncate f 0", "access f R_OK", "lseek f 0 SEEK_SET", "read f 100", "write 1 hello 5", "mmap f PROT_READ|PROT_WRITE", "kill 1 SIGTERM",
                     "dup2 1 2", "socket AF_INET SOCK_STREAM 0", "getpwnam root", "popen ls r", "glob /etc/*.c", "mkstemp /tmp/aXXXXXX", "fcntl 3 F_GETFD"):  # fmt: skip
            self.assertIn("blocked by all:1", self.explained(1, *call.split(), rules="all")[0])
        self.write("names", "block symlink ./b\nblock shm_open /dev/shm/x\nblock fopen ./f access=write\n")
        self.assertIn("blocked by names:1", self.explained(1, "symlink", "a", "b", rules="names")[0])
        self.assertIn("allowed", self.explained(0, "symlink", "b", "a", rules="names")[0])
        self.assertIn("blocked by names:2", self.explained(1, "shm_open", "/x", rules="names")[0])
        self.assertIn("blocked by names:3", self.explained(1, "fopen", "f", "r+", rules="names")[0])
        self.assertIn("allowed", self.explained(0, "fopen", "f", "rb", rules="names")[0])

    def test_two_paths(self):
        self.write("moves", "block rename /b\n")
        self.assertIn("blocked by moves:1", self.explained(1, "rename", "/a", "/b", rules="moves")[0])
        self.assertIn("the path is /a and /c", self.explained(0, "rename", "/a", "/c", rules="moves")[1])

    def test_what_cannot_be_explained_is_refused(self):
        for message, arguments in (("no rules given", ["open", "/x"]), ("no call given", ["-R", "rules"]), ("unknown call 'opne' (did you mean 'open'?)", ["-R", "rules", "opne", "/x"]),
                                   ("open: expected a path", ["-R", "rules", "open"]), ("rename: expected a second path", ["-R", "rules", "rename", "/a"]),
                                   ("'x': expected read, write, create or flags", ["-R", "rules", "open", "/a", "x"]), ("stat: unexpected argument '/b'", ["-R", "rules", "stat", "/a", "/b"]),
                                   ("expected one address", ["-R", "rules", "connect", "10.0.0.0/8"]), ("'x' is not a number", ["--uid", "x", "-R", "rules", "fork"]),
                                   ("nowhere: No such file", ["-R", "nowhere", "fork"]), ("mkdir: unexpected argument 'x'", ["-R", "rules", "mkdir", "/a", "x"]), ("'%file': expected one call, not a class", ["-R", "rules", "%file", "/x"]), ("'nosuchcmd': no program of that name", ["-R", "rules", "exec", "nosuchcmd", "-x"]),
                                   ("'foo': expected one address and port", ["-R", "rules", "connect", "foo"]), ("'example.com': expected one address", ["-R", "rules", "connect", "example.com"]),
                                   ("openat: it is not known what folder 3 is", ["-R", "rules", "openat", "3", "pub"]), ("unknown call '%flie'", ["-R", "rules", "%flie"])):  # fmt: skip
            self.refused(125, message, "explain", *arguments)
        self.write("broken", "blok open\n")
        self.refused(125, "broken:1:1: unknown action", "explain", "-R", "broken", "fork")


if __name__ == "__main__":
    unittest.main()
