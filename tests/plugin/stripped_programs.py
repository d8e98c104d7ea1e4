"""Small random programs about owners: those that the checker passes are to do the same stripped as at level `off`.

Every value says when it is let go, and every hook when it runs; every function is called with all flags, and prints the
lines of the traceback that leaves it.
"""

from __future__ import annotations

import random

HEAD = """
from noisy import Noisy
from owned import Box, Owned, borrow, borrow_mut, deref, drop, forget, into_inner, is_live, move, replace


def make(name: str) -> Owned[Noisy]:
    return Owned(Noisy(name), drop=lambda value: print("hook", value.name))


def passed(owner: Owned[Noisy]) -> None:
    print("passed", owner.value.name)


def f(first: bool, second: bool) -> None:
"""
TAIL = """

for first in (False, True):
    for second in (False, True):
        try:
            f(first, second)
        except ValueError as error:
            trace = error.__traceback__
            while trace is not None:
                print(trace.tb_frame.f_code.co_name, trace.tb_lineno)
                trace = trace.tb_next
            print("raised", error)
"""
NOISY = """
class Noisy:
    def __init__(self, name: str) -> None:
        self.name = name
        self.number = 0

    def bump(self, limit: int) -> int:
        self.number += 1
        if self.number > limit:
            raise ValueError(self.name)
        return self.number

    def __del__(self) -> None:
        print("gone", self.name, self.number)
"""

MAKERS = (
    'Owned(Noisy("{0}"), drop=lambda value: print("hook", value.name))',
    'make("{0}")',
    'Owned(Noisy("{0}"))',
    'Box(Noisy("{0}"))',
    'Box(Noisy("{0}"), drop=lambda value: print("hook", value.name))',
)
USES = (
    "with borrow({0}) as {1}:\n    print({1}.name, {1}.number)",
    "with borrow_mut({0}) as {1}:\n    print({1}.bump({2}))",
    "print({3}.name, deref({0}).number)",
    "{1} = borrow({0})\nprint({1}.name)\ndrop({1})",
    "{1} = borrow({0})\nprint({1}.name)\ndel {1}",
    "print([deref({0}).number for _ in range(2)])",
    "print(is_live({0}))",
    'print(replace({0}, Noisy("in the place of {0}")).name)',
    "deref({0}).bump({2})",
)
ENDS = (
    "drop({0})",
    "drop({0})",
    "{1} = into_inner({0})\nprint({1}.name)\ndel {1}",
    "forget({0})",
    "passed(move({0}))",
    "del {0}",
)


class Program:
    """A random program; `owners` are the names that may be used, and whether each is a `Box`."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._lines: list[str] = []
        self._count = 0
        self._block("    ", {}, 0, self._random.randint(3, 9))

    def __str__(self) -> str:
        return HEAD + "\n".join(self._lines) + "\n" + TAIL

    def _name(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def _emit(self, indent: str, text: str) -> None:
        self._lines += [indent + line for line in text.splitlines()]

    def _block(self, indent: str, around: dict[str, bool], depth: int, size: int) -> None:
        owners = dict(around)
        for _ in range(size):
            kind = self._random.random()
            if kind < 0.2 or not owners:
                self._make(indent, owners, depth)
            elif kind < 0.72 or depth == 3:
                self._use(indent, owners)
            elif kind < 0.8:
                self._end(indent, owners)
            elif kind < 0.98:
                self._compound(indent, owners, depth)
            elif depth:
                self._emit(indent, "return")
                return
        self._emit(indent, "pass")

    def _make(self, indent: str, owners: dict[str, bool], depth: int) -> None:
        name = self._name("o")
        maker = self._random.choice(MAKERS)
        made = maker.format(name)
        if depth < 3 and self._random.random() < 0.3:
            self._emit(indent, f"with {made} as {name}:")
            self._block(indent + "    ", {**owners, name: maker[0] == "B"}, depth + 1, self._random.randint(1, 4))
        else:
            self._emit(indent, f"{name} = {made}")
            owners[name] = maker[0] == "B"

    def _use(self, indent: str, owners: dict[str, bool]) -> None:
        owner = self._random.choice(list(owners))
        read = owner if owners[owner] else f"{owner}.value"
        limit = self._random.choice([1, 3, 9])
        self._emit(indent, self._random.choice(USES).format(owner, self._name("r"), limit, read))

    def _end(self, indent: str, owners: dict[str, bool]) -> None:
        owner = self._random.choice(list(owners))
        if self._random.random() < 0.3:
            other = self._name("o")
            self._emit(indent, f"{other} = move({owner})")
            owners[other] = owners[owner]
        else:
            self._emit(indent, self._random.choice(ENDS).format(owner, self._name("i")))
        del owners[owner]

    def _compound(self, indent: str, owners: dict[str, bool], depth: int) -> None:
        inner = indent + "    "
        kind = self._random.choice(["for", "except", "finally", "if"])
        head = {"for": f"for _{depth} in range({self._random.randint(0, 3)}):", "if": "if first:"}.get(kind, "try:")
        self._emit(indent, head.replace("first", self._random.choice(["first", "second"])))
        self._block(inner, owners, depth + 1, self._random.randint(1, 4))
        if kind == "except":
            self._emit(indent, "except ValueError as error:\n    print('caught', error)")
            self._block(inner, owners, depth + 1, 1)
        elif kind == "finally":
            self._emit(indent, "finally:")
            self._block(inner, owners, depth + 1, 1)
