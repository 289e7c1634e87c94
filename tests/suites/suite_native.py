# SPDX-License-Identifier: MIT
"""Test programs that Debian installs: those of GLib, which print a line a case, and those of systemd, a case each."""
import collections
import configparser
import pathlib
import re
import shlex

from place import NOBODY
from suite import Part

GLIB = pathlib.Path("/usr/share/installed-tests/glib")
SYSTEMD = pathlib.Path("/usr/lib/systemd/tests")
# Random seeds and counts of attempts, in the names of cases and the reasons for skips.
CHANCE = re.compile(r"(?<=seed:)\d+|\d+(?= iterations| with )")
TAP = re.compile(r"^(ok|not ok) \d+ (?:- )?(.*)$", re.MULTILINE)
SECONDS = 300
# One part that says what is not installed.
NONE = [("all", [])]


def by_letter(names):
    """The names in groups by the first letter: parts that stay the same when one is added."""
    groups = collections.defaultdict(list)
    for name in sorted(names):
        groups[name[0].lower()].append(name)
    return groups.items()


def wanted(names, only):
    """The programs that the cases belong to; each case begins with its program."""
    chosen = {case.split()[0] for case in only}
    return [name for name in names if not only or name in chosen]


def glib_command(name):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(GLIB / f"{name}.test")
    return shlex.split(parser["Test"]["Exec"])


def run_glib(names):
    def run(place, only):
        cases = {}
        for name in wanted(names, only):
            status, out, _ = place.run(*glib_command(name), seconds=SECONDS)
            cases[f"{name} (exit)"] = str(status)
            for verdict, case in TAP.findall(CHANCE.sub("N", out)):
                case, _, why = case.partition(" # ")
                cases[f"{name} {case}"] = f"{verdict} {why}".strip()
        return cases

    return run


def run_systemd(names):
    def run(place, only):
        runs = {name: place.run(SYSTEMD / f"test-{name}", seconds=SECONDS, user=NOBODY) for name in wanted(names, only)}
        return {name: str(status) for name, (status, _, _) in runs.items()}

    return run


def lacks(folder):
    return lambda: None if folder.is_dir() else str(folder)


def parts():
    for letter, names in by_letter(path.stem for path in GLIB.glob("*.test")) or NONE:
        yield Part(f"glib.{letter}", False, lacks(GLIB), run_glib(names))
    for letter, names in by_letter(path.name[len("test-") :] for path in SYSTEMD.glob("test-*")) or NONE:
        yield Part(f"systemd.{letter}", False, lacks(SYSTEMD), run_systemd(names))
