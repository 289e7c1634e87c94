# SPDX-License-Identifier: MIT
"""What reading a trace back costs: events a second, and memory."""
import pathlib
import shutil
import subprocess
import time

FORMS = (("hook cat", ["cat"]), ("hook cat -F json", ["cat", "-F", "json"]), ("hook stat", ["stat"]),
         *((f"hook export --to {form}", ["export", "--to", form]) for form in ("chrome", "csv", "ctf", "perfetto", "sqlite", "strace")))


def high_water(pid):
    """KiB that the process has had in memory at once, or 0 when it has ended."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(dict(line.split(":", 1) for line in status.splitlines()).get("VmHWM", "0 kB").split()[0])


def spent(command):
    """Seconds and KiB of a command whose output is thrown away. The kernel's account of a child begins with what its parent
    had: so it is asked while the command runs."""
    begin, most = time.monotonic(), 0
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, high_water(process.pid))
            time.sleep(0.003)
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: status {process.returncode}")
    return time.monotonic() - begin, most


def clear(path):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def measure(laboratory, mode, calls, hook, sizes):
    """For each number of events: the trace's bytes, and of each form of reading the seconds and KiB."""
    found = {}
    for events in sizes:
        laboratory.run(mode, [calls, "stat", 1, f"={events}"])
        times = {}
        for name, words in FORMS:
            out = ["-o", laboratory.folder / "out"] if words[-1] in ("ctf", "sqlite") else []
            if events > 10 ** 6 and words[0] == "export":
                continue  # what a million says
            times[name] = spent([hook, *words, *out, laboratory.trace])
            clear(laboratory.folder / "out")
        found[events] = laboratory.trace.stat().st_blocks * 512, times
    laboratory.clear()
    return found
