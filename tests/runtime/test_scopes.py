"""`Scope` owns many values; `Owned.enter` owns the exit of a context manager."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from owned import (
    BorrowOutlivesOwnerError,
    MoveWhileBorrowedError,
    OwnerDied,
    UseAfterDropError,
    UseAfterMoveError,
)
from tests.runtime.loose import Box, Owned, Scope, borrow, drop, forget, into_inner, is_live, move
from tests.runtime.parts import Failing, Noisy, refused

if sys.version_info < (3, 11):
    from exceptiongroup import ExceptionGroup


def test_a_scope_drops_its_owners_in_reverse() -> None:
    """As the locals of a block in Rust."""
    log: list[str] = []
    with Scope() as scope:
        for name in "abc":
            owner = scope.own(Noisy(name, log))
            assert isinstance(owner, Owned)
            assert owner.value.name == name
    assert log == ["c", "b", "a"]


def test_a_scope_passes_hook_and_name_on() -> None:
    """`own` takes what `Owned` takes."""
    log: list[Any] = []
    with Scope() as scope:
        scope.own([1], drop=log.append, name="first")
        second = scope.own([2], name="second")
        drop(second)
        error = refused(UseAfterDropError, lambda: second.value)
        assert "second" in str(error)
    assert log == [[1]]


@pytest.mark.parametrize("verb", [move, drop, into_inner, forget], ids=["move", "drop", "into_inner", "forget"])
def test_what_left_a_scope_is_not_dropped_by_it(verb: Any) -> None:
    """Moved, dropped, unwrapped or forgotten by then."""
    log: list[str] = []
    with Scope() as scope:
        a, b = scope.own(Noisy("a", log)), scope.own(Noisy("b", log))
        kept = verb(a)
        log.clear()
    assert log == ["b"]
    assert not is_live(a)
    assert not is_live(b)


def test_a_scope_keeps_its_owners_alive() -> None:
    """They need no other name."""
    log: list[str] = []
    with Scope() as scope:
        scope.own(Noisy("a", log))
        assert log == []
    assert log == ["a"]


def test_move_hands_all_owners_on() -> None:
    """The old scope owns nothing any more."""
    log: list[str] = []

    def build() -> Any:
        with Scope() as scope:
            scope.own(Noisy("a", log))
            scope.own(Noisy("b", log))
            return move(scope)

    scope = build()
    assert isinstance(scope, Scope)
    assert log == []
    with scope:
        scope.own(Noisy("c", log))
    assert log == ["c", "b", "a"]


def test_a_moved_scope_is_used_after_move() -> None:
    """Owning through it, entering it and moving it again are refused."""
    first = Scope()
    second = move(first)
    refused(UseAfterMoveError, lambda: first.own(1), "E0382")
    refused(UseAfterMoveError, lambda: first.enter(contextlib.nullcontext()), "E0382")
    refused(UseAfterMoveError, lambda: first.__enter__(), "E0382")
    refused(UseAfterMoveError, lambda: move(first), "E0382")
    refused(UseAfterMoveError, lambda: drop(first), "E0382")
    assert not is_live(first)
    assert is_live(second)


def test_a_scope_can_be_dropped_by_hand() -> None:
    """At once, in the same order; a second drop is refused."""
    log: list[str] = []
    scope = Scope()
    owner = scope.own(Noisy("a", log))
    scope.own(Noisy("b", log))
    drop(scope)
    assert log == ["b", "a"]
    refused(UseAfterDropError, lambda: drop(scope), "E0382")
    refused(UseAfterDropError, lambda: scope.own(1), "E0382")
    refused(UseAfterDropError, lambda: owner.value, "E0382")


def test_a_scope_that_dies_drops_its_owners() -> None:
    """Without a block, too."""
    log: list[str] = []
    scope = Scope()
    scope.own(Noisy("a", log))
    scope.own(Noisy("b", log))
    del scope
    assert log == ["b", "a"]


def test_failing_hooks_do_not_stop_a_scope() -> None:
    """One error arrives as it is, several as a group."""
    log: list[str] = []
    with pytest.raises(ValueError, match="drop of b") as single:
        with Scope() as scope:
            scope.own(Noisy("a", log))
            scope.own(Failing("b", log))
            scope.own(Noisy("c", log))
    assert type(single.value) is ValueError
    assert log == ["c", "b", "a"]
    log.clear()
    with pytest.raises(ExceptionGroup) as several:
        with Scope() as scope:
            for name in "abc":
                scope.own(Failing(name, log))
    assert [str(e) for e in several.value.exceptions] == ["drop of c", "drop of b", "drop of a"]
    assert log == ["c", "b", "a"]


def test_a_scope_drops_when_its_body_raises() -> None:
    """And the exception goes on."""
    log: list[str] = []
    with pytest.raises(KeyError):
        with Scope() as scope:
            scope.own(Noisy("a", log))
            raise KeyError
    assert log == ["a"]


def test_a_scope_owns_owners() -> None:
    """An owner given to `own` is moved into the scope."""
    log: list[str] = []
    first = Owned(Noisy("a", log))
    with Scope() as scope:
        scope.own(first)
        refused(UseAfterMoveError, lambda: first.value)
        scope.own(Noisy("b", log))
    assert log == ["b", "a"]


def test_entering_a_scope_twice_is_refused() -> None:
    """The error names the first entry; nothing is dropped twice."""
    log: list[str] = []
    with Scope() as scope:
        scope.own(Noisy("a", log))
        with pytest.raises(RuntimeError) as caught:
            with scope:
                raise AssertionError("entered twice")
        assert "test_scopes.py" in str(caught.value)
        assert log == []
    assert log == ["a"]
    refused(UseAfterDropError, lambda: scope.__enter__())


@pytest.mark.parametrize("kind", [Owned, Box], ids=["Owned", "Box"])
def test_entering_an_owner_twice_drops_once(kind: Any) -> None:
    """Refused or not, two blocks on one owner are one drop."""
    log: list[str] = []
    try:
        with kind(Noisy("a", log)) as owner:
            with owner:
                pass
    except RuntimeError as error:
        assert "test_scopes.py" in str(error)
    del owner
    assert log == ["a"]


def test_scopes_left_out_of_order_drop_their_own() -> None:
    """Each drops what it owns, once."""
    log: list[str] = []
    outer, inner = Scope(), Scope()
    outer.__enter__()
    inner.__enter__()
    outer.own(Noisy("outer", log))
    inner.own(Noisy("inner", log))
    for scope in (outer, inner):
        try:
            scope.__exit__(None, None, None)
        except RuntimeError as error:
            assert "test_scopes.py" in str(error)
    del outer, inner, scope
    assert sorted(log) == ["inner", "outer"]


def test_a_borrowed_owner_at_the_end_of_a_scope_is_dropped_and_reported() -> None:
    """The guard is expired; the other owners are dropped."""
    log: list[str] = []
    guards: list[Any] = []

    def leave() -> None:
        with Scope() as scope:
            scope.own(Noisy("a", log))
            guards.append(borrow(scope.own(Noisy("b", log))))

    error = refused(BorrowOutlivesOwnerError, leave, "E0597")
    assert log == ["b", "a"]
    refused(BorrowOutlivesOwnerError, lambda: guards[0].name, "E0597")


def test_a_scope_with_a_borrowed_owner_is_not_dropped_by_hand() -> None:
    """`drop` changes nothing, as with a single owner."""
    log: list[str] = []
    scope = Scope()
    guard = borrow(scope.own(Noisy("a", log)))
    refused(MoveWhileBorrowedError, lambda: drop(scope), "E0505")
    assert log == []
    assert guard.name == "a"
    drop(guard)
    drop(scope)
    assert log == ["a"]


class Session:
    """A context manager that writes down how it was left."""

    def __init__(self, log: list[str], swallow: bool = False) -> None:
        self.log = log
        self.swallow = swallow

    def __enter__(self) -> dict[str, int]:
        self.log.append("enter")
        return {"id": 1}

    def __exit__(self, t: type[BaseException] | None, e: BaseException | None, tb: Any) -> bool:
        self.log.append("clean" if t is None else f"{t.__name__}: {e}")
        return self.swallow


def fail(text: str) -> None:
    raise KeyError(text)


def test_enter_owns_the_exit_of_a_context_manager() -> None:
    """It holds what `__enter__` gave."""
    log: list[str] = []
    with Owned.enter(Session(log)) as session:
        assert isinstance(session, Owned)
        assert session.value == {"id": 1}
        assert log == ["enter"]
    assert log == ["enter", "clean"]


def test_a_block_passes_its_exception_to_the_exit_of_what_was_entered() -> None:
    """And honours a true answer."""
    log: list[str] = []
    with pytest.raises(KeyError):
        with Owned.enter(Session(log)):
            raise KeyError("a")
    assert log == ["enter", "KeyError: 'a'"]
    with Owned.enter(Session(log, swallow=True)):
        fail("b")
    assert log[-1] == "KeyError: 'b'"


def test_drop_exits_cleanly() -> None:
    """An explicit drop is an orderly end."""
    log: list[str] = []
    session = Owned.enter(Session(log))
    drop(session)
    assert log == ["enter", "clean"]
    refused(UseAfterDropError, lambda: session.value)


def test_dying_without_a_scope_exits_with_an_exception() -> None:
    """`OwnerDied` tells the manager that its owner went away unfinished."""
    log: list[str] = []
    session = Owned.enter(Session(log))
    del session
    assert len(log) == 2
    assert log[1].startswith("OwnerDied")
    assert issubclass(OwnerDied, Exception)
    session = Owned.enter(Session(log, swallow=True))
    del session
    assert log[3].startswith("OwnerDied")


def test_a_moved_entry_exits_once() -> None:
    """The exit moves along."""
    log: list[str] = []
    with Owned.enter(Session(log)) as first:
        second = move(first)
    assert log == ["enter"]
    with second:
        pass
    assert log == ["enter", "clean"]


def test_forget_and_into_inner_of_an_entry_never_exit() -> None:
    """The caller has taken the duty over."""
    log: list[str] = []
    forget(Owned.enter(Session(log)))
    assert into_inner(Owned.enter(Session(log))) == {"id": 1}
    assert log == ["enter", "enter"]


def test_an_enter_that_fails_owns_nothing() -> None:
    """The exit is not run for an entry that did not happen."""

    class Broken(Session):
        def __enter__(self) -> dict[str, int]:
            raise OSError("no")

    log: list[str] = []
    with pytest.raises(OSError, match="no"):
        Owned.enter(Broken(log))
    assert log == []


def test_entering_what_is_no_context_manager_is_a_type_error() -> None:
    """As `with` says it."""
    with pytest.raises((TypeError, AttributeError)):
        Owned.enter(5)
    with Scope() as scope:
        with pytest.raises((TypeError, AttributeError)):
            scope.enter(5)


def test_a_scope_enters_context_managers() -> None:
    """They exit with the scope, in reverse, with its exception."""
    log: list[str] = []
    with pytest.raises(KeyError):
        with Scope() as scope:
            session = scope.enter(Session(log))
            assert isinstance(session, Owned)
            assert session.value == {"id": 1}
            scope.own(Noisy("b", log))
            raise KeyError("a")
    assert log == ["enter", "b", "KeyError: 'a'"]


def test_a_scope_honours_a_true_answer() -> None:
    """What an inner manager swallowed, the outer ones never see."""
    log: list[str] = []
    outer: list[str] = []
    with Scope() as scope:
        scope.enter(Session(outer))
        scope.enter(Session(log, swallow=True))
        fail("a")
    assert log == ["enter", "KeyError: 'a'"]
    assert outer == ["enter", "clean"]


def test_an_exit_that_raises_passes_its_error_to_the_outer_managers() -> None:
    """As nested `with` statements do."""
    log: list[str] = []

    class Angry(Session):
        def __exit__(self, *args: Any) -> bool:
            raise ValueError("from exit")

    with pytest.raises(ValueError, match="from exit"):
        with Scope() as scope:
            scope.own(Noisy("first", log))
            scope.enter(Angry(log))
    assert log == ["enter", "first"]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("create table t (x)")
        connection.commit()
    return path


def rows(path: Path) -> list[Any]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("select x from t").fetchall()


def insert(session: Any) -> None:
    session.value.execute("insert into t values (1)")


def test_a_transaction_is_committed_by_a_clean_end(database: Path) -> None:
    """By the end of the block and by an explicit drop."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        with Owned.enter(connection) as session:
            insert(session)
        session = Owned.enter(connection)
        insert(session)
        drop(session)
    assert rows(database) == [(1,), (1,)]


