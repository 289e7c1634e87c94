#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/recipes.md, run to the letter: in each section the rules, then commands with what they print. N stands for a number."""
import pathlib
import re
import subprocess
import unittest

import support

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "recipes.md"


def blocks(text):
    """The indented blocks of a section; a command begins one."""
    found = re.findall(r"(?m)(?:^    .*\n)+", text + "\n")
    plain = (re.sub("(?m)^    ", "", block) for block in found)
    return [part for block in plain for part in re.split(r"(?m)^(?=\$ )", block) if part]


class RecipeTest(support.ProgramTest):
    def run_recipe(self, rules, transcript):
        command, expected = transcript[2:].split("\n", 1)
        name = re.search(r"(?:--rules|check) (\w+)", command)[1]
        self.write(name, rules)
        for file, content in (("words", "some words\n"), ("key", "-----BEGIN PRIVATE KEY-----\nabcdefgh\n-----END PRIVATE KEY-----\n"),
                              ("data/a", "one\n"), ("data/b", "two\n"), ("data/c", "three\n"), ("data/d", "four\n"), ("site/hello", "hello from the site\n")):
            self.write(file, content)  # fmt: skip
        path = f"{pathlib.Path(support.command_in(self.aside)).parent}:/usr/bin:/bin:/usr/local/bin"
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment(PATH=path, LC_ALL="C"), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=support.SECONDS, check=False)  # fmt: skip
        pattern = re.escape(expected).replace("HOOK\\ N", r"HOOK\ \d+").replace(r"connect\(N,", r"connect\(\d+,")
        self.assertRegex(done.stdout, f"^{pattern}$", command)

    def test_each_recipe(self):
        sections = PAGE.read_text().split("\n## ")[1:]
        self.assertGreater(len(sections), 8)
        for section in sections:
            with self.subTest(section=section.split("\n")[0]):
                if support.RUNTIME and "curl" in section:
                    continue
                rules, *transcripts = blocks(section)
                self.assertTrue(transcripts)
                for transcript in transcripts:
                    self.run_recipe(rules, transcript)


if __name__ == "__main__":
    unittest.main()
