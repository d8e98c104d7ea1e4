"""Borrows of owners that nobody holds."""

from __future__ import annotations

from dataclasses import dataclass

from owned import Box, Owned, Ref, RefCell, RefMut, borrow, borrow_mut, drop


class Token:
    def __init__(self, value: int) -> None:
        self.value = value


@dataclass
class View:
    token: Ref[Token]


class Desk:
    def __init__(self) -> None:
        self.top = Owned(Token(1))


def cond() -> bool:
    return True


def make() -> Owned[Token]:
    return Owned(Token(1))


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def same(r: Ref[Token]) -> Ref[Token]:
    return r


def poke(m: RefMut[Token]) -> None:
    m.value += 1


# case: tm-let-method | method form on a temporary
def tm_let_method() -> None:
    r = Owned(Token(1)).borrow()  # E: borrow-outlives-owner E0716
    look(r)


# case: tm-let | bound to a name
def tm_let() -> None:
    r = borrow(Box(Token(1)))  # E: borrow-outlives-owner E0716
    look(r)


# case: tm-let-made | what a function made
def tm_let_made() -> None:
    r = borrow(make())  # E: borrow-outlives-owner E0716
    look(r)


# case: tm-exclusive | an exclusive borrow
def tm_exclusive() -> None:
    m = borrow_mut(make())  # E: borrow-outlives-owner E0716
    poke(m)


# case: tm-in-statement | used up within the statement
def tm_in_statement() -> None:
    look(peek(borrow(make())))
    poke(borrow_mut(make()))
    look(same(borrow(make())).value)


# case: tm-with | a block whose guard borrows a temporary
def tm_with_named() -> None:
    t = make()
    with borrow(t) as r:
        look(r)


# case: tm-vec-push | appended to a list
def tm_vec_push() -> None:
    refs: list[Ref[Token]] = []
    refs.append(borrow(make()))  # E: borrow-outlives-owner E0716
    look(refs)


# case: tm-list | in a list display
def tm_list() -> None:
    refs = [borrow(make())]  # E: borrow-outlives-owner E0716
    look(refs)


# case: tm-object | in an object
def tm_object() -> None:
    v = View(borrow(make()))  # E: borrow-outlives-owner E0716
    look(v)


# case: tm-branch | one arm borrows a temporary
def tm_branch(t: Owned[Token]) -> None:
    if cond():
        r = borrow(make())  # E: borrow-outlives-owner E0716
    else:
        r = borrow(t)
    look(r)


# case: tm-reborrow | through a function that gives back what it was lent
def tm_reborrow() -> None:
    r = same(same(borrow(make())))  # E: borrow-outlives-owner E0716
    look(r)


# case: tm-guard | part of a temporary guard of a cell that lives on
def tm_guard(c: RefCell[Token]) -> int:
    n = peek(c.borrow())
    return n


# case: tm-cell | guard of a temporary cell
def tm_cell() -> None:
    g = RefCell(Token(1)).borrow()  # E: borrow-outlives-owner E0716
    look(g)


# case: tm-field | borrow of what a temporary object owns
def tm_field() -> None:
    look(peek(borrow(Desk().top)))


# case: tm-argument-kept | the owner goes to the callee, not its borrow
def tm_argument_kept() -> None:
    t = make()
    r = same(borrow(t))
    look(r)
    drop(r)
    drop(t)
