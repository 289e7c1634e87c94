# SPDX-License-Identifier: MIT
import unittest

from command import Command

VERBS = ("run", "check", "calls", "cat", "explain", "stat", "export")
STATUS_OF_WRONG_USE = {"run": 125, "check": 1, "calls": 1, "cat": 1, "explain": 125, "stat": 1, "export": 1}


class Help(Command):
    def shown(self, *arguments):
        run = self.hook(*arguments)
        self.assertEqual((run.returncode, run.stderr), (0, ""), arguments)
        return run.stdout

    def test_help_is_everywhere(self):
        for option in ("--help", "-h"):
            self.assertTrue(self.shown(option).startswith("Usage: hook COMMAND"))
            for verb in VERBS:
                self.assertTrue(self.shown(verb, option).startswith(f"Usage: hook {verb} "))
                self.assertIn(f"  hook {verb} ", self.shown(option))

    def test_help_of_run_shows_what_is_there_alone(self):
        text = self.shown("run", "--help")
        self.assertIn("-o, --output=FILE", text)
        self.assertIn("hook run cat /etc/hostname", text)
        self.assertNotIn(" -k", text)

    def test_usage_is_short(self):
        for verb in VERBS:
            self.assertLess(len(self.shown(verb, "--usage").splitlines()), 12)

    def test_version_is_everywhere(self):
        for arguments in (["--version"], ["-V"], *([verb, option] for verb in VERBS for option in ("--version", "-V"))):
            self.assertRegex(self.shown(*arguments), r"^hook \d+\.\d+\.\d+\n$")

    def test_a_full_disk_is_said(self):
        for arguments in (["--help"], ["--version"], ["run", "--help"], ["check", "--version"]):
            self.assertEqual(self.hook_on_a_full_disk(*arguments), (1, "hook: standard output: No space left on device\n"))


class Verbs(Command):
    def test_a_misspelt_verb_finds_its_neighbour(self):
        for wrong, right in (("rnu", "run"), ("chekc", "check"), ("call", "calls")):
            self.refused(125, f"hook: unknown command '{wrong}' (did you mean '{right}'?)\n", wrong)

    def test_what_is_no_verb_is_named(self):
        self.refused(125, "hook: no command given (see `hook --help`)\n")
        self.refused(125, "unknown command 'frobnicate'", "frobnicate")
        self.refused(125, "unknown command ''", "")
        self.refused(125, "unknown option '--frobnicate'", "--frobnicate")

    def test_unknown_options_are_named(self):
        for verb, status in STATUS_OF_WRONG_USE.items():
            self.refused(status, f"hook: unrecognized option '--frobnicate'\nTry `hook {verb} --help`", verb, "--frobnicate")
            self.refused(status, "hook: invalid option -- 'j'\n", verb, "-j")


if __name__ == "__main__":
    unittest.main()
