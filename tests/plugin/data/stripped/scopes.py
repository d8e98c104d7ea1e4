"""Scopes, drops and moves stay what they are; and what is not a plain `borrow` is left alone."""

import io

from owned import (
    Box,
    Owned,
    Rc,
    RefCell,
    Scope,
    borrow,
    borrow_mut,
    clone,
    drop,
    into_inner,
    is_live,
    move,
    replace,
    take,
)


class Field:
    def __init__(self, name: str) -> None:
        self.name = name

    def close(self) -> None:
        print("closing", self.name)


class Pair:
    def __init__(self) -> None:
        self.first = Owned(Field("first"))
        self.second = Box(Field("second"))


def pass_on(field: Owned[Field]) -> None:
    with borrow(field) as f:
        print("passed", f.name)


def owners() -> None:
    with Owned(Field("a")) as a, Owned(Field("b")):
        with borrow(a) as seen:
            print(seen.name)
        pass_on(move(a))
        print("after")
    pair = Owned(Pair())
    with borrow(pair) as p:
        with borrow(p.first) as first:
            print(first.name, p.second.name)
    drop(pair)
    with Scope() as scope:
        one = scope.own(Field("one"))
        scope.own(Field("two"))
        with borrow_mut(one) as changed:
            changed.name = "changed"


def values() -> None:
    text = Owned(io.StringIO())
    with borrow_mut(text) as stream:
        stream.write("hello")
    old = replace(text, io.StringIO("new"))
    print(old.getvalue(), into_inner(text).read(), is_live(text))
    slot = Owned([1])
    print(take(slot), slot.value)
    copied = clone(Owned([1, 2]))
    with borrow(copied) as c:
        print(c)


def shared() -> None:
    cell = RefCell([1])
    with borrow_mut(cell) as m:
        m.append(2)
    with borrow(cell) as r:
        print(len(r))
    rc = Rc(Field("shared"))
    other = clone(rc)
    with borrow(other) as f:
        print(f.name)
    drop(rc)
    drop(other)


owners()
values()
shared()
