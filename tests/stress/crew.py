"""A crew of threads that do random things, and the figures of what they did."""

from __future__ import annotations

import faulthandler
import gc
import random
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

SWITCH = 1e-5
"""Seconds after which the interpreter looks for another thread: five hundred times as often as usual."""


class Tally:
    """How often each of many numbered things happened; small, so that it does not slow down who looks at the heap."""

    def __init__(self, size: int) -> None:
        self.times = bytearray(size)

    def add(self, number: int) -> None:
        """Count one."""
        self.times[number] += 1

    def total(self) -> int:
        """How often anything happened."""
        return sum(self.times)

    def other_than(self, times: int, up_to: int) -> list[int]:
        """The first numbers, up to a limit, that did not happen so often."""
        return [number for number in range(up_to) if self.times[number] != times]


class Parcel:
    """A value whose drops are counted."""

    __slots__ = ("changes", "number", "tally")

    def __init__(self, number: int, tally: Tally) -> None:
        self.number = number
        self.changes = 0
        self.tally = tally

    @property
    def drops(self) -> int:
        """How often it was dropped."""
        return self.tally.times[self.number]

    def __drop__(self) -> None:
        self.tally.add(self.number)


@dataclass
class Figures:
    """What a run did, and what it found wrong."""

    name: str
    operations: int = 0
    seconds: float = 0.0
    counted: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Note that two figures differ that must be the same."""
        if found != wanted:
            self.wrong.append(f"{what}: {found}, not {wanted}")

    def line(self) -> str:
        """Give the figures in one line."""
        counts = ", ".join(f"{what} {number:,}" for what, number in sorted(self.counted.items()))
        verdict = "ok" if not self.wrong else "WRONG: " + "; ".join(self.wrong[:3])
        return f"{self.name:<34} {self.operations:>9,} operations {self.seconds:6.1f} s  {counts}  {verdict}"


Work = Callable[[random.Random, Callable[[], bool]], Counter[str]]
"""What a thread does: given its dice and a question that says whether to go on, it tells what it did how often."""


def run_crew(name: str, work: Work, *, threads: int, operations: int, seconds: float, seed: int) -> Figures:
    """Let threads work until each has done its operations or the time is over; who does not end is a deadlock."""
    figures = Figures(name)
    failures: list[BaseException] = []
    begin = time.monotonic()
    barrier = threading.Barrier(threads)
    done: list[int] = []

    def run(number: int) -> None:
        left = operations

        def go_on() -> bool:
            nonlocal left
            if left == 0 or failures or (left % 256 == 0 and time.monotonic() - begin > seconds):
                return False
            left -= 1
            return True

        barrier.wait()
        try:
            figures_of_thread.append(work(random.Random(seed * 1000 + number), go_on))
        except BaseException as error:
            failures.append(error)
        finally:
            done.append(operations - left)

    figures_of_thread: list[Counter[str]] = []
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        crew = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(threads)]
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join(max(seconds * 2 + 20 - (time.monotonic() - begin), 0.1))
    finally:
        sys.setswitchinterval(before)
    figures.seconds = time.monotonic() - begin
    figures.operations = sum(done)
    for counted in figures_of_thread:
        figures.counted.update(counted)
    stuck = sum(thread.is_alive() for thread in crew)
    if stuck:
        faulthandler.dump_traceback()
        figures.wrong.append(f"{stuck} threads hang")
    figures.wrong += [f"{type(error).__name__}: {error}" for error in failures]
    for error in failures:
        traceback.print_exception(error)
        error.__traceback__ = None  # Its frames would keep handles alive.
    gc.collect()
    return figures
