"""Nothing is acquired that is not owned, wherever a `KeyboardInterrupt` comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from owned import OwnedLeakWarning, UseAfterDropError
from owned.accounts import totals
from tests.runtime.interrupts import Interrupting, tracing
from tests.runtime.loose import Owned, drop
from tests.runtime.parts import Noisy, refused


class Manager:
    """A context manager that notes how it is left."""

    def __init__(self) -> None:
        self.held = [1]
        self.exits: list[Any] = []

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.exits.append(kind)


def interrupted_everywhere(attempt: Callable[[], Callable[[], Any]], check: Callable[[bool], None]) -> int:
    """Run an attempt with an interrupt before its first, second, ... instruction, until it ends without one.

    Newer Pythons report instructions only from the second traced call on: the first one does not count.
    """
    acquire_it = attempt()
    with tracing(Interrupting(1_000_000, "opcode", "acquire_it")):
        kept = acquire_it()
    drop(kept)
    for at in range(1000):
        acquire_it = attempt()
        tracer = Interrupting(at, "opcode", "acquire_it")
        try:
            with tracing(tracer):
                kept = acquire_it()
        except KeyboardInterrupt as error:
            error.__traceback__ = None
        else:
            if not tracer.fired:
                drop(kept)
                check(False)
                return at
        check(True)
    raise AssertionError("it never ended")


def test_an_acquired_value_is_dropped_once_wherever_the_interrupt_comes() -> None:
    """What was taken out of the shelf is dropped; what was not, is still on the shelf."""
    log: list[str] = []
    shelf: list[Noisy] = []

    def attempt() -> Callable[[], Any]:
        log.clear()
        shelf[:] = [Noisy("book", log)]

        def acquire_it() -> Any:
            return Owned.call(shelf.pop)

        return acquire_it

    seen = set()

    def check(interrupted: bool) -> None:
        assert (len(shelf), log) in ((1, []), (0, ["book"]))
        seen.add(len(shelf))

    assert interrupted_everywhere(attempt, check) > 30
    assert seen == {0, 1}


def test_a_lock_that_is_entered_is_always_left() -> None:
    """`Owned.enter`: the lock is free again after every interrupt."""
    import threading

    lock = threading.Lock()

    def attempt() -> Callable[[], Any]:
        def acquire_it() -> Any:
            return Owned.enter(lock)

        return acquire_it

    def check(interrupted: bool) -> None:
        assert not lock.locked()

    assert interrupted_everywhere(attempt, check) > 30


def test_a_failing_call_raises_what_it_raises_and_owns_nothing() -> None:
    """And the accounts do not count it."""
    before = totals()
    with pytest.raises(FileNotFoundError):
        Owned.call(open, "no such file")
    after = totals()
    assert (after["created"], after["dropped"]) == (before["created"], before["dropped"])


def test_a_call_takes_over_an_owner_that_it_is_given() -> None:
    """As every constructor does."""
    log: list[str] = []
    inner = Owned(Noisy("a", log))
    outer = Owned.call(lambda: inner)
    drop(outer)
    assert log == ["a"]


def test_a_failing_enter_leaves_nothing() -> None:
    """What was never entered is not left."""

    class Refusing(Manager):
        def __enter__(self) -> int:
            raise ValueError

    manager = Refusing()
    with pytest.raises(ValueError):
        Owned.enter(manager)
    assert manager.exits == []


def test_what_is_called_is_used_and_dropped_like_any_owner(recwarn: pytest.WarningsRecorder) -> None:
    """Place of creation included."""
    log: list[str] = []
    owner = Owned.call(Noisy, "a", log=log)
    assert owner.value.name == "a"
    drop(owner)
    error = refused(UseAfterDropError, lambda: owner.value)
    assert error.sites[0].function == "test_what_is_called_is_used_and_dropped_like_any_owner"
    assert not [w for w in recwarn if issubclass(w.category, OwnedLeakWarning)]
