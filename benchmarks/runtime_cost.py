"""What a handle costs at run time: `python -m benchmarks.runtime_cost [--rounds N] [--check]`.

Prints one table: the statement, its time on this machine (for scale only), the ratio to its baseline and the goal.
With `--check` the exit status is 1 when a goal was missed.

A borrow block makes its guard; so it is held against a block that makes its lock, `with threading.Lock(): pass`.
Beside it stands the block on a lock that is already there, `with lock: pass`. A move is held against making an owner.
The cloning of shared handles is measured by `sharing_cost`, peers of the whole by `peers_cost`, and what many handles
at once cost by `growth_cost`.
"""

import argparse
import contextlib
import platform
import sys
import threading
import weakref
from dataclasses import dataclass
from importlib import metadata

import wrapt

import owned
from benchmarks.interleaved import Samples, Statement, measure
from owned.levels import LEVEL, Level


class Account:
    """The plain two-attribute object."""

    def __init__(self) -> None:
        self.owner = "Ada"
        self.total = 1

    def get(self) -> int:
        """Give an attribute."""
        return self.total

    def close(self) -> None:
        """Do nothing."""


class Wrapped(wrapt.ObjectProxy):  # type: ignore[type-arg]
    """A wrapt proxy with nothing overridden."""


@dataclass(frozen=True)
class Row:
    """One line of the table: a statement, what it is compared with, and the largest ratio that is good."""

    statement: str
    baseline: str
    goal: float | None = None


VERBS = ("Box", "Owned", "borrow", "borrow_mut", "drop", "move")
PEERS: dict[str, object] = {
    "threading": threading,
    "Lock": threading.Lock,
    "closing": contextlib.closing,
    "ExitStack": contextlib.ExitStack,
}
NAMES: dict[str, object] = {
    "Account": Account,
    "HUNDRED": range(100),
    "Wrapped": Wrapped,
    "proxy": weakref.proxy,
    **PEERS,
    **{name: getattr(owned, name) for name in VERBS},
}
BOXED = "b = Box(Account())\n"
OWNED = "o = Owned(Account())\n"

STATEMENTS = [
    Statement("p.attr", "p.total", "p = Account()"),
    Statement("p.method()", "p.get()", "p = Account()"),
    Statement("p[0]", "p[0]", "p = [1, 2, 3]"),
    Statement("len(p)", "len(p)", "p = [1, 2, 3]"),
    Statement("wrapt p.attr", "p.total", "p = Wrapped(Account())"),
    Statement("wrapt p.method()", "p.get()", "p = Wrapped(Account())"),
    Statement("wrapt p[0]", "p[0]", "p = Wrapped([1, 2, 3])"),
    Statement("wrapt len(p)", "len(p)", "p = Wrapped([1, 2, 3])"),
    Statement("p == q", "p == q", "p = [1, 2, 3]; q = [1, 2, 3]"),
    Statement("3 in p", "3 in p", "p = [1, 2, 3]"),
    Statement("p.attr, 100 times", "for _ in HUNDRED: p.total", "p = Account()"),
    Statement("weakref.proxy p.attr", "p.total", "q = Account(); p = proxy(q)"),
    Statement("b.attr", "b.total", BOXED, "drop(b)"),
    Statement("b.method()", "b.get()", BOXED, "drop(b)"),
    Statement("b[0]", "b[0]", "b = Box([1, 2, 3])", "drop(b)"),
    Statement("len(b)", "len(b)", "b = Box([1, 2, 3])", "drop(b)"),
    Statement("b == q", "b == q", "b = Box([1, 2, 3]); q = [1, 2, 3]", "drop(b)"),
    Statement("3 in b", "3 in b", "b = Box([1, 2, 3])", "drop(b)"),
    Statement("o.value.attr", "o.value.total", OWNED, "drop(o)"),
    Statement("r.attr, of a Ref", "r.total", OWNED + "r = borrow(o)", "drop(r); drop(o)"),
    Statement(
        "r.attr, in a borrow block", "r.total", OWNED + "g = borrow(o); r = type(g).__enter__(g)", "drop(g); drop(o)"
    ),
    Statement("r.method(), of a Ref", "r.get()", OWNED + "r = borrow(o)", "drop(r); drop(o)"),
    Statement("m.attr, of a RefMut", "m.total", OWNED + "m = borrow_mut(o)", "drop(m); drop(o)"),
    Statement(
        "r.attr, 100 times in a block",
        "with borrow(o) as r:\n    for _ in HUNDRED: r.total",
        OWNED,
        "drop(o)",
    ),
    Statement("with lock: pass", "with lock:\n    pass", "lock = Lock()"),
    Statement("with threading.Lock(): pass", "with threading.Lock():\n    pass"),
    Statement("with borrow(o) as r: pass", "with borrow(o) as r:\n    pass", OWNED, "drop(o)"),
    Statement("with borrow_mut(o) as m: pass", "with borrow_mut(o) as m:\n    pass", OWNED, "drop(o)"),
    Statement("with borrow(b) as r: pass", "with borrow(b) as r:\n    pass", BOXED, "drop(b)"),
    Statement("with closing(p): pass", "with closing(p):\n    pass", "p = Account()"),
    Statement("with closing(Account()): pass", "with closing(Account()):\n    pass"),
    Statement("with Owned(Account()): pass", "with Owned(Account()):\n    pass"),
    Statement("with ExitStack(): pass", "with ExitStack():\n    pass"),
    Statement("Account()", "Account()"),
    Statement("Owned(p), and its end", "Owned(p)", "p = object()"),
    Statement("Box(p), and its end", "Box(p)", "p = object()"),
    Statement("drop(Owned(p))", "drop(Owned(p))", "p = object()"),
    Statement("move(Owned(p)), and its end", "move(Owned(p))", "p = object()"),
    Statement("move(Box(p)), and its end", "move(Box(p))", "p = object()"),
    Statement("o = move(o)", "o = move(o)", OWNED, "drop(o)"),
    Statement("b = move(b)", "b = move(b)", BOXED, "drop(b)"),
]

