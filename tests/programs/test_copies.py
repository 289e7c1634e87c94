# SPDX-License-Identifier: MIT
"""Rules for reads and writes hold for programs that let the kernel copy from file to file."""
import unittest

import support

SENDFILE = 'import os\nsource, to = os.open("a.txt", 0), os.open("b.txt", os.O_WRONLY | os.O_CREAT)\nos.sendfile(to, source, 0, 5)'

# Copies of a file, from an offset and from a pipe, and what came of each.
COPIES = """
import os
def told(copy, *words):
    try:
        return copy(*words)
    except OSError as error:
        return error.strerror
source, to = os.open("a.txt", 0), os.open("b.txt", os.O_RDWR | os.O_CREAT)
hole = os.pipe()
print(told(os.sendfile, to, source, None, 9), told(os.sendfile, to, source, 2, 9), told(os.copy_file_range, source, to, 9, 1),
      told(os.splice, source, hole[1], 9, 3), told(os.splice, hole[0], to, 9), told(os.sendfile, to, 1000, 0, 9),
      told(os.sendfile, to, source, None, 9))
"""


class CopyTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "data\n")

    def copied(self, rule, *command):
        return self.hooked(*command, rules=rule + "\n")

    def test_a_block_of_writes_holds_for_cp_cat_and_sendfile(self):
        for command in (["cp", "a.txt", "b.txt"], ["sh", "-c", "cat a.txt >b.txt"], ["python3", "-c", SENDFILE]):
            ended = self.copied(f"block write {self.folder}/b.txt", *command)
            self.assertNotEqual(ended.status, 0, command)
            self.assertEqual((self.folder / "b.txt").read_bytes(), b"", command)

    def test_a_block_of_reads_holds_for_cp_cat_and_sendfile(self):
        for rule in (f"block read {self.folder}/a.txt errno=EIO", "block read ./a.txt times=1"):
            for command in (["cp", "a.txt", "b.txt"], ["sh", "-c", "cat a.txt >b.txt"], ["python3", "-c", "import shutil; shutil.copyfile('a.txt', 'b.txt')"]):
                ended = self.copied(rule, *command)
                self.assertNotEqual(ended.status, 0, command)
                self.assertEqual((self.folder / "b.txt").read_bytes(), b"", command)
        self.assertEqual(self.copied("block read ./b.txt", "cp", "a.txt", "b.txt").status, 0)
        self.assertEqual((self.folder / "b.txt").read_bytes(), b"data\n")

    def test_a_clone_is_a_read_and_a_write(self):
        script = ("import fcntl, os, struct\nto, folder = os.open('b.txt', os.O_RDWR | os.O_CREAT), os.open('.', 0)\n"
                  "for request, arg in ((0x40049409, folder), (0x4020940d, struct.pack('qQQQ', folder, 0, 0, 0))):\n"
                  " try: fcntl.ioctl(to, request, arg)\n except OSError as e: print(e.strerror)")  # fmt: skip
        for rule, came in (("block write ./c.txt", b"Is a directory\n"), ("block write ./b.txt", b"Operation not supported\n"), ("block read .", b"Operation not supported\n"),
                           ("block write ./b.txt contains=x", b"Operation not supported\n")):  # fmt: skip
            self.assertEqual(self.copied(rule, "python3", "-c", script).out, came * 2, rule)

    def test_a_copy_does_not_count_as_a_write(self):
        ended = self.copied("block write ./b.txt errno=EIO times=1", "cp", "a.txt", "b.txt")
        self.assertIn(b"Input/output error", ended.err)

    def test_a_redirect_of_writes_takes_what_cat_copies(self):
        ended = self.copied(f"redirect write {self.folder}/b.txt to {self.folder}/c.txt", "sh", "-c", "cat a.txt >b.txt")
        self.assertEqual(ended.status, 0)
        self.assertEqual((self.folder / "b.txt").read_bytes(), b"")
        self.assertEqual((self.folder / "c.txt").read_bytes(), b"data\n")

    def test_a_rule_for_another_file_changes_nothing(self):
        self.assertEqual(self.copied(f"block write {self.folder}/other", "cp", "a.txt", "b.txt").status, 0)
        self.assertEqual((self.folder / "b.txt").read_bytes(), b"data\n")

    def test_a_text_that_a_rule_asks_for_is_looked_for_in_what_is_copied(self):
        bad, invalid, cross = "Bad file descriptor", "Invalid argument", "Invalid cross-device link"
        for rule, came in (
            ("block write contains=none", f"5 3 4 2 {invalid} {bad} 0"),  # what is in a pipe is not known before
            ("block write ./c.txt contains=none", f"5 3 4 2 2 {bad} 0"),
            ("log write contains=at", f"{invalid} 3 {cross} 2 {invalid} {bad} {invalid}"),
            ("redirect write contains=at to c.txt", f"{invalid} 3 {cross} 2 {invalid} {bad} {invalid}"),
            ("block write ./b.txt where not contains=at", f"{invalid} {invalid} {cross} 2 {invalid} {invalid} {invalid}"),
        ):
            self.assertEqual(self.copied(rule, "python3", "-c", COPIES).out.decode().strip(), came, rule)


if __name__ == "__main__":
    unittest.main()
