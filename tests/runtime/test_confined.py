"""Resources whose every use belongs to their thread, reached in another one."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any

import pytest

from owned import NotSendError, OwnershipError
from tests.runtime.loose import (
    Arc,
    Box,
    Mutex,
    Owned,
    Scope,
    Vec,
    borrow,
    borrow_mut,
    deref,
    drop,
    forget,
    into_inner,
    is_live,
    move,
    replace,
    spawn,
    swap,
    take,
    thread_scope,
)
from tests.runtime.parts import Plain, refused
from tests.runtime.test_foreign_threads import COMES_BACK, elsewhere, is_open, refused_elsewhere


class Traced(sqlite3.Connection):
    """A user's subclass."""

    calls = 0

    def ask(self) -> int:
        self.calls += 1
        return int(self.execute("select 41 + 1").fetchone()[0])


def test_the_value_of_an_owner_is_not_read_elsewhere() -> None:
    """Both threads and places are told, before and after it was lent; in its own thread it is the bare value."""
    connection = sqlite3.connect(":memory:")
    owner = Owned(connection)
    for _ in range(2):
        assert owner.value is connection
        error = refused_elsewhere(lambda: owner.value)
        assert [(site.kind, site.thread) for site in error.sites] == [("created", "MainThread"), ("used", "elsewhere")]
        assert "MainThread" in str(error)
        with borrow(owner) as r:
            assert r.execute("select 1").fetchone() == (1,)
    drop(owner)
    assert not is_open(connection)


