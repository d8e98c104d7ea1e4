"""Random small bodies with cells and their guards, and what run time and checker say about them.

The guards of a `RefCell` are counted at run time, so the checker reports only what certainly conflicts. Two things must
hold: a statement that is reported raises whenever it is reached; and in a body without branches, what raises is
reported.
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

from owned import OwnershipError
from tests.agreement.checker import PATHS

_HEAD = """
from __future__ import annotations
from typing import Any
from owned import Rc, Ref, RefCell, RefMut, clone, drop
oracle: Any = None
def look(t: object) -> None: ...
def both(a: object, b: object) -> None: ...
def number(t: object) -> int: return 1
def make() -> RefCell[list[int]]: return RefCell([1, 2])
def share() -> Rc[RefCell[list[int]]]: return Rc(RefCell([1, 2]))
"""
_CELLS = ("c", "d", "s", "t", "u")
"""Two cells; two shared cells, `u` being a clone of `s`."""
_GUARDS = ("g", "h", "k")


@dataclass
class CellBody:
    """One function: its lines, and whether it has branches."""

    name: str
    lines: list[str] = field(default_factory=list)
    straight: bool = True


class _Writer:
    def __init__(self, seed: int, *, straight: bool) -> None:
        self.random = random.Random(f"cells {seed} {straight}")
        self.body = CellBody(f"{'straight' if straight else 'branching'}_{seed}", straight=straight)
        self.left = self.random.randint(4, 12)
        self.views = 0

    def write(self) -> CellBody:
        self.add(0, f"def {self.body.name}() -> None:")
        self.add(1, "c, d, s, t = make(), make(), share(), share()")
        self.add(1, "u = clone(s)")
        for guard in _GUARDS:
            self.add(1, f"{guard}: Ref[list[int]] | RefMut[list[int]] | None = None")
        self.block(1)
        return self.body

    def add(self, depth: int, line: str) -> None:
        self.body.lines.append("    " * depth + line)

    def block(self, depth: int) -> None:
        for _ in range(self.random.randint(1, 4) if depth > 1 else self.left):
            if self.left <= 0:
                break
            self.left -= 1
            self.statement(depth)
        self.add(depth, "look(0)")

    def cell(self) -> str:
        return self.random.choice(_CELLS)

    def borrowed(self) -> str:
        return f"{self.cell()}.{self.random.choice(('borrow', 'borrow', 'borrow_mut'))}()"

    def statement(self, depth: int) -> None:
        guard = self.random.choice(_GUARDS)
        choice = self.random.randrange(14)
        if choice < 4:
            self.add(depth, f"{guard} = {self.borrowed()}")
        elif choice < 6:
            self.add(depth, self.random.choice((f"{guard} = None", f"del {guard}; {guard} = None")))
        elif choice == 6:
            self.add(depth, f"look({self.borrowed()})")
        elif choice == 7:
            self.add(depth, f"both({self.borrowed()}, {self.borrowed()})")
        elif choice == 8:
            self.add(depth, f"{self.cell()}.borrow_mut().append(number({self.borrowed()}))")
        elif choice == 9:
            self.add(depth, f"{self.cell()}.borrow_mut()[0] = number({self.borrowed()})")
        elif choice == 10:
            self.views += 1
            self.add(depth, f"with {self.borrowed()} as v{self.views}:")
            self.block(depth + 1)
        elif choice == 11:
            self.add(
                depth, self.random.choice((f"look({self.cell()}.replace([3]))", f"look({self.cell()}.try_borrow())"))
            )
        elif choice == 12:
            self.add(depth, self.random.choice(("u = clone(t)", "u = clone(s)", "t = clone(s)", "c = make()")))
        elif self.body.straight:
            self.add(depth, f"look({guard})")
        else:
            self.compound(depth)

    def compound(self, depth: int) -> None:
        kind = self.random.choice(("if", "else", "for", "each", "try"))
        if kind == "each":
            self.add(depth, f"for _ in {self.borrowed()}:")
        elif kind == "for":
            self.add(depth, "for _ in oracle.turns():")
        elif kind == "try":
            self.add(depth, "try:")
        else:
            self.add(depth, "if oracle.chance():")
        self.block(depth + 1)
        if kind == "else":
            self.add(depth, "else:")
            self.block(depth + 1)
        elif kind == "try":
            self.add(depth, "finally:")
            self.block(depth + 1)


def write(seed: int, *, straight: bool) -> CellBody:
    """Make the body of this seed."""
    return _Writer(seed, straight=straight).write()


@dataclass
class Printed:
    """The module that holds all bodies, and the lines at which each begins."""

    text: str
    starts: dict[str, int]


def print_module(bodies: Sequence[CellBody]) -> Printed:
    """Print the bodies, one after the other."""
    lines = _HEAD.strip().splitlines()
    starts: dict[str, int] = {}
    for body in bodies:
        lines.append("")
        starts[body.name] = len(lines) + 1
        lines.extend(body.lines)
    return Printed("\n".join(lines) + "\n", starts)


def ask_checker(printed: Printed, cache: Path) -> set[int]:
    """The lines on which the checker reports two borrows that conflict."""
    with tempfile.TemporaryDirectory() as name:
        Path(name, "cell_bodies.py").write_text(printed.text)
        config = Path(name, "mypy.ini")
        config.write_text(
            f"[mypy]\nplugins = owned_mypy\nmypy_path = {':'.join(map(str, PATHS))}\ncache_dir = {cache}\n"
        )
        command = [sys.executable, "-m", "mypy", f"--config-file={config}", "--output=json", "cell_bodies.py"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))}
        result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=name)
    if result.stderr:
        raise AssertionError(result.stderr)
    found = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    others = [item for item in found if item["severity"] == "error" and item["code"] != "borrow-conflict"]
    if others:
        raise AssertionError(others[0])
    errors = [item for item in found if item["severity"] == "error"]
    # As in Rust, a handle may not be assigned while a guard borrows it; the run time asks only about the cell.
    return {item["line"] for item in errors if "(E0506)" not in item["message"]}


class _Oracle:
    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def chance(self) -> bool:
        return self.random.random() < 0.5

    def turns(self) -> range:
        return range(self.random.randrange(3))


def run(body: CellBody, module: dict[str, Any], turn: int) -> tuple[list[int], list[int]]:
    """Run a body once: the lines that it reached, and those that raised (a `finally` may raise once more)."""
    module["oracle"] = _Oracle(f"{body.name} {turn}")
    function = module[body.name]
    reached: list[int] = []

    def trace(frame: Any, event: str, _: object) -> Any:
        if frame.f_code is not function.__code__:
            return None
        if event == "line":
            reached.append(frame.f_lineno)
        return trace

    outer = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    except OwnershipError as error:
        return reached, list(_raising(error, function.__code__))
    finally:
        sys.settrace(outer)
    return reached, []


def _raising(error: BaseException | None, code: CodeType) -> Iterator[int]:
    while error is not None:
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_frame.f_code is not code:
            traceback = traceback.tb_next
        if traceback is not None:
            yield traceback.tb_lineno
        error = error.__context__


def disagreements(bodies: Sequence[CellBody], runs: int, cache: Path) -> Iterator[str]:
    """Every reported line that a run passes without raising, and every line of a straight body that only raises."""
    printed = print_module(bodies)
    reported = ask_checker(printed, cache)
    module: dict[str, Any] = {"__name__": "cell_bodies"}
    exec(compile(printed.text, "<cell bodies>", "exec"), module)
    counts: dict[str, int] = defaultdict(int)
    gc.freeze()  # conflicts look for guards among all objects
    for body in bodies:
        for turn in range(1 if body.straight else runs):
            reached, raised = run(body, module, turn)
            counts["raised"] += bool(raised)
            start = printed.starts[body.name]
            text = "\n".join(f"{start + n}: {line}" for n, line in enumerate(body.lines))
            passed = [line for line in reached if line in reported and line not in raised]
            if passed:
                yield f"line {passed[0]} is reported and does not raise:\n{text}"
            if body.straight and not reported.issuperset(raised):
                yield f"line {raised[0]} raises and is not reported:\n{text}"
    gc.unfreeze()
    if counts["raised"] < len(bodies) / 10:
        yield "hardly any body raises"
