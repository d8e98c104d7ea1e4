"""Facts of Rust's own tests about `Box`, `mem` and `Option`; docs/rust-parity.md says which number is tested where."""

from __future__ import annotations

import weakref
from typing import Any

from owned import NotAnOwnerError, UseAfterMoveError, replace_field, take_field
from tests.runtime.loose import (
    Box,
    Owned,
    Rc,
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
    spawn,
    take,
)
from tests.runtime.parts import Failing, Noisy, Plain, refused


def test_fact_1_a_box_yields_what_it_was_given() -> None:
    """By `deref`, and by every transparent read."""
    box = Box(5)
    assert (deref(box), box + 1, Box([1])[0]) == (5, 6, 1)


def test_facts_2_and_266_a_move_does_not_move_the_value() -> None:
    """However often its owner changes, it is the same object."""
    value = Noisy("a", [])
    box = move(move(Box(value)))
    assert deref(box) is value
    assert into_inner(Owned(box)).name == "a"
    owner = move(Owned(value))
    assert into_inner(owner) is value


def test_fact_3_a_value_is_the_same_in_another_thread() -> None:
    """Its box was moved there, and it was not."""
    value = Plain()
    assert spawn(lambda mine: id(deref(mine)), Box(value)).join() == id(value)


def test_fact_4_the_value_of_a_box_is_dropped_once() -> None:
    """By `drop`, by a block, and by its last name."""
    log: list[str] = []
    drop(Box(Noisy("a", log)))
    with Box(Noisy("b", log)):
        pass
    box = Box(Noisy("c", log))
    del box
    with Box(Noisy("d", log)) as box:
        drop(box)
    del box
    assert log == ["a", "b", "c", "d"]


def test_fact_5_the_hook_is_that_of_the_values_own_class() -> None:
    """Whatever base class the program sees in it."""

    class Loud(Noisy):
        def __drop__(self) -> None:
            self.log.append(self.name.upper())

    log: list[str] = []
    boxes: list[Any] = [Box(Noisy("a", log)), Box(Loud("b", log))]
    for box in boxes:
        drop(box)
    assert log == ["a", "B"]


def test_fact_6_a_value_whose_drop_fails_is_freed() -> None:
    """Nothing keeps it."""
    box = Box(Failing("a", []))
    seen = weakref.ref(deref(box))
    try:
        drop(box)
    except ValueError as error:
        failed = error.with_traceback(None)  # Its frames hold the value.
    assert (str(failed), seen()) == ("drop of a", None)


def test_fact_7_a_cloned_box_has_a_copy() -> None:
    """Of its own."""
    first = Box([[1]])
    second = clone(first)
    second[0].append(2)
    assert (first, second) == ([[1]], [[1, 2]])


def test_facts_9_12_and_13_what_was_taken_out_is_not_dropped_with_the_box() -> None:
    """It is the caller's, who may give it to another box, which drops it."""
    log: list[str] = []
    box = Box(Noisy("a", log))
    value = into_inner(box)
    refused(UseAfterMoveError, lambda: deref(box))
    del box
    assert log == []
    drop(Box(value))
    assert log == ["a"]


def test_fact_10_an_emptied_owner_can_be_filled_again() -> None:
    """The new value is dropped with it, the old one is the caller's."""
    log: list[str] = []
    owner, box = Owned(Noisy("a", log)), Box(Noisy("b", log))
    kept = take(owner), take(box)
    owner.value = Noisy("c", log)
    assert replace(box, Noisy("d", log)) is None
    drop(owner)
    drop(box)
    assert (log, [value.name for value in kept]) == (["c", "d"], ["a", "b"])


def test_fact_14_the_fields_of_a_boxed_value_are_moved_out_one_by_one() -> None:
    """The first move leaves the second field where it is."""
    log: list[str] = []
    box = Box(Plain(a=Owned(Noisy("a", log)), b=Owned(Noisy("b", log))))
    a = move(box.a)
    b = move(box.b)
    drop(box)
    assert log == []
    drop(b)
    drop(a)
    assert log == ["b", "a"]


def test_fact_248_drop_is_over_when_it_returns() -> None:
    """And the value is gone with its owner."""
    log: list[str] = []
    owner = Owned(Noisy("a", log))
    drop(owner)
    assert (log, is_live(owner)) == (["a"], False)


def test_fact_250_what_is_forgotten_is_never_dropped() -> None:
    """Whatever becomes of it."""
    log: list[str] = []
    for kind in (Owned, Box, Rc):
        owner = kind(Noisy("a", log))
        forget(owner)
        del owner
    assert log == []


def untouched(value: Any) -> None:
    """The hook of a value that others drop: Rust's `ManuallyDrop`."""


def test_facts_252_to_255_a_hook_that_does_nothing_leaves_the_value_alone() -> None:
    """In an owner, in a box in it, in a list and in a field; unwrapped, the value is like any other."""
    log: list[str] = []
    drop(Owned(Noisy("a", log), drop=untouched))
    drop(Box(Owned(Noisy("b", log), drop=untouched)))
    drop(Owned([Owned(Noisy("c", log), drop=untouched), Owned(Noisy("d", log))]))
    drop(Owned(Plain(e=Owned(Noisy("e", log), drop=untouched), f=Owned(Noisy("f", log)))))
    assert log == ["d", "f"]
    drop(Owned(into_inner(Owned(Noisy("g", log), drop=untouched))))
    by_hand = Owned(Noisy("h", log), drop=untouched)
    by_hand.value.__drop__()
    drop(by_hand)
    assert log == ["d", "f", "g", "h"]


def test_fact_260_what_take_left_behind_cannot_be_unwrapped() -> None:
    """There is no owner in the field any more."""
    thing = Plain(part=Owned([1]))
    assert into_inner(take_field(thing, "part")) == [1]
    refused(NotAnOwnerError, lambda: into_inner(take_field(thing, "part")))


def test_fact_262_a_field_that_is_assigned_drops_what_it_had() -> None:
    """And lends the new value."""
    log: list[str] = []
    thing = Plain(part=Owned(Noisy("a", log)))
    thing.part = Owned(Noisy("b", log))
    assert log == ["a"]
    with borrow_mut(thing.part) as part:
        part.rename("c")
    old = replace_field(thing, "part", Owned(Noisy("d", log)))
    drop(old)
    assert log == ["a", "c"]
    drop(thing.part)


def test_fact_265_borrowing_leaves_a_field_as_it_was() -> None:
    """Shared and exclusively."""
    thing = Plain(part=Owned([1]))
    with borrow(thing.part) as part:
        assert part == [1]
    with borrow_mut(thing.part) as part:
        part.append(2)
    assert thing.part.value == [1, 2]


def test_fact_267_an_empty_field_drops_nothing() -> None:
    """One that has an owner drops it."""
    log: list[str] = []
    drop(Owned(Plain(part=None)))
    assert log == []
    drop(Owned(Plain(part=Owned(Noisy("a", log)))))
    assert log == ["a"]
