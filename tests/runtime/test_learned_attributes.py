"""Attributes that are read again and again through a borrow: by a property that the class of guards has learned."""

from __future__ import annotations

import gc
import threading
import weakref
from dataclasses import dataclass
from typing import Any

import pytest

from owned import BorrowOutlivesOwnerError, NotSendError, ReadOnlyError
from tests.runtime.loose import Owned, borrow, borrow_mut, drop


class Account:
    """An account."""

    kind = "savings"

    def __init__(self) -> None:
        self.total: Any = 1
        self.items = [1]
        self.code = "code"
        self.map = "map"
        self._thread = None
        self.asked = 0

    @property
    def twice(self) -> Any:
        """Twice the total."""
        return 2 * self.total

    def get(self) -> Any:
        """Give the total."""
        return self.total

    def put(self, total: int) -> None:
        """Change the total."""
        self.total = total


NAMES = ("total", "code", "map", "kind", "_thread", "twice")


@dataclass
class Point:
    """A point with slots."""

    __slots__ = ("x", "y")

    x: int
    y: list[int]


def test_every_read_gives_what_the_first_one_gave() -> None:
    """Plain attributes, those of the class, properties, and names that a guard uses itself."""
    account = Account()
    owner = Owned(account)
    for lend in (borrow, borrow_mut):
        guard: Any = lend(owner)
        for _ in range(3):
            assert [getattr(guard, name) for name in NAMES] == [getattr(account, name) for name in NAMES]
            assert (guard.get(), guard.__class__, guard.__doc__, guard.__module__) == (
                1,
                Account,
                "An account.",
                __name__,
            )
        drop(guard)
    drop(owner)


def test_values_that_are_changed_behind_the_borrow_are_seen() -> None:
    """Whatever becomes of an attribute that was plain: another value, a list, a method, nothing, and back again."""
    account = Account()
    owner = Owned(account)
    view: Any = borrow(owner)
    assert (view.total, view.total, view.get()) == (1, 1, 1)
    account.total = "text"
    assert view.total == "text"
    account.total = [1]
    with pytest.raises(ReadOnlyError):
        view.total.append(2)
    vars(account)["get"] = lambda: "mine"
    assert view.get() == "mine"
    del account.total
    with pytest.raises(AttributeError, match="'Account' object has no attribute 'total'"):
        _ = view.total
    account.total = 2
    assert view.total == 2
    vars(account)["new"] = 3
    assert (view.new, view.new) == (3, 3)


def test_what_is_not_plain_stays_read_only() -> None:
    """Lists come as views, and methods run on the guard, at the first read and later."""
    owner = Owned(Account())
    view: Any = borrow(owner)
    point_owner = Owned(Point(1, [2]))
    point: Any = borrow(point_owner)
    for _ in range(3):
        with pytest.raises(ReadOnlyError):
            view.items.append(2)
        with pytest.raises(ReadOnlyError):
            view.put(2)
        assert point.x == 1
        with pytest.raises(ReadOnlyError):
            point.y.append(3)
    assert view.items == [1]
    assert point.y == [2]


def test_a_change_of_the_class_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Methods that are replaced, and those that are added."""
    owner = Owned(Account())
    view: Any = borrow(owner)
    assert (view.get(), view.get()) == (1, 1)
    monkeypatch.setattr(Account, "get", lambda self: self.total + 10)
    monkeypatch.setattr(Account, "more", lambda self: self.total + 20, raising=False)
    assert (view.get(), view.more(), view.more()) == (11, 21, 21)


def test_what_the_guard_has_and_the_value_lacks_is_hidden() -> None:
    """A guard's fields and functions are no attributes of the value."""
    owner = Owned(Point(1, []))
    view: Any = borrow(owner)
    for name in ("cell", "offset", "tied", "map", "clone", "filter_map", "nothing"):
        assert not hasattr(view, name)
        assert not hasattr(view, name)


def test_a_learned_attribute_ends_with_the_borrow() -> None:
    """After its block, after its owner, and in another thread it raises as every other use does."""
    caught: list[BaseException] = []

    def read(guard: Any) -> None:
        try:
            _ = guard.total
        except NotSendError as error:
            caught.append(error.with_traceback(None))

    with Owned(Account()) as owner:
        with borrow(owner) as view:
            assert (view.total, view.total) == (1, 1)
        with pytest.raises(BorrowOutlivesOwnerError):
            _ = view.total
        last: Any = borrow(owner)
        thread = threading.Thread(target=read, args=(last,))
        thread.start()
        thread.join()
        assert [type(error) for error in caught] == [NotSendError]
        assert last.total == 1
        drop(last)


def test_a_property_that_fails_runs_once() -> None:
    """An `AttributeError` in the user's code is that error, and the code does not run again for it."""
    runs = []

    class Failing:
        @property
        def broken(self) -> int:
            runs.append(1)
            raise AttributeError("inside")

    owner = Owned(Failing())
    view: Any = borrow(owner)
    for _ in range(3):
        with pytest.raises(AttributeError, match="inside"):
            _ = view.broken
    assert len(runs) == 3


def test_a_property_that_fails_later_runs_once() -> None:
    """The same when it has succeeded before."""
    runs = []

    class Failing:
        def __init__(self) -> None:
            self.fails = False

        @property
        def broken(self) -> int:
            runs.append(1)
            if self.fails:
                raise AttributeError("inside")
            return 1

    value = Failing()
    owner = Owned(value)
    view: Any = borrow(owner)
    assert (view.broken, view.broken) == (1, 1)
    value.fails = True
    with pytest.raises(AttributeError, match="inside"):
        _ = view.broken
    assert len(runs) == 3


def test_a_table_of_names_is_read_all_the_same() -> None:
    """More attributes than a class learns."""

    class Table:
        pass

    table = Table()
    vars(table).update({f"name_{number}": number for number in range(300)})
    owner = Owned(table)
    view: Any = borrow(owner)
    for _ in range(2):
        assert [getattr(view, f"name_{number}") for number in range(300)] == list(range(300))
    with pytest.raises(AttributeError):
        _ = view.name_300


def test_the_class_of_the_value_is_not_kept() -> None:
    """A class that was read through guards can be collected, also if its methods refer to it."""

    class Base:
        def get(self) -> int:
            return 1

    class Local(Base):
        def __init__(self) -> None:
            self.total = 1

        def get(self) -> int:
            return super().get() + self.total

        @property
        def twice(self) -> int:
            return 2 * self.total

    with Owned(Local()) as owner, borrow(owner) as view:
        for _ in range(3):
            assert (view.total, view.get(), view.twice) == (1, 2, 2)
    kind = weakref.ref(Local)
    del Local, owner, view
    gc.collect()
    assert kind() is None
