"""Boxes on lists, dicts, tuples, sets and numbers, whose classes know every attribute that such values have."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from typing import Any

import pytest

from owned import BorrowOutlivesOwnerError, MoveWhileBorrowedError, NotCopyError, ReadOnlyError, UseAfterMoveError
from tests.runtime.loose import Box, borrow, borrow_mut, drop, into_inner, move, replace

VALUES = [[3, 1, 2], {"a": 1, 2: "b"}, (1, 2, 1), {1, 2}, frozenset({1}), 5, 2.5, True, [], {}, ()]


class Strict:
    """Equal to its like alone, and asks for the very class."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return type(other) is Strict and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


class Tracked(list[Any]):
    """A list that can be referred to weakly."""


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_attribute_is_the_value_s(value: Any) -> None:
    """Each name that the value has, and none that it lacks."""
    box = Box(value)
    for name in dir(value):
        assert hasattr(box, name), name
        if not name.startswith("__"):
            assert getattr(box, name) == getattr(value, name)
    for name in ("leak", "derive", "_value", "_ledger", "_reader", "__dict__", "__module__", "nothing"):
        assert hasattr(box, name) == hasattr(value, name), name
    assert (box.__class__, box.__doc__) == (value.__class__, value.__doc__)
    assert isinstance(box, type(value))
    assert type(box).__module__ == Box.__module__


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_operators_act_on_the_value(value: Any) -> None:
    """Comparison in both directions, also with another box; length, truth, hash, and text."""
    box = Box(value)
    assert box == value
    assert value == box
    assert box == Box(value)
    assert box != "other"
    assert bool(box) == bool(value)
    assert (str(box), repr(box), f"{box}") == (str(value), repr(value), f"{value}")
    for function in (len, hash, iter):
        try:
            expected = function(value)
        except TypeError:
            with pytest.raises(TypeError):
                function(box)
        else:
            assert function is iter or function(box) == expected


def test_items_are_found_by_handles_too() -> None:
    """A key, an index, a slice or an item may be a box itself, whatever its `==` thinks of boxes."""
    numbers = Box([10, 20, 30])
    assert numbers[Box(1)] == 20
    assert numbers[Box(1) :] == [20, 30]
    assert Box(20) in numbers
    table = Box({Strict("a"): 1})
    assert table[Box(Strict("a"))] == 1
    assert Box(Strict("a")) in Box([Strict("a")])
    table[Box(Strict("a"))] = 2
    assert into_inner(table) == {Strict("a"): 2}
    numbers[Box(0)] = 11
    numbers[1:] = iter([1, 2])
    del numbers[Box(2)]
    assert numbers == [11, 1]


def test_it_stays_a_box() -> None:
    """In-place operators keep the box, of another type if the value is; `len` is that of the value of now."""
    count = Box(5)
    count += 1
    assert (count, type(count).__name__) == (6, "Box")
    count /= 4
    assert (count, isinstance(count, float)) == (1.5, True)
    names = Box(["a"])
    names += ["b"]
    assert (len(names), names) == (2, ["a", "b"])
    assert replace(names, {"x": 1, "y": 2, "z": 3}) == ["a", "b"]
    assert (len(names), names["z"]) == (3, 3)


def test_a_lent_box_lends_its_items_read_only() -> None:
    """While it is borrowed it refuses what it refuses; afterwards it is free again."""
    numbers = Box([[1], [2]])
    with borrow(numbers) as view:
        assert (len(numbers), numbers[0], view[0]) == (2, [1], [1])
        with pytest.raises(RuntimeError, match="E0502"):
            numbers[0].append(2)
        with pytest.raises(MoveWhileBorrowedError):
            move(numbers)
    numbers[0].append(2)
    assert numbers == [[1, 2], [2]]
    assert len(numbers) == 2


def test_a_moved_box_lets_go_of_its_value() -> None:
    """Nothing of the value is reached through it, or kept alive."""
    value = Tracked([1])
    watch = weakref.ref(value)
    first = Box([value])
    del value
    second = move(first)
    for use in (len, bool, lambda box: box[0], lambda box: box == [], lambda box: 1 in box, lambda box: box.append):
        with pytest.raises(UseAfterMoveError):
            use(first)
    assert len(second) == 1
    drop(second)
    gc.collect()
    assert watch() is None


def test_it_is_not_copied() -> None:
    """Its own functions refuse, and not those of the value."""
    box = Box([1])
    for function in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(NotCopyError):
            function(box)
    for name in ("__reduce__", "__copy__"):
        with pytest.raises(NotCopyError):
            getattr(box, name)()


@pytest.mark.parametrize("container", [list, tuple, dict.fromkeys, Tracked])
def test_a_loop_keeps_the_box_that_it_runs_over(container: Any) -> None:
    """The value is dropped when the loop has ended, by exhaustion or before."""
    dropped: list[int] = []
    for stop in (2, 9):
        seen = []
        for item in Box(container([1, 2, 3]), drop=lambda value: dropped.append(len(value))):
            assert len(dropped) == (stop == 9)
            seen.append(item)
            if item == stop:
                break
        del item
        assert seen == [1, 2, 3][:stop]
    assert dropped == [3, 3]


def test_an_iterator_goes_on_when_its_box_or_guard_is_lent() -> None:
    """What was begun before the loan is finished."""
    box = Box([1, 2, 3])
    numbers = iter(box)
    with borrow(box):
        assert list(numbers) == [1, 2, 3]
    guard = borrow_mut(box)
    numbers = iter(guard)
    with borrow(guard):
        assert list(numbers) == [1, 2, 3]
    numbers = iter(guard)
    assert next(numbers) == 1
    drop(guard)
    with pytest.raises(UseAfterMoveError):
        next(numbers)


def test_methods_through_a_guard_end_with_it() -> None:
    """Also those that only ask: what was fetched before the end raises after it."""
    owner = Box({"a": [1]})
    with borrow(owner) as view:
        get, update = view.get, view.update
        assert (get("a"), view.get("b", 2), list(view.keys())) == ([1], 2, ["a"])
        with pytest.raises(ReadOnlyError):
            update(b=2)
    with pytest.raises(BorrowOutlivesOwnerError):
        get("a")
    with borrow_mut(owner) as guard:
        guard.update(b=2)
        assert (guard.get("b"), guard.pop("b"), len(guard)) == (2, 2, 1)
    assert owner == {"a": [1]}
