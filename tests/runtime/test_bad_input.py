"""Bad input gives a clear error that names the place and the remedy, and drops nothing twice."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

from owned import DropHookError, NotAnOwnerError, UseAfterDropError, UseAfterMoveError
from tests.runtime.loose import (
    Box,
    Owned,
    Rc,
    Scope,
    borrow,
    borrow_mut,
    clone,
    deref,
    drop,
    forget,
    into_inner,
    is_live,
    move,
    replace,
    swap,
    take,
    try_borrow,
    try_borrow_mut,
)
from tests.runtime.parts import Noisy, refused

owners = pytest.mark.parametrize("owner", [Owned, Box], ids=["Owned", "Box"])


@owners
@pytest.mark.parametrize("maker", [Owned, Box, lambda x: Scope().own(x)], ids=["Owned", "Box", "Scope.own"])
def test_constructing_from_a_dead_handle_is_refused(owner: Any, maker: Any) -> None:
    """Moved or dropped: the constructor takes ownership, so it is a use."""
    log: list[str] = []
    moved, dropped = owner(Noisy("a", log)), owner(Noisy("b", log))
    keep = move(moved)
    drop(dropped)
    error = refused(UseAfterMoveError, lambda: maker(moved), "E0382")
    assert "test_bad_input.py" in str(error)
    refused(UseAfterDropError, lambda: maker(dropped), "E0382")
    assert log == ["b"]
    assert deref(keep).name == "a"


@owners
@pytest.mark.parametrize("hook", [5, "close", [print], object()], ids=["int", "str", "list", "object"])
def test_a_hook_that_is_not_callable_is_a_type_error(owner: Any, hook: object) -> None:
    """At construction, not at the drop."""
    log: list[str] = []
    value = Noisy("a", log)
    with pytest.raises(TypeError) as caught:
        owner(value, drop=hook)
    assert "drop" in str(caught.value)
    assert "call" in str(caught.value)
    gc.collect()
    assert log == []


@owners
def test_a_hook_that_does_not_take_one_argument_is_a_type_error(owner: Any) -> None:
    """It is called with the value alone."""
    log: list[str] = []

    def none() -> None:
        log.append("none")

    def two(a: object, b: object) -> None:
        log.append("two")

    def keyword(a: object, *, b: object) -> None:
        log.append("keyword")

    for hook in (none, two, keyword):
        with pytest.raises(TypeError) as caught:
            owner([1], drop=hook)
        assert "argument" in str(caught.value)
    gc.collect()
    assert log == []


@owners
def test_hooks_that_take_one_argument_in_any_way_are_accepted(owner: Any) -> None:
    """Defaults, stars, bound methods, classes, builtins."""
    seen: list[Any] = []

    def defaults(a: object, b: int = 1) -> None:
        seen.append(a)

    def star(*args: object) -> None:
        seen.extend(args)

    class Collector:
        def __init__(self, value: object) -> None:
            seen.append(value)

    for hook in (defaults, star, seen.append, Collector, lambda v: seen.append(v)):
        drop(owner([1], drop=hook))
    assert seen == [[1]] * 5
    drop(owner([1], drop=print))
    drop(owner(5, drop=str))


class NoAttributes:
    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"no {name} here")


class NotEqual:
    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no comparison")

    __hash__ = None  # type: ignore[assignment]


@owners
@pytest.mark.parametrize("make", [NoAttributes, NotEqual], ids=["__getattr__", "__eq__"])
def test_a_value_whose_special_methods_raise_can_be_owned(owner: Any, make: Any) -> None:
    """The library asks the value nothing that it need not know."""
    with owner(make()) as first:
        second = move(first)
    with borrow(second):
        pass
    with borrow_mut(second):
        pass
    assert isinstance(deref(second), make)
    assert "<moved" in repr(first)
    drop(second)
    with owner(make()):
        pass
    scope = Scope()
    scope.own(make())
    drop(scope)
    drop(owner([owner(make())]))


def test_the_values_own_errors_come_through_a_box() -> None:
    """Unchanged."""
    with pytest.raises(RuntimeError, match="no x here"):
        Box(NoAttributes()).x
    with pytest.raises(RuntimeError, match="no comparison"):
        Box(NotEqual()) == 1
    with pytest.raises(RuntimeError, match="no x here"):
        borrow_and_read()


def borrow_and_read() -> None:
    owner = Owned(NoAttributes())
    with borrow(owner) as view:
        view.x


@owners
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_value_whose_del_raises_is_dropped_once(owner: Any) -> None:
    """Python reports `__del__`'s error; the hook ran once."""
    log: list[str] = []

    class Rude(Noisy):
        def __del__(self) -> None:
            raise RuntimeError("no deletion")

    drop(owner(Rude("a", log)))
    handle = owner(Rude("b", log))
    del handle
    gc.collect()
    assert log == ["a", "b"]


