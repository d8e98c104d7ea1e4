"""What sharing costs: `Rc`, `Arc`, locks and channels, against what Python itself has for it.

Printed are ratios, each of two statements timed in turn in one run; see `interleaved.py`. A lock's block is held
against a block that makes its lock, as everywhere; beside it stands the block on a lock that is already there.
"""

import argparse
import queue
import sys
import threading
from typing import Any

import owned
from benchmarks.interleaved import Statement, measure
from benchmarks.runtime_cost import Account, Row, report


class Counted:
    """What a user writes by hand: handles of one list, the value and the number of its handles."""

    __slots__ = ("block", "open")

    def __init__(self, block: list[Any]) -> None:
        self.block = block
        self.open = True

    def clone(self) -> "Counted":
        """Give one more handle."""
        if not self.open:
            raise ValueError("closed")
        self.block[1] += 1
        return Counted(self.block)

    def drop(self) -> None:
        """End this handle, and with the last one the value."""
        if not self.open:
            raise ValueError("closed")
        self.open = False
        self.block[1] -= 1
        if not self.block[1]:
            self.block[0].close()


NAMES: dict[str, object] = {
    "Account": Account,
    "Counted": Counted,
    "Lock": threading.Lock,
    "SimpleQueue": queue.SimpleQueue,
    **{name: getattr(owned, name) for name in ("Arc", "Mutex", "Rc", "RwLock", "channel", "clone", "drop")},
}

STATEMENTS = [
    Statement("Account()", "Account()"),
    Statement("h.clone().drop(), by hand", "h.clone().drop()", "h = Counted([Account(), 1])"),
    Statement("clone(rc), and its end", "clone(rc)", "rc = Rc(Account())", "drop(rc)"),
    Statement("drop(clone(rc))", "drop(clone(rc))", "rc = Rc(Account())", "drop(rc)"),
    Statement("clone(arc), and its end", "clone(arc)", "arc = Arc(Account())", "drop(arc)"),
    Statement("drop(clone(arc))", "drop(clone(arc))", "arc = Arc(Account())", "drop(arc)"),
    Statement("Rc(p), and its end", "Rc(p)", "p = object()"),
    Statement("with lock: pass", "with lock:\n    pass", "lock = Lock()"),
    Statement("with Lock(): pass", "with Lock():\n    pass"),
    Statement("with mutex.lock(): pass", "with mutex.lock():\n    pass", "mutex = Mutex(Account())"),
    Statement("with rwlock.read(): pass", "with rwlock.read():\n    pass", "rwlock = RwLock(Account())"),
    Statement("with rwlock.write(): pass", "with rwlock.write():\n    pass", "rwlock = RwLock(Account())"),
    Statement("q.put(p); q.get()", "q.put(p); q.get()", "q = SimpleQueue(); p = Account()"),
    Statement(
        "tx.send(p); rx.recv()", "tx.send(p); rx.recv()", "tx, rx = channel(); p = Account()", "drop(tx); drop(rx)"
    ),
]

TABLE = [
    Row("clone(rc), and its end", "Account()", 3),
    Row("drop(clone(rc))", "Account()", 3),
    Row("drop(clone(rc))", "h.clone().drop(), by hand", 2),
    Row("clone(arc), and its end", "clone(rc), and its end", 2),
    Row("drop(clone(arc))", "drop(clone(rc))", 2),
    Row("Rc(p), and its end", "Account()"),
    Row("with mutex.lock(): pass", "with Lock(): pass", 3),
    Row("with mutex.lock(): pass", "with lock: pass"),
    Row("with rwlock.read(): pass", "with Lock(): pass"),
    Row("with rwlock.write(): pass", "with Lock(): pass"),
    Row("tx.send(p); rx.recv()", "q.put(p); q.get()", 4),
]


def main() -> int:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=51, help="interleaved rounds (default: 51)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal was missed")
    options = parser.parse_args()
    missed = report(measure(STATEMENTS, NAMES, options.rounds), TABLE)
    return 1 if missed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
