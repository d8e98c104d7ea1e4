"""The short way to the end of an owner does what the long way does. Its types stand here: it is for lasting ones."""

from __future__ import annotations

import asyncio
import gc
import sys
import weakref
from typing import Any

import pytest

from owned import (
    AsyncDropError,
    BorrowOutlivesOwnerError,
    ScopeError,
    UseAfterDropError,
    UseAfterMoveError,
    register_drop,
)
from owned.accounts import totals
from owned.known_types import AT_ONCE
from owned.pytest_plugin import alive_now
from tests.runtime.interrupts import Interrupting, tracing
from tests.runtime.loose import Box, Owned, borrow, drop, is_live, move
from tests.runtime.parts import refused

LOG: list[str] = []

owners = pytest.mark.parametrize("owner", [Owned, Box])


class Closing:
    """Notes when it is closed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def close(self) -> None:
        LOG.append(self.name)


class Dropping(Closing):
    """Says itself how it is dropped."""

    def __drop__(self) -> None:
        LOG.append(self.name)

    def close(self) -> None:
        LOG.append("closed")


class Failing(Closing):
    """Fails when it is closed."""

    def close(self) -> None:
        super().close()
        raise ValueError(self.name)


class Held(Closing):
    """Holds something besides."""

    def __init__(self, name: str, *held: Any) -> None:
        super().__init__(name)
        self.held = list(held)


class Coroutine(Closing):
    """Gives a coroutine, which nobody would have expected."""

    def close(self) -> Any:
        async def closing() -> None: ...

        return closing()


class Plain:
    """Has nothing to run."""


class Changing(Closing):
    """A class that a test changes."""


@pytest.fixture(autouse=True)
def _empty() -> None:
    LOG.clear()


def leave(owner: Any) -> None:
    """End an owner by its block."""
    with owner:
        pass


ends = pytest.mark.parametrize("end", [leave, drop])


def goes_the_short_way(kind: type) -> bool:
    return AT_ONCE.get(kind) is not None


@owners
@ends
@pytest.mark.parametrize("kind", [Closing, Dropping])
def test_a_value_is_dropped_once_and_its_owner_says_so(owner: Any, end: Any, kind: Any) -> None:
    """With the place."""
    owned = owner(kind("a"))
    end(owned)
    assert LOG == ["a"]
    assert not is_live(owned)
    error = refused(UseAfterDropError, lambda: drop(owned))
    assert kind.__name__ in str(error)
    assert [site.kind for site in error.sites] == ["created", "dropped", "used"]
    assert {site.file for site in error.sites} == {__file__}
    assert repr(owned).startswith(f"<dropped {owner.__name__}[{kind.__name__}]")
    assert goes_the_short_way(kind)


@owners
@ends
def test_a_hook_of_its_own_comes_before_the_one_of_the_type(owner: Any, end: Any) -> None:
    """It gets the bare value."""
    end(owner(Closing("a"), drop=lambda value: LOG.append("own " + value.name)))
    assert LOG == ["own a"]


@owners
@ends
def test_a_failing_hook_is_heard_and_the_owner_has_ended(owner: Any, end: Any) -> None:
    """What the value holds is dropped after it, and both failures come as a group."""
    owned = owner(Failing("a"))
    with pytest.raises(ValueError, match="a") as caught:
        end(owned)
    assert caught.value.__context__ is None
    assert (LOG, is_live(owned)) == (["a"], False)
    value: Any = Failing("b")
    value.held = Owned(Failing("c"))
    with pytest.raises(BaseException) as group:
        end(owner(value))
    assert [str(failure) for failure in group.value.exceptions] == ["b", "c"]  # type: ignore[attr-defined]
    assert LOG == ["a", "b", "c"]


@owners
@ends
def test_what_the_value_holds_is_dropped_after_it(owner: Any, end: Any) -> None:
    """In lists, in dictionaries, and what the hook has put there."""
    inner = Owned(Closing("b"))
    end(owner(Held("a", inner)))
    assert (LOG, is_live(inner)) == (["a", "b"], False)
    value = Closing("c")
    value.__dict__["held"] = {"x": [Owned(Closing("d"))]}
    end(owner(value, drop=lambda value: setattr(value, "late", Owned(Closing("e")))))
    assert LOG == ["a", "b", "d", "e"]
    end(owner([Owned(Closing("f"))]))
    assert LOG[-1] == "f"


@owners
@ends
def test_a_hook_that_gives_a_coroutine_is_refused(owner: Any, end: Any) -> None:
    """Nobody would await it."""
    refused(AsyncDropError, lambda: end(owner(Coroutine("a"))))


@owners
def test_a_block_begins_once(owner: Any) -> None:
    """The inner one would end it; the next one is refused, too."""
    with owner(Closing("a")) as owned:
        refused(ScopeError, lambda: leave(owned))
    assert LOG == ["a"]
    refused(UseAfterDropError, lambda: leave(owned))


@owners
def test_an_owner_that_was_moved_out_of_its_block_lives_on(owner: Any) -> None:
    """And can be bound by another block."""
    with owner(Closing("a")) as owned:
        kept = move(owned)
    assert LOG == []
    with kept:
        assert LOG == []
    assert LOG == ["a"]
    refused(UseAfterMoveError, lambda: drop(owned))


@owners
def test_a_borrow_that_outlives_its_block_is_told(owner: Any) -> None:
    """One that has ended is not."""
    with owner(Closing("a")) as owned:
        with borrow(owned) as r:
            assert r.name == "a"
    assert LOG == ["a"]
    with pytest.raises(BorrowOutlivesOwnerError), owner(Closing("b")) as owned:
        guard = borrow(owned)
    assert LOG == ["a", "b"]
    refused(BorrowOutlivesOwnerError, lambda: guard.name)


@owners
def test_an_exception_leaves_the_block_and_the_value_is_closed(owner: Any) -> None:
    """A failure of the hook becomes its context."""
    with pytest.raises(KeyError) as caught, owner(Failing("a")):
        raise KeyError
    assert (LOG, type(caught.value.__context__)) == (["a"], ValueError)


@owners
def test_an_owner_that_dies_at_rest_leaves_nothing(owner: Any) -> None:
    """Neither the value nor a count."""
    before, alive = totals(), alive_now()
    value = Plain()
    there = weakref.ref(value)
    owned = owner(value)
    del value, owned
    assert there() is None
    after = totals()
    assert (after["created"] - before["created"], after["dropped"] - before["dropped"]) == (1, 1)
    with owner(Plain()):
        pass
    drop(owner(Plain()))
    assert totals()["dropped"] - before["dropped"] == 3
    assert alive_now() == alive


@owners
@ends
def test_a_class_that_is_changed_is_asked_again(owner: Any, end: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another `close`, a `__drop__`, and one that must be awaited."""
    end(owner(Changing("a")))
    monkeypatch.setattr(Changing, "close", lambda self: LOG.append("new " + self.name))
    end(owner(Changing("b")))
    end(owner(Changing("c")))
    monkeypatch.setattr(Changing, "__drop__", lambda self: LOG.append("drop " + self.name), raising=False)
    end(owner(Changing("d")))
    end(owner(Changing("e")))
    assert LOG == ["a", "new b", "new c", "drop d", "drop e"]


