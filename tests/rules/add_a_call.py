#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Follows docs/add-a-call.md in a copy of the source tree: its rows, its commands, nothing else."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "add-a-call.md"
ROW = re.compile(r"[A-Z]+\((\w+),")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def add_row(path, row):
    """Puts the row where the alphabet wants it."""
    symbol = ROW.match(row)[1]
    lines = path.read_text().splitlines()
    rows = [(i, ROW.match(line)[1]) for i, line in enumerate(lines) if ROW.match(line)]
    if symbol in (name for _, name in rows):
        sys.exit(f"{path.name} has a row {symbol} already: the page needs another example")
    at = next((i for i, name in rows if name > symbol), rows[-1][0] + 1)
    path.write_text("\n".join(lines[:at] + [row] + lines[at:]) + "\n")


def add_rows(tree, page):
    for block in blocks(page, "c"):
        heading, row = block.strip().splitlines()
        add_row(tree / heading.strip("/* "), row)


def check_paths(page):
    """Every file and folder that the page names is there."""
    names = set(re.findall(r"`((?:src|tests|docs)/[\w./-]+)`", page))
    missing = sorted(name for name in names if not (ROOT / name).exists())
    if missing:
        sys.exit(f"{PAGE.name} names what is not there: {', '.join(missing)}")


def run(command, tree):
    """The page's own commands, for a quick build by this build's compiler."""
    command = command.replace("cmake --preset dev", "cmake --preset dev -DCMAKE_BUILD_TYPE=Debug")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HOOK_") and k != "LD_PRELOAD"}
    done = subprocess.run(command, shell=True, cwd=tree, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"$ {command}\n{done.stdout}{done.stderr}")
    return done.stdout


def main():
    page = PAGE.read_text()
    check_paths(page)
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder) / "tree"
        shutil.copytree(ROOT, tree, symlinks=True, ignore=shutil.ignore_patterns("build", ".git", ".cache"))
        add_rows(tree, page)
        for command in "".join(blocks(page, "sh")).splitlines():
            said = run(command, tree)
        if said:
            sys.exit(f"the case has something to say:\n{said}")
        run("tests/rules/sorted.sh", tree)


main()
