"""`python -m benchmarks.strip_cost`: what level `off` and stripped modules cost, beside the same code without `owned`.

mypy proves a module of small loops; then, in a process at level `off`, three modules take turns, in a new random order
in every round: the one without `owned`, the one with it, and the same one stripped. A figure is the median over the
rounds of the ratio within the round, of processor time; a row whose loop has the same byte code as without `owned` has
met its goal whatever the clock says. Then `import owned` is timed in fresh processes, in turns.
"""

from __future__ import annotations

import argparse
import dis
import importlib.util
import os
import random
import statistics
import subprocess
import sys
import tempfile
import textwrap
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import FunctionType, ModuleType

UNROLLED = 10
LOOPS = 3000
ROOT = Path(__file__).resolve().parents[1]

HEAD = """
from time import thread_time as clock


class Account:
    def __init__(self, amount: int) -> None:
        self.amount = amount
        self.items = [1, 2, 3]

    def pay(self, amount: int) -> None:
        self.amount -= amount
"""
WITH = """
from owned import Box, Owned, RefMut, borrow, borrow_mut, deref, move


def make() -> Owned[Account]:
    return Owned(Account(1))


def transfer(source: RefMut[Account], target: RefMut[Account], amount: int) -> int:
    total = 0
    if source.amount + 1000000000 < amount:
        return 0
    source.pay(amount)
    target.pay(-amount)
    for n in source.items:
        total += n
    return total


class Customer:
    def __init__(self) -> None:
        self.account = Owned(Account(1))

    def pay(self, amount: int) -> int:
        with borrow_mut(self.account) as account:
            account.pay(amount)
            return account.amount
"""
WITHOUT = """

def make() -> Account:
    return Account(1)


def transfer(source: Account, target: Account, amount: int) -> int:
    total = 0
    if source.amount + 1000000000 < amount:
        return 0
    source.pay(amount)
    target.pay(-amount)
    for n in source.items:
        total += n
    return total


class Customer:
    def __init__(self) -> None:
        self.account = Account(1)

    def pay(self, amount: int) -> int:
        account = self.account
        account.pay(amount)
        return account.amount
"""

FLOOR = """

def same(x: Account) -> Account:
    return x


class Block:
    __slots__ = ("value",)

    def __init__(self, value: Account) -> None:
        self.value = value

    def __enter__(self) -> Account:
        return self.value

    def __exit__(self, *error: object) -> None:
        pass
"""
"""The least that a call and a block cost in Python, whatever they do."""

OWNER = "o = Owned(Account(1))"
PLAIN = "o = Account(1)"
GIVEN = "o = make()"
TEN = "\n".join(["    r.amount"] * 10)

# The operation; its preparation and its code with `owned`, and without.
ROWS = {
    "shared block, 1 read": (OWNER, "with borrow(o) as r:\n    r.amount", PLAIN, "r = o\nr.amount"),
    "the same, an owner passed in": (GIVEN, "with borrow(o) as r:\n    r.amount", GIVEN, "r = o\nr.amount"),
    "shared block, 10 reads": (OWNER, f"with borrow(o) as r:\n{TEN}", PLAIN, "r = o\n" + textwrap.dedent(TEN)),
    "exclusive block, 1 write": (OWNER, "with borrow_mut(o) as m:\n    m.amount = 1", PLAIN, "m = o\nm.amount = 1"),
    "guard in a variable, 1 call": (
        OWNER + "\ng = borrow_mut(o)",
        "g.pay(1)",
        PLAIN + "\ng = o",
        "g.pay(1)",
    ),
    "deref(o).x": (OWNER, "deref(o).amount", PLAIN, "o.amount"),
    "o.value.x": (OWNER, "o.value.amount", PLAIN, "o.amount"),
    "box.x": ("b = Box(Account(1))", "b.amount", "b = Account(1)", "b.amount"),
    "shared block of a Box": ("b = Box([1])", "with borrow(b) as r:\n    r[0]", "b = [1]", "r = b\nr[0]"),
    "Box([1])": ("", "b = Box([1])", "", "b = [1]"),
    "o = move(o)": (OWNER, "o = move(o)", PLAIN, "o = o"),
    "a function, lent two owners": (
        "a, b = Owned(Account(1)), Owned(Account(1))",
        "transfer(borrow_mut(a), borrow_mut(b), 1)",
        "a, b = Account(1), Account(1)",
        "transfer(a, b, 1)",
    ),
    "a method with a block on a field": ("c = Customer()", "c.pay(1)", "c = Customer()", "c.pay(1)"),
}
FLOORS = {
    "(a call that does nothing)": (PLAIN, "same(o).amount", PLAIN, "o.amount"),
    "(a block that does nothing)": (PLAIN, "with Block(o) as r:\n    r.amount", PLAIN, "r = o\nr.amount"),
}
ROWS.update(FLOORS)
NO_GOAL = {"o = move(o)": "(makes a handle)", "Box([1])": "(a constructor)", **dict.fromkeys(FLOORS, "(the floor)")}
"""What scopes and drops are made of; and what `off` cannot go below."""


def functions(code: int) -> str:
    """Give the functions that time each row, for the code with `owned` (0) or without (2); and an empty one."""
    found = []
    for number, row in enumerate([*ROWS.values(), ("", "pass", "", "pass")]):
        setup, statement = row[code], row[code + 1]
        lines = [f"def run_{number}(loops: int) -> float:", textwrap.indent(setup, "    ")]
        lines += ["    turns = range(loops)", "    begin = clock()", "    for _ in turns:"]
        lines += [textwrap.indent(statement, "        ")] * UNROLLED
        found.append("\n".join([*lines, "    return clock() - begin", ""]))
    return "\n\n".join(found)


