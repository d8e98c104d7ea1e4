"""What many handles at once cost: `python -m benchmarks.growth_cost [--rounds N] [--plot FILE] [--check]`.

Live borrows of one value, live owners, and nested scopes, each in several numbers; printed is the cost of one operation
at each number, and how much it has grown since the first. Flat means that it does not. Each is held against the same
with plain objects, in the same run, which tells what the size of the memory alone does: `net growth` is without that.
A plot of all lines is written as SVG.

With `--check` the exit status is 1 when an operation's growth and its net growth both are more than 1.5.
"""

import argparse
import gc
import platform
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import owned
from benchmarks.runtime_cost import Account
from benchmarks.svg_plot import Lines, Point, chart, document
from owned import Owned, Scope, borrow, drop, into_inner, move

try_lend: Any = owned.try_borrow_mut  # of no known type: what is refused here is refused on purpose
MOST_GROWTH = 1.5
PORTION = 1_000
"""How many operations are timed together, where it is not said otherwise."""

Seconds = Callable[[], float]
"""Do something once, and give the seconds that one operation took."""


def timed(operation: Callable[[], object], operations: int) -> float:
    """Time a function that does so many operations."""
    begin = time.thread_time()
    operation()
    return (time.thread_time() - begin) / operations


def repeat(operation: Callable[[], object], times: int = PORTION) -> Seconds:
    """Time one operation, again and again."""

    def run() -> None:
        for _ in range(times):
            operation()

    return lambda: timed(run, times)


