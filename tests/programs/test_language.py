#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What rules may ask and do, one by one, in real programs."""
import os
import unittest

import support


class LanguageTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("a.txt", "asked for\n")

    def reads(self, rules, *command):
        """Whether the command (cat a.txt) may read the file by these rules."""
        ended = self.hooked(*(command or ["cat", "a.txt"]), rules=rules)
        self.assertEqual(ended.out, b"" if ended.status else b"asked for\n", ended.err)
        return ended.status == 0


class ConditionTest(LanguageTest):
    def test_uid_and_gid_are_of_who_calls(self):
        uid, gid = os.geteuid(), os.getegid()
        self.assertFalse(self.reads(f"block open ./a.txt uid={uid} gid={gid}"))
        self.assertTrue(self.reads(f"block open ./a.txt uid={uid + 1}"))
        self.assertTrue(self.reads(f"block open ./a.txt where not gid={gid}"))

    def test_where_joins_conditions(self):
        rules = "block open ./a.txt where (exe=**/cat or exe=**/tac) and not access=write"
        self.assertFalse(self.reads(rules))
        self.assertFalse(self.reads(rules, "tac", "a.txt"))
        self.assertTrue(self.reads(rules, "head", "-n", "1", "a.txt"))
        self.assertTrue(self.reads("allow open ./a.txt where exe=**/cat\nblock open ./a.txt"))

    def test_fd_kinds_tell_a_pipe_from_a_file(self):
        rules = "block write fd=pipe exe=**/cat errno=EIO"
        self.assertIn(b"Input/output error", self.hooked("cat", "a.txt", rules=rules).err)
        ended = self.hooked("bash", "-c", "cat a.txt >b.txt", rules=rules)
        self.assertEqual((ended.status, (self.folder / "b.txt").read_bytes()), (0, b"asked for\n"))


if __name__ == "__main__":
    unittest.main()
