# SPDX-License-Identifier: MIT
"""Rules for writes hold for programs that let the kernel copy from file to file."""
import unittest

import support

SENDFILE = 'import os\nsource, to = os.open("a.txt", 0), os.open("b.txt", os.O_WRONLY | os.O_CREAT)\nos.sendfile(to, source, 0, 5)'


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

    def test_a_redirect_of_writes_takes_what_cat_copies(self):
        ended = self.copied(f"redirect write {self.folder}/b.txt to {self.folder}/c.txt", "sh", "-c", "cat a.txt >b.txt")
        self.assertEqual(ended.status, 0)
        self.assertEqual((self.folder / "b.txt").read_bytes(), b"")
        self.assertEqual((self.folder / "c.txt").read_bytes(), b"data\n")

    def test_a_rule_for_another_file_changes_nothing(self):
        self.assertEqual(self.copied(f"block write {self.folder}/other", "cp", "a.txt", "b.txt").status, 0)
        self.assertEqual((self.folder / "b.txt").read_bytes(), b"data\n")


if __name__ == "__main__":
    unittest.main()
