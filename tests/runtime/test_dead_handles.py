"""After a move, a drop or the end of a borrow, every operation that can be intercepted raises."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from owned import BorrowOutlivesOwnerError, UseAfterDropError, UseAfterMoveError
from tests.runtime.loose import Box, Owned, Ref, borrow, borrow_mut, drop, forget, is_live, move
from tests.runtime.operations import GROUPS, IMPOSSIBLE, Operation
from tests.runtime.parts import Plain

_alive: list[Any] = []


@pytest.fixture(autouse=True)
def _release() -> Any:
    yield
    _alive.clear()


def keep(value: Any) -> Any:
    _alive.append(value)
    return value


class Everything(list[Any]):
    """A value that can do (almost) everything, so that nothing fails for another reason."""

    def __call__(self, *args: Any, **kwargs: Any) -> int:
        return 1

    def __index__(self) -> int:
        return 1

    def __fspath__(self) -> str:
        return "."

    def __next__(self) -> int:
        raise StopIteration

    def keys(self) -> list[str]:
        return []


def moved_owned() -> Any:
    owner = Owned(Everything([1]))
    keep(move(owner))
    return owner


def moved_box() -> Any:
    owner = Box(Everything([1]))
    keep(move(owner))
    return owner


def moved_number() -> Any:
    owner = Box(5)
    keep(move(owner))
    return owner


def forgotten_box() -> Any:
    owner = Box(Everything([1]))
    forget(owner)
    return owner


def dropped_owned() -> Any:
    owner = Owned(Everything([1]))
    drop(owner)
    return owner


def dropped_box() -> Any:
    owner = Box(Everything([1]))
    drop(owner)
    return owner


def dropped_number() -> Any:
    owner = Box(5)
    drop(owner)
    return owner


def dropped_ref() -> Any:
    guard = borrow(keep(Owned(Everything([1]))))
    drop(guard)
    return guard


def dropped_ref_mut() -> Any:
    guard = borrow_mut(keep(Box(Everything([1]))))
    drop(guard)
    return guard


def moved_ref() -> Any:
    guard = borrow(keep(Box(Everything([1]))))
    keep(move(guard))
    return guard


def moved_ref_mut() -> Any:
    guard = borrow_mut(keep(Owned(Everything([1]))))
    keep(move(guard))
    return guard


def mapped_ref() -> Any:
    guard = borrow(keep(Box(Plain(items=Everything([1])))))
    keep(Ref.map(guard, lambda v: v.items))
    return guard


def ended_view() -> Any:
    with borrow(keep(Owned(Everything([1])))) as view:
        pass
    return view


def ended_change() -> Any:
    with borrow_mut(keep(Box(Everything([1])))) as view:
        pass
    return view


def ended_part() -> Any:
    with borrow(keep(Owned(Plain(items=Everything([1]))))) as view:
        part = view.items
    return part


def part_of_dropped_ref() -> Any:
    guard = borrow(keep(Owned([Everything([1])])))
    part = guard[0]
    drop(guard)
    return part


def orphaned_ref() -> Any:
    return borrow(Owned(Everything([1])))


def orphaned_ref_mut() -> Any:
    return borrow_mut(Box(Everything([1])))


DEAD: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "moved Owned": (UseAfterMoveError, moved_owned),
    "moved Box": (UseAfterMoveError, moved_box),
    "moved Box of int": (UseAfterMoveError, moved_number),
    "forgotten Box": (UseAfterMoveError, forgotten_box),
    "dropped Owned": (UseAfterDropError, dropped_owned),
    "dropped Box": (UseAfterDropError, dropped_box),
    "dropped Box of int": (UseAfterDropError, dropped_number),
    "moved Ref": (UseAfterMoveError, moved_ref),
    "moved RefMut": (UseAfterMoveError, moved_ref_mut),
    "mapped Ref": (UseAfterMoveError, mapped_ref),
    "dropped Ref": (UseAfterDropError, dropped_ref),
    "dropped RefMut": (UseAfterDropError, dropped_ref_mut),
    "view after its block": (BorrowOutlivesOwnerError, ended_view),
    "exclusive view after its block": (BorrowOutlivesOwnerError, ended_change),
    "part of a view after its block": (BorrowOutlivesOwnerError, ended_part),
    "part of a dropped Ref": (UseAfterDropError, part_of_dropped_ref),
    "Ref of a dead owner": (BorrowOutlivesOwnerError, orphaned_ref),
    "RefMut of a dead owner": (BorrowOutlivesOwnerError, orphaned_ref_mut),
}
every_death = pytest.mark.parametrize("error, make", DEAD.values(), ids=DEAD)


@every_death
@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
@pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")
def test_an_operation_on_a_dead_handle_raises(
    group: dict[str, Operation], error: type[Exception], make: Callable[[], Any]
) -> None:
    """Exactly the class that says how the handle ended, whatever the operation."""
    handle = make()
    found = {name: outcome(operation, handle) for name, operation in group.items()}
    assert found == dict.fromkeys(group, error)


def outcome(operation: Operation, handle: Any) -> object:
    try:
        return f"silent: {type(operation(handle))}"
    except Exception as error:
        return type(error)


@every_death
def test_what_nobody_can_intercept_is_silent(error: type[Exception], make: Callable[[], Any]) -> None:
    """Python asks the object nothing, so nothing is raised by accident either."""
    handle = make()
    for name, operation in IMPOSSIBLE.items():
        if name == "weakref.ref(p)" and type(handle).__weakrefoffset__ == 0:
            continue
        operation(handle)


@every_death
def test_the_questions_that_may_be_asked_of_a_dead_handle(error: type[Exception], make: Callable[[], Any]) -> None:
    """`is_live`, `repr`, `type`, `isinstance` and identity are silent."""
    handle = make()
    assert is_live(handle) is False
    assert repr(handle).startswith("<")
    assert isinstance(handle, type(handle))
    isinstance(handle, (int, list))
    assert handle is handle
    assert handle is not None


def test_there_are_at_least_as_many_operations_as_python_lets_us_intercept() -> None:
    """The cost study counts 108 of 130."""
    assert sum(map(len, GROUPS.values())) >= 108


@pytest.mark.parametrize("make", [moved_box, dropped_box, moved_owned, dropped_owned])
def test_a_dead_handle_does_not_keep_the_value_alive(make: Callable[[], Any]) -> None:
    """The value of a moved or dropped handle can be freed while the handle is still there."""
    handle = make()
    freed = not any(isinstance(x, Everything) for x in gc.get_referents(handle))
    _alive.clear()
    gc.collect()
    assert freed


def test_the_value_is_freed_when_its_owner_is_dropped() -> None:
    """A dead handle keeps nothing, so weak references to the value die at once."""
    box = Box(Everything([1]))
    watch = weakref.ref(Plain())
    value = Plain()
    watch = weakref.ref(value)
    owner = Owned(value)
    del value
    drop(owner)
    assert watch() is None
    assert sys.getrefcount(owner) > 0
    assert len(box) == 1
