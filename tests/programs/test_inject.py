#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A file with another content: the same for everyone who asks, and nothing reaches the real one."""
import unittest

import support

OTHER = b"another content\nof two lines\n"
RULES = r'inject open ./a.txt text "another content\nof two lines\n"'


class InjectTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "asked for\n")

    def outputs(self, expected, *command, rules=RULES, **how):
        ended = self.hooked(*command, rules=rules, **how)
        self.assertEqual((ended.status, ended.err, ended.out), (0, b"", expected), command)
        return ended

    def python(self, script, expected, **how):
        return self.outputs(expected, "python3", "-c", "import mmap, os; " + script, **how)

    def test_programs_read_the_content(self):
        for command in (["cat", "a.txt"], ["head", "-c", "100", "a.txt"], ["tail", "-n", "2", "a.txt"], ["bash", "-c", "cat <a.txt"],
                        ["perl", "-pe", "", "a.txt"], ["grep", "", "a.txt"], ["sed", "", "./../work/a.txt"], ["env", "cat", "a.txt"],
                        ["bash", "-c", "for i in 1; do cat a.txt; done"]):  # fmt: skip
            ended = self.outputs(OTHER, *command)
            self.assertTrue(ended.find(op="open", action="inject", rule="rules:1"), command)

    def test_sizes_agree(self):
        self.outputs(b"29 a.txt\n", "wc", "-c", "a.txt")
        self.outputs(b"29\n", "stat", "-c", "%s", "a.txt")
        self.outputs(b"29\n", "stat", "-L", "-c", "%s", "a.txt")
        self.python("print(os.stat('a.txt').st_size, os.lstat('a.txt').st_size, os.fstat(os.open('a.txt', 0)).st_size)", b"29 29 29\n")
        self.outputs(b"-rw-r--r-- 29\n", "stat", "-c", "%A %s", "a.txt")

    def test_seek_map_and_a_second_open_agree(self):
        self.python("f = os.open('a.txt', 0); os.lseek(f, 8, 0); print(os.read(f, 7)); g = os.open('a.txt', 0); print(os.read(g, 7)); "
                    "print(mmap.mmap(f, 0, prot=mmap.PROT_READ)[:7])", b"b'content'\nb'another'\nb'another'\n")  # fmt: skip

    def test_writes_stay_with_who_writes(self):
        self.python("f = os.open('a.txt', os.O_RDWR); os.write(f, b'x'); os.lseek(f, 0, 0); print(os.read(f, 7)); print(open('a.txt').read(7))",
                    b"b'xnother'\nanother\n")  # fmt: skip
        self.python("f = open('a.txt', 'w'); f.write('gone'); f.close(); print(open('a.txt').read(7))", b"another\n")
        self.outputs(b"", "bash", "-c", "echo gone >a.txt; echo gone >>a.txt")
        self.assertEqual((self.folder / "a.txt").read_bytes(), b"asked for\n")

    def test_the_lowest_number_is_given_and_none_is_left(self):
        self.python("os.close(0); print(os.open('a.txt', 0)); print(sorted(map(int, os.listdir('/proc/self/fd')))[:4])", b"0\n[0, 1, 2, 3]\n")
        script = "f = [open('a.txt') for i in range(50)]; [x.close() for x in f]; print(len(os.listdir('/proc/self/fd')))"
        bare = self.bare("python3", "-c", "import os; " + script).out
        self.python(script, bare, settings={"HOOK_OUTPUT": "stderr", "HOOK_TRACE": "none"})

    def test_flags_mean_what_they_mean_for_a_file(self):
        script = "\ntry: os.open('a.txt', os.%s); print('opened')\nexcept OSError as e: print(e.errno)"
        for flags, out in (("O_NOFOLLOW", b"opened"), ("O_CREAT | os.O_EXCL", b"17"), ("O_DIRECTORY", b"20"), ("O_CREAT", b"opened"), ("O_CLOEXEC", b"opened")):
            self.python(script % flags, out + b"\n")
        self.python("print(os.get_inheritable(os.open('a.txt', os.O_CLOEXEC)))", b"False\n")

    def test_a_file_that_is_not_there_may_be_injected(self):
        rules = "inject open ./none text hello"
        self.outputs(b"hello", "cat", "none", rules=rules)
        self.outputs(b"", "test", "-r", "none", rules=rules)
        self.assertFalse((self.folder / "none").exists())

    def test_streams_of_c_programs_read_it(self):
        self.outputs(b"another content\n", "awk", "NR == 1", "a.txt")
        self.outputs(b"of two lines\nanother content\n", "tac", "a.txt")
        self.outputs(b"another content\nof two lines\n", "sort", "a.txt")

    def test_the_content_of_a_file(self):
        self.write("b.txt", b"x" * 100000)
        rules = "inject open ./a.txt file ./b.txt"
        self.outputs(b"x" * 100000, "cat", "a.txt", rules=rules)
        self.outputs(b"", "bash", "-c", "echo gone >a.txt", rules=rules)
        self.assertEqual((self.folder / "b.txt").stat().st_size, 100000)
        (self.folder / "b.txt").unlink()
        self.assertIn(b"No such file", self.hooked("cat", "a.txt", rules=rules).err)


if __name__ == "__main__":
    unittest.main()
