"""Timing of small statements against each other.

Absolute times say little: machines differ, and one machine differs from minute to minute. So all statements of a run
are timed in turn, in a new random order in every round, and a result is the median over the rounds of the ratio between
two statements *of the same round*. The clock counts the thread's processor time; the cost of the empty loop is
subtracted.
"""

import random
import statistics
import textwrap
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

UNROLLED = 20
ROUND_SECONDS = 0.004


@dataclass(frozen=True)
class Statement:
    """A statement to time, the lines that prepare its names, and those that end what they began."""

    name: str
    code: str
    setup: str = ""
    after: str = ""


EMPTY = Statement("nothing", "pass")


def timer(statement: Statement, names: dict[str, object]) -> Callable[[int], float]:
    """Compile a function that gives the seconds of so many rounds of the unrolled statement."""
    source = "\n".join(
        [
            "def run(loops):",
            textwrap.indent(statement.setup or "pass", "    "),
            "    turns = range(loops)",
            "    begin = clock()",
            "    for _ in turns:",
            *[textwrap.indent(statement.code, "        ")] * UNROLLED,
            "    seconds = clock() - begin",
            textwrap.indent(statement.after or "pass", "    "),
            "    return seconds",
        ]
    )
    namespace: dict[str, object] = {"clock": time.thread_time, **names}
    exec(compile(source, f"<{statement.name}>", "exec"), namespace)
    run = namespace["run"]
    assert callable(run)
    return run


def loops_for(run: Callable[[int], float]) -> int:
    """Find how many loops fill about one round's time."""
    loops = 1
    while (seconds := run(loops)) < ROUND_SECONDS / 4:
        loops *= 2
    return max(1, round(loops * ROUND_SECONDS / seconds))


@dataclass(frozen=True)
class Samples:
    """Nanoseconds per statement: one list entry per round, the same rounds for all statements."""

    by_name: dict[str, list[float]]

    def nanoseconds(self, name: str) -> float:
        """Give a statement's median time."""
        return statistics.median(self.by_name[name])

    def ratio(self, name: str, baseline: str) -> float:
        """Give the median over the rounds of a statement's time divided by another's."""
        pairs = zip(self.by_name[name], self.by_name[baseline], strict=True)
        return statistics.median(one / other for one, other in pairs)


def measure(statements: Iterable[Statement], names: dict[str, object], rounds: int) -> Samples:
    """Time all statements, interleaved."""
    runs = {statement.name: timer(statement, names) for statement in [EMPTY, *statements]}
    loops = {name: loops_for(run) for name, run in runs.items()}
    by_name: dict[str, list[float]] = {name: [] for name in runs}
    order = list(runs)
    for _ in range(rounds):
        random.shuffle(order)
        seconds = {name: runs[name](loops[name]) / loops[name] / UNROLLED for name in order}
        for name, one in seconds.items():
            # Not below a tenth of a nanosecond: an empty-looking statement must not divide by zero.
            by_name[name].append(max(one - seconds[EMPTY.name], 1e-10) * 1e9)
    return Samples(by_name)
