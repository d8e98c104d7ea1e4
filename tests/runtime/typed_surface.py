"""What type checkers see of the library without any plugin. This file is only type-checked, never run."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator
from typing import TextIO

from typing_extensions import assert_type

from owned import (
    Box,
    Owned,
    Ref,
    RefMut,
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


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def grow(self) -> int:
        self.value += 1
        return self.value


def constructors() -> None:
    assert_type(Owned(5), Owned[int])
    assert_type(Owned([1], drop=list.clear, name="numbers"), Owned[list[int]])
    assert_type(Box("a"), Box[str])
    assert_type(Box(Owned(5)), Box[Owned[int]])
    assert_type(Owned(open("f"), drop=lambda f: f.close()), Owned[io.TextIOWrapper])


def value_of_owned(o: Owned[Token], f: Owned[TextIO]) -> None:
    assert_type(o.value, Token)
    assert_type(o.value.value, int)
    assert_type(f.value.read(), str)
    o.value = Token(2)


def methods_of_owned(o: Owned[Token], p: Owned[Token], q: Owned[Token]) -> Token:
    assert_type(o.replace(Token(1)), Token)
    with o.borrow() as r:
        assert_type(r, Token)
    with o.borrow_mut() as m:
        assert_type(m, Token)
    p.drop()
    assert_type(q.move(), Owned[Token])
    return o.into_inner()


def guards_in_with(o: Owned[dict[str, int]], b: Box[Token]) -> None:
    with borrow(o) as r:
        assert_type(r, dict[str, int])
        assert_type(r["a"], int)
    with borrow_mut(o) as m:
        assert_type(m, dict[str, int])
        m["a"] = 1
    with borrow_mut(b) as t:
        assert_type(t, Token)
        assert_type(t.grow(), int)


def owners_in_with() -> None:
    with Owned(Token(1)) as o:
        assert_type(o, Owned[Token])
    with Box([1]) as b:
        assert_type(b, Box[list[int]])


async def owners_in_async_with() -> None:
    async with Owned(Token(1)) as o:
        assert_type(o, Owned[Token])
    async with Box([1]) as b:
        assert_type(b, Box[list[int]])


def guards(o: Owned[Token], b: Box[list[int]]) -> None:
    r = borrow(o)
    assert_type(r, Ref[Token])
    assert_type(borrow(r), Ref[Token])
    assert_type(clone(r), Ref[Token])
    drop(r)
    m = borrow_mut(b)
    assert_type(m, RefMut[list[int]])
    assert_type(move(m), RefMut[list[int]])


def trying(o: Owned[Token], b: Box[str]) -> None:
    assert_type(try_borrow(o), Ref[Token] | None)
    assert_type(try_borrow_mut(b), RefMut[str] | None)


def moving(o: Owned[Token], b: Box[str], s: Scope) -> None:
    assert_type(move(o), Owned[Token])
    assert_type(move(b), Box[str])
    assert_type(move(s), Scope)


def cloning(o: Owned[Token], b: Box[str]) -> None:
    assert_type(clone(o), Owned[Token])
    assert_type(clone(b), Box[str])


def taking_out(o: Owned[list[int]], b: Box[dict[str, int]], p: Owned[list[int]]) -> None:
    assert_type(into_inner(o), list[int])
    assert_type(into_inner(b), dict[str, int])
    assert_type(list(into_inner(p)), list[int])


def in_every_context(o: Owned[list[int]], b: Box[dict[str, int]], c: Box[list[int]]) -> None:
    assert_type({**deref(b)}, dict[str, int])
    assert_type([*deref(o)], list[int])
    assert_type(sum(deref(o)), int)
    assert_type(sorted(deref(b)), list[str])
    for x in deref(c):
        assert_type(x, int)
    assert_type(max(into_inner(o)), int)
    with borrow(b) as r:
        assert_type({**r}, dict[str, int])
        assert_type(list(r.values()), list[int])


def dereferencing(o: Owned[Token], b: Box[str], r: Ref[Token], m: RefMut[Token]) -> None:
    assert_type(deref(o), Token)
    assert_type(deref(b), str)
    assert_type(deref(r), Token)
    assert_type(deref(m), Token)


def exchanging(o: Owned[list[int]], b: Box[list[int]], m: RefMut[list[int]]) -> None:
    assert_type(replace(o, [1]), list[int])
    assert_type(replace(m, [1]), list[int])
    assert_type(take(b), list[int])
    swap(o, b)
    forget(o)


def asking(o: Owned[Token]) -> None:
    assert_type(is_live(o), bool)


def entering(connection: sqlite3.Connection, s: Scope) -> None:
    with Owned.enter(connection) as c:
        assert_type(c, Owned[sqlite3.Connection])
        assert_type(c.value.execute("select 1"), sqlite3.Cursor)
    with s as scope:
        assert_type(scope, Scope)
        assert_type(scope.own(Token(1)), Owned[Token])
        assert_type(scope.enter(connection), Owned[sqlite3.Connection])


def value_of(t: Token) -> int:
    return t.value


def both_of(pair: tuple[list[int], str]) -> tuple[list[int], str]:
    return pair


def mapping(r: Ref[Token], m: RefMut[tuple[list[int], str]]) -> None:
    assert_type(Ref.map(r, value_of), Ref[int])
    left, right = RefMut.map_split(m, both_of)
    assert_type(left, RefMut[list[int]])
    assert_type(right, RefMut[str])


def leaking(b: Box[Token]) -> None:
    assert_type(Box.leak(b), Token)


def iteration(b: Box[list[int]], r: Ref[dict[str, int]], m: RefMut[set[str]]) -> None:
    for x in b:
        assert_type(x, int)
    for k in r:
        assert_type(k, str)
    for s in m:
        assert_type(s, str)
    assert_type(iter(b), Iterator[int])
    assert_type(len(b), int)
    assert_type(1 in b, bool)


def operators(i: Box[int], f: Ref[float], t: RefMut[str], n: Box[list[int]]) -> None:
    assert_type(i + 1, int)
    assert_type(i - 1, int)
    assert_type(i * 2, int)
    assert_type(i // 2, int)
    assert_type(i / 2, float)
    assert_type(i % 2, int)
    assert_type(i & 1, int)
    assert_type(-i, int)
    assert_type(f + 1.5, float)
    assert_type(t + "a", str)
    assert_type(n + [1], list[int])
    assert_type(i < 2, bool)
    assert_type(f >= 2.5, bool)
    assert_type(n[0], int)
    assert_type(n[0:1], list[int])
    assert_type(i == 1, bool)


def in_place(i: Box[int], t: RefMut[str]) -> None:
    i += 1
    assert_type(i, Box[int])
    t += "a"
    assert_type(t, RefMut[str])


def calls(b: Box[Callable[[int], str]]) -> None:
    assert_type(b(1), str)


def covariance(r: Ref[bool]) -> Ref[int]:
    return r


def hands_out() -> Box[Token]:
    b = Box(Token(1))
    return move(b)
