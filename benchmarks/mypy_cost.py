"""What the plugin costs mypy: `python -m benchmarks.mypy_cost [--rounds N] [--check]`.

Generated modules, of 2,000 and 5,000 lines that use `owned` throughout and of 2,000 lines that never import it, each
checked with and without the plugin, in turn. Once without any cache; and once edited before every run, with all that it
imports in mypy's cache: the way a module is checked while somebody works on it, where the plugin's part is largest.
What is compared is the processor time and the peak memory of the mypy process. `library_cost` does the same with
libraries from PyPI.
"""

import argparse
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import owned_mypy.solve
from benchmarks.mypy_runs import WITH, WITHOUT, Run, in_turn, run_mypy, write_settings

OWNED_HEAD = """\
import sqlite3
from dataclasses import dataclass
from typing import TextIO

from owned import Box, Owned, Ref, RefMut, Scope, borrow, borrow_mut, clone, drop, into_inner, is_live, move


@dataclass
class Part:
    name: str
    weight: int

    def heavier(self, by: int) -> int:
        self.weight += by
        return self.weight


@dataclass
class Machine:
    left: Owned[Part]
    right: Owned[Part]


def scrap(part: Owned[Part]) -> None:
    drop(part)


def weigh(part: Ref[Part]) -> int:
    weight: int = part.weight
    return weight


def load(part: RefMut[Part], weight: int) -> None:
    part.weight += weight

"""

OWNED_UNIT = """\

def build_{n}(name: str, count: int) -> Owned[Part]:
    part = Owned(Part(name, count))
    for turn in range(count):
        if turn % 2:
            with borrow_mut(part) as writer:
                writer.heavier(turn)
        elif turn == {n}:
            scrap(part)
            part = Owned(Part(name, turn))
        else:
            with borrow(part) as reader:
                print(reader.name, reader.weight)
    return part


def deliver_{n}(path: str, parts: list[Box[Part]]) -> int:
    total = 0
    with Owned(open(path)) as file:
        try:
            for line in file.value:
                total += len(line.strip())
        except OSError:
            total = -{n}
        finally:
            parts.clear()
    box = Box(Part("spare", total))
    box.weight += {n}
    other = clone(box)
    parts.append(box)
    if total > {n}:
        drop(other)
    else:
        total += into_inner(other).heavier(1)
    return total


def assemble_{n}(database: Owned[sqlite3.Connection]) -> Machine:
    machine = Machine(Owned(Part("left", {n})), Owned(Part("right", {n})))
    with borrow_mut(database) as connection:
        rows = connection.execute("select name, weight from part").fetchall()
    names = [str(name) for name, _ in rows if name]
    load(borrow_mut(machine.left), len(names))
    print(weigh(borrow(machine.right)))
    while names:
        last = names.pop()
        match last:
            case "left":
                scrap(machine.left)
                machine.left = Owned(Part(last, {n}))
            case "right":
                machine.right.value = Part(last, {n})
            case _:
                break
    drop(database)
    return machine


class Store_{n}:
    def __init__(self, part: Owned[Part]) -> None:
        self.part = part
        self.log: list[str] = []

    def swap_in(self, name: str) -> int:
        with Scope() as scope:
            spare = scope.own(Part(name, {n}))
            held = spare.value.heavier({n})
            self.log.append(f"{{name}} {{held}}")
        return self.part.value.weight if is_live(self.part) else 0

"""

PLAIN_HEAD = """\
import sqlite3
from dataclasses import dataclass


@dataclass
class Part:
    name: str
    weight: int

    def heavier(self, by: int) -> int:
        self.weight += by
        return self.weight


@dataclass
class Machine:
    left: Part
    right: Part

"""

PLAIN_UNIT = """\

def build_{n}(name: str, count: int) -> Part:
    part = Part(name, count)
    for turn in range(count):
        if turn % 2:
            part.heavier(turn)
        elif turn == {n}:
            part = Part(name, turn)
        else:
            print(part.name, part.weight)
    return part


def deliver_{n}(path: str, parts: list[Part]) -> int:
    total = 0
    with open(path) as file:
        try:
            for line in file:
                total += len(line.strip())
        except OSError:
            total = -{n}
        finally:
            parts.clear()
    box = Part("spare", total)
    box.weight += {n}
    parts.append(box)
    return total + box.heavier(1)


def assemble_{n}(database: sqlite3.Connection) -> Machine:
    machine = Machine(Part("left", {n}), Part("right", {n}))
    rows = database.execute("select name, weight from part").fetchall()
    names = [str(name) for name, _ in rows if name]
    while names:
        last = names.pop()
        match last:
            case "left":
                machine.left = Part(last, {n})
            case "right":
                machine.right = Part(last, {n})
            case _:
                break
    database.close()
    return machine


class Store_{n}:
    def __init__(self, part: Part) -> None:
        self.part = part
        self.log: list[str] = []

    def swap_in(self, name: str) -> int:
        spare = Part(name, {n})
        self.log.append(f"{{name}} {{spare.heavier({n})}}")
        return self.part.weight

"""


