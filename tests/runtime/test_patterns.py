"""What asks the class and not the object: patterns of `match`, `dataclasses`, buffers."""

from __future__ import annotations

import ctypes
import dataclasses
from array import array
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

import pytest

from owned import BorrowOutlivesOwnerError, ReadOnlyError
from tests.runtime.loose import Box, Owned, Rc, borrow, borrow_mut
from tests.runtime.parts import refused


def shape(x: Any) -> str:
    match x:
        case []:
            return "nothing"
        case [first, *rest]:
            return f"{first!r}, then {rest!r}"
        case {"k": value, **others}:
            return f"k={value!r}, and {others!r}"
        case str():
            return "text"
    return "no shape"


@pytest.mark.parametrize(
    "value",
    [
        [1, 2],
        [],
        (1, 2),
        deque([1]),
        range(2),
        array("i", [5]),
        {"k": 1, "z": 2},
        {},
        Counter("k"),
        "text",
        b"x",
        {1},
        5,
    ],
    ids=repr,
)
def test_patterns_match_a_handle_as_they_match_its_value(value: Any) -> None:
    """Sequence and mapping patterns ask the class; text and bytes are no sequences to them."""
    owner = Owned(value)
    with borrow(owner) as r:
        assert shape(r) == shape(value)
    with borrow_mut(owner) as m:
        assert shape(m) == shape(value)
    assert shape(Box(value)) == shape(Rc(value)) == shape(value)


def test_a_pattern_that_binds_through_a_borrow_binds_views() -> None:
    """What it takes out of a list is as read-only as the list, and ends with it."""
    owner = Owned([[1], [2]])
    with borrow(owner) as r:
        match r:
            case [first, *_]:
                refused(ReadOnlyError, lambda: first.append(2), "E0596")
    refused(BorrowOutlivesOwnerError, lambda: first[0])


@dataclass
class Point:
    x: int
    names: list[str]


def test_dataclasses_takes_a_box_for_the_dataclass_in_it() -> None:
    """`fields`, `replace`, `asdict` and `is_dataclass` ask the class."""
    box = Box(Point(1, ["a"]))
    assert [field.name for field in dataclasses.fields(box)] == ["x", "names"]
    other = dataclasses.replace(box, x=2)
    assert (type(other), other.x, other.names) == (Point, 2, ["a"])
    assert dataclasses.asdict(box) == {"x": 1, "names": ["a"]}
    assert dataclasses.astuple(box) == (1, ["a"])
    assert dataclasses.is_dataclass(box)


def test_bytes_of_a_ctypes_array_are_its_memory() -> None:
    """A buffer by its type; not the numbers in it."""
    numbers = (ctypes.c_int * 3)(1, 2, 3)
    assert bytes(Box(numbers)) == bytes(numbers)


class Picture:
    """What numpy, which asks for a dict and takes no other thing, can read the memory of."""

    def __init__(self) -> None:
        self.data = bytearray(b"abc")
        self.__array_interface__ = {"shape": (3,), "typestr": "|u1", "data": self.data, "version": 3}


def test_the_interfaces_to_a_values_memory_are_handed_out_bare() -> None:
    """Code in C that finds them takes nothing else than the real dict or capsule."""
    owner = Owned(Picture())
    with borrow(owner) as r:
        assert type(r.__array_interface__) is dict
        assert type(r.data) is not bytearray
    assert type(Rc(Picture()).__array_interface__) is dict
