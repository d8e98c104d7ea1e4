"""Shared and exclusive borrows: who excludes whom, and how borrows end."""

from __future__ import annotations

from typing import Any

import pytest

from owned import (
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveOutOfBorrowError,
    MoveWhileBorrowedError,
    ReadOnlyError,
    UseAfterDropError,
    UseAfterMoveError,
)
from tests.runtime.loose import (
    Box,
    Owned,
    Ref,
    RefMut,
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
from tests.runtime.parts import Noisy, Plain, refused

owners = pytest.mark.parametrize("owner", [Owned, Box], ids=["Owned", "Box"])


@owners
def test_any_number_of_shared_borrows_live_at_once(owner: Any) -> None:
    """And the owner can still be read."""
    handle = owner([1, 2])
    guards = [borrow(handle) for _ in range(5)]
    assert [len(g) for g in guards] == [2] * 5
    assert len(deref(handle)) == 2


@owners
def test_an_exclusive_borrow_excludes_shared_ones(owner: Any) -> None:
    """The guard that is there stays valid."""
    handle = owner([1])
    guard = borrow_mut(handle)
    refused(BorrowError, lambda: borrow(handle), "E0502")
    assert try_borrow(handle) is None
    assert guard[0] == 1
    drop(guard)
    assert borrow(handle)[0] == 1


@owners
def test_a_shared_borrow_excludes_exclusive_ones(owner: Any) -> None:
    """With two shared guards, the end of one is not enough."""
    handle = owner([1])
    first, second = borrow(handle), borrow(handle)
    refused(BorrowMutError, lambda: borrow_mut(handle), "E0502")
    assert try_borrow_mut(handle) is None
    drop(first)
    refused(BorrowMutError, lambda: borrow_mut(handle), "E0502")
    drop(second)
    assert borrow_mut(handle)[0] == 1


@owners
def test_an_exclusive_borrow_excludes_another(owner: Any) -> None:
    """Two exclusive borrows are E0499."""
    handle = owner([1])
    guard = borrow_mut(handle)
    refused(BorrowMutError, lambda: borrow_mut(handle), "E0499")
    assert try_borrow_mut(handle) is None
    assert guard[0] == 1


@owners
def test_try_verbs_give_a_guard_when_there_is_no_conflict(owner: Any) -> None:
    """They differ from the plain verbs in a conflict only."""
    handle = owner([1])
    shared = try_borrow(handle)
    assert isinstance(shared, Ref)
    drop(shared)
    exclusive = try_borrow_mut(handle)
    assert isinstance(exclusive, RefMut)
    drop(exclusive)
    drop(handle)
    refused(UseAfterDropError, lambda: try_borrow(handle))
    refused(UseAfterDropError, lambda: try_borrow_mut(handle))


@owners
def test_an_exclusively_borrowed_owner_cannot_be_read(owner: Any) -> None:
    """Not even by `deref` or `clone`."""
    handle = owner([1])
    guard = borrow_mut(handle)
    refused(BorrowError, lambda: deref(handle), "E0502")
    refused(BorrowError, lambda: clone(handle), "E0502")
    drop(guard)
    assert deref(handle) == [1]


def test_an_exclusively_borrowed_owned_gives_no_value() -> None:
    """Reading `value` is a use of the owner."""
    owner = Owned([1])
    guard = borrow_mut(owner)
    refused(BorrowError, lambda: owner.value, "E0502")
    guard.append(2)
    drop(guard)
    assert owner.value == [1, 2]


@pytest.mark.parametrize(
    "read",
    [
        lambda b: b[0],
        lambda b: len(b),
        lambda b: list(b),
        lambda b: b.index(1),
        lambda b: b == [1],
        lambda b: 1 in b,
        lambda b: str(b),
        lambda b: bool(b),
        lambda b: b + [2],
    ],
    ids=["item", "len", "iter", "method", "eq", "contains", "str", "bool", "add"],
)
def test_an_exclusively_borrowed_box_cannot_be_read(read: Any) -> None:
    """Whatever reaches the value is refused."""
    box = Box([1])
    guard = borrow_mut(box)
    refused(BorrowError, lambda: read(box), "E0502")
    drop(guard)
    read(box)


def _set_item(b: Any) -> None:
    b[0] = 2


def _del_item(b: Any) -> None:
    del b[0]


def _in_place(b: Any) -> None:
    b += [2]


@pytest.mark.parametrize("lend, code", [(borrow, "E0502"), (borrow_mut, "E0499")], ids=["shared", "exclusive"])
@pytest.mark.parametrize(
    "change",
    [_set_item, _del_item, _in_place, lambda b: b.append(2), lambda b: b.sort(), lambda b: b.clear()],
    ids=["set item", "del item", "in place", "append", "sort", "clear"],
)
def test_a_borrowed_box_cannot_be_changed_through_its_owner(change: Any, lend: Any, code: str) -> None:
    """The value stays as the guard saw it."""
    box = Box([1])
    guard = lend(box)
    error = refused_either(BorrowMutError, BorrowError, lambda: change(box))
    if lend is borrow:
        assert type(error) is BorrowMutError
        assert error.code == code
    assert list(guard) == [1]
    drop(guard)
    change(box)


def refused_either(first: Any, second: Any, call: Any) -> Any:
    with pytest.raises((first, second)) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("lend, code", [(borrow, "E0502"), (borrow_mut, "E0499")], ids=["shared", "exclusive"])
def test_attributes_of_a_borrowed_box_cannot_be_set_or_deleted(lend: Any, code: str) -> None:
    """A change through the owner needs exclusive access."""
    box = Box(Plain(x=1))
    guard = lend(box)
    refused(BorrowMutError, lambda: setattr(box, "x", 2), code)
    refused(BorrowMutError, lambda: delattr(box, "x"), code)
    assert guard.x == 1


def test_a_method_of_a_user_class_that_assigns_to_self_is_refused_while_the_box_is_borrowed() -> None:
    """It would change the value under the guard."""
    box = Box(Noisy("a", []))
    guard = borrow(box)
    assert box.greeting() == "I am a"
    refused(BorrowMutError, lambda: box.rename("b"), "E0502")
    assert guard.name == "a"
    drop(guard)
    box.rename("b")
    assert box.name == "b"


@owners
@pytest.mark.parametrize("lend, code", [(borrow, "E0502"), (borrow_mut, "E0499")], ids=["shared", "exclusive"])
def test_replace_take_and_swap_need_exclusive_access(owner: Any, lend: Any, code: str) -> None:
    """A refused attempt changes nothing, on either side of a swap."""
    handle, other = owner([1]), owner([2])
    guard = lend(handle)
    refused(BorrowMutError, lambda: replace(handle, [3]), code)
    refused(BorrowMutError, lambda: take(handle), code)
    refused(BorrowMutError, lambda: swap(handle, other), code)
    refused(BorrowMutError, lambda: swap(other, handle), code)
    assert guard[0] == 1
    assert deref(other) == [2]


@pytest.mark.parametrize("lend", [borrow, borrow_mut], ids=["shared", "exclusive"])
def test_assigning_the_value_of_a_borrowed_owner_is_e0506(lend: Any) -> None:
    """Nothing is dropped by the refused assignment."""
    log: list[str] = []
    owner = Owned(Noisy("a", log))
    guard = lend(owner)

    def assign() -> None:
        owner.value = Noisy("b", log)

    refused(BorrowMutError, assign, "E0506")
    assert guard.name == "a"
    assert log == []


def test_the_value_of_a_shared_borrowed_owner_is_a_read_only_view() -> None:
    """It can be read, and not changed."""
    owner = Owned(Plain(items=[1], x=1))
    guard = borrow(owner)
    view = owner.value
    assert view.x == 1
    refused(BorrowMutError, lambda: setattr(view, "x", 2), "E0502")
    refused(BorrowMutError, lambda: view.items.append(2), "E0502")
    assert (guard.x, list(guard.items)) == (1, [1])


@owners
def test_a_guard_that_nobody_holds_ends_its_borrow(owner: Any) -> None:
    """`f(borrow(x))` borrows for the call only."""
    handle = owner([1])
    assert len(borrow(handle)) == 1
    borrow_mut(handle).append(2)
    guard = borrow(handle)
    del guard
    assert len(borrow_mut(handle)) == 2


@owners
def test_assigning_over_a_guard_ends_its_borrow(owner: Any) -> None:
    """The old guard dies with its last name."""
    handle, other = owner([1]), owner([2])
    guard = borrow(handle)
    guard = borrow(other)
    assert borrow_mut(handle)[0] == 1
    assert guard[0] == 2


@owners
def test_a_dropped_guard_is_used_after_drop(owner: Any) -> None:
    """Dropping a guard ends the borrow and nothing else."""
    log: list[str] = []
    handle = owner(Noisy("a", log))
    guard = borrow(handle)
    drop(guard)
    refused(UseAfterDropError, lambda: guard.name, "E0382")
    refused(UseAfterDropError, lambda: drop(guard), "E0382")
    assert log == []
    drop(handle)
    assert log == ["a"]


@owners
@pytest.mark.parametrize("lend", [borrow, borrow_mut], ids=["shared", "exclusive"])
def test_a_moved_guard_is_used_after_move_and_its_borrow_goes_on(owner: Any, lend: Any) -> None:
    """The borrow state does not change by a move of the guard."""
    handle = owner([1])
    first = lend(handle)
    second = move(first)
    assert type(second) is type(lend(owner([2])))
    refused(UseAfterMoveError, lambda: first[0], "E0382")
    assert second[0] == 1
    assert try_borrow_mut(handle) is None
    del first
    assert try_borrow_mut(handle) is None
    drop(second)
    assert try_borrow_mut(handle) is not None


@owners
def test_a_cloned_ref_is_one_more_shared_borrow(owner: Any) -> None:
    """Each is ended separately."""
    handle = owner([1])
    first = borrow(handle)
    second = clone(first)
    drop(first)
    assert second[0] == 1
    refused(BorrowMutError, lambda: borrow_mut(handle), "E0502")
    drop(second)
    borrow_mut(handle)


@owners
def test_a_ref_mut_is_not_cloned(owner: Any) -> None:
    """There is one exclusive borrow at a time."""
    guard = borrow_mut(owner([1]))
    with pytest.raises(Exception):
        clone(guard)


@owners
def test_a_with_block_binds_a_view_and_ends_the_borrow(owner: Any) -> None:
    """After the block the guard and its view are over."""
    handle = owner(Plain(x=1))
    guard = borrow(handle)
    with guard as view:
        assert view.x == 1
        assert try_borrow_mut(handle) is None
    refused(BorrowOutlivesOwnerError, lambda: view.x, "E0597")
    refused(BorrowOutlivesOwnerError, lambda: guard.x, "E0597")
    with borrow_mut(handle) as change:
        change.x = 2
    refused(BorrowOutlivesOwnerError, lambda: change.x, "E0597")
    assert deref(handle).x == 2


@owners
def test_a_with_block_ends_the_borrow_when_its_body_raises(owner: Any) -> None:
    """Guards have no poisoning."""
    handle = owner([1])
    with pytest.raises(KeyError):
        with borrow_mut(handle):
            raise KeyError
    assert len(borrow_mut(handle)) == 1


@owners
def test_a_guard_dropped_or_moved_inside_its_block_leaves_the_end_nothing_to_do(owner: Any) -> None:
    """The end of the block is silent."""
    handle = owner([1])
    with borrow(handle) as view:
        pass
    guard = borrow(handle)
    with guard:
        drop(guard)
    guard = borrow_mut(handle)
    with guard:
        other = move(guard)
    assert other[0] == 1
    drop(other)
    borrow_mut(handle)


@owners
@pytest.mark.parametrize("lend", [borrow, borrow_mut], ids=["shared", "exclusive"])
def test_the_guard_of_an_owner_that_died_is_expired(owner: Any, lend: Any) -> None:
    """A guard does not keep its owner alive; the value is dropped at once."""
    log: list[str] = []
    handle = owner(Noisy("a", log))
    guard = lend(handle)
    del handle
    assert log == ["a"]
    assert not is_live(guard)
    refused(BorrowOutlivesOwnerError, lambda: guard.name, "E0597")


@owners
def test_the_end_of_a_scope_drops_a_borrowed_owner_and_says_so(owner: Any) -> None:
    """The guard is expired."""
    log: list[str] = []
    kept: list[Any] = []

    def leave() -> None:
        with owner(Noisy("a", log)) as handle:
            kept.append(borrow(handle))

    error = refused(BorrowOutlivesOwnerError, leave, "E0597")
    assert "borrowed" in [site.kind for site in error.sites]
    assert log == ["a"]
    refused(BorrowOutlivesOwnerError, lambda: kept[0].name, "E0597")


@owners
def test_the_end_of_a_scope_does_not_replace_an_exception_that_is_on_its_way(owner: Any) -> None:
    """The owner is dropped, and the first exception arrives."""
    log: list[str] = []
    with pytest.raises(KeyError):
        with owner(Noisy("a", log)) as handle:
            guard = borrow(handle)
            raise KeyError
    assert log == ["a"]
    refused(BorrowOutlivesOwnerError, lambda: guard.name)


@owners
def test_a_guard_held_only_by_the_frames_of_a_traceback_does_not_conflict(owner: Any) -> None:
    """In `except`, what the failed call had borrowed can be moved or dropped."""
    log: list[str] = []
    handle = owner(Noisy("a", log))

    def fail(lend: Any) -> None:
        guard = lend(handle)
        raise KeyError(guard.name)

    try:
        fail(borrow_mut)
    except KeyError as error:
        assert error.__traceback__ is not None
        handle = move(handle)
    try:
        fail(borrow)
    except KeyError as error:
        assert error.__traceback__ is not None
        with borrow_mut(handle) as change:
            change.name = "b"
    try:
        fail(borrow)
    except KeyError as error:
        kept = error
        drop(handle)
    assert log == ["b"]


@owners
def test_a_guard_held_by_a_running_frame_conflicts_even_while_an_exception_is_handled(owner: Any) -> None:
    """Only finished frames count as gone."""
    handle = owner([1])
    guard = borrow(handle)
    try:
        raise KeyError
    except KeyError:
        refused(MoveWhileBorrowedError, lambda: move(handle))
    assert guard[0] == 1


@owners
def test_a_guard_held_by_a_container_conflicts(owner: Any) -> None:
    """Storing a guard keeps its borrow."""
    handle = owner([1])
    kept = [borrow(handle)]
    refused(MoveWhileBorrowedError, lambda: drop(handle))
    kept.clear()
    drop(handle)


@owners
def test_a_shared_reborrow_of_a_ref_is_a_ref(owner: Any) -> None:
    """`borrow` of a `Ref` gives another `Ref`; `borrow_mut` of it is read-only."""
    handle = owner([1])
    first = borrow(handle)
    second = borrow(first)
    assert isinstance(second, Ref)
    assert second[0] == 1
    refused(ReadOnlyError, lambda: borrow_mut(first), "E0596")
    refused(ReadOnlyError, lambda: try_borrow_mut(first), "E0596")


@owners
def test_an_exclusive_borrow_can_be_lent_again(owner: Any) -> None:
    """While a reborrow lives the lender is out of use; then it goes on."""
    handle = owner([1])
    outer = borrow_mut(handle)
    with borrow_mut(outer) as inner:
        inner.append(2)
        refused_either(BorrowMutError, BorrowError, lambda: outer.append(3))
        refused(BorrowMutError, lambda: borrow_mut(outer), "E0499")
    outer.append(3)
    with borrow(outer) as inner:
        assert list(inner) == [1, 2, 3]
        assert outer[0] == 1
        refused(BorrowMutError, lambda: outer.append(4), "E0502")
    outer.append(4)
    drop(outer)
    assert deref(handle) == [1, 2, 3, 4]


@pytest.mark.parametrize("verb", [move, drop, into_inner, forget], ids=["move", "drop", "into_inner", "forget"])
@pytest.mark.parametrize("lend", [borrow, borrow_mut], ids=["shared", "exclusive"])
def test_an_owner_reached_through_a_borrow_is_not_moved_out(verb: Any, lend: Any) -> None:
    """E0507: what a borrow leads to belongs to somebody else."""
    log: list[str] = []
    parent = Owned(Plain(child=Owned(Noisy("a", log)), children=[Box(Noisy("b", log))]))
    with lend(parent) as view:
        refused(MoveOutOfBorrowError, lambda: verb(view.child), "E0507")
        refused(MoveOutOfBorrowError, lambda: verb(view.children[0]), "E0507")
    assert log == []
    assert deref(parent).child.value.name == "a"
    drop(parent)
    assert log == ["a", "b"]


def test_an_owner_reached_through_a_borrow_can_be_borrowed() -> None:
    """A view of an owner lends, with the rights of the borrow it came from."""
    parent = Owned(Plain(child=Owned([1])))
    with borrow(parent) as view:
        with borrow(view.child) as child:
            assert list(child) == [1]
        refused(ReadOnlyError, lambda: borrow_mut(view.child), "E0596")
    with borrow_mut(parent) as change:
        with borrow_mut(change.child) as child:
            child.append(2)
    assert deref(parent).child.value == [1, 2]


def test_into_inner_of_a_guard_is_move_out_of_borrow() -> None:
    """A borrow has nothing to give away."""
    owner = Owned([1])
    for lend in (borrow, borrow_mut):
        guard = lend(owner)
        refused(MoveOutOfBorrowError, lambda: into_inner(guard), "E0507")
        assert guard[0] == 1
        drop(guard)


def test_map_narrows_a_guard_to_a_part() -> None:
    """The guard given is moved, and the borrow state does not change."""
    owner = Owned(Plain(items=[1, 2], name="a"))
    whole = borrow(owner)
    part = Ref.map(whole, lambda v: v.items)
    assert list(part) == [1, 2]
    refused(UseAfterMoveError, lambda: whole.name)
    refused(BorrowMutError, lambda: borrow_mut(owner))
    refused(ReadOnlyError, lambda: part.append(3), "E0596")
    drop(part)
    exclusive = RefMut.map(borrow_mut(owner), lambda v: v.items)
    exclusive.append(3)
    refused(BorrowError, lambda: borrow(owner))
    drop(exclusive)
    assert owner.value.items == [1, 2, 3]


def test_filter_map_gives_a_part_or_leaves_the_guard_as_it_was() -> None:
    """What Rust returns as `Err(original)` is `None`, and the original lives on."""
    owner = Owned({"a": [1]})
    whole = borrow(owner)
    assert Ref.filter_map(whole, lambda v: v.get("b")) is None
    assert len(whole) == 1
    part = Ref.filter_map(whole, lambda v: v.get("a"))
    assert list(part) == [1]
    refused(UseAfterMoveError, lambda: len(whole))
    refused(BorrowMutError, lambda: borrow_mut(owner))
    drop(part)
    borrow_mut(owner)


def test_map_split_gives_two_exclusive_guards_on_parts() -> None:
    """The owner is free when both are gone."""
    owner = Owned(Plain(a=[1], b=[2]))
    left, right = RefMut.map_split(borrow_mut(owner), lambda v: (v.a, v.b))
    left.append(3)
    right.append(4)
    drop(left)
    refused(BorrowError, lambda: borrow(owner), "E0502")
    refused(BorrowMutError, lambda: borrow_mut(owner), "E0499")
    drop(right)
    assert (owner.value.a, owner.value.b) == ([1, 3], [2, 4])


def test_ref_mut_writes_through() -> None:
    """Attributes, items, in-place operators and methods change the owned value."""
    owner = Owned([3, 1, 2])
    guard = borrow_mut(owner)
    guard.sort()
    guard[0] = 10
    guard += [4]
    del guard[1]
    assert isinstance(guard, RefMut)
    drop(guard)
    assert owner.value == [10, 3, 4]
    number = Owned(5)
    counter = borrow_mut(number)
    counter += 1
    assert isinstance(counter, RefMut)
    drop(counter)
    assert number.value == 6
