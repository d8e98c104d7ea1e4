"""Real values of the standard library, made anew on each call, for the tests of transparency."""

from __future__ import annotations

import array
import contextlib
import contextvars
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import io
import operator
import pathlib
import queue
import re
import threading
import types
import uuid
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterator
from typing import Any

Point = namedtuple("Point", "x y")


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Permission(enum.Flag):
    READ = 1
    WRITE = 2


@dataclasses.dataclass
class Account:
    owner: str
    balance: int = 0

    def deposit(self, amount: int) -> int:
        self.balance += amount
        return self.balance


@dataclasses.dataclass(frozen=True, order=True)
class Version:
    major: int
    minor: int


class Matrix:
    """Has the operators that no builtin has: `@`, calls, slices, and reflected twins."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __matmul__(self, other: object) -> Any:
        return f"{self.n} @ {other}"

    def __rmatmul__(self, other: object) -> str:
        return f"{other} @ {self.n}"

    def __imatmul__(self, other: object) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        self.n *= other
        return self

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int) and key >= 3:
            raise IndexError(key)
        return key

    def __call__(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        return (self.n, args, sorted(kwargs.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matrix) and other.n == self.n

    def __hash__(self) -> int:
        return hash(self.n)

    def __repr__(self) -> str:
        return f"Matrix({self.n})"


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self) -> None:
        self.a = 1

    def __repr__(self) -> str:
        return "Slotted()"


class Temperature:
    """Has properties, a class method and a descriptor."""

    def __init__(self, celsius: float) -> None:
        self._celsius = celsius

    @property
    def fahrenheit(self) -> float:
        return self._celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value: float) -> None:
        self._celsius = (value - 32) * 5 / 9

    @classmethod
    def freezing(cls) -> Temperature:
        return cls(0)

    @functools.cached_property
    def kelvin(self) -> float:
        return self._celsius + 273.15

    def __repr__(self) -> str:
        return f"Temperature({self._celsius})"

    def __format__(self, spec: str) -> str:
        return f"{self._celsius:{spec or '.1f'}} C"


def count_to_three() -> Iterator[int]:
    yield 1
    yield 2
    yield 3


def greet(name: str = "you") -> str:
    return f"hello {name}"


SPECIMENS: dict[str, Callable[[], Any]] = {
    "int": lambda: 42,
    "bool": lambda: True,
    "none": lambda: None,
    "float": lambda: 2.5,
    "complex": lambda: 1 + 2j,
    "fraction": lambda: fractions.Fraction(3, 4),
    "decimal": lambda: decimal.Decimal("1.10"),
    "str": lambda: "hello",
    "bytes": lambda: b"hello",
    "bytearray": lambda: bytearray(b"hello"),
    "memoryview": lambda: memoryview(b"hello"),
    "list": lambda: [3, 1, 2],
    "tuple": lambda: (3, 1, 2),
    "nested": lambda: {"a": [1, {"b": 2}], "c": ([3], {4})},
    "dict": lambda: {"a": 1, "b": 2},
    "set": lambda: {1, 2, 3},
    "frozenset": lambda: frozenset({1, 2, 3}),
    "range": lambda: range(10),
    "slice": lambda: slice(1, 2),
    "deque": lambda: deque([1, 2, 3], maxlen=5),
    "ordered dict": lambda: OrderedDict(a=1, b=2),
    "counter": lambda: Counter("hello"),
    "defaultdict": lambda: defaultdict(None, a=1),
    "chain map": lambda: ChainMap({"a": 1}, {"b": 2}),
    "user list": lambda: UserList([3, 1, 2]),
    "user dict": lambda: UserDict(a=1),
    "array": lambda: array.array("i", [1, 2, 3]),
    "named tuple": lambda: Point(1, 2),
    "dataclass": lambda: Account("me", 10),
    "frozen dataclass": lambda: Version(1, 2),
    "enum": lambda: Colour.RED,
    "flag": lambda: Permission.READ | Permission.WRITE,
    "date": lambda: datetime.date(2024, 2, 29),
    "datetime": lambda: datetime.datetime(2024, 2, 29, 12, 30),
    "timedelta": lambda: datetime.timedelta(days=1, seconds=2),
    "path": lambda: pathlib.PurePosixPath("/usr/lib"),
    "uuid": lambda: uuid.UUID(int=5),
    "pattern": lambda: re.compile("l+"),
    "match": lambda: re.search("l+", "hello"),
    "string io": lambda: io.StringIO("one\ntwo\n"),
    "bytes io": lambda: io.BytesIO(b"one\ntwo\n"),
    "generator": count_to_three,
    "iterator": lambda: iter([1, 2, 3]),
    "enumerate": lambda: enumerate("ab"),
    "function": lambda: greet,
    "builtin": lambda: len,
    "class": lambda: Account,
    "partial": lambda: functools.partial(greet, "me"),
    "item getter": lambda: operator.itemgetter(0),
    "module": lambda: operator,
    "namespace": lambda: types.SimpleNamespace(a=1, b=[2]),
    "exit stack": contextlib.ExitStack,
    "null context": lambda: contextlib.nullcontext(5),
    "lock": threading.Lock,
    "queue": queue.Queue,
    "context": contextvars.copy_context,
    "context variable": lambda: contextvars.ContextVar("v", default=1),
    "matrix": lambda: Matrix(2),
    "slotted": Slotted,
    "temperature": lambda: Temperature(21.5),
    "object": object,
}
