"""Facts of Rust's own tests about panics, which are exceptions here."""

from __future__ import annotations

from typing import Any

import pytest

from owned import Vec
from tests.runtime.loose import Owned, drop, move
from tests.runtime.parts import Failing, Noisy


def test_fact_235_an_exception_drops_the_blocks_of_every_frame_it_leaves() -> None:
    """The innermost first."""
    log: list[str] = []

    def inner() -> None:
        with Owned(Noisy("c", log)), Owned(Noisy("d", log)):
            raise KeyError

    def outer() -> None:
        with Owned(Noisy("b", log)):
            inner()

    with pytest.raises(KeyError):
        with Owned(Noisy("a", log)):
            outer()
    assert log == ["d", "c", "b", "a"]


def test_fact_236_an_exception_does_not_drop_what_was_moved_away() -> None:
    """Its new owner has it."""
    log: list[str] = []
    kept: list[Any] = []
    with pytest.raises(KeyError):
        with Owned(Noisy("a", log)) as a, Owned(Noisy("b", log)):
            kept.append(move(a))
            raise KeyError
    assert log == ["b"]
    drop(kept.pop())
    assert log == ["b", "a"]


def test_fact_241_a_drain_that_is_dropped_early_drops_its_whole_range() -> None:
    """Though a hook fails; the rest of the vector stays."""
    log: list[str] = []
    v: Any = Vec([Noisy("a", log), Failing("b", log), Noisy("c", log), Noisy("d", log)])
    drain = v.drain(1, 3)
    with pytest.raises(ValueError):
        drop(drain)
    assert (log, len(v)) == (["b", "c"], 2)
    drop(v)
    assert log == ["b", "c", "a", "d"]


def test_fact_243_an_exception_of_a_hook_during_another_one_is_kept_beside_it() -> None:
    """Rust aborts; here the first one goes on, with the second in its context."""
    log: list[str] = []
    with pytest.raises(KeyError) as info:
        with Owned(Noisy("a", log)), Owned(Failing("b", log)):
            raise KeyError
    assert log == ["b", "a"]
    assert isinstance(info.value.__context__, ValueError)


def test_fact_244_a_hook_may_raise_and_catch_while_an_exception_is_on_its_way() -> None:
    """Nobody learns of it."""
    log: list[str] = []

    def hook(value: Any) -> None:
        try:
            raise ValueError
        except ValueError:
            log.append("caught")

    with pytest.raises(KeyError) as info:
        with Owned([1], drop=hook):
            raise KeyError
    assert (log, info.value.__context__) == (["caught"], None)


def test_facts_245_and_246_what_is_caught_has_dropped_already() -> None:
    """Raised again it is the same exception, and no hook runs again."""
    log: list[str] = []
    error = KeyError()

    def fail() -> None:
        with Owned(Noisy("a", log)):
            raise error

    with pytest.raises(KeyError) as info:
        try:
            fail()
        except KeyError:
            assert log == ["a"]
            raise
    assert (log, info.value is error) == (["a"], True)
