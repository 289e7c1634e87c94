#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs other people's test suites and workloads bare and under the library with every call logged, and compares how
each case ended. docs/transparency.md says more."""
import argparse
import collections
import concurrent.futures
import dataclasses
import fnmatch
import importlib
import os
import pathlib
import shutil
import sys
import tempfile
import time

from place import HOOK, LIBRARY, RUNTIME, Place

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
# A case that differs is run so many times more, bare and hooked.
AGAIN = 2


@dataclasses.dataclass
class Found:
    """What came of one part."""

    part: object
    cases: int = 0
    events: int = 0
    seconds: tuple = (0, 0)
    listed: dict = dataclasses.field(default_factory=dict)  # case: reason
    again: dict = dataclasses.field(default_factory=dict)  # differed once, then not: case: what the runs gave
    differ: dict = dataclasses.field(default_factory=dict)
    error: str = ""


def read_listed():
    """[(part, case, reason)], parts and cases as patterns."""
    files = ["listed.txt", *(["listed_sanitized.txt"] if RUNTIME else [])]
    lines = [line for name in files for line in (HERE / name).read_text().splitlines()]
    return [line.split(None, 2) for line in lines if line and not line.startswith("#")]


def why_listed(listed, part, case):
    return next((reason for of, which, reason in listed if fnmatch.fnmatchcase(part, of) and fnmatch.fnmatchcase(case, which)), None)


class Comparison:
    def __init__(self, top, settings, listed):
        self.top, self.settings, self.listed = top, settings, listed

    def run_once(self, part, settings, only=()):
        place = Place(self.top, part.name, settings)
        began = time.monotonic()
        cases = part.run(place, only)
        return cases, time.monotonic() - began, place.check_trace() if settings else 0

    def compare(self, part):
        bare, bare_seconds, _ = self.run_once(part, None)
        hooked, hooked_seconds, events = self.run_once(part, self.settings)
        found = Found(part, len(bare.keys() | hooked.keys()), events, (bare_seconds, hooked_seconds))
        runs = {case: [(bare.get(case), hooked.get(case))] for case in sorted(bare.keys() | hooked.keys())}
        runs = {case: pairs for case, pairs in runs.items() if pairs[0][0] != pairs[0][1]}
        for case in list(runs):
            reason = why_listed(self.listed, part.name, case)
            if reason:
                found.listed[case] = reason
                del runs[case]
        for _ in range(AGAIN):
            runs = self.again(part, runs, found)
        found.differ = runs
        return found

    def again(self, part, runs, found):
        """Runs the cases that differ once more; gives those that still do."""
        if not runs:
            return runs
        bare, hooked = (self.run_once(part, settings, tuple(runs))[0] for settings in (None, self.settings))
        still = {}
        for case, pairs in runs.items():
            pairs.append((bare.get(case), hooked.get(case)))
            agrees = pairs[-1][0] is not None and pairs[-1][0] == pairs[-1][1]
            (found.again if agrees else still)[case] = pairs
        return still

    def guarded(self, part):
        try:
            return self.compare(part)
        except Exception as error:  # a part that cannot be run is told with the others
            return Found(part, error=f"{type(error).__name__}: {error}")


def parted(bare, hooked):
    """Two texts from a little before where they part."""
    if bare is None or hooked is None:
        return bare, hooked
    begin = max(0, len(os.path.commonprefix((bare, hooked))) - 40)
    return bare[begin : begin + 400], hooked[begin : begin + 400]


def tell(found):
    bare, hooked = found.seconds
    print(f"{found.part.name}: {found.cases} cases, bare {bare:.1f} s, hooked {hooked:.1f} s, {found.events} events,"
          f" {len(found.differ)} differ", flush=True)  # fmt: skip
    if found.error:
        print(f"    {found.error}")
    for case, reason in found.listed.items():
        print(f"    listed: {case}: {reason}")
    for word, cases in (("differed once", found.again), ("differs", found.differ)):
        for case, pairs in cases.items():
            flaky = ", and between bare runs too" if len({bare for bare, _ in pairs}) > 1 else ""
            print(f"    {word}{flaky}: {case}")
            for bare, hooked in (parted(*pair) for pair in pairs):
                print(f"        bare:   {bare!r}\n        hooked: {hooked!r}")
    sys.stdout.flush()


def all_parts():
    names = sorted(path.stem for path in HERE.glob("suite_*.py"))
    return [part for name in names for part in importlib.import_module(name).parts()]


def chosen_parts(options):
    parts = [part for part in all_parts() if part.quick or not options.quick]
    return [part for part in parts if not options.part or any(fnmatch.fnmatchcase(part.name, name) for name in options.part)]


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, epilog="HOOK_LIB is the library, HOOK_BIN the command. Status 77: nothing could be run.")
    parser.add_argument("--quick", action="store_true", help="leave out what takes long")
    parser.add_argument("--format", choices=("text", "json", "binary"), default="json", help="of the trace (json)")
    parser.add_argument("--rules", type=os.path.abspath, metavar="FILE", help="rules to decide by, which must change nothing")
    parser.add_argument("--jobs", type=int, default=2, help="parts run at a time (2)")
    parser.add_argument("--keep", action="store_true", help="keep the folder that all is run in")
    parser.add_argument("part", nargs="*", help="names or patterns of parts; all when there is none")
    return parser.parse_args()


def read_settings(options):
    """The settings of the library that the options ask for."""
    settings = {"HOOK_FORMAT": options.format}
    return {**settings, "HOOK_RULES": options.rules} if options.rules else settings


def run_parts(parts, options, top):
    comparison = Comparison(top, read_settings(options), read_listed())
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for found in pool.map(comparison.guarded, parts):
            tell(found)
            yield found


def tell_suites(all_found):
    suites = collections.Counter()
    for found in all_found:
        suites[found.part.name.partition(".")[0]] += found.cases
    for suite, cases in suites.items():
        print(f"{suite}: {cases} cases")


def main():
    options = read_options()
    if not os.path.isfile(LIBRARY):
        sys.exit("HOOK_LIB is not the path of libhook.so")
    if options.format == "binary" and not os.path.isfile(HOOK):
        sys.exit("HOOK_BIN is not the path of hook")
    parts = chosen_parts(options)
    lacking = {part.name: part.lacks() for part in parts if part.lacks()}
    for name, what in lacking.items():
        print(f"{name}: not run, {what} is not installed")
    parts = [part for part in parts if part.name not in lacking]
    # Some programs become another user, and have to get in.
    top = pathlib.Path(tempfile.mkdtemp(prefix="hook-suites-")).resolve()
    top.chmod(0o755)
    all_found = list(run_parts(parts, options, top))
    if options.keep:
        print(f"kept: {top}")
    else:
        shutil.rmtree(top, ignore_errors=True)
    tell_suites(all_found)
    total = {what: sum(len(getattr(found, what)) for found in all_found) for what in ("differ", "listed", "again")}
    errors = sum(bool(found.error) for found in all_found)
    print(f"suites: {sum(found.cases for found in all_found)} cases compared in {len(all_found)} parts, {total['differ']} differ"
          f" ({total['listed']} listed, {total['again']} differed once, {errors} parts failed, {len(lacking)} not installed)")  # fmt: skip
    sys.exit(1 if total["differ"] or errors else SKIPPED if not all_found else 0)


if __name__ == "__main__":
    main()
