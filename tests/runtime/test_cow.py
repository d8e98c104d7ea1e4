"""`Cow`: who only reads borrows, who changes gets an owned copy, and nobody else sees the change."""

from __future__ import annotations

import gc
import warnings
from typing import Any

import pytest

from owned import (
    BorrowMutError,
    BorrowOutlivesOwnerError,
    NotAnOwnerError,
    UseAfterDropError,
    UseAfterMoveError,
)
from tests.runtime.loose import (
    Cow,
    Owned,
    Str,
    String,
    borrow,
    clone,
    deref,
    drop,
    into_inner,
    is_live,
    move,
)
from tests.runtime.parts import Noisy, refused


def test_borrowed_text_is_read_like_text() -> None:
    """A `Cow` of text has `Str`'s methods, and is equal to the text, borrowed or owned."""
    line = String("some text")
    for cow in (Cow.borrowed(line), Cow.borrowed(line[:]), Cow.borrowed("some text"), Cow.owned("some text")):
        assert cow == "some text"
        assert "some text" == cow
        assert cow[5:] == "text"
        assert len(cow) == 9
        assert [str(word) for word in cow.split()] == ["some", "text"]
        assert str(cow) == deref(cow) == f"{cow}"
        assert Str.of(cow) == cow
        assert cow.get(0, 4) == "some"
        assert cow.is_owned() != cow.is_borrowed()
        drop(cow)
    line.push_str("!")


def test_a_borrowed_text_hinders_changes_of_its_owner() -> None:
    """As long as a `Cow` borrows, the owner does not change; once it has its own text, it may."""
    line = String("text")
    cow = Cow.borrowed(line)
    refused(BorrowMutError, lambda: line.push_str("!"), "E0502")
    with cow.to_mut() as own:
        own.push_str(" of my own")
    line.push_str("!")
    assert (str(cow), str(line)) == ("text of my own", "text!")
    assert cow.is_owned()
    with cow.to_mut() as own:
        own.clear()
    assert cow == ""


def test_into_owned_gives_the_owner() -> None:
    """A copy of what is borrowed, the owner itself of what is owned; the `Cow` is moved."""
    line = String("text")
    cow = Cow.borrowed(line)
    own = cow.into_owned()
    refused(UseAfterMoveError, lambda: len(cow), "E0382")
    own.push_str(" copy")
    line.push_str("!")
    kept = Cow.owned(own)
    refused(UseAfterMoveError, lambda: own.clear(), "E0382")
    assert into_inner(kept.into_owned()) == "text copy"


def test_values_are_copied_on_the_first_change() -> None:
    """Of a borrowed value a copy is made by `__clone__`; the original is left alone, and each is dropped once."""
    log: list[str] = []
    owner = Owned(Noisy("v", log))
    guard = borrow(owner)
    cow = Cow.borrowed(guard)
    drop(guard)
    assert cow.get().name == "v"
    assert cow.is_borrowed()
    with cow.to_mut() as own:
        own.rename("w")
    assert (cow.get().name, owner.value.name) == ("w", "v")
    drop(cow)
    assert log == ["w"]
    drop(owner)
    assert log == ["w", "v"]


def test_owned_values_are_taken_over() -> None:
    """An owner is moved into the `Cow`, a plain value is owned by it."""
    log: list[str] = []
    owner = Owned(Noisy("v", log))
    with Cow.owned(owner) as cow:
        refused(UseAfterMoveError, lambda: owner.value, "E0382")
        assert cow.is_owned()
    assert log == ["v"]
    assert Cow.owned([1]).into_owned().value == [1]


def test_the_verbs() -> None:
    """A `Cow` is moved, cloned and dropped like an owner; a clone of a borrow is a borrow."""
    line = String("text")
    cow = Cow.borrowed(line)
    other = move(cow)
    assert not is_live(cow)
    again = clone(other)
    assert again.is_borrowed()
    drop(other)
    refused(UseAfterDropError, lambda: other.upper(), "E0382")
    refused(BorrowMutError, lambda: line.push_str("!"), "E0502")
    drop(again)
    line.push_str("!")


def test_a_cow_of_text_that_dies_gives_its_borrow_back() -> None:
    """Without a last word, also in a cycle; a hook of its own text runs, once."""
    log: list[str] = []
    line = String("text")
    cow = Cow.borrowed(line)
    cow = Cow.owned(String("own", drop=log.append))
    line.push_str("!")
    cow = None
    assert log == ["own"]
    cycle: list[Any] = [Cow.borrowed(line)]
    cycle.append(cycle)
    del cycle
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gc.collect()
    line.push_str("!")
    assert cow is None


def test_a_borrow_that_ended_is_said_to_have() -> None:
    """A `Cow` of a text that is gone is of no use."""

    def dangling() -> Any:
        line = String("local")
        return Cow.borrowed(line)

    cow = dangling()
    refused(BorrowOutlivesOwnerError, lambda: len(cow), "E0597")


def test_misuse_is_explained() -> None:
    """`Cow` itself makes nothing, and only text and borrows can be borrowed."""
    wrong: Any = Cow
    with pytest.raises(TypeError, match=r"Cow\.borrowed"):
        wrong()
    refused(NotAnOwnerError, lambda: wrong.borrowed([1]))
