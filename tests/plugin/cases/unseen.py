"""What the checker deliberately does not see: every case here is silent, and `docs/design.md` gives the reasons."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from owned import Box, Owned, Ref, RefCell, RefMut, Vec, borrow, borrow_mut, drop


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


@dataclass
class Pair:
    a: Owned[Token]
    b: Owned[Token]


def eat(t: Owned[Token]) -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    n: int = r.n
    return n


def poke(m: RefMut[Token]) -> None:
    m.n += 1


def unannotated(t):  # type: ignore[no-untyped-def]
    drop(t)


# case: unseen-alias | two names of a plain object that holds owners
def unseen_alias(p: Box[Pair]) -> None:
    with borrow_mut(p) as one:
        other = one
        look(other.a)


def unseen_alias_of_plain_object() -> None:
    p = Pair(Owned(Token(1)), Owned(Token(2)))
    q = p
    eat(p.a)
    look(q.a)


# case: unseen-index | elements at indexes that are neither constants nor the same unchanged name
def unseen_index(v: list[Owned[Token]], i: int, j: int) -> None:
    a = borrow_mut(v[i])
    poke(borrow_mut(v[j]))
    drop(a)


# case: unseen-element-of-whole | an element moved, the container used
def unseen_element_of_whole() -> None:
    v = [Owned(Token(1)), Owned(Token(2))]
    eat(v[0])
    look(v)


# case: unseen-unannotated | what an unannotated function does with its argument
def unseen_unannotated(t: Owned[Token]) -> None:
    unannotated(t)  # type: ignore[no-untyped-call]
    look(t)


# case: unseen-cell | two borrows of a cell that conflict on some path only: they are counted at run time
def unseen_cell(c: RefCell[Token], first: bool) -> None:
    a = c.borrow_mut() if first else None
    b = c.borrow_mut()
    look(a)
    look(b)


# case: unseen-global | a global owner that another function drops
SHARED = Owned(Token(0))


def unseen_drop_global() -> None:
    drop(SHARED)


def unseen_use_global() -> None:
    unseen_drop_global()
    look(SHARED)


# case: unseen-temporary | a borrow of an owner without a name, used up within its statement, as in Rust
def unseen_temporary() -> int:
    return peek(borrow(Owned(Token(1))))


# case: unseen-bare | the bare value, after its owner was dropped
def unseen_bare(t: Owned[Token]) -> int:
    bare = t.value
    drop(t)
    return bare.n


# case: unseen-source | the source of a derived value is dropped while that one is in use
def unseen_source(source: Owned[list[Token]]) -> int:
    part = source.derive(iter(source.value))
    drop(source)
    return next(part.value).n


# case: unseen-dropped-field | `self` used as a whole, after one of its fields was dropped
class Rotating:
    def __init__(self) -> None:
        self.current = self.make()

    def make(self) -> Owned[Token]:
        return Owned(Token(1))

    def rotate(self) -> None:
        drop(self.current)
        self.current = self.make()


# case: unseen-view-in-field | a view that was assigned to a field of a plain object, changed through that field
def unseen_view_in_field(v: Owned[list[Chain]]) -> None:
    outer = Chain()
    with borrow(v) as view:
        outer.following = view[0]
        outer.following.n = 3


class Chain:
    def __init__(self) -> None:
        self.n = 0
        self.following: Chain | None = None


# case: unseen-later-function | what is moved by a function that was defined after the one that calls it
def unseen_later_function() -> int:
    def both() -> None:
        end()

    def end() -> None:
        drop(t)

    t = Owned(Token(1))
    both()
    return t.value.n


# case: unseen-change-by-function | an element of a vector that a function was lent and may have changed
def unseen_change_by_function(v: RefMut[Vec[Token]]) -> int:
    first = v[0]
    shorten(v)
    return first.n


def shorten(v: RefMut[Vec[Token]]) -> None:
    v.truncate(0)


# case: unseen-stack | a guard in a stack of context managers that no `with` block ends
def unseen_stack() -> int:
    t = Owned(Token(1))
    stack = ExitStack()
    view = stack.enter_context(borrow(t))
    drop(t)
    return view.n


# case: unseen-second-loop | a second loop over a list, the elements of which the first one has dropped
def unseen_second_loop(tokens: list[Owned[Token]]) -> None:
    for t in tokens:
        drop(t)
    for t in tokens:
        print(t.value.n)


# case: unseen-object-methods | an object one method of which lends its owner, while another one drops it
class Lending:
    def __init__(self) -> None:
        self.token = Owned(Token(1))

    def view(self) -> Ref[Token]:
        return borrow(self.token)

    def end(self) -> None:
        drop(self.token)
        self.token = Owned(Token(2))


def unseen_object_methods(lending: Lending) -> int:
    view = lending.view()
    lending.end()
    return view.n


# case: unseen-decorator | what a decorator does, of which only the types are known
def twice(function: Callable[[], None]) -> Callable[[], None]:
    def both() -> None:
        function()
        function()

    return both


def unseen_decorator(t: Owned[Token]) -> None:
    @twice
    def end() -> None:
        drop(t)

    end()