def prove(folder: Path) -> None:
    """Write the two modules, and have mypy prove the one with `owned`."""
    (folder / "with_owned.py").write_text(HEAD + WITH + FLOOR + "\n\n" + functions(0))
    (folder / "without.py").write_text(HEAD + WITHOUT + FLOOR + "\n\n" + functions(2))
    (folder / "mypy.ini").write_text("[mypy]\nplugins = owned_mypy\nstrict = True\n[owned]\nproofs = true\n")
    paths = os.pathsep.join([str(ROOT), str(ROOT / "mypy_plugin")])
    environment = {**os.environ, "PYTHONPATH": paths, "MYPYPATH": str(ROOT)}
    command = [sys.executable, "-m", "mypy", "with_owned.py"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def load(folder: Path, name: str, file: str, loader: type[SourceFileLoader]) -> ModuleType:
    """Import a file under a name of its own."""
    spec = importlib.util.spec_from_file_location(name, folder / file, loader=loader(name, str(folder / file)))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def loop_code(module: ModuleType, row: int) -> list[str]:
    """Give the operations of the loop that is timed, and of what it calls: where they are the same, so is the time."""
    instructions = list(dis.get_instructions(getattr(module, f"run_{row}")))
    names = [instruction.opname for instruction in instructions]
    begin = names.index("FOR_ITER")
    found = names[begin:]
    for called in sorted({str(instruction.argval) for instruction in instructions[begin:]}):
        for holder in (module, module.Account, module.Customer):
            function = vars(holder).get(called)
            if isinstance(function, FunctionType):
                found += [instruction.opname for instruction in dis.get_instructions(function)]
    return found


def measure(folder: Path, rounds: int) -> bool:
    """Time the modules, print the table, and tell whether every goal was met."""
    from owned.strip import StrippingLoader

    stripped = load(folder, "with_owned", "with_owned.py", StrippingLoader)
    assert "_owned_kind_" in vars(stripped), "the module was not stripped"
    modules = {
        "without": load(folder, "without", "without.py", SourceFileLoader),
        "off": load(folder, "at_off", "with_owned.py", SourceFileLoader),
        "stripped": stripped,
    }
    times: dict[tuple[str, int], list[float]] = {(name, row): [] for name in modules for row in range(len(ROWS))}
    order = list(times)
    empty = len(ROWS)
    for _ in range(rounds):
        random.shuffle(order)
        for name, row in order:
            nothing = getattr(modules[name], f"run_{empty}")(LOOPS)
            times[name, row].append(max(getattr(modules[name], f"run_{row}")(LOOPS) - nothing, 1e-9))
    print(f"{'operation':32} {'ns without':>10} {'off':>8} {'stripped':>9}   goals <= 1.1, 1.0")
    met = True
    for row, name in enumerate(ROWS):
        bare = times["without", row]
        ratios = [
            statistics.median(one / base for one, base in zip(times[kind, row], bare, strict=True))
            for kind in ("off", "stripped")
        ]
        is_same = loop_code(modules["stripped"], row) == loop_code(modules["without"], row)
        reached = [ratios[0] <= 1.1, is_same or ratios[1] <= 1.05]
        met = met and (name in NO_GOAL or all(reached))
        time = statistics.median(bare) / LOOPS / UNROLLED * 1e9
        words = ["met" if one else "MISSED" for one in reached]
        verdict = NO_GOAL.get(name) or ", ".join(words) + (" (the same byte code)" if is_same else "")
        print(f"{name:32} {time:10.1f} {ratios[0]:8.2f} {ratios[1]:9.2f}   {verdict}")
    return met


IMPORTS = {
    "nothing": ("", "off"),
    "import owned, at off": ("import owned", "off"),
    "import owned and use it, at off": ("from owned import Owned, borrow", "off"),
    "import owned, at check": ("import owned", "check"),
}


def measure_imports(rounds: int) -> bool:
    """Time imports in fresh processes, with byte code in place, and tell whether the goal was met."""
    times: dict[str, list[float]] = {name: [] for name in IMPORTS}
    code = "import time; begin = time.thread_time(); {}\nprint(time.thread_time() - begin)"
    with tempfile.TemporaryDirectory() as folder:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment.update(PYTHONPYCACHEPREFIX=folder, PYTHONPATH=str(ROOT))
        for number in range(rounds + 1):
            for name, (statement, level) in IMPORTS.items():
                command = [sys.executable, "-c", code.format(statement or "pass")]
                done = subprocess.run(
                    command, env={**environment, "OWNED": level}, capture_output=True, text=True, check=True
                )
                if number:  # The first round writes the byte code.
                    times[name].append(float(done.stdout))
    print()
    nothing = statistics.median(times["nothing"])
    found = {name: (statistics.median(values) - nothing) * 1e3 for name, values in times.items()}
    for name, milliseconds in found.items():
        goal = ""
        if name == "import owned, at off":
            goal = f"goal < 3: {'met' if milliseconds < 3 else 'MISSED'}"
        if name != "nothing":
            print(f"{name:32} {milliseconds:10.2f} ms   {goal}".rstrip())
    return found["import owned, at off"] < 3


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal was missed")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure is not None:
        return 0 if measure(options.measure, options.rounds) else 1
    with tempfile.TemporaryDirectory() as folder:
        prove(Path(folder))
        command = [sys.executable, "-m", "benchmarks.strip_cost"]
        command += ["--measure", folder, "--rounds", str(options.rounds)]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "OWNED": "off"}, check=False)
    if done.returncode not in (0, 1):
        return done.returncode
    met = measure_imports(max(5, options.rounds // 4)) and done.returncode == 0
    return 1 if options.check and not met else 0


if __name__ == "__main__":
    sys.exit(main())
