# SPDX-License-Identifier: MIT
"""The times of calls as a picture: a panel for each kind of call, a row for each way to run it, on one logarithmic axis."""
import html
import math

COLUMNS, ROW, LABELS, PANEL, GAP, TOP = 3, 18, 132, 250, 70, 70
COLOURS = {"ours": "#1f5fbf", "base": "#555555", "peer": "#c2641a"}


def unit(ns):
    """Nanoseconds with two digits."""
    for name, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3), ("ns", 1)):
        if ns >= size or size == 1:
            return f"{ns / size:.2g} {name}" if ns < 100 * size else f"{ns / size:.0f} {name}"


class Axis:
    """From the power of ten below the least to the one above the most."""

    def __init__(self, times, left, right):
        self.low, self.high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
        self.left, self.right = left, right

    def at(self, ns):
        return self.left + (math.log10(ns) - self.low) / (self.high - self.low) * (self.right - self.left)

    def powers(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]


def text(x, y, words, anchor="start", size=11, colour="#222", weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}" '
            f'font-weight="{weight}">{html.escape(words)}</text>')


def line(x1, y1, x2, y2, colour="#ddd", width=1.0, dash=""):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"'
            + (f' stroke-dasharray="{dash}"' if dash else "") + "/>")


def panel(title, rows, axis, top, labelled):
    """rows: name, kind of COLOURS, time; the first is what the others are compared with."""
    bottom, native = top + ROW * len(rows), axis.at(rows[0][2])
    yield text(axis.left, top - 8, title, size=13, weight="bold")
    for ns in axis.powers():
        yield line(axis.at(ns), top, axis.at(ns), bottom + 4)
        yield text(axis.at(ns), bottom + 17, unit(ns), "middle", 10, "#666")
    yield line(native, top, native, bottom, COLOURS["base"], 1, "3 3")
    for number, (name, kind, ns) in enumerate(rows):
        y, colour = top + ROW * (number + 0.5), COLOURS[kind]
        if labelled:
            yield text(axis.left - 8, y + 4, name, "end", 11, colour)
        yield line(native, y, axis.at(ns), y, colour, 3)
        yield f'<circle cx="{axis.at(ns):.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
        yield text(max(axis.at(ns), native) + 7, y + 4, unit(ns), size=10, colour=colour)


def picture(title, note, panels):
    """panels: title and rows of each. Returns SVG."""
    times = [ns for _, rows in panels for _, _, ns in rows]
    height = ROW * len(panels[0][1]) + 60
    lines = math.ceil(len(panels) / COLUMNS)
    width, total = LABELS + COLUMNS * (PANEL + GAP), TOP + lines * height - 14
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" width="{width}" height="{total}" '
           'font-family="DejaVu Sans, Helvetica, Arial, sans-serif">')
    yield f'<rect width="{width}" height="{total}" fill="white"/>'
    yield text(16, 24, title, size=16, weight="bold")
    yield text(16, 42, note, size=11, colour="#666")
    for number, (name, rows) in enumerate(panels):
        column, row = number % COLUMNS, number // COLUMNS
        left = LABELS + column * (PANEL + GAP)
        yield from panel(name, rows, Axis(times, left, left + PANEL), TOP + row * height + 10, column == 0)
    yield "</svg>"