def made_and_ended(make: Callable[[], object], number: int) -> Seconds:
    """Time the making of so many things, all alive together, and their end."""
    times = max(1, PORTION // number)

    def run() -> None:
        for _ in range(times):
            things = [make() for _ in range(number)]
            things.clear()

    return lambda: timed(run, number * times)


@dataclass(frozen=True)
class Growth:
    """One chart: what is numbered, the numbers, and what to time at a number. `plain` names the yardstick of each."""

    title: str
    counted: str
    numbers: tuple[int, ...]
    prepare: Callable[[int], dict[str, Seconds]]
    plain: dict[str, str]


def live_borrows(number: int) -> dict[str, Seconds]:
    """Borrow one value so often, and keep the guards."""
    owner: Any = Owned(Account())
    guards = [borrow(owner) for _ in range(number)]
    last: Any = guards[-1]
    kept = [Account() for _ in range(number)]

    def read() -> object:
        return guards and last.total

    def plain_read() -> object:
        return kept and kept[-1].total

    return {
        "one more, and its end": repeat(lambda: borrow(owner)),
        "drop of one more": repeat(lambda: drop(borrow(owner))),
        "try_borrow_mut, refused": repeat(lambda: try_lend(owner), 2),  # looks for the guards and their holders
        "a read through the last": repeat(read),
        "all of them, and their end": made_and_ended(lambda: borrow(owner), number),
        "Account()": repeat(Account),
        "a plain read": repeat(plain_read),
        "all Account(), and their end": made_and_ended(Account, number),
    }


def live_owners(number: int) -> dict[str, Seconds]:
    """Keep so many owners."""
    value = object()
    owners: list[Any] = [Owned(value) for _ in range(number)]

    def move_last() -> None:
        owners[-1] = move(owners[-1])

    return {
        "one more, and its end": repeat(lambda: Owned(value)),
        "into_inner of one more": repeat(lambda: into_inner(Owned(value))),
        "move": repeat(move_last),
        "all of them, and their end": made_and_ended(lambda: Owned(value), number),
        "Account()": repeat(Account),
        "all Account(), and their end": made_and_ended(Account, number),
    }


def nested_scopes(depth: int) -> dict[str, Seconds]:
    """Open scopes within scopes, so deep, with an owner in each."""
    value = object()
    times = max(1, PORTION // depth)

    def scopes(left: int) -> None:
        with Scope() as scope:
            scope.own(value)
            if left > 1:
                scopes(left - 1)

    def owners(left: int) -> None:
        with Owned(value):
            if left > 1:
                owners(left - 1)

    def plain(left: int) -> None:
        with closing(Account()):
            if left > 1:
                plain(left - 1)

    def run(nest: Callable[[int], None]) -> Seconds:
        def all_times() -> None:
            for _ in range(times):
                nest(depth)

        return lambda: timed(all_times, depth * times)

    return {
        "with Scope(), scope.own(p)": run(scopes),
        "with Owned(p)": run(owners),
        "with closing(p)": run(plain),
    }


GROWTHS = [
    Growth(
        "live borrows of one value",
        "borrows",
        (1, 10, 100, 1_000),
        live_borrows,
        {
            "one more, and its end": "Account()",
            "drop of one more": "Account()",
            "try_borrow_mut, refused": "Account()",
            "a read through the last": "a plain read",
            "all of them, and their end": "all Account(), and their end",
        },
    ),
    Growth(
        "live owners",
        "owners",
        (1_000, 10_000, 100_000, 1_000_000),
        live_owners,
        {
            "one more, and its end": "Account()",
            "into_inner of one more": "Account()",
            "move": "Account()",
            "all of them, and their end": "all Account(), and their end",
        },
    ),
    Growth(
        "nested scopes",
        "depth",
        (1, 5, 20, 100, 500),
        nested_scopes,
        {"with Scope(), scope.own(p)": "with closing(p)", "with Owned(p)": "with closing(p)"},
    ),
]


def measure(growth: Growth, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Give, for each operation and number, the nanoseconds and the ratio to the yardstick: medians over the rounds."""
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in growth.plain}
    for number in growth.numbers:
        gc.collect()
        seconds = growth.prepare(number)
        # What takes long enough by itself is done less often.
        turns = max(3, min(rounds, rounds * 20_000 // number))
        samples = [{name: once() for name, once in seconds.items()} for _ in range(turns)]
        for name, yardstick in growth.plain.items():
            ratio = statistics.median(one[name] / one[yardstick] for one in samples)
            figures[name].append((statistics.median(one[name] for one in samples) * 1e9, ratio))
        del seconds
    return figures


def main() -> int:
    """Measure, print, draw, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=21, help="rounds for each number (default: 21)")
    parser.add_argument("--plot", type=Path, default=Path("growth.svg"), help="where to draw (default: growth.svg)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when something grows")
    options = parser.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {options.rounds} rounds")
    charts: list[str] = []
    grows: list[str] = []
    for growth in GROWTHS:
        figures = measure(growth, options.rounds)
        print(
            f"\n{growth.title + ', ns':30}", *(f"{number:>10,}" for number in growth.numbers), "   growth  net growth"
        )
        lines: dict[str, list[Point]] = {}
        for name, each in figures.items():
            (first, ratio), (last, last_ratio) = each[0], each[-1]
            net = last_ratio / ratio
            verdict = "  GROWS" if min(net, last / first) > MOST_GROWTH else ""
            if verdict:
                grows.append(f"{growth.title}: {name}")
            nanoseconds = (f"{one:10.0f}" for one, _ in each)
            print(f"{name:30}", *nanoseconds, f"{last / first:9.2f} {net:11.2f}{verdict}", flush=True)
            lines[name] = [(number, one) for number, (one, _) in zip(growth.numbers, each, strict=True)]
        charts.append(draw(growth, lines))
    options.plot.write_text(document(charts))
    print(f"\ndrawn: {options.plot}\n" + ("\n".join(["grows:", *grows]) if grows else "flat"))
    return 1 if grows and options.check else 0


def draw(growth: Growth, lines: Lines) -> str:
    """Draw the chart of one growth."""
    return chart(growth.title, growth.counted, "ns per operation", lines)


if __name__ == "__main__":
    sys.exit(main())