USES: dict[str, Callable[[Any], object]] = {
    "deref": deref,
    "borrow": borrow,
    "borrow_mut": borrow_mut,
    "move": move,
    "drop": drop,
    "into_inner": into_inner,
    "forget": forget,
    "take": take,
    "replace": lambda owner: replace(owner, None),
    "swap": lambda owner: swap(owner, Owned(1)),
    "swap back": lambda owner: swap(Owned(1), owner),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
@pytest.mark.parametrize("kind", [Owned, Box], ids=["Owned", "Box"])
def test_no_verb_acts_on_it_elsewhere(kind: Any, use: Callable[[Any], object]) -> None:
    """Nothing changes."""
    connection = sqlite3.connect(":memory:")
    owner = kind(connection)
    refused_elsewhere(lambda: use(owner))
    assert is_live(owner)
    assert deref(owner) is connection
    drop(owner)
    assert not is_open(connection)


def test_a_box_is_transparent_in_its_own_thread_alone() -> None:
    """Attributes, calls, operators and assignments; also of a subclass of the user's."""
    box = Box(sqlite3.connect(":memory:", factory=Traced))
    for _ in range(2):
        assert box.ask() == 42
        assert box.total_changes == 0
        for call in (
            lambda: box.total_changes,
            lambda: box.execute("select 1"),
            lambda: box("select 1"),
            lambda: box.ask,
            lambda: setattr(box, "calls", 0),
            lambda: box == 1,
            lambda: hash(box),
        ):
            refused_elsewhere(call)
        with borrow(box) as r:
            assert r.total_changes == 0
        with borrow_mut(box) as m:
            m.row_factory = sqlite3.Row
    assert box.calls == 2
    box.row_factory = None
    assert box.row_factory is None
    other = move(box)
    assert other.ask() == 42
    refused_elsewhere(lambda: other.ask())
    drop(other)


def test_an_arc_shows_it_in_its_own_thread_alone() -> None:
    """An `Arc` of what is not `Send` is not, either."""
    arc = Arc(sqlite3.connect(":memory:"))
    assert arc.total_changes == 0
    refused_elsewhere(lambda: arc.total_changes)
    refused_elsewhere(lambda: borrow(arc))
    refused_elsewhere(lambda: deref(arc))
    refused_elsewhere(lambda: drop(arc))
    drop(arc)


def test_a_lock_does_not_make_it_fit_for_other_threads() -> None:
    """A `Mutex` is for values that may be sent."""
    mutex = Mutex(sqlite3.connect(":memory:"))

    def use() -> None:
        with mutex.lock() as c:
            c.execute("select 1")

    refused_elsewhere(use)
    mutex.clear_poison()
    use()
    drop(mutex)


def test_a_scoped_thread_borrows_it_in_vain() -> None:
    """The borrow may come there, its value may not."""
    owner = Owned(sqlite3.connect(":memory:"))
    with thread_scope() as s:
        handles = [
            s.spawn(lambda r: r.total_changes, borrow(owner)),
            s.spawn(lambda r: deref(r), borrow(owner)),
            s.spawn(lambda r: r.execute("select 1"), borrow(owner)),
        ]
        for handle in handles:
            error = refused(NotSendError, handle.join)
            assert [site.kind for site in error.sites] == ["created", "borrowed", "used"]
    assert owner.value.total_changes == 0
    drop(owner)


def test_a_cursor_belongs_to_the_thread_of_its_connection() -> None:
    """Derived, entered, or owned by a scope."""
    with Owned(sqlite3.connect(":memory:")) as owner:
        with owner.derive(owner.value.cursor()) as cursor:
            refused_elsewhere(lambda: cursor.value)
            assert cursor.value.execute("select 1").fetchone() == (1,)
        with Scope() as scope:
            inner = scope.own(owner.value.cursor())
            refused_elsewhere(lambda: inner.value)
    made = Owned.call(sqlite3.connect, ":memory:")
    refused_elsewhere(lambda: made.value)
    drop(made)


def test_an_owner_follows_the_value_that_is_put_in_it() -> None:
    """From a list to a connection and back."""
    owner: Any = Owned([1])
    connection = sqlite3.connect(":memory:")
    assert replace(owner, connection) == [1]
    refused_elsewhere(lambda: owner.value)
    assert owner.value is connection
    owner.value = [2]
    assert not is_open(connection)
    assert elsewhere(lambda: owner.value) == [2]
    box = Box([1])
    connection = sqlite3.connect(":memory:")
    assert replace(box, connection) == [1]
    refused_elsewhere(lambda: box.total_changes)
    assert replace(box, [3]) is connection
    assert elsewhere(lambda: box[0]) == 3
    connection.close()


@pytest.mark.parametrize("kind", [Owned, Box, Arc], ids=["Owned", "Box", "Arc"])
def test_a_connection_for_all_threads_is_reached_in_all(kind: Any) -> None:
    """`check_same_thread=False` is believed."""
    owner = kind(sqlite3.connect(":memory:", check_same_thread=False))
    assert elsewhere(lambda: deref(owner).execute("select 1").fetchone()) == (1,)
    if kind is Owned:
        assert elsewhere(lambda: owner.value.execute("select 1").fetchone()) == (1,)
    else:
        assert elsewhere(lambda: owner.execute("select 1").fetchone()) == (1,)
    drop(owner)


def test_in_a_thread_that_was_given_it_nothing_works() -> None:
    """It comes back to its own thread to be dropped."""
    connection = sqlite3.connect(":memory:")
    handle = spawn(lambda mine: mine.value, Owned(connection))
    error = refused(NotSendError, handle.join)
    assert [site.kind for site in error.sites] == ["created", "used"]
    assert COMES_BACK or is_open(connection)
    drop(Owned(1))
    assert not is_open(connection)


def test_what_only_its_holder_may_release_is_reached_by_all() -> None:
    """A reentrant lock is there to be waited for; only its release belongs to the thread that holds it."""
    lock = threading.RLock()
    owner = Owned(lock)
    with lock:
        assert elsewhere(lambda: owner.value) is lock
        assert elsewhere(lambda: deref(borrow(owner))) is lock
        error = elsewhere(lambda: drop(owner))
        assert isinstance(error, OwnershipError)
    forget(owner)


def test_a_part_of_what_another_thread_owns_is_not_reached() -> None:
    """It came with a value that may move: a field, an item, an element of a vector."""
    for inner in (Plain(db=sqlite3.connect(":memory:")), [sqlite3.connect(":memory:")]):
        owner = Owned(inner)
        with thread_scope() as s:
            handle = s.spawn(use_part, borrow(owner))
            refused(NotSendError, handle.join)
        assert use_part(borrow(owner)) == 0
        drop(owner)
    vector = Vec([sqlite3.connect(":memory:")])
    with thread_scope() as s:
        handle = s.spawn(use_part, borrow(vector))
        refused(NotSendError, handle.join)
    assert use_part(borrow(vector)) == 0
    drop(vector)


def use_part(whole: Any) -> int:
    """Use the connection in a value."""
    part = whole.db if hasattr(whole, "db") else whole[0]
    return int(part.total_changes)
