"""`python -m benchmarks.memory_cost`: bytes per handle, beside the bytes of what a user would have without them.

The figure is what the allocator hands out while a million of them are made (`tracemalloc`), divided by the million: the
handle, and what it keeps for itself alone (its ledger).
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

from owned import Box, Owned, Rc, borrow, clone


class Plain:
    """An ordinary object with two attributes."""

    def __init__(self, first: object, second: object) -> None:
        self.first = first
        self.second = second


class Slotted:
    """The same with slots."""

    __slots__ = ("first", "second")

    def __init__(self, first: object, second: object) -> None:
        self.first = first
        self.second = second


class Closing:
    """What a user writes by hand: the value, and whether it is closed."""

    def __init__(self, value: object) -> None:
        self.value = value
        self.closed = False


VALUE: Any = [1]
OWNER = Owned(VALUE)
SHARED = Rc(VALUE)

MAKERS: dict[str, Callable[[], Any]] = {
    "object with two attributes": lambda: Plain(VALUE, 2),
    "object with two slots": lambda: Slotted(VALUE, 2),
    "contextlib.closing": lambda: contextlib.closing(VALUE),
    "class with a closed flag": lambda: Closing(VALUE),
    "Owned": lambda: Owned(VALUE),
    "Box": lambda: Box(VALUE),
    "Rc": lambda: Rc(VALUE),
    "clone of an Rc": lambda: clone(SHARED),
    "Ref": lambda: borrow(OWNER),
}


def bytes_each(make: Callable[[], Any], number: int) -> float:
    """Allocate so many of a thing, and give the bytes that each took."""
    make()
    gc.collect()
    kept: list[Any] = [None] * number
    tracemalloc.start()
    try:
        for i in range(number):
            kept[i] = make()
        return tracemalloc.get_traced_memory()[0] / number
    finally:
        tracemalloc.stop()


def main(arguments: list[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory_cost", description=__doc__)
    parser.add_argument("--number", type=int, default=1_000_000, help="how many of each to allocate")
    number = parser.parse_args(arguments).number
    print(f"Python {sys.version.split()[0]}; {number:,} of each")
    for name, make in MAKERS.items():
        print(f"{name:28} {bytes_each(make, number):7.0f} bytes")
    gc.collect()
    return 0


if __name__ == "__main__":
    sys.exit(main())