# At level `fast` a block gives the bare value.
READS_GOAL = 1.3 if LEVEL is Level.FAST else 6
O_VALUE_GOAL = 1.5 if sys.version_info >= (3, 13) else 2.2

TABLE = [
    Row("b.attr", "p.attr", 12),
    Row("b.attr", "wrapt p.attr", 0.12),
    Row("b.method()", "p.method()", 4),
    Row("b.method()", "wrapt p.method()", 0.25),
    Row("b[0]", "p[0]", 4.3),
    Row("b[0]", "wrapt p[0]"),
    Row("len(b)", "len(p)", 4.3),
    Row("len(b)", "wrapt len(p)"),
    Row("b == q", "p == q", 4.3),
    Row("3 in b", "3 in p", 4.3),
    Row("o.value.attr", "p.attr", O_VALUE_GOAL),
    Row("r.attr, of a Ref", "p.attr"),
    Row("r.attr, of a Ref", "wrapt p.attr"),
    Row("r.attr, in a borrow block", "p.attr"),
    Row("r.attr, 100 times in a block", "p.attr, 100 times", READS_GOAL),
    Row("r.method(), of a Ref", "p.method()"),
    Row("m.attr, of a RefMut", "p.attr"),
    Row("with borrow(o) as r: pass", "with threading.Lock(): pass", 2.2),
    Row("with borrow(o) as r: pass", "with lock: pass"),
    Row("with borrow_mut(o) as m: pass", "with threading.Lock(): pass", 2.2),
    Row("with borrow_mut(o) as m: pass", "with lock: pass"),
    Row("with borrow(b) as r: pass", "with threading.Lock(): pass", 2.2),
    Row("with borrow(b) as r: pass", "with lock: pass"),
    Row("with Owned(Account()): pass", "with closing(Account()): pass", 4),
    Row("Owned(p), and its end", "Account()"),
    Row("Box(p), and its end", "Account()"),
    Row("drop(Owned(p))", "Account()"),
    Row("move(Owned(p)), and its end", "Owned(p), and its end", 4.2),
    Row("move(Box(p)), and its end", "Box(p), and its end", 4.2),
    Row("o = move(o)", "Account()", 5),
    Row("b = move(b)", "Account()", 5),
    Row("weakref.proxy p.attr", "p.attr"),
    Row("wrapt p.attr", "p.attr"),
    Row("with closing(p): pass", "with lock: pass"),
    Row("with ExitStack(): pass", "with lock: pass"),
]


def report(samples: Samples, table: list[Row]) -> list[Row]:
    """Print the table; give the rows whose goal was missed."""
    missed = []
    print(f"{'statement':32} {'ns':>9}   {'ratio':>7}  to {'':22} goal")
    for row in table:
        ratio = samples.ratio(row.statement, row.baseline)
        goal = "" if row.goal is None else f"<= {row.goal:g} {'met' if ratio <= row.goal else 'MISSED'}"
        if "MISSED" in goal:
            missed.append(row)
        time = samples.nanoseconds(row.statement)
        print(f"{row.statement:32} {time:9.1f}   {ratio:7.3g}  {row.baseline:25} {goal}".rstrip())
    return missed


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=51, help="interleaved rounds (default: 51)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal was missed")
    options = parser.parse_args()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, wrapt {metadata.version('wrapt')}, {options.rounds} rounds, level {LEVEL.value}")
    missed = report(measure(STATEMENTS, NAMES, options.rounds), TABLE)
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
