"""What moves, what a moved owner refuses, and what stays intact."""

from __future__ import annotations

from typing import Any

import pytest

from owned import MoveWhileBorrowedError, UseAfterDropError, UseAfterMoveError
from tests.runtime.loose import (
    Box,
    Owned,
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

OWNERS = [pytest.param(Owned, id="Owned"), pytest.param(Box, id="Box")]
owners = pytest.mark.parametrize("owner", OWNERS)

VERBS = {
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
    "swap first": lambda x: swap(x, Owned(1)),
    "swap second": lambda x: swap(Owned(1), x),
    "forget": forget,
    "Owned": Owned,
    "Box": Box,
}
verbs = pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)


@owners
def test_move_gives_a_new_handle_of_the_same_type_on_the_same_value(owner: Any) -> None:
    """The value itself does not move: only who owns it."""
    value = [1, 2]
    first = owner(value)
    second = move(first)
    assert type(second) is type(owner([]))
    assert isinstance(second, owner)
    assert second is not first
    assert deref(second) is value


@owners
def test_plain_python_passes_the_same_handle_on(owner: Any) -> None:
    """`y = x` is no move at run time."""
    first = owner([1])
    second = first
    assert is_live(first)
    assert is_live(second)
    assert deref(second) == [1]


@verbs
@owners
def test_every_verb_on_a_moved_owner_is_use_after_move(owner: Any, verb: Any) -> None:
    """No verb but `is_live` may be asked of a moved owner."""
    first = owner([1])
    second = move(first)
    refused(UseAfterMoveError, lambda: verb(first), "E0382")
    assert deref(second) == [1]


@verbs
@owners
def test_every_verb_on_a_dropped_owner_is_use_after_drop(owner: Any, verb: Any) -> None:
    """A second drop is refused like every other use."""
    log: list[str] = []
    handle = owner(Noisy("a", log))
    drop(handle)
    refused(UseAfterDropError, lambda: verb(handle), "E0382")
    assert log == ["a"]


@owners
def test_an_owner_given_to_into_inner_or_forget_is_moved(owner: Any) -> None:
    """Both consume the owner without a drop."""
    log: list[str] = []
    unwrapped, forgotten = owner(Noisy("a", log)), owner(Noisy("b", log))
    value = into_inner(unwrapped)
    forget(forgotten)
    assert isinstance(value, Noisy)
    refused(UseAfterMoveError, lambda: deref(unwrapped))
    refused(UseAfterMoveError, lambda: deref(forgotten))
    del unwrapped, forgotten
    assert log == []


def test_the_methods_of_owned_do_what_the_verbs_do() -> None:
    """`Owned` is no proxy, so it has methods."""
    log: list[str] = []
    first = Owned(Noisy("a", log))
    second = first.move()
    assert not is_live(first)
    with second.borrow() as view:
        assert view.name == "a"
    with second.borrow_mut() as change:
        change.name = "b"
    old = second.replace(Noisy("c", log))
    assert (old.name, log) == ("b", [])
    second.drop()
    assert log == ["c"]
    third = Owned([1])
    assert third.into_inner() == [1]
    assert not is_live(third)


@pytest.mark.parametrize("name", ["move", "drop", "borrow", "borrow_mut", "into_inner", "value"])
def test_the_methods_of_a_moved_owned_are_refused(name: str) -> None:
    """Methods pass through the same gate as verbs."""
    first: Any = Owned([1])
    keep = move(first)
    refused(UseAfterMoveError, lambda: getattr(first, name)(), "E0382")


@owners
def test_is_live_may_be_asked_of_everything(owner: Any) -> None:
    """It is the one question that a dead handle answers."""
    live, moved, dropped = owner([1]), owner([2]), owner([3])
    keep = move(moved)
    drop(dropped)
    guard = borrow(live)
    assert is_live(live)
    assert is_live(keep)
    assert is_live(guard)
    assert not is_live(moved)
    assert not is_live(dropped)
    drop(guard)
    assert not is_live(guard)


@owners
def test_repr_type_isinstance_and_identity_of_a_dead_owner_are_silent(owner: Any) -> None:
    """`repr` says what happened and never touches the value."""

    class Loud(Noisy):
        def __repr__(self) -> str:
            raise AssertionError("repr touched the value")

    moved, dropped = owner(Loud("a", [])), owner(Loud("b", []))
    keep = move(moved)
    drop(dropped)
    assert repr(moved).startswith(f"<moved {owner.__name__}[Loud]")
    assert repr(dropped).startswith("<dropped ")
    assert ascii(moved).startswith("<moved ")
    assert f"{dropped!r}".startswith("<dropped ")
    assert moved is not dropped
    assert isinstance(moved, owner)
    assert isinstance(dropped, owner)
    isinstance(moved, int)


@owners
def test_repr_of_a_dead_owner_says_its_type_and_its_name(owner: Any) -> None:
    """Moved or dropped alike."""
    moved, dropped = owner([1], name="log"), owner([2], name="log")
    keep = move(moved)
    drop(dropped)
    assert repr(moved).startswith(f'<moved {owner.__name__}[list] "log" created at')
    assert repr(dropped).startswith(f'<dropped {owner.__name__}[list] "log" created at')
    assert deref(keep) == [1]


def test_an_owner_given_to_a_constructor_is_moved() -> None:
    """A `Box` of an `Owned` owns the owner."""
    log: list[str] = []
    inner = Owned(Noisy("a", log))
    outer = Box(inner)
    refused(UseAfterMoveError, lambda: inner.value)
    assert deref(outer).value.name == "a"
    drop(outer)
    assert log == ["a"]


