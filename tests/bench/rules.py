#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""rules.py DECIDE HOOK CALLS FORWARD LIBRARY: instructions of one decision, by callgrind, with 10 rules and with 10,000; those of
a call that no rule is about; and what starts cost."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import measure
import modes

CALLS = 700
COMPILED = "10,000 rules, as for the first time"


def instructions(program, rules):
    """Of one decision: the difference between many and none."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", "--toggle-collect=policy_decide"]
        done = subprocess.run([*command, program, str(rules), str(CALLS)], capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1]) / CALLS


def rule(i):
    """As those of decide.c."""
    n = i * 7919 % 100003
    return [f"block connect 10.{n % 256}.{n // 256 % 256}.0/24:{1 + n % 60000}", f"block open /srv/data{n}/*.log",
            f"block open **/secret{n}.key", *3 * [f"block open /home/user{n}/projects/**"],
            *4 * [f"block open /etc/service{n % 500}/config.{n} errno=ENOENT"]][i % 10]


def unconcerned(calls, forward, library):
    """What calls cost above the bare forwarder that are not logged, with rules about others."""
    with tempfile.TemporaryDirectory() as folder:
        rules = pathlib.Path(folder, "rules")
        rules.write_text("set log none\n" + "".join(line + "\n" for line in map(rule, range(10000)) if " open " not in line), encoding="ascii")
        counter = measure.Counter(measure.Laboratory(pathlib.Path(folder)), library)
        ways = [modes.Mode("forwarder", LD_PRELOAD=forward), modes.hooked("nothing to do", library, TRACE="none"),
                modes.hooked("1,000 rules about connect", library, RULES=str(rules))]
        print("\n| a call that no rule and no log concerns | " + " | ".join(way.name for way in ways[1:]) + " |\n| --- | --- | --- |")
        worst = 0
        for op in ("miss", "write", "stat"):
            bare, *more = (counter.a_call(way, calls, op) for way in ways)
            worst = max(worst, *(count - bare for count in more))
            print(f"| {op} | " + " | ".join(f"{count - bare:+} instructions" for count in more) + " |")
    return worst


def seconds(hook, rules, command, cache="/dev/null"):
    given = ["--rules", rules] if rules else []
    began = time.perf_counter()
    subprocess.run([hook, "run", "-o", "/dev/null", *given, *command], check=True, env=os.environ | {"XDG_CACHE_HOME": cache})
    return time.perf_counter() - began


def starts(hook, rounds=15):
    """The least of some runs, in turn: one program, and many that it starts."""
    many = ["sh", "-c", "i=0; while [ $i -lt 1000 ]; do /bin/true; i=$((i + 1)); done"]
    with tempfile.TemporaryDirectory() as folder:
        files = {"no rules": None, "1 rule": f"{folder}/one", "10,000 rules": f"{folder}/many"}
        caches = {name: f"{folder}/cache" for name in files}
        files |= {COMPILED: f"{folder}/many"}
        caches |= {COMPILED: "/dev/null"}
        os.mkdir(f"{folder}/cache")
        for name, count in (("one", 1), ("many", 10000)):
            with open(f"{folder}/{name}", "w", encoding="ascii") as file:
                file.writelines(rule(i) + "\n" for i in range(count))
        time.sleep(0.3)  # what has just been written is not kept
        one = {name: [] for name in files}
        for _ in range(rounds):
            for name, file in files.items():
                one[name].append(seconds(hook, file, ["true"], caches[name]))
        all_of = {name: min(seconds(hook, files[name], many, caches[name]) for _ in range(3)) for name in ("1 rule", "10,000 rules")}
    print("\n| start of `true` by `hook run` | ms | against no rules |\n| --- | --- | --- |")
    for name, took in one.items():
        print(f"| {name} | {min(took) * 1e3:.1f} | {min(took) / min(one['no rules']):.2f} |")
    print("\n| 1,000 programs that a shell starts | s | against 1 rule |\n| --- | --- | --- |")
    for name, took in all_of.items():
        print(f"| {name} | {took:.2f} | {took / all_of['1 rule']:.2f} |")


def main():
    program, hook, calls, forward, library = map(os.path.abspath, sys.argv[1:])
    few = instructions(program, 10)
    print("| rules | instructions a decision | against 10 rules |\n| --- | --- | --- |")
    for rules in (10, 100, 1000, 10000):
        many = instructions(program, rules)
        print(f"| {rules} | {many:.0f} | {many / few:.2f} |")
    worst = unconcerned(calls, forward, library)
    starts(hook)
    return many > 2 * few or worst > 15


sys.exit(main())
