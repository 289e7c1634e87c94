#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A block is about the file: each of the ways of helpers/evade.c leads to it without rules, and none does with them."""
import os
import unittest

import support

EVADE = support.BUILT / "evade"
# Names are all that a rule with wildcards goes by. A hard link that was there before has another; a new root makes all names others.
BEYOND_WILDCARDS = {"hard_link_before", "chroot_"}


class EvasionTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.bare(EVADE, "lay").status, 0)
        self.ways = {path.name for path in self.folder.iterdir()}

    def outcome(self, ended):
        found = dict(line.split() for line in ended.out.decode().splitlines())
        self.assertEqual(set(found), self.ways, ended.err)
        self.assertFalse({way for way, how in found.items() if how not in ("got", "kept")}, found)
        return {way for way, how in found.items() if how == "got"}

    def rules(self, calls, target, ways=None):
        return "set log none\n" + "".join(f"block {calls} ./{way}/vault/{target}\n" for way in sorted(ways or self.ways))

    def executed(self):
        return {way for way in self.ways if way.startswith("exec_")}

    def test_each_way_is_one(self):
        closed = {"chroot_", "chroot_up"} if os.geteuid() else set()
        self.assertEqual(self.ways - self.outcome(self.bare(EVADE)), closed)

    def test_no_way_leads_to_a_blocked_file(self):
        self.assertFalse(self.outcome(self.ran(self.rules("open", "secret"))))

    def test_no_way_leads_to_a_file_of_which_every_call_is_blocked(self):
        self.assertFalse(self.outcome(self.ran(self.rules("%file", "secret"))))

    def test_no_way_leads_into_a_blocked_folder(self):
        self.assertLessEqual(self.outcome(self.ran(self.rules("%file", "**"))), BEYOND_WILDCARDS)

    def test_no_way_starts_a_blocked_program(self):
        self.assertFalse(self.outcome(self.ran(self.rules("exec", "tool", self.executed()))) & self.executed())

    def test_one_rule_is_as_good_as_many(self):
        for way in sorted(self.ways):
            target = "tool" if way.startswith("exec_") else "secret"
            ended = self.ran(self.rules("exec" if target == "tool" else "open", target, [way]), way)
            self.assertEqual(ended.out.decode(), f"{way} kept\n", ended.err)

    def ran(self, rules, *ways):
        self.write("rules", rules)
        ended = self.bare(support.command_in(self.aside), "run", "--rules", "rules", EVADE, *ways)
        self.folder.joinpath("rules").unlink()
        return ended


if __name__ == "__main__":
    unittest.main()