def test_a_transaction_is_rolled_back_by_an_exception(database: Path) -> None:
    """`sqlite3` decides by what its exit is given."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        with pytest.raises(KeyError):
            with Owned.enter(connection) as session:
                insert(session)
                raise KeyError
    assert rows(database) == []


def test_an_unfinished_transaction_is_rolled_back_when_its_owner_dies(database: Path) -> None:
    """Never committed by accident."""
    with contextlib.closing(sqlite3.connect(database)) as connection:

        def unfinished() -> None:
            session = Owned.enter(connection)
            insert(session)

        unfinished()
        assert not connection.in_transaction
    assert rows(database) == []


def test_a_frame_that_fails_rolls_its_transaction_back(database: Path) -> None:
    """The owner dies with the frame that raised."""
    with contextlib.closing(sqlite3.connect(database)) as connection:

        def failing() -> None:
            session = Owned.enter(connection)
            insert(session)
            raise KeyError

        try:
            failing()
        except KeyError:
            pass
        assert not connection.in_transaction
    assert rows(database) == []


def test_a_lock_is_held_for_as_long_as_it_is_owned() -> None:
    """Also when it is handed on."""
    lock = threading.Lock()

    def acquire() -> Any:
        with Owned.enter(lock) as held:
            return move(held)

    held = acquire()
    assert lock.locked()
    del held
    assert not lock.locked()


def test_an_entry_that_is_boxed_in_a_value_exits_with_it() -> None:
    """Fields that hold entries are dropped in order."""
    log: list[str] = []

    class Work:
        def __init__(self) -> None:
            self.session = Owned.enter(Session(log))

    drop(Owned(Work()))
    assert log == ["enter", "clean"]
