"""What the checker knows about types and about the methods of classes."""

from collections.abc import Callable

import pytest
from mypy.nodes import MypyFile, TypeInfo, Var
from mypy.types import TupleType, Type

from owned_mypy import types
from owned_mypy.classes import MethodEffect, consuming_methods, endings, method_effect
from owned_mypy.names import HandleKind

PROGRAM = """
import sqlite3
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, Literal, NamedTuple, NoReturn, Optional, TypedDict, TypeVar
from owned import Box, Owned, Ref, RefMut, Scope, borrow_mut, consuming, replace

class Colour(Enum):
    RED = 1

class Point(NamedTuple):
    x: int

class Mine(Owned[int]): ...

Alias = Optional[Owned[int]]

class Job:
    def __init__(self) -> None:
        self.items: list[int] = []
        self.queue = deque([1])
        self.table = {1: [2]}
        self.owned = Owned([1])
        self.inner = Inner()
        self.inners = [self.inner]
        self.n = 0

    def reads(self) -> int:
        return self.n + len(self.items)

    def assigns(self) -> None:
        self.n = 1

    def augments(self) -> None:
        self.n += 1

    def deletes(self) -> None:
        del self.items[0]

    def appends(self) -> None:
        self.items.append(1)

    def rotates(self) -> None:
        self.queue.rotate(1)

    def deep(self) -> None:
        self.table[1].append(1)

    def calls(self) -> None:
        self.appends()

    def calls_deep(self) -> None:
        self.calls()

    def through_alias(self) -> None:
        items = self.items
        items.append(1)

    def in_loop(self) -> None:
        for row in self.table.values():
            print(row)

    def loop_changes(self) -> None:
        for inner in self.inners:
            inner.bump()

    def unpacks(self) -> None:
        a, self.n = 1, 2

    def lends(self) -> None:
        borrow_mut(self.owned)

    def swaps(self) -> None:
        replace(self.owned, [2])

    def inner_changes(self) -> None:
        self.inner.bump()

    def inner_reads(self) -> None:
        self.inner.look()

    def inner_appends(self) -> None:
        self.inner.append(1)

    def recursive(self) -> None:
        self.recursive()

    def local(self) -> None:
        items = list(self.items)
        items.append(1)

    @property
    def prop(self) -> int:
        return self.n

    @staticmethod
    def static(other: "Job") -> None:
        other.n = 1

    @consuming
    def finish(self) -> None:
        pass

    def close(self) -> None:
        pass

class Inner:
    def __init__(self) -> None:
        self.n = 0
    def bump(self) -> None:
        self.n += 1
    def look(self) -> int:
        return self.n
    def append(self, x: int) -> None:
        print(x, self.n)

class Later(Job):
    def assigns(self) -> None:
        pass

class Stack(list[int]):
    def peek(self) -> int:
        return self[-1]
    def put(self, x: int) -> None:
        self.append(x)

@dataclass
class Pair:
    a: Owned[int]
    b: list[int]

@dataclass
class View:
    target: RefMut[int]

@dataclass
class Node:
    next: "Node | None"
    value: int

class Dict(TypedDict):
    key: Owned[int]

T = TypeVar("T", bound=Owned[Any])
U = TypeVar("U", int, str)

a: tuple[
    Owned[int], Box[int], Scope, Ref[int], RefMut[int], Alias, Mine, Job, Later, Inner, int, Any, Owned[int] | Ref[int]
]
copy: tuple[
    int, str, bytes, bool, None, float, complex, Colour, Literal[1], tuple[int, str], tuple[int, ...], frozenset[int],
    int | None
]
no_copy: tuple[list[int], Any, tuple[int, list[int]], object, Point, Owned[int], int | list[int], frozenset[object]]
guards: tuple[Ref[int], list[RefMut[int]], View, dict[str, View], tuple[int, Ref[int]], View | None, Owned[View]]
no_guards: tuple[Owned[int], Pair, Node, Callable[[Ref[int]], None], int, Any]
owners: tuple[Owned[int], Pair, list[Pair], Ref[Owned[int]], Dict, Coroutine[Any, Any, Box[int]]]
no_owners: tuple[Ref[int], View, Node, Inner | None, Callable[[Owned[int]], None]]
not_send: tuple[Ref[int], list[RefMut[int]], View, Owned[sqlite3.Connection], tuple[int, View]]
send: tuple[Owned[int], Pair, list[int], Callable[[Ref[int]], None], Node, Any]

def generic(t: T, u: U) -> None: ...
def forever() -> NoReturn:
    raise SystemExit
async def waits() -> int:
    return 1
"""


