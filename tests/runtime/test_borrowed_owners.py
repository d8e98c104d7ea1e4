"""What is borrowed stays where it is: owners behind a borrow, and changes of what others have borrowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from owned import BorrowMutError, MoveOutOfBorrowError
from tests.runtime.loose import (
    Arc,
    Box,
    Cell,
    Mutex,
    Owned,
    Rc,
    RefCell,
    Scope,
    Vec,
    borrow,
    borrow_mut,
    deref,
    drop,
    replace,
)
from tests.runtime.parts import Noisy, Plain, refused


def given(take: Callable[[Any], Any], part: Any) -> Callable[[], Any]:
    return lambda: take(part)


TAKERS: dict[str, Callable[[Any], Any]] = {
    "Owned": Owned,
    "Box": Box,
    "Rc": Rc,
    "Arc": Arc,
    "Cell": Cell,
    "RefCell": RefCell,
    "Mutex": Mutex,
    "Scope.own": lambda x: Scope().own(x),
    "Vec.push": lambda x: Vec([]).push(x),
    "replace": lambda x: replace(Box([]), x),
}


@pytest.mark.parametrize("take", TAKERS.values(), ids=TAKERS)
def test_nothing_takes_over_an_owner_that_is_only_borrowed(take: Callable[[Any], Any]) -> None:
    """A field or an element behind a `Ref`, a `RefMut` or an `Rc` cannot be moved. It is dropped once, by its owner."""
    log: list[str] = []
    for lend in (borrow, borrow_mut):
        owner = Owned(Plain(field=Owned(Noisy("field", log)), items=[Box(Noisy("item", log))]))
        with lend(owner) as r:
            refused(MoveOutOfBorrowError, given(take, r.field), "E0507")
            refused(MoveOutOfBorrowError, given(take, r.items[0]), "E0507")
        drop(owner)
        assert log == ["field", "item"]
        log.clear()
    rc = Rc(Plain(field=Owned(Noisy("field", log))))
    refused(MoveOutOfBorrowError, given(take, rc.field), "E0507")
    drop(rc)
    assert log == ["field"]


def test_a_changing_method_of_a_box_that_is_lent_exclusively_is_the_second_exclusive_borrow() -> None:
    """As in Rust, E0499 and not E0502; of a `RefMut` that was lent again, too."""
    box = Box([1])
    first = borrow_mut(box)
    error = refused(BorrowMutError, lambda: box.append(2), "E0499")
    assert "cannot call append() on Box[list]: it is borrowed exclusively" in str(error)
    second = borrow_mut(first)
    refused(BorrowMutError, lambda: first.append(2), "E0499")
    drop(second)
    first.append(2)
    drop(first)
    assert deref(box) == [1, 2]


def test_a_refused_change_names_what_it_would_have_changed() -> None:
    """An item of, an attribute of, a method on."""
    box = Box(Plain(names=[]))
    guard = borrow(box)

    def assign() -> None:
        box.names = []

    assert "cannot assign to .names of Box[Plain]" in str(refused(BorrowMutError, assign, "E0502"))
    drop(guard)
