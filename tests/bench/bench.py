#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What calls cost natively, under libhook and under its peers, side by side: prints tables in Markdown."""
import argparse
import datetime
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

import killed
import measure
import modes
import plot
import reading

OPS = {"open": "open+close", "miss": "failed open", "write": "write", "stat": "stat", "fopen": "fopen+fclose", "connect": "connect", "exec": "fork+exec"}
MARKS = "<!-- made by `make bench` -->\n", "<!-- end -->\n"


def shown(ns):
    """Nanoseconds with three digits."""
    for unit, size in (("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}" if ns < 1000 * size else f"{ns / size:.0f} {unit}"
    return f"{ns:.0f} ns"


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join(["---"] + ["---:"] * (len(head) - 1)) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def interleaved(rounds, wanted, take):
    """What `take` measures of each thing wanted, in rounds: a noisy minute falls on all of them alike."""
    found = {key: [] for key in wanted}
    for number in range(rounds):
        for key in wanted:
            try:
                found[key] += take(*key)
            except RuntimeError as error:
                sys.exit(str(error))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return found


def cell(times, base):
    return f"{shown(min(times))} ({shown(statistics.median(times))}) ×{min(times) / min(base):.3g}"


def times_tables(all_modes, found):
    for threads, words in ((1, "One thread"), (2, "Two threads at once")):
        yield f"### {words}: what a call takes, least (median) × native's least"
        yield ""
        rows = [[mode.name, *(cell(found[mode, op, threads], found[all_modes[0], op, threads]) for op in OPS)]
                for mode in all_modes]
        yield from table(["", *OPS.values()], rows)
    yield "### Calls a second of two threads against one"
    yield ""
    rows = [[mode.name, *(f"×{2 * min(found[mode, op, 1]) / min(found[mode, op, 2]):.2f}" for op in OPS)] for mode in all_modes]
    yield from table(["", *OPS.values()], rows)


def above_table(ours, found, counter, calls):
    """What ours cost above the bare forwarder, and how many instructions."""
    counted = [op for op in OPS if op != "exec"] if counter.name else []
    count = {(mode, op): counter.a_call(mode, calls, op) for mode in ours[1:] for op in counted}
    yield "### Above the bare forwarder, one thread"
    yield ""
    yield ("Two calls in the columns with a `+`. " + (f"Instructions outside the kernel, by {counter.name}." if counter.name else
           "Instructions were not counted: neither perf nor valgrind would."))
    yield ""
    rows = []
    for mode in ours[2:]:
        row = [mode.name]
        for op in OPS:
            ns = min(found[mode, op, 1]) - min(found[ours[1], op, 1])
            extra = f", {count[mode, op] - count[ours[1], op]} instr." if op in counted else ""
            row.append(f"{'-' if ns < 0 else ''}{shown(abs(ns))}{extra}")
        rows.append(row)
    yield from table(["", *OPS.values()], rows)


def peers_table(forward, binary, loggers, found):
    """What it costs others to log a call, and how many times what a binary record does."""
    def above(mode, *ops):
        return sum(min(found[mode, op, 1]) - min(found[forward, op, 1]) for op in ops)

    columns = {**{words: [op] for op, words in OPS.items()}, "these but fork+exec": [op for op in OPS if op != "exec"]}
    yield "### What others' log of a call costs above the bare forwarder, × what a record of *hook, binary* does"
    yield ""
    rows = []
    for mode in loggers:
        costs = [(above(mode, *ops), above(binary, *ops)) for ops in columns.values()]
        rows.append([mode.name, *(shown(other) + (f" ×{other / ours:.3g}" if ours > 0 else "") for other, ours in costs)])
    yield from table(["", *columns], rows)


def programs(source, folder):
    """Whole programs at work on what most machines have."""
    tree, repo = folder / "tree", folder / "repo"
    shutil.copytree(source, tree / "src")
    shutil.copytree(source, repo)
    git = ["git", "-C", repo]
    if shutil.which("git"):
        subprocess.run([*git, "init", "-q"], check=True)
        subprocess.run([*git, "add", "."], check=True)
    wanted = {
        "true": ["true"],
        "find": ["find", "/usr/include", "-name", "*.nothing"],
        "tar": ["tar", "-cf", folder / "out.tar", "-C", "/usr/include", "linux"],
        "grep -r": ["grep", "-r", "-e", "include", "/usr/include/linux", tree],
        "git status": [*git, "status", "--short"],
        "gcc": ["gcc", "-O1", "-c", "-o", folder / "out.o", tree / "src/bench/calls.c"],
        "python3": ["python3", "-c", "import json, http.server"],
    }
    return {name: command for name, command in wanted.items() if shutil.which(command[0])}


def programs_table(laboratory, all_modes, rounds, source):
    commands = programs(source, laboratory.folder)
    found = interleaved(rounds, [(mode, name) for name in commands for mode in all_modes],
                        lambda mode, name: [1e9 * laboratory.processor_seconds(mode, commands[name])])
    yield "### Whole programs: user and system time, least (median) × native's least"
    yield ""
    rows = [[mode.name, *(cell(found[mode, name], found[all_modes[0], name]) for name in commands)] for mode in all_modes]
    yield from table(["", *commands], rows)


def picture(there, peers, found, note):
    """The least times of one thread, as SVG."""
    kinds = {mode: "peer" if mode in peers else "ours" if mode.name.startswith("hook") else "base" for mode in there}
    panels = [(words, [(mode.name, kinds[mode], min(found[mode, op, 1])) for mode in there]) for op, words in OPS.items()]
    return "\n".join(plot.picture("What a call takes, one thread", note, panels)) + "\n"


def reading_table(options, laboratory, binary):
    """Of a trace with more and more events: a rate that stays, and memory that does not grow."""
    sizes = [10 ** 4] if options.quick else [10 ** 5, 10 ** 6, 10 ** 7]
    found = reading.measure(laboratory, binary, options.calls, options.hook, sizes)
    yield "### Reading a trace: million events a second (memory)"
    yield ""
    rows = []
    for name, _ in reading.FORMS:
        cells = [found[events][1].get(name) for events in sizes]
        rows.append([name, *(f"{events / 1e6 / cell[0]:.2f} ({cell[1] / 1024:.0f} MiB)" if cell else "" for events, cell in zip(sizes, cells))])
    yield from table(["", *(f"{events:,} events, {found[events][0] / 2 ** 20:.0f} MiB" for events in sizes)], rows)


def line_table(options, laboratory, native, hooked):
    """A line that is written live against the write(2) that it cannot be had without: both above the native call."""
    ops = [op for op in ("open", "write", "stat", "connect") if op in OPS]
    bare = {(mode, op): modes.bare(options.line, laboratory.line_length(mode, options.calls, op)) for mode in hooked for op in ops}
    wanted = [(mode, op) for op in ops for mode in (native, *(mode for row in hooked for mode in (row, bare[row, op])))]
    found = interleaved(options.rounds, wanted, lambda mode, op: laboratory.batches(mode, options.calls, op, 1, options.milliseconds))
    yield "### A line live to a file, against a bare write(2) of as many bytes: above the native call, least of each"
    yield ""
    rows = []
    for mode in hooked:
        row = [mode.name]
        for op in ops:
            ours, least = (min(found[one, op]) - min(found[native, op]) for one in (mode, bare[mode, op]))
            row.append(f"{ours:.0f} ns, {least:.0f} ns: ×{ours / least:.2f}" if least > 0 else f"{ours:.0f} ns")
        rows.append(row)
    yield from table(["", *(OPS[op] for op in ops)], rows)


def killed_lines(options, laboratory, binary):
    kills = 20 if options.quick else 1000
    calls, lost = killed.measure(laboratory, binary, options.counted, options.hook, kills)
    if lost and options.quick:
        sys.exit(f"{lost} of {calls} events were lost by kill -9")
    yield "### Nothing lost"
    yield ""
    yield f"{kills:,} programs were killed by `kill -9` at any moment: {calls:,} calls had come back, {lost} of them are not in the trace."
    yield ""


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def noise(found, native):
    """How far the median lies above the least, natively: on a quiet machine, by next to nothing."""
    ratios = [statistics.median(times) / min(times) for (mode, *_), times in found.items() if mode is native]
    return f"{100 * (min(ratios) - 1):.0f} to {100 * (max(ratios) - 1):.0f} %"


def report(options, laboratory):
    ours, others = modes.own(options.forward, options.library), [] if options.quick else modes.peers(options.lttng)
    there = ours + [mode for mode in others if not mode.missing]
    threads = (1, 2)
    wanted = [(mode, op, number) for number in threads for op in OPS for mode in there]
    found = interleaved(options.rounds, wanted,
                        lambda mode, op, number: laboratory.batches(mode, options.calls, op, number, options.milliseconds))
    load = os.getloadavg()[0]
    yield (f"{datetime.date.today()}, {processor()}, {os.cpu_count()} processors, Linux {platform.release()}. "
           f"{options.rounds} rounds, each of {options.milliseconds} ms a cell, one after the other. Noise: the median of the "
           f"native rows lies {noise(found, ours[0])} above their least; the load average was {load:.1f}.")
    missing = [mode.name for mode in others if mode.missing]
    if missing:
        yield f"Not installed, so not measured: {', '.join(missing)}."
    yield ""
    yield from times_tables(there, found)
    yield from above_table(ours, found, measure.Counter(laboratory, options.library), options.calls)
    loggers = [mode for mode in there if mode.logs]
    if loggers:
        yield from peers_table(ours[1], ours[5], loggers, found)
    yield from line_table(options, laboratory, ours[0], ours[3:5])
    yield from killed_lines(options, laboratory, ours[5])
    yield from reading_table(options, laboratory, ours[5])
    if options.into:
        note = f"least of each, {datetime.date.today()}, {processor()}; the dashed line is the native call; the axis is logarithmic"
        options.into.with_suffix(".svg").write_text(picture(there, others, found, note), encoding="utf-8")
    straces = [mode for mode in loggers if mode.name.startswith("strace")]
    tests = pathlib.Path(__file__).resolve().parents[1]
    yield from programs_table(laboratory, [*ours, modes.chosen(options.library), *straces], options.rounds, tests)


def replace(path, text):
    before, rest = path.read_text(encoding="utf-8").split(MARKS[0])
    path.write_text(before + MARKS[0] + "\n" + text + MARKS[1] + rest.split(MARKS[1])[1], encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("calls", "counted", "forward", "line", "library", "hook"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--lttng", type=pathlib.Path, help="the forwarder with a trace point, where it could be built")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--milliseconds", type=int, default=60)
    parser.add_argument("--quick", action="store_true", help="one short round without peers: does it work at all?")
    parser.add_argument("--into", type=pathlib.Path, help="a page to put the tables into, between its marks")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.milliseconds = 1, 1
        for op in ("write", "stat", "connect", "exec"):
            del OPS[op]
    with tempfile.TemporaryDirectory(prefix="hook-bench-") as folder:
        text = "".join(line + "\n" for line in report(options, measure.Laboratory(pathlib.Path(folder))))
    print(text)
    if options.into:
        replace(options.into, text)


if __name__ == "__main__":
    main()
