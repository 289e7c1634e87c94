# SPDX-License-Identifier: MIT
"""Programs that are killed at any moment: is every call that came back in the trace?"""
import collections
import random
import re
import signal
import subprocess
import time

LONGEST = 0.01  # seconds from the program's first call to its end


def kill_one(laboratory, mode, program):
    """Its pid, and how many calls came back before the end."""
    count = laboratory.folder / "count"
    count.unlink(missing_ok=True)
    with subprocess.Popen(mode.command([program, count], laboratory.trace), env=mode.environment(laboratory.base, laboratory.trace)) as process:
        while not count.exists() or int.from_bytes(count.read_bytes(), "little") == 0:
            time.sleep(0.0002)
        time.sleep(random.random() * LONGEST)
        process.send_signal(signal.SIGKILL)
    return process.pid, int.from_bytes(count.read_bytes(), "little")


def measure(laboratory, mode, program, hook, kills):
    """How many calls came back, and how many of them are not in the trace. One that was under way may be in it, or not."""
    laboratory.clear()
    told = [kill_one(laboratory, mode, program) for _ in range(kills)]
    found = collections.Counter()
    with subprocess.Popen([hook, "cat", "-e", "access", laboratory.trace], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True) as cat:
        for line in cat.stdout:
            found[int(re.match(r"\[HOOK (\d+)\] access\(\"/nonexistent\"", line)[1])] += 1
    if len(dict(told)) < kills:
        raise RuntimeError("a process ID was used twice")
    return sum(count for _, count in told), sum(max(count - found[pid], 0) for pid, count in told)