@dataclass(frozen=True)
class Module:
    """A generated module, and the largest ratios of times and of peak memory that are good."""

    name: str
    source: str
    time_goal: float
    memory_goal: float


@dataclass(frozen=True)
class Cost:
    """Medians with and without the plugin, and the medians of the ratios within a round."""

    seconds: dict[str, float]
    peak: dict[str, float]
    time_ratio: float
    memory_ratio: float


def generate(head: str, unit: str, lines: int) -> str:
    """Repeat a unit until the module has its lines."""
    source, number = head, 0
    while source.count("\n") < lines:
        source, number = source + unit.format(n=number), number + 1
    return source


MODULES = [
    Module("2,000 lines use owned throughout", generate(OWNED_HEAD, OWNED_UNIT, 2_000), 1.25, 1.1),
    Module("5,000 lines use owned throughout", generate(OWNED_HEAD, OWNED_UNIT, 5_000), 1.15, 1.1),
    Module("2,000 lines never import owned", generate(PLAIN_HEAD, PLAIN_UNIT, 2_000), 1.02, 1.02),
]


def check(folder: Path, configuration: str, cold: bool) -> Run:
    """Run mypy once; raise when it reports anything."""
    fresh = ["--no-incremental"] if cold else []
    run = run_mypy(folder, configuration, "--cache-dir", f".cache-{configuration}", *fresh, "module.py")
    if run.status:
        raise SystemExit(f"mypy {configuration} the plugin, where nothing should be reported:\n{run.output}")
    return run


def compare(module: Module, rounds: int, cold: bool) -> Cost:
    """Check the module with and without the plugin, in turn."""
    runs: dict[str, list[Run]] = {WITH: [], WITHOUT: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_settings(folder, more="strict = True\n")
        for number in range(rounds + 1):
            (folder / "module.py").write_text(f"{module.source}\n# edit {number}\n")
            for configuration in in_turn(number):
                run = check(folder, configuration, cold)
                if number:  # the first round only fills the caches
                    runs[configuration].append(run)
    pairs = list(zip(runs[WITH], runs[WITHOUT], strict=True))
    return Cost(
        {name: statistics.median(run.seconds for run in done) for name, done in runs.items()},
        {name: statistics.median(run.peak for run in done) for name, done in runs.items()},
        statistics.median(on.seconds / off.seconds for on, off in pairs),
        statistics.median(on.peak / off.peak for on, off in pairs),
    )


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=11, help="interleaved runs of each kind (default: 11)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal was missed")
    options = parser.parse_args()
    missed = False
    print("the checker is", "pure" if (owned_mypy.solve.__file__ or "").endswith(".py") else "compiled")
    print(f"{'module':42} {'with':>8} {'without':>8} {'ratio':>7}  {'goal':14} peak memory, goal")
    for module in MODULES:
        for cold in (False, True):
            cost = compare(module, options.rounds, cold)
            met = cost.time_ratio <= module.time_goal, cost.memory_ratio <= module.memory_goal
            missed = missed or not all(met)
            verdicts = [
                f"<= {goal:g} {'met' if reached else 'MISSED'}"
                for goal, reached in zip((module.time_goal, module.memory_goal), met, strict=True)
            ]
            times = f"{cost.seconds[WITH]:7.2f}s {cost.seconds[WITHOUT]:7.2f}s {cost.time_ratio:7.3f}"
            peaks = f"{cost.peak[WITH] / 2**20:.0f} / {cost.peak[WITHOUT] / 2**20:.0f} MiB = {cost.memory_ratio:.3f}"
            name = f"{module.name}, {'no cache' if cold else 'edited'}"
            print(f"{name:42} {times}  {verdicts[0]:14} {peaks}, {verdicts[1]}", flush=True)
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