@pytest.fixture(scope="module")
def program(analyse: Callable[[str], MypyFile]) -> MypyFile:
    """Give the tree of the program."""
    return analyse(PROGRAM)


def items(program: MypyFile, name: str) -> list[Type]:
    """Give the types in the tuple that a variable is annotated with."""
    variable = program.names[name].node
    assert isinstance(variable, Var)
    assert isinstance(variable.type, TupleType)
    return variable.type.items


def class_of(program: MypyFile, name: str) -> TypeInfo:
    """Give a class of the program."""
    info = program.names[name].node
    assert isinstance(info, TypeInfo)
    return info


def test_kinds_of_handles(program: MypyFile) -> None:
    """Aliases, unions and subclasses included; the strongest kind of a union counts."""
    owner, ref, ref_mut = HandleKind.OWNER, HandleKind.REF, HandleKind.REF_MUT
    kinds = [owner, owner, owner, ref, ref_mut, owner, owner, HandleKind.CONSUMABLE, HandleKind.CONSUMABLE]
    assert [types.handle_of(t) for t in items(program, "a")] == [*kinds, None, None, None, owner]


def test_copies(program: MypyFile) -> None:
    """Immutable plain values, and nothing that is unknown."""
    assert all(types.is_copy(t) for t in items(program, "copy"))
    assert not any(types.is_copy(t) for t in items(program, "no_copy"))
    assert not types.is_copy(None)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        (types.holds_guard, "guards", "no_guards"),
        (types.holds_owner, "owners", "no_owners"),
        (types.not_send_part, "not_send", "send"),
    ],
)
def test_what_is_inside(program: MypyFile, question: Callable[[Type], object], yes: str, no: str) -> None:
    """In type arguments, items, fields and unions; a callable holds nothing by its signature."""
    assert [str(t) for t in items(program, yes) if not question(t)] == []
    assert [str(t) for t in items(program, no) if question(t)] == []


def test_the_part_that_cannot_be_sent_is_named(program: MypyFile) -> None:
    """For the message."""
    assert [types.not_send_part(t) for t in items(program, "not_send")] == [
        "Ref",
        "RefMut",
        "RefMut",
        "Connection",
        "RefMut",
    ]


def test_functions(program: MypyFile) -> None:
    """Type variables, coroutines, functions that never return."""
    generic, forever, waits = (program.names[n].type for n in ("generic", "forever", "waits"))
    owner, plain = generic.arg_types  # type: ignore[union-attr]
    assert types.handle_of(owner) is HandleKind.OWNER
    assert types.handle_of(plain) is None
    assert types.is_copy(plain)
    assert types.is_noreturn(forever.ret_type)  # type: ignore[union-attr]
    assert types.is_coroutine(waits.ret_type)  # type: ignore[union-attr]
    assert str(types.wrapped(items(program, "a")[5])).endswith("int")


CHANGING = """
    assigns augments deletes appends rotates deep calls calls_deep through_alias loop_changes unpacks lends swaps
    inner_changes
""".split()
READING = "reads in_loop inner_reads inner_appends recursive local prop static close finish".split()


def test_methods_that_change_self(program: MypyFile) -> None:
    """By themselves, by changing a container, by calling a method that does."""
    job = class_of(program, "Job")
    methods = [*CHANGING, *READING]
    assert [name for name in methods if method_effect(job, name).mutates] == CHANGING


def test_inherited_methods(program: MypyFile) -> None:
    """A subclass's own method hides its base's; calls look the methods up in the subclass."""
    later, stack = class_of(program, "Later"), class_of(program, "Stack")
    assert not method_effect(later, "assigns").mutates
    assert method_effect(later, "augments").mutates
    assert method_effect(stack, "append").mutates
    assert method_effect(stack, "put").mutates
    assert not method_effect(stack, "peek").mutates
    assert method_effect(stack, "no_such_name") == MethodEffect()


def test_consuming_methods_and_endings(program: MypyFile) -> None:
    """Known for the class and its subclasses."""
    job, later, inner = (class_of(program, name) for name in ("Job", "Later", "Inner"))
    assert method_effect(later, "finish").consumes
    assert consuming_methods(later) == {"finish"}
    assert consuming_methods(inner) == frozenset()
    assert endings(job) == {"close"}
