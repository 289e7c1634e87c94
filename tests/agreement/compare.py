# SPDX-License-Identifier: MIT
"""Matches the calls of both sides."""
import collections

from calls import CLASSES, key

ANY = object()


class Comparison:
    """Of one program: how many were matched, and why others were not.

    misses     calls through a hooked function that the trace has not: a defect
    unseen     calls that no hooked function made: (class, reason) -> how many
    unproved   events that strace has no call for: a defect
    """

    def __init__(self, straced, single, many, symbols):
        self.matched = collections.Counter()
        self.misses, self.unproved, self.unseen = [], [], collections.Counter()
        self.many = len(many)
        left = collections.defaultdict(list)
        for call in single:
            left[key(call)].append(call)
        theirs = collections.defaultdict(list)
        for call in straced:
            theirs[key(call)].append(call)
        for which, calls in theirs.items():
            events = left[which]
            # those that a hooked function made itself first: they must be the ones
            for call in sorted(calls, key=lambda call: not self.is_direct(call, symbols)):
                if events:
                    self.count(self.matched, events.pop().classes or call.classes)
                elif self.is_direct(call, symbols):
                    self.misses.append(call)
                else:
                    for kind in call.classes:
                        self.unseen[kind, self.reason(call)] += 1
        self.unproved = [call for calls in left.values() for call in calls]

    @staticmethod
    def is_direct(call, symbols):
        """Made by the function that the program called, and that one is hooked."""
        return call.where[0] == "libc" and call.where[2] and call.where[1] in symbols

    @staticmethod
    def reason(call):
        if call.where[0] == "linker":
            return "in the dynamic linker"
        if call.where[0] == "raw":
            return "made by the program itself, without libc"
        function = call.where[1]
        if function in ("__libc_start_main", "__libc_init_first"):
            return "in libc, before or after main"
        return f"in libc, inside `{function}`"

    @staticmethod
    def count(counter, kinds):
        for kind in kinds:
            counter[kind] += 1

    def figures(self, kind):
        """matched, missed, unproved of a class."""
        return self.matched[kind], sum(kind in call.classes for call in self.misses), sum(kind in call.classes for call in self.unproved)


def percent(part, whole):
    return "100 %" if part == whole else f"{100 * part / whole:.2f} %"


def total(comparisons):
    return {kind: [sum(values) for values in zip(*(one.figures(kind) for one in comparisons))] for kind in CLASSES}
