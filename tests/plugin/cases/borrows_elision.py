"""What the result of a call keeps alive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from owned import Box, Owned, Ref, RefCell, RefMut, borrow, borrow_mut, clone, deref, drop, into_inner

T = TypeVar("T")


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def bump(self) -> None:
        self.value += 1


class Found(NamedTuple):
    token: Ref[Token]
    at: int


@dataclass
class Cursor(Generic[T]):
    place: RefMut[T]
    at: int = 0


class Desk:
    def __init__(self) -> None:
        self.top = Owned(Token(1))
        self.low = Owned(Token(2))
        self.count = 0

    def pick(self, other: Ref[Token]) -> Ref[Token]:
        print(other)
        return borrow(self.top)

    def edit(self) -> RefMut[Token]:
        return borrow_mut(self.top)

    def both(self) -> tuple[Ref[Token], Ref[Token]]:
        return borrow(self.top), borrow(self.low)

    def clean(self) -> None:
        self.count = 0

    def size(self) -> int:
        return self.count

    @property
    def first(self) -> Ref[Token]:
        return borrow(self.top)

    @staticmethod
    def choose(a: Ref[Token], b: Ref[Token]) -> Ref[Token]:
        return a if a.value else b

    @classmethod
    def look_through(cls, a: Ref[Token]) -> Ref[Token]:
        return a

    def __getitem__(self, i: int) -> Ref[Token]:
        return borrow(self.top)


def cond() -> bool:
    return True


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def longer(a: Ref[Token], b: Ref[Token]) -> Ref[Token]:
    return a if cond() else b


def search(a: Ref[Token]) -> Found:
    return Found(a, 1)


def perhaps(a: Ref[Token]) -> Ref[Token] | None:
    return a if cond() else None


def shape(a: Ref[Token]) -> str:
    return str(a.value)


def cursor(m: RefMut[Token]) -> Cursor[Token]:
    return Cursor(m)


def same(x: T) -> T:
    return x


# case: el-self-first | a method's result borrows `self`, not its arguments
def el_self_first() -> None:
    d, t = Box(Desk()), Box(Token(1))
    r = d.pick(borrow(t))
    t.bump()
    d.clean()  # E: borrow-conflict E0502
    look(r)


# case: el-all-arguments | a function's result borrows every borrowed argument
def el_all_arguments() -> None:
    a, b = Box(Token(1)), Box(Token(2))
    r = longer(borrow(a), borrow(b))
    a.bump()  # E: borrow-conflict E0502
    b.bump()  # E: borrow-conflict E0502
    look(r)


# case: el-static | a static method, called on the class and on an object
def el_static() -> None:
    a, b = Box(Token(1)), Box(Token(2))
    r = Desk.choose(borrow(a), borrow(b))
    b.bump()  # E: borrow-conflict E0502
    look(r)


# case: el-class-method | a class method
def el_class_method() -> None:
    a = Box(Token(1))
    r = Desk.look_through(borrow(a))
    a.bump()  # E: borrow-conflict E0502
    look(r)


# case: el-plain-result | a plain result borrows nothing
def el_plain_result() -> None:
    a = Box(Token(1))
    s = shape(borrow(a))
    n = peek(borrow(a))
    a.bump()
    look((s, n))


# case: el-exclusive-result | an exclusive result borrows exclusively
def el_exclusive_result() -> None:
    d = Box(Desk())
    m = d.edit()
    look(d.size())  # E: borrow-conflict E0502
    poke(m)


# case: el-tuple-result | a tuple of borrows, taken apart
def el_tuple_result() -> None:
    d = Box(Desk())
    a, b = d.both()
    drop(a)
    d.clean()  # E: borrow-conflict E0502
    look(b)


# case: el-tuple-result-ended | both parts are dropped
def el_tuple_result_ended() -> None:
    d = Box(Desk())
    a, b = d.both()
    look((a.value, b.value))
    drop(a)
    drop(b)
    d.clean()


# case: el-named-tuple | an object that holds what it was given
def el_named_tuple() -> None:
    a = Box(Token(1))
    found = search(borrow(a))
    a.bump()  # E: borrow-conflict E0502
    look(found.token)


# case: el-named-tuple-plain-part | its plain part
def el_named_tuple_plain_part() -> None:
    a = Box(Token(1))
    at = search(borrow(a)).at
    a.bump()
    look(at)


# case: el-generic-object | a generic object that holds an exclusive borrow
def el_generic_object() -> None:
    a = Box(Token(1))
    c = cursor(borrow_mut(a))
    look(a)  # E: borrow-conflict E0502
    poke(c.place)


# case: el-optional | perhaps a borrow
def el_optional() -> None:
    a = Box(Token(1))
    r = perhaps(borrow(a))
    a.bump()  # E: borrow-conflict E0502
    look(r)


# case: el-property | a property that lends
def el_property() -> None:
    d = Box(Desk())
    r = d.first
    d.clean()  # E: borrow-conflict E0502
    look(r)


# case: el-item | an item that lends
def el_item() -> None:
    d = Box(Desk())
    r = d[0]
    d.clean()  # E: borrow-conflict E0502
    look(r)


# case: el-chain | a chain of calls
def el_chain() -> None:
    d, t = Box(Desk()), Box(Token(1))
    look(peek(longer(d.pick(borrow(t)), d.first)))
    d.clean()
    t.bump()


# case: el-clone | a clone of a borrow
def el_clone() -> None:
    a = Box(Token(1))
    with borrow(a) as view:
        look(view)
    r = clone(borrow(a))
    a.bump()  # E: borrow-conflict E0502
    look(r)


# case: el-generic-identity | a generic function
def el_generic_identity() -> None:
    a = Box(Token(1))
    r = same(borrow(a))
    a.bump()  # E: borrow-conflict E0502
    look(r)


# case: el-map | the functions of `Ref` and `RefMut`
def el_map() -> None:
    a = Owned([Token(1), Token(2)])
    r = Ref.map(borrow(a), lambda v: v[0])
    borrow_mut(a).clear()  # E: borrow-conflict E0502
    drop(r)
    m, n = RefMut.map_split(borrow_mut(a), lambda v: (v[0], v[1]))
    look(borrow(a))  # E: borrow-conflict E0502
    poke(m)
    poke(n)


# case: el-filter-map | a part that may be missing
def el_filter_map() -> None:
    a = Owned([Token(1)])
    r = Ref.filter_map(borrow(a), lambda v: v[0] if v else None)
    borrow_mut(a).clear()  # E: borrow-conflict E0502
    look(r)


# case: el-closure-result | a closure that lends
def el_closure_result() -> None:
    a = Box(Token(1))
    lend: Callable[[], Ref[Token]] = lambda: borrow(a)
    r = lend()
    del lend
    a.bump()  # E: borrow-conflict E0502
    look(r)


# case: el-cell | a cell lends itself shared
def el_cell() -> None:
    c = Box(RefCell(Token(1)))
    g = c.borrow_mut()
    look(into_inner(c))  # E: move-while-borrowed E0505
    look(g)


# case: el-cell-used-up | a guard of a cell that is used up
def el_cell_used_up() -> RefCell[Token]:
    c = RefCell(Token(1))
    c.borrow_mut().bump()
    look(c.borrow().value)
    return c


# case: el-bare | what `deref` gives is bare
def el_bare() -> None:
    a = Box(Token(1))
    bare = deref(borrow(a))
    a.bump()
    look(bare)


# case: el-stored-in-self | a method that stores what it is given borrows for as long as the object lives
class Keeper:
    def __init__(self) -> None:
        self.kept: list[Ref[Token]] = []

    def keep(self, r: Ref[Token]) -> None:
        self.kept.append(r)

    def first(self) -> Ref[Token]:
        return self.kept[0]


def el_stored_in_self() -> None:
    t = Box(Token(1))
    keeper = Keeper()
    keeper.keep(borrow(t))
    t.bump()  # E: borrow-conflict E0502
    look(keeper)


# case: el-self-fields | borrows of fields of `self` inside a method
class Office:
    def __init__(self) -> None:
        self.top = Owned(Token(1))
        self.low = Owned(Token(2))
        self.count = 0
        self.names: list[str] = []

    def note(self, name: str) -> None:
        self.names.append(name)

    def other_field(self) -> None:
        with borrow_mut(self.top) as m:
            m.value += self.count
            self.count += 1
            self.names.append("x")
            with borrow(self.low) as r:
                m.value += r.value

    def same_field(self) -> None:
        with borrow_mut(self.top) as m:
            m.value += 1
            look(borrow(self.top))  # E: borrow-conflict E0502

    def whole(self) -> None:
        m = borrow_mut(self.top)
        self.note("x")  # E: borrow-conflict E0499
        poke(m)

    def whole_shared(self) -> None:
        r = borrow(self.top)
        self.note("x")  # E: borrow-conflict E0502
        look(r)

    def assigned(self) -> None:
        r = borrow(self.top)
        self.top = Owned(Token(3))  # E: borrow-conflict E0506
        look(r)

    def dropped(self) -> None:
        r = borrow(self.top)
        drop(self.top)  # E: move-while-borrowed E0505
        look(r)

    def before_and_after(self) -> None:
        self.note("before")
        with borrow(self.top) as r:
            n = r.value
        self.note(str(n))
