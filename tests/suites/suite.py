# SPDX-License-Identifier: MIT
"""What a suite is made of."""
import dataclasses
import typing


@dataclasses.dataclass(frozen=True)
class Part:
    """Runs in one go. run(place, only) gives how each case ended, as a text; `only`, when not empty, names the cases
    that matter, and others may be left out. lacks() names what is not installed, or nothing."""

    name: str
    quick: bool
    lacks: typing.Callable
    run: typing.Callable
