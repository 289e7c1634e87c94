# SPDX-License-Identifier: MIT
"""The ways of running a program that are set side by side."""
import os
import pathlib
import shutil

DEBIAN = pathlib.Path("/usr/lib") / f"{os.uname().machine}-linux-gnu"


class Mode:
    """A way to run a program: words before the command, and variables. `{trace}` becomes the trace's path."""

    def __init__(self, name, *prefix, needs="", logs=False, **variables):
        self.name, self.prefix, self.variables, self.logs = name, prefix, variables, logs
        self.missing = "" if not needs or shutil.which(needs) or pathlib.Path(needs).exists() else needs

    def command(self, command, trace):
        return [word.format(trace=trace) for word in self.prefix] + [str(word) for word in command]

    def environment(self, base, trace):
        return {**base, **{name: value.format(trace=trace) for name, value in self.variables.items()}}


def hooked(name, library, **settings):
    return Mode(name, LD_PRELOAD=str(library), **{f"HOOK_{key}": value for key, value in settings.items()})


def bare(line, length):
    """Nothing but a write of so many bytes after each call."""
    return Mode(f"write of {length} bytes", LD_PRELOAD=str(line), BENCH_OUTPUT="{trace}", BENCH_LENGTH=str(length))


def own(forward, library):
    """Without any tool, and ours; the first is what all are compared with, the second what ours are."""
    return [
        Mode("native"),
        Mode("forwarder", LD_PRELOAD=str(forward)),
        hooked("hook, nothing to do", library, TRACE="none"),
        hooked("hook, text", library, FORMAT="text", OUTPUT="{trace}"),
        hooked("hook, JSON", library, FORMAT="json", OUTPUT="{trace}"),
        hooked("hook, binary", library, FORMAT="binary", OUTPUT="{trace}"),
        hooked("hook, ring", library, FORMAT="binary", OUTPUT="{trace}", RING="1M"),
    ]


def chosen(library):
    """Some calls only: the others still tell where folders are."""
    return hooked("hook, binary, only stat", library, FORMAT="binary", OUTPUT="{trace}", TRACE="stat")


def peers(lttng):
    """Other people's tools: those that write every call down, then those that change calls."""
    script = pathlib.Path(__file__).with_name("lttng.sh")
    return [
        Mode("strace -f", "strace", "-f", "-o", "{trace}", needs="strace", logs=True),
        Mode("ltrace -f", "ltrace", "-f", "-o", "{trace}", needs="ltrace", logs=True),
        Mode("uftrace", "uftrace", "record", "--force", "--no-pager", "-d", "{trace}", needs="uftrace", logs=True),
        Mode("LTTng-UST", str(script), "{trace}", str(lttng), needs="lttng" if lttng else "liblttng-ust-dev", logs=True),
        Mode("fakechroot", "fakechroot", needs="fakechroot"),
        Mode("proxychains4", "proxychains4", "-q", needs="proxychains4"),
        Mode("faketime", "faketime", "-f", "+1", needs="faketime"),
    ]
