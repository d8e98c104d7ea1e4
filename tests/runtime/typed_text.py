"""What type checkers see of texts, without the plugin. Never run: only checked."""

from __future__ import annotations

from typing_extensions import assert_type

from owned import (
    Cow,
    Owned,
    Ref,
    RefMut,
    Str,
    String,
    StrLike,
    as_str,
    borrow,
    borrow_mut,
    clone,
    deref,
    into_inner,
    move,
    replace,
)


def take_text(text: StrLike) -> Str:
    return as_str(text)


def texts() -> None:
    text = String("text")
    assert_type(text[0:1], Str)
    assert_type(text.as_str(), Str)
    assert_type(text.get(0, 1), Str | None)
    assert_type(text.split(), list[Str])
    assert_type(text.split_once("="), tuple[Str, Str] | None)
    assert_type(text.upper(), str)
    assert_type(text.find("a"), int)
    assert_type(text.parse(int), int)
    assert_type(text.try_parse(float), float | None)
    assert_type(text + "b", String)
    assert_type(len(text), int)
    for char in text:
        assert_type(char, str)
    text += "x"
    assert_type(text, String)


def verbs(text: String) -> None:
    assert_type(borrow(text), Ref[String])
    assert_type(borrow_mut(text), RefMut[String])
    with borrow(text) as seen:
        assert_type(seen, String)
    assert_type(deref(text), str)
    assert_type(into_inner(clone(text)), str)
    assert_type(replace(text, String("new")), String)
    assert_type(move(text), String)
    with String("block") as bound:
        assert_type(bound, String)


def cows(guard: Ref[list[int]]) -> None:
    assert_type(Cow.owned([1]), Cow[list[int]])
    assert_type(Cow.owned([1]).to_mut(), RefMut[list[int]])
    assert_type(Cow.owned([1]).into_owned(), Owned[list[int]])
    assert_type(Cow.borrowed(guard), Cow[list[int]])
    assert_type(Cow.borrowed("text").to_mut(), RefMut[String])
    assert_type(Cow.borrowed("text").into_owned(), String)


def every_kind(text: String) -> None:
    assert_type(take_text("text"), Str)
    assert_type(take_text(text), Str)
    assert_type(take_text(text[0:1]), Str)
    assert_type(take_text(Cow.borrowed(text)), Str)
