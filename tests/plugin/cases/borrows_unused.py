"""Owners and guards that are made and thrown away in the same statement."""

from __future__ import annotations

from owned import (
    Arc,
    Box,
    Mutex,
    Owned,
    Rc,
    RefCell,
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
)


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def show(self) -> str:
        return str(self.value)

    def replace(self, value: int) -> int:
        self.value = value
        return value


def make() -> Owned[Token]:
    return Owned(Token(1))


def look(t: object) -> None:
    print(type(t))


# case: uu-constructors | owners that nobody holds
def uu_constructors() -> None:
    Owned(Token(1))  # E: unused-owner must_use
    Box(Token(1))  # E: unused-owner must_use
    Rc(Token(1))  # E: unused-owner must_use
    Arc(Token(1))  # E: unused-owner must_use


# case: uu-borrows | guards that end at once
def uu_borrows(t: Owned[Token], c: RefCell[Token], m: Mutex[Token]) -> None:
    borrow(t)  # E: unused-owner must_use
    borrow_mut(t)  # E: unused-owner must_use
    try_borrow(t)  # E: unused-owner must_use
    t.borrow()  # E: unused-owner must_use
    c.borrow()  # E: unused-owner must_use
    m.lock()  # E: unused-owner must_use


# case: uu-verbs | results that were meant to be used
def uu_verbs(a: Owned[Token], b: Owned[Token], c: Owned[Token], d: Rc[Token]) -> None:
    replace(a, Token(1))  # E: unused-owner must_use
    take(a)  # E: unused-owner must_use
    into_inner(a)  # E: unused-owner must_use
    move(b)  # E: unused-owner must_use
    clone(d)  # E: unused-owner must_use
    c.replace(Token(2))  # E: unused-owner must_use


# case: uu-fine | results that nobody needs
def uu_fine(a: Owned[Token], b: Owned[Token], c: Box[Token], n: Box[list[int]]) -> None:
    swap(a, b)
    is_live(a)
    deref(c).show()
    c.show()
    c.replace(3)
    n.append(1)
    n.pop()
    drop(a)
    forget(b)


# case: uu-underscore | bound to a name, also an unused one
def uu_underscore(t: Owned[Token]) -> None:
    _ = replace(t, Token(1))
    _unused = borrow(t)
    del _unused


# case: uu-argument | used as an argument
def uu_argument(t: Owned[Token]) -> None:
    look(borrow(t))
    look(replace(t, Token(1)))
    look(Owned(Token(1)))


# case: uu-scope | what a scope owns may be left to it
def uu_scope() -> None:
    with Scope() as s:
        s.own(Token(1))


# case: uu-with | `with` uses it
def uu_with(t: Owned[Token]) -> None:
    with Owned(Token(1)):
        pass
    with borrow(t):
        pass