@owners
def test_a_class_whose_hook_must_be_awaited_from_now_on_is_refused(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On entry, as always."""
    with owner(Changing("a")):
        pass

    async def close(self: Changing) -> None:
        LOG.append("awaited")

    monkeypatch.setattr(Changing, "close", close)
    owned = owner(Changing("b"))
    refused(AsyncDropError, lambda: leave(owned))
    refused(AsyncDropError, lambda: drop(owned))

    async def leave_it() -> None:
        async with owned:
            pass

    asyncio.run(leave_it())
    assert LOG == ["a", "awaited"]


class Registered(Closing):
    """A class that a test registers a hook for."""


class Hookless:
    """A class that a test gives a hook."""


@owners
@ends
@pytest.mark.parametrize("name", ["close", "__drop__"])
def test_a_hook_that_a_class_is_given_later_is_found(owner: Any, end: Any, name: str) -> None:
    """Its values were dropped without one before."""
    kind: Any = type(f"Hookless{owner.__name__}", (Hookless,), {"__module__": __name__})
    setattr(sys.modules[__name__], kind.__qualname__, kind)
    end(owner(kind()))
    end(owner(kind()))
    setattr(kind, name, lambda value: LOG.append("late"))
    end(owner(kind()))
    assert LOG == ["late"]
    delattr(sys.modules[__name__], kind.__qualname__)


@owners
@ends
def test_a_hook_that_is_registered_later_is_found(owner: Any, end: Any) -> None:
    """Also for a class that was dropped before."""
    kind: Any = type(f"Registered{owner.__name__}", (Registered,), {"__module__": __name__})
    setattr(sys.modules[__name__], kind.__qualname__, kind)
    end(owner(kind("a")))
    register_drop(kind, lambda value: LOG.append("registered " + value.name))
    end(owner(kind("b")))
    assert LOG == ["a", "registered b"]
    delattr(sys.modules[__name__], kind.__qualname__)


@owners
@ends
@pytest.mark.parametrize("kind", [Closing, Dropping])
def test_an_interrupt_where_a_function_begins_loses_nothing(owner: Any, end: Any, kind: Any) -> None:
    """That is where signals come: the value is closed once, by the end or when the owner dies."""
    for at in range(200):
        LOG.clear()
        owned = owner(kind("a"))
        tracer = Interrupting(at, "call")
        try:
            with tracing(tracer):
                end(owned)
        except KeyboardInterrupt as error:
            error.__traceback__ = None
        del owned
        gc.collect()
        assert LOG == ["a"]
        if not tracer.fired:
            break
    assert 0 < at < 199
