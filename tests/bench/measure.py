# SPDX-License-Identifier: MIT
"""Times and instructions of a command under a mode."""
import os
import re
import resource
import shutil
import subprocess


class Laboratory:
    """Runs commands in a folder, with a fresh trace each time."""

    def __init__(self, folder):
        self.folder, self.trace = folder, folder / "trace"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        self.base = {**kept, "LC_ALL": "C"}

    def run(self, mode, command):
        self.clear()
        done = subprocess.run(mode.command(command, self.trace), env=mode.environment(self.base, self.trace), cwd=self.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{mode.name}: {' '.join(map(str, command))}: status {done.returncode}: {done.stderr[-400:]}")
        return done

    def clear(self):
        if self.trace.is_dir():
            shutil.rmtree(self.trace)
        self.trace.unlink(missing_ok=True)

    def batches(self, mode, calls, op, threads, milliseconds):
        """What a call took in each batch, in nanoseconds."""
        lines = self.run(mode, [calls, op, threads, milliseconds]).stdout.split("\n")
        return [float(line) for line in lines if re.fullmatch(r"\d+\.\d", line)]

    def line_length(self, mode, calls, op):
        """How long the lines are that the mode writes of a call, on average."""
        sizes = []
        for number in (0, 100):
            self.run(mode, [calls, op, 1, f"={number}"])
            sizes.append((self.trace.stat().st_size, self.trace.read_bytes().count(b"\n")))
        return round((sizes[1][0] - sizes[0][0]) / (sizes[1][1] - sizes[0][1]))

    def processor_seconds(self, mode, command):
        """User and system time of the command and all its children."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.run(mode, command)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Counter:
    """Counts instructions outside the kernel: by the processor where it lets us, else by valgrind."""

    TOOLS = {
        "perf stat": (["perf", "stat", "-x,", "-e", "instructions:u"], r"(?m)^(\d+),,instructions"),
        "valgrind": (["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"], r"Collected : (\d+)"),
    }

    def __init__(self, laboratory, library):
        self.laboratory = laboratory
        loaded = {"LD_PRELOAD": str(library), "HOOK_TRACE": "none"}  # whose debug information not each tool can read
        self.name = next((name for name in self.TOOLS if self.count(name, loaded, ["true"]) is not None), None)

    def count(self, name, variables, command):
        prefix, found = self.TOOLS[name]
        if not shutil.which(prefix[0]):
            return None
        done = subprocess.run([str(word) for word in prefix + command], env={**self.laboratory.base, **variables},
                              cwd=self.laboratory.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        match = re.search(found, done.stderr)
        return int(match[1]) if match else None

    def a_call(self, mode, calls, op, few=1000, many=11000):
        """The instructions of one call, from two runs that differ in the number of calls."""
        counts = []
        for number in (few, many):
            self.laboratory.clear()
            counts.append(self.count(self.name, mode.environment({}, self.laboratory.trace), [calls, op, 1, f"={number}"]))
        return round((counts[1] - counts[0]) / (many - few))
