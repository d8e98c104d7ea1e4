"""What others cost who do a part of the same: `python -m benchmarks.peers_cost [--rounds N]`.

Handles of ours beside `wrapt.ObjectProxy`, `weakref.proxy`, `contextlib.closing`, `ExitStack`, `weakref.finalize`, a
lock, and what one would write by hand: a class that holds the value with a flag `closed`, and looks at it in every
operation. All statements of a table do the same thing; they are timed in turn, in one run, and each is printed with
its ratio to the first, which does it with nothing in between.
"""

import argparse
import contextlib
import platform
import sys
import threading
import weakref
from importlib import metadata
from types import TracebackType
from typing import Any

import wrapt

import owned
from benchmarks.interleaved import Statement, measure
from benchmarks.runtime_cost import Account


class Handwritten:
    """What a user writes by hand: the value, and a flag that every operation looks at."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self.closed = False

    @property
    def value(self) -> Any:
        """Give the value; a closed one raises."""
        if self.closed:
            raise ValueError("closed")
        return self._value

    def __getattr__(self, name: str) -> Any:
        """Reach the value's attributes through the handle."""
        if self.closed:
            raise ValueError("closed")
        return getattr(self._value, name)

    def move(self) -> "Handwritten":
        """Close this handle, and give another one."""
        other = Handwritten(self.value)
        self.closed = True
        return other

    def close(self) -> None:
        """Close the value, once."""
        if not self.closed:
            self.closed = True
            self._value.close()

    def __enter__(self) -> "Handwritten":
        if self.closed:
            raise ValueError("closed")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Lent:
    """What a user writes by hand to lend a value: a flag, set for the time of a block."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.lent = False

    def __enter__(self) -> Any:
        if self.lent:
            raise ValueError("lent")
        self.lent = True
        return self.value

    def __exit__(self, *error: object) -> None:
        self.lent = False


VERBS = ("Box", "Owned", "Rc", "borrow", "borrow_mut", "clone", "drop", "move")
NAMES: dict[str, object] = {
    "Account": Account,
    "ExitStack": contextlib.ExitStack,
    "Handwritten": Handwritten,
    "Lent": Lent,
    "Lock": threading.Lock,
    "ObjectProxy": wrapt.ObjectProxy,
    "closing": contextlib.closing,
    "finalize": weakref.finalize,
    "proxy": weakref.proxy,
    **{name: getattr(owned, name) for name in VERBS},
}

READERS = [
    ("the object itself", "p", "p = Account()"),
    ("Owned: o.value", "o.value", "o = Owned(Account())"),
    ("Box", "b", "b = Box(Account())"),
    ("Rc", "rc", "rc = Rc(Account())"),
    ("Ref", "r", "o = Owned(Account()); r = borrow(o)"),
    ("RefMut", "m", "o = Owned(Account()); m = borrow_mut(o)"),
    ("by hand: h.value", "h.value", "h = Handwritten(Account())"),
    ("by hand: __getattr__", "h", "h = Handwritten(Account())"),
    ("weakref.proxy", "w", "p = Account(); w = proxy(p)"),
    ("wrapt.ObjectProxy", "w", "w = ObjectProxy(Account())"),
]

# A class of its own for each block: what a `with` costs is another matter than what is in it.
BLOCKS = [
    ("with threading.Lock()", "with Lock():\n    pass", ""),
    ("with lock", "with lock:\n    pass", "lock = Lock()"),
    ("with borrow(o)", "with borrow(o) as r:\n    pass", "o = Owned(Account())"),
    ("with borrow_mut(o)", "with borrow_mut(o) as m:\n    pass", "o = Owned(Account())"),
    ("with borrow(b), of a Box", "with borrow(b) as r:\n    pass", "b = Box(Account())"),
    ("by hand: with Lent(p)", "with Lent(p) as v:\n    pass", "p = Account()"),
    ("with closing(p)", "with closing(p) as v:\n    pass", "p = Account()"),
    ("with ExitStack()", "with ExitStack():\n    pass", ""),
]

ENDS = [
    ("p.close()", "p = Account(); p.close()", ""),
    ("with closing(p)", "with closing(Account()) as p:\n    pass", ""),
    ("with Owned(p)", "with Owned(Account()) as o:\n    pass", ""),
    ("with Box(p)", "with Box(Account()) as b:\n    pass", ""),
    ("drop(Owned(p))", "drop(Owned(Account()))", ""),
    ("Owned(p), which dies", "Owned(Account())", ""),
    ("drop(Rc(p))", "drop(Rc(Account()))", ""),
    ("by hand: with Handwritten(p)", "with Handwritten(Account()) as h:\n    pass", ""),
    (
        "ExitStack, callback",
        "p = Account()\nwith ExitStack() as stack:\n    stack.callback(p.close)",
        "",
    ),
    ("weakref.finalize, called", "p = Account(); f = finalize(p, bool); f()", ""),
]

MAKES = [
    ("Account()", "Account()", ""),
    ("Owned(p)", "Owned(p)", "p = object()"),
    ("Box(p)", "Box(p)", "p = object()"),
    ("Rc(p)", "Rc(p)", "p = object()"),
    ("borrow(o)", "borrow(o)", "o = Owned(Account())"),
    ("by hand", "Handwritten(p)", "p = object()"),
    ("weakref.proxy(p)", "proxy(p)", "p = Account()"),
    ("wrapt.ObjectProxy(p)", "ObjectProxy(p)", "p = object()"),
    ("threading.Lock()", "Lock()", ""),
    ("contextlib.closing(p)", "closing(p)", "p = object()"),
    ("weakref.finalize(p, f)", "finalize(p, print).detach()", "p = Account()"),
]

MOVES = [
    ("q = p", "q = p; p = q", "p = object()"),
    ("o = move(o)", "o = move(o)", "o = Owned(Account())"),
    ("b = move(b)", "b = move(b)", "b = Box(Account())"),
    ("by hand: h = h.move()", "h = h.move()", "h = Handwritten(Account())"),
    ("stack = stack.pop_all()", "stack = stack.pop_all()", "stack = ExitStack()"),
]

TABLES = {
    "read an attribute": [(name, f"{reader}.total", setup) for name, reader, setup in READERS],
    "call a method": [(name, f"{reader}.get()", setup) for name, reader, setup in READERS],
    "enter a block, and leave it": BLOCKS,
    "make an object, and close it": ENDS,
    "make a handle, which then dies": MAKES,
    "hand on": MOVES,
}


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=25, help="interleaved rounds (default: 25)")
    options = parser.parse_args()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, wrapt {metadata.version('wrapt')}, {options.rounds} rounds")
    for title, table in TABLES.items():
        samples = measure([Statement(*row) for row in table], NAMES, options.rounds)
        first = table[0][0]
        print(f"\n{title:32} {'ns':>9}   ratio")
        for name, _, _ in table:
            print(f"  {name:30} {samples.nanoseconds(name):9.1f} {samples.ratio(name, first):7.3g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
