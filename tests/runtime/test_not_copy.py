"""A handle is not copied: `copy`, `deepcopy` and `pickle` are refused, with the remedy in the message."""

from __future__ import annotations

import copy
import functools
import multiprocessing.reduction
import pickle
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pytest

from owned import NotCopyError, UseAfterDropError, UseAfterMoveError
from tests.runtime.loose import Box, Owned, Scope, borrow, borrow_mut, deref, drop, move
from tests.runtime.parts import refused

COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {p}": functools.partial(pickle.dumps, protocol=p) for p in range(pickle.HIGHEST_PROTOCOL + 1)},
    "forking pickler": multiprocessing.reduction.ForkingPickler.dumps,
    "deepcopy of a list": lambda v: copy.deepcopy([v]),
    "deepcopy of a dict": lambda v: copy.deepcopy({"k": v}),
    "pickle of a tuple": lambda v: pickle.dumps((1, v)),
}


@pytest.mark.parametrize("attempt", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("kind", ["Owned", "Box", "Box of int", "Ref", "RefMut", "view", "Scope"])
def test_copies_of_a_handle_are_refused(kind: str, attempt: Callable[[Any], Any]) -> None:
    """Two owners of one value would drop it twice."""
    owner = Owned([[1]])
    handle: Any = owner
    if kind == "Box":
        handle = Box([1])
    elif kind == "Box of int":
        handle = Box(5)
    elif kind == "Ref":
        handle = borrow(owner)
    elif kind == "RefMut":
        handle = borrow_mut(owner)
    elif kind == "view":
        keep = borrow(owner)
        handle = keep[0]
    elif kind == "Scope":
        handle = Scope()
    error = refused(NotCopyError, lambda: attempt(handle), "E0204")
    assert isinstance(error, TypeError)
    if kind in ("Owned", "Box", "Ref"):
        assert "clone" in str(error)


def test_dataclass_as_dict_does_not_copy_owners() -> None:
    """`asdict` deep-copies what it does not know."""

    @dataclass
    class Holder:
        owner: Any

    holder = Holder(Owned([1]))
    refused(NotCopyError, lambda: asdict(holder), "E0204")
    drop(holder.owner)


def test_the_value_itself_may_still_be_copied() -> None:
    """Through `deref` it is an ordinary value."""
    box = Box([[1]])
    twin = copy.deepcopy(deref(box))
    assert twin == [[1]]
    assert twin[0] is not deref(box)[0]
    assert pickle.loads(pickle.dumps(deref(box))) == [[1]]


def test_copies_of_a_dead_handle_say_that_it_is_dead() -> None:
    """The death comes first."""
    for owner in (Owned, Box):
        moved, dropped = owner([1]), owner([2])
        keep = move(moved)
        drop(dropped)
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            refused(UseAfterMoveError, lambda: attempt(moved))
            refused(UseAfterDropError, lambda: attempt(dropped))
