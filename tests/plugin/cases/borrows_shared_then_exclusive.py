"""A shared borrow and an exclusive one, or a change, at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, deref, drop, replace, swap, take


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def bump(self) -> None:
        self.value += 1

    def show(self) -> int:
        return self.value


class Pair:
    def __init__(self, a: Owned[Token], b: Owned[Token]) -> None:
        self.a = a
        self.b = b


@dataclass
class Shelf:
    refs: list[Ref[Token]] = field(default_factory=list)


class Desk:
    def __init__(self) -> None:
        self.top = Owned(Token(1))
        self.label = "desk"

    def look_at(self) -> Ref[Token]:
        return borrow(self.top)

    def rename(self, label: str) -> None:
        self.label = label


def cond() -> bool:
    return True


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def mixed(r: Ref[Token], m: RefMut[Token]) -> None:
    peek(r)
    poke(m)


def first(r: Ref[list[Token]]) -> Ref[Token]:
    return Ref.map(r, lambda xs: xs[0])


def get(m: Ref[dict[int, str]], k: int) -> Ref[str] | None:
    if k not in deref(m):
        return None
    return Ref.map(m, lambda d: d[k])


def insert(m: RefMut[dict[int, str]], k: int) -> None:
    m.update({k: ""})


# case: si-get-default | borrow returned on one path blocks insertion on the other (Polonius case)
def si_get_default(m: RefMut[dict[int, str]]) -> Ref[str] | None:
    s = get(borrow(m), 1)
    if s is not None:
        return s
    insert(borrow_mut(m), 1)  # E: borrow-conflict E0502
    return get(borrow(m), 1)


# case: si-get-default-none | nothing was lent where the result is `None`
def si_get_default_none(m: Box[dict[int, str]]) -> None:
    s = get(borrow(m), 1)
    if s is not None:
        look(s)
    else:
        insert(borrow_mut(m), 1)


# case: si-get-default-asked | asked first, borrowed after
def si_get_default_asked(m: Box[dict[int, str]]) -> None:
    if 1 not in m:
        insert(borrow_mut(m), 1)
    look(get(borrow(m), 1))


# case: si-mut-then-shared | exclusive guard held, shared borrow taken
def si_mut_then_shared() -> None:
    t = Owned(Token(1))
    m = borrow_mut(t)
    look(peek(borrow(t)))  # E: borrow-conflict E0502
    poke(m)


# case: si-shared-method-call | reading method of the value while it is lent exclusively
def si_shared_method_call() -> None:
    t = Box(Token(1))
    m = borrow_mut(t)
    look(t.show())  # E: borrow-conflict E0502
    poke(m)


# case: si-passed-while-exclusive | passed to a function that only looks, while lent exclusively
def si_passed_while_exclusive() -> None:
    t = Box(Token(1))
    m = borrow_mut(t)
    look(t)  # E: borrow-conflict E0502
    poke(m)


# case: si-same-call | shared and exclusive in one call
def si_same_call(t: Box[Token]) -> None:
    mixed(borrow(t), borrow_mut(t))  # E: borrow-conflict E0502


# case: si-field-then-whole | field lent exclusively, the whole lent shared
def si_field_then_whole(p: Box[Pair]) -> None:
    m = borrow_mut(p.a)
    r = borrow(p)  # E: borrow-conflict E0502
    poke(m)
    look(r)


# case: si-whole-then-field | the whole lent shared, a field lent exclusively
def si_whole_then_field(p: Box[Pair]) -> None:
    r = borrow(p)
    poke(borrow_mut(p.a))  # E: borrow-conflict E0502
    look(r)


# case: si-getter-then-mutator | what a method lent is held while the object is changed
def si_getter_then_mutator() -> None:
    d = Box(Desk())
    r = d.look_at()
    d.rename("x")  # E: borrow-conflict E0502
    look(r)


# case: si-getter-dropped | what the method lent was dropped first
def si_getter_dropped() -> None:
    d = Box(Desk())
    r = d.look_at()
    look(r)
    drop(r)
    d.rename("x")


# case: si-extend-self | extended by itself
def si_extend_self() -> None:
    v = Box([1, 2])
    with borrow(v) as items:
        v.extend(items)  # E: borrow-conflict E0502


# case: si-extend-copy | extended by a copy of itself
def si_extend_copy() -> None:
    v = Box([1, 2])
    with borrow(v) as items:
        copied = list(items)
    v.extend(copied)


# case: si-map-iter-insert | dict grows while it is iterated
def si_map_iter_insert() -> None:
    d = Box({1: 1})
    for k in d:
        d.update({k + 1: 0})  # E: borrow-conflict E0502


# case: si-branch-live | borrowed in one branch, changed after the join, used later
def si_branch_live() -> None:
    t = Box(Token(1))
    r: Ref[Token] | None = None
    if cond():
        r = borrow(t)
    t.bump()  # E: borrow-conflict E0502
    look(r)


# case: si-if-cond-used-after | used in a condition and again after the change
def si_if_cond_used_after() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    if peek(r) > 0:
        poke(borrow_mut(t))  # E: borrow-conflict E0502
    look(r)


# case: si-if-head-only | a guard in the head of `if` ends there
def si_if_head_only() -> None:
    t = Box(Token(1))
    if peek(borrow(t)) > 0:
        t.bump()
    while peek(borrow(t)) < 3:
        t.bump()


# case: si-walrus-guard | a guard bound in the head of `if` lives on
def si_walrus_guard() -> None:
    t = Box(Token(1))
    if peek(r := borrow(t)) > 0:
        t.bump()  # E: borrow-conflict E0502
    look(r)


# case: si-closure-mutate-then-read | closure changes the variable; the variable is read before the call
def si_closure_mutate_then_read() -> None:
    t = Owned(Token(1))

    def c() -> None:
        poke(borrow_mut(t))

    look(peek(borrow(t)))  # E: borrow-conflict E0502
    c()


# case: si-self-closure-method | closure reads what the called method changes
def si_self_closure_method() -> None:
    t = Box(Token(1))
    read: Callable[[], int] = lambda: t.show()
    t.bump()  # E: borrow-conflict E0502
    look(read())


# case: cu-shared-then-closure | closure needs unique access while a shared borrow is held
def cu_shared_then_closure(m: RefMut[Token]) -> None:
    r = borrow(m)
    c: Callable[[], None] = lambda: poke(m)  # E: borrow-conflict E0502
    look(r)
    c()


# case: cu-set-while-shared-closure | second closure changes what the first one reads
def cu_set_while_shared_closure(m: RefMut[Token]) -> int:
    a: Callable[[], int] = lambda: peek(borrow(m))
    b: Callable[[], None] = lambda: poke(m)  # E: borrow-conflict E0502
    b()
    return a()


# case: cu-closure-holds-unique-read | guard read while a closure holds unique access to it
def cu_closure_holds_unique_read(m: RefMut[Token]) -> None:
    c: Callable[[], None] = lambda: poke(m)
    look(peek(borrow(m)))  # E: borrow-conflict E0502
    c()


# case: si-verbs-while-shared | the verbs that change a value need it alone
def si_verbs_while_shared() -> None:
    a = Owned(Token(1))
    b = Owned(Token(2))
    r = borrow(a)
    look(replace(a, Token(3)))  # E: borrow-conflict E0502
    look(take(a))  # E: borrow-conflict E0502
    swap(a, b)  # E: borrow-conflict E0502
    look(r)


# case: si-verbs-while-exclusive | the same while it is lent exclusively
def si_verbs_while_exclusive() -> None:
    a = Owned(Token(1))
    m = borrow_mut(a)
    look(replace(a, Token(3)))  # E: borrow-conflict E0499
    look(take(a))  # E: borrow-conflict E0499
    poke(m)


# case: si-many-shared | any number of shared borrows
def si_many_shared() -> None:
    t = Box(Token(1))
    a, b = borrow(t), borrow(t)
    with borrow(t) as c:
        look(c.value)
    look(peek(a) + peek(b) + t.show())


# case: si-shared-copied | a copy of a `Ref` keeps the borrow
def si_shared_copied() -> None:
    t = Box(Token(1))
    r = borrow(t)
    s = r
    drop(r)
    t.bump()  # E: borrow-conflict E0502
    look(s)


# case: si-shared-rebound | the name of the guard is bound to another one
def si_shared_rebound() -> None:
    t = Box(Token(1))
    u = Box(Token(2))
    r = borrow(t)
    look(r)
    r = borrow(u)
    t.bump()
    look(r)


# case: si-shared-deleted | `del` of the only name ends the borrow
def si_shared_deleted() -> None:
    t = Box(Token(1))
    r = borrow(t)
    look(r)
    del r
    t.bump()


# case: si-shared-none | bound to `None`: the borrow ends
def si_shared_none() -> None:
    t = Box(Token(1))
    r: Ref[Token] | None = borrow(t)
    look(r)
    r = None
    t.bump()


# case: si-in-list | a list that holds the guard
def si_in_list() -> None:
    t = Box(Token(1))
    refs = [borrow(t)]
    t.bump()  # E: borrow-conflict E0502
    look(refs)


# case: si-in-dict | a dict that holds the guard
def si_in_dict() -> None:
    t = Box(Token(1))
    refs: dict[str, Ref[Token]] = {}
    refs["t"] = borrow(t)
    t.bump()  # E: borrow-conflict E0502
    look(refs)


# case: si-in-field | an object that was given the guard later
def si_in_field() -> None:
    t = Owned(Token(1))
    shelf = Shelf()
    shelf.refs.append(borrow(t))
    poke(borrow_mut(t))  # E: borrow-conflict E0502
    look(shelf)


# case: si-tuple-of-guards | a tuple of guards, taken apart
def si_tuple_of_guards() -> None:
    t = Box(Token(1))
    u = Box(Token(2))
    pair = borrow(t), borrow(u)
    a, b = pair
    del pair, a
    t.bump()  # E: borrow-conflict E0502
    look(b)


# case: si-element-view | a view of an element is held while the list grows
def si_element_view() -> None:
    v = Box([Token(1)])
    t = first(borrow(v))
    v.append(Token(2))  # E: borrow-conflict E0502
    look(t)


# case: si-element-used-up | the view of the element ended with its statement
def si_element_used_up() -> None:
    v = Box([Token(1)])
    look(first(borrow(v)))
    v.append(Token(2))


# case: si-peek-mut-guard | guard of a context manager alive across a read
def si_peek_mut_guard() -> None:
    t = Owned(Token(1))
    with borrow_mut(t) as m:
        look(peek(borrow(t)))  # E: borrow-conflict E0502
        m.value += 1
    look(peek(borrow(t)))


# case: si-with-shared-then-change | changed inside the block that reads it
def si_with_shared_then_change() -> None:
    t = Box(Token(1))
    with borrow(t) as r:
        t.bump()  # E: borrow-conflict E0502
        look(r)
    t.bump()


# case: si-generator-holds | a generator that was given the borrow
def lines(r: Ref[list[int]]) -> Iterator[int]:
    for x in r:
        yield x


def si_generator_holds() -> None:
    v = Box([1, 2])
    for x in lines(borrow(v)):
        v.append(x)  # E: borrow-conflict E0502


# case: si-generator-expression | a generator expression over a borrow
def si_generator_expression() -> None:
    v = Box([1, 2])
    squares = (x * x for x in borrow(v))
    v.append(3)  # E: borrow-conflict E0502
    look(list(squares))


# case: si-list-from-borrow | a list made from a borrow holds none
def si_list_from_borrow() -> None:
    v = Box([1, 2])
    squares = [x * x for x in borrow(v)]
    v.append(3)
    look(squares)