@owners
def test_replace_gives_the_old_value_undropped(owner: Any) -> None:
    """Only the new value is dropped with its owner."""
    log: list[str] = []
    handle = owner(Noisy("old", log))
    old = replace(handle, Noisy("new", log))
    assert (old.name, log) == ("old", [])
    drop(handle)
    assert log == ["new"]


@owners
def test_take_leaves_none(owner: Any) -> None:
    """What was taken is the caller's, and is not dropped with the owner."""
    log: list[str] = []
    handle = owner(Noisy("a", log))
    value = take(handle)
    assert value.name == "a"
    assert deref(handle) is None
    drop(handle)
    assert log == []


@owners
def test_swap_exchanges_two_values_and_drops_nothing(owner: Any) -> None:
    """Each owner drops what it holds at the end."""
    log: list[str] = []
    a, b = owner(Noisy("a", log)), owner(Noisy("b", log))
    assert swap(a, b) is None
    assert (deref(a).name, deref(b).name, log) == ("b", "a", [])
    drop(a)
    assert log == ["b"]
    drop(b)
    assert log == ["b", "a"]


def test_swap_works_between_owners_and_exclusive_borrows() -> None:
    """It needs exclusive access to both, however it was got."""
    a, b = Owned([1]), Box([2])
    guard = borrow_mut(b)
    swap(a, guard)
    drop(guard)
    assert (deref(a), deref(b)) == ([2], [1])


def test_replace_and_take_through_an_exclusive_borrow_change_the_owner() -> None:
    """A `RefMut` is `&mut T`."""
    owner = Owned([1])
    guard = borrow_mut(owner)
    assert replace(guard, [2]) == [1]
    assert guard[0] == 2
    assert take(guard) == [2]
    drop(guard)
    assert owner.value is None


def test_assigning_the_value_drops_the_old_one_and_puts_the_new_one_in_place() -> None:
    """As assigning to a variable does in Rust."""
    log: list[str] = []
    owner = Owned(Noisy("old", log))
    owner.value = Noisy("new", log)
    assert (owner.value.name, log) == ("new", ["old"])
    drop(owner)
    assert log == ["old", "new"]


def test_assigning_the_value_runs_the_given_hook_on_the_old_one() -> None:
    """`drop=` is the owner's hook, so it is run on every value it held."""
    dropped: list[int] = []
    owner = Owned(1, drop=dropped.append)
    owner.value = 2
    assert dropped == [1]
    drop(owner)
    assert dropped == [1, 2]


def test_a_moved_owner_takes_no_assignment() -> None:
    """Nor is the new value dropped for it."""
    log: list[str] = []
    owner: Any = Owned(Noisy("a", log))
    keep = move(owner)

    def assign() -> None:
        owner.value = Noisy("b", log)

    refused(UseAfterMoveError, assign)
    assert log == []
    assert keep.value.name == "a"


@owners
def test_clone_makes_an_owner_of_a_copy(owner: Any) -> None:
    """`__clone__` if the value has it, else a deep copy; the original stays usable."""
    log: list[str] = []
    noisy = owner(Noisy("a", log))
    nested = owner([[1], [2]])
    twin, deep = clone(noisy), clone(nested)
    assert isinstance(twin, owner)
    assert deref(twin).name == "a'"
    assert deref(deep) == [[1], [2]]
    assert deref(deep) is not deref(nested)
    assert deref(deep)[0] is not deref(nested)[0]
    assert deref(noisy).name == "a"
    drop(twin)
    drop(noisy)
    assert log == ["a'", "a"]


@owners
def test_clone_keeps_the_hook(owner: Any) -> None:
    """The copy is dropped as the original is."""
    dropped: list[Any] = []
    first = owner([1], drop=dropped.append)
    second = clone(first)
    deref(second).append(2)
    drop(second)
    drop(first)
    assert dropped == [[1, 2], [1]]


def test_leak_gives_the_bare_value_which_is_never_dropped() -> None:
    """`Box.leak` is an associated function of the class."""
    log: list[str] = []
    box = Box(Noisy("a", log))
    value = Box.leak(box)
    assert type(value) is Noisy
    refused(UseAfterMoveError, lambda: box.name)
    del box, value
    assert log == []


@owners
@pytest.mark.parametrize("value", [None, True, False, 0, "", (), 1.5], ids=repr)
def test_plain_values_can_be_owned(owner: Any, value: Any) -> None:
    """`Box(None)` and `Box(True)` work."""
    first = owner(value)
    second = move(first)
    assert deref(second) is value or deref(second) == value
    assert bool(into_inner(second)) is bool(value)
    assert not is_live(second)


@owners
@pytest.mark.parametrize("verb", [move, drop, into_inner, forget], ids=["move", "drop", "into_inner", "forget"])
@pytest.mark.parametrize("lend", [borrow, borrow_mut], ids=["shared", "exclusive"])
def test_a_borrowed_owner_does_not_move_and_nothing_changes(owner: Any, verb: Any, lend: Any) -> None:
    """The guard stays valid after the refused attempt."""
    log: list[str] = []
    handle = owner(Noisy("a", log))
    guard = lend(handle)
    refused(MoveWhileBorrowedError, lambda: verb(handle), "E0505")
    assert is_live(handle)
    assert guard.name == "a"
    assert log == []
    drop(guard)
    verb(handle)
    assert not is_live(handle)


@owners
def test_names_appear_in_messages(owner: Any) -> None:
    """`name=` is how an owner is called in errors."""
    handle = owner([1], name="ledger of 2024")
    keep = move(handle)
    error = refused(UseAfterMoveError, lambda: deref(handle))
    assert "ledger of 2024" in str(error)
