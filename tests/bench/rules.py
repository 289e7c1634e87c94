#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""rules.py DECIDE: instructions of one decision, by callgrind, with 10 rules and with 10,000."""
import os
import re
import subprocess
import sys
import tempfile

CALLS = 700


def instructions(program, rules):
    """Of one decision: the difference between many and none."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", "--toggle-collect=policy_decide"]
        done = subprocess.run([*command, program, str(rules), str(CALLS)], capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1]) / CALLS


def main():
    program = os.path.abspath(sys.argv[1])
    few = instructions(program, 10)
    print("| rules | instructions a decision | against 10 rules |\n| --- | --- | --- |")
    for rules in (10, 100, 1000, 10000):
        many = instructions(program, rules)
        print(f"| {rules} | {many:.0f} | {many / few:.2f} |")
    return many > 2 * few


sys.exit(main())
