"""What the plugin costs mypy: `python -m benchmarks.mypy_cost [--rounds N] [--check]`.

Two generated modules of 2,000 lines, one that uses `owned` throughout and one that never imports it, each checked with
and without the plugin, in turn. Once without any cache; and once edited before every run, with all that it imports in
mypy's cache: the way a module is checked while somebody works on it, where the plugin's part is largest. The clock is
the processor time of the mypy process.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

LINES = 2_000

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

# An installed package has its bytecode; so must the checkout, from the first round on.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
CONFIGURATIONS = {"with": "[mypy]\nstrict = True\nplugins = owned_mypy\n", "without": "[mypy]\nstrict = True\n"}


@dataclass(frozen=True)
class Module:
    """A generated module, and the largest ratio of times that is good."""

    name: str
    source: str
    goal: float


def generate(head: str, unit: str) -> str:
    """Repeat a unit until the module has its 2,000 lines."""
    source, number = head, 0
    while source.count("\n") < LINES:
        source, number = source + unit.format(n=number), number + 1
    return source


MODULES = [
    Module("uses owned throughout", generate(OWNED_HEAD, OWNED_UNIT), 1.25),
    Module("never imports owned", generate(PLAIN_HEAD, PLAIN_UNIT), 1.02),
]


def seconds_of_mypy(folder: Path, plugin: str, cold: bool) -> float:
    """Run mypy once; give its processor time; raise when it reports anything."""
    before = os.times()
    command = [sys.executable, "-m", "mypy", "--config-file", f"{plugin}.ini", "--cache-dir", f".cache-{plugin}"]
    command += ["--no-incremental"] if cold else []
    result = subprocess.run([*command, "module.py"], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    after = os.times()
    if result.returncode:
        raise SystemExit(f"mypy {plugin} the plugin, where nothing should be reported:\n{result.stdout}{result.stderr}")
    return after.children_user + after.children_system - before.children_user - before.children_system


def compare(module: Module, rounds: int, cold: bool) -> tuple[float, float, float]:
    """Give the median seconds with and without the plugin, and the median of the ratios within a round."""
    seconds: dict[str, list[float]] = {"with": [], "without": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for plugin, text in CONFIGURATIONS.items():
            (folder / f"{plugin}.ini").write_text(text)
        for number in range(rounds + 1):
            (folder / "module.py").write_text(f"{module.source}\n# edit {number}\n")
            # The order alternates; the first round only fills the caches.
            for plugin in sorted(seconds, reverse=bool(number % 2)):
                taken = seconds_of_mypy(folder, plugin, cold)
                if number:
                    seconds[plugin].append(taken)
    ratios = [one / other for one, other in zip(seconds["with"], seconds["without"], strict=True)]
    return statistics.median(seconds["with"]), statistics.median(seconds["without"]), statistics.median(ratios)


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=11, help="interleaved runs of each kind (default: 11)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal was missed")
    options = parser.parse_args()
    missed = False
    print(f"{'2,000 lines, of code that':42} {'with':>8} {'without':>8} {'ratio':>7}  goal")
    for module in MODULES:
        for cold in (False, True):
            on, off, ratio = compare(module, options.rounds, cold)
            met = ratio <= module.goal
            missed = missed or not met
            name = f"{module.name}, {'no cache' if cold else 'edited'}"
            verdict = f"<= {module.goal:g} {'met' if met else 'MISSED'}"
            print(f"{name:42} {on:7.2f}s {off:7.2f}s {ratio:7.3f}  {verdict}", flush=True)
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