VERBS: dict[str, Any] = {
    "move": move,
    "drop": drop,
    "borrow": borrow,
    "borrow_mut": borrow_mut,
    "try_borrow": try_borrow,
    "try_borrow_mut": try_borrow_mut,
    "clone": clone,
    "into_inner": into_inner,
    "deref": deref,
    "replace": lambda x: replace(x, 1),
    "take": take,
    "swap": lambda x: swap(x, Owned(1)),
    "swap back": lambda x: swap(Owned(1), x),
    "forget": forget,
}


@pytest.mark.parametrize(
    "thing", [5, None, [1], "text", object(), Owned, Noisy("a", [])], ids=lambda v: type(v).__name__
)
@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_verb_on_a_thing_that_is_no_handle_is_a_type_error(verb: Any, thing: Any) -> None:
    """It names the verb, the type that it got, and what to do."""
    with pytest.raises(TypeError) as caught:
        verb(thing)
    text = str(caught.value)
    assert type(thing).__name__ in text
    assert "Owned" in text


def test_is_live_of_a_thing_that_is_no_handle_is_an_answer_or_a_type_error() -> None:
    """Everything may be asked; a plain value is simply there."""
    try:
        assert is_live([1]) is True
    except TypeError as error:
        assert "list" in str(error)


def test_move_of_what_cannot_be_moved_leaves_it_alone() -> None:
    """A refused verb has no side effect on a plain value."""
    value = Noisy("a", [])
    with pytest.raises(TypeError):
        drop(value)
    assert value.log == []


@pytest.mark.parametrize("arguments", [(), (1, 2)], ids=["none", "two"])
@owners
def test_a_constructor_takes_one_value(owner: Any, arguments: tuple[Any, ...]) -> None:
    """The rest goes by keyword."""
    with pytest.raises(TypeError):
        owner(*arguments)
    with pytest.raises(TypeError):
        owner(1, hook=print)


def test_guards_are_made_by_borrowing_only() -> None:
    """`Ref(x)` of a plain value would borrow from nobody."""
    from tests.runtime.loose import Ref, RefMut

    for kind in (Ref, RefMut):
        with pytest.raises(TypeError):
            kind([1])


def test_swap_of_an_owner_with_itself_drops_nothing() -> None:
    """Refused or not, the value stays."""
    log: list[str] = []
    owner = Owned(Noisy("a", log))
    try:
        swap(owner, owner)
    except RuntimeError as error:
        assert "test_bad_input.py" in str(error)
    assert owner.value.name == "a"
    drop(owner)
    assert log == ["a"]


class WantsMore:
    """A value whose `close` needs an argument."""

    def close(self, code: int) -> None:
        raise AssertionError("never called without its argument")


class WantsLess:
    """A value whose `__drop__` does not take the value."""

    @staticmethod
    def __drop__() -> None:
        raise AssertionError("never called with the value")


class NotCallable:
    """A value whose `__drop__` is no function."""

    __drop__ = 5


@pytest.mark.parametrize("kind", [WantsMore, WantsLess, NotCallable])
@pytest.mark.parametrize("owner", [Owned, Box, Rc])
def test_a_hook_of_the_class_that_cannot_be_called_with_the_value_alone_says_so(owner: Any, kind: Any) -> None:
    """With the class's name, the place and what to do; a hook that is given takes its place."""
    error = refused(DropHookError, lambda: drop(owner(kind())))
    assert repr(kind.__name__) in str(error)
    assert "drop=" in str(error)
    log: list[str] = []
    drop(owner(kind(), drop=lambda value: log.append("given")))
    assert log == ["given"]


def test_what_is_no_context_manager_cannot_be_entered() -> None:
    """It is refused with its type's name, and with the way for the other kind of context manager."""

    class Asynchronous:
        async def __aenter__(self) -> None: ...
        async def __aexit__(self, *ignored: object) -> None: ...

    for enter in (Owned.enter, Scope().enter):
        error = refused(NotAnOwnerError, given(enter, 5))
        assert isinstance(error, TypeError)
        assert "'int'" in str(error)
        assert "aenter" in str(refused(NotAnOwnerError, given(enter, Asynchronous())))
    for aenter in (Owned.aenter, Scope().aenter):
        error = refused(NotAnOwnerError, lambda: aenter(threading.Lock()).send(None))
        assert "enter it by enter(cm)" in str(error)


def given(function: Callable[[Any], Any], x: Any) -> Callable[[], Any]:
    return lambda: function(x)
