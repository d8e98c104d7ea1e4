"""Assigning to what is lent, or to a place in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, drop


class Token:
    def __init__(self, value: int) -> None:
        self.value = value


class Pair:
    def __init__(self, a: Owned[Token], b: Owned[Token]) -> None:
        self.a = a
        self.b = b


@dataclass
class Slot:
    inner: Owned[Token]


class Desk:
    def __init__(self) -> None:
        self.top = Owned(Token(1))
        self.label = "desk"

    def look_at(self) -> Ref[Token]:
        return borrow(self.top)


def cond() -> bool:
    return True


def look(t: object) -> None:
    print(type(t))


def poke(m: RefMut[Token]) -> None:
    m.value += 1


# case: ba-assign-while-mutborrowed | assigned while lent exclusively
def ba_assign_while_mutborrowed() -> None:
    t = Owned(Token(1))
    m = borrow_mut(t)
    t = Owned(Token(2))  # E: borrow-conflict E0506
    poke(m)
    look(t)


# case: ba-whole-while-field | the whole assigned while a field is borrowed
def ba_whole_while_field(p: Box[Pair]) -> None:
    a = borrow(p.a)
    p = Box(Pair(Owned(Token(1)), Owned(Token(2))))  # E: borrow-conflict E0506
    look(a)
    look(p)


# case: ba-deref-getter | field assigned while what a method lent is alive
def ba_deref_getter() -> None:
    d = Box(Desk())
    r = d.look_at()
    d.label = "x"  # E: borrow-conflict E0506
    look(r)


# case: ba-attribute | attribute of a boxed value
def ba_attribute() -> None:
    t = Box(Token(1))
    r = borrow(t)
    t.value = 2  # E: borrow-conflict E0506
    look(r)


# case: ba-value | the `.value` of an owner
def ba_value() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    t.value = Token(2)  # E: borrow-conflict E0506
    look(r)


# case: ba-value-attribute | an attribute behind `.value`
def ba_value_attribute() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    t.value.value = 2  # E: borrow-conflict E0506
    look(r)


# case: ba-item | item of a boxed list
def ba_item() -> None:
    v = Box([1, 2])
    r = borrow(v)
    v[0] = 3  # E: borrow-conflict E0506
    look(r)


# case: ba-delete-item | item of a boxed list deleted
def ba_delete_item() -> None:
    v = Box([1, 2])
    r = borrow(v)
    del v[0]  # E: borrow-conflict E0506
    look(r)


# case: ba-array-elem | element borrowed, the same element assigned
def ba_array_elem(v: list[Owned[Token]]) -> None:
    r = borrow(v[0])
    v[0] = Owned(Token(3))  # E: borrow-conflict E0506
    look(r)


# case: ba-array-other-elem | element borrowed, another one assigned
def ba_array_other_elem(v: list[Owned[Token]]) -> None:
    r = borrow(v[0])
    v[1] = Owned(Token(3))
    look(r)


# case: ba-closure-reads | assigned while a closure that reads it is alive
def ba_closure_reads() -> None:
    t = Owned(Token(1))
    c: Callable[[], None] = lambda: look(borrow(t))
    t = Owned(Token(2))  # E: borrow-conflict E0506
    c()


# case: ba-refs-in-vec | assigned in a loop that collects borrows
def ba_refs_in_vec() -> None:
    t = Owned(Token(0))
    refs: list[Ref[Token]] = []
    for n in range(3):
        t = Owned(Token(n))  # E: borrow-conflict E0506
        refs.append(borrow(t))
    look(refs)


# case: ba-through-two-refs | assigned while a view of a part of the view is alive
def ba_through_two_refs() -> None:
    p = Box(Pair(Owned(Token(1)), Owned(Token(2))))
    r = borrow(p)
    a = Ref.map(r, lambda pair: pair.a.value)
    p.b = Owned(Token(3))  # E: borrow-conflict E0506
    look(a)


# case: ba-owner-reassigned-view-used | owner bound anew inside the block of its view
def ba_owner_reassigned_view_used() -> None:
    t = Box(Token(1))
    with borrow(t) as r:
        t = Box(Token(2))  # E: borrow-conflict E0506
        look(r)
    look(t)


# case: ba-branch | lent in one branch, assigned after the join
def ba_branch() -> None:
    t = Owned(Token(1))
    r = borrow(t) if cond() else None
    t = Owned(Token(2))  # E: borrow-conflict E0506
    look(r)


# case: ba-tuple-target | assigned as part of a tuple
def ba_tuple_target() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    t, n = Owned(Token(2)), 1  # E: borrow-conflict E0506
    look((r, n))


# case: ba-walrus | assigned by a walrus
def ba_walrus() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    look(t := Owned(Token(2)))  # E: borrow-conflict E0506
    look(r)


# case: ba-with-target | assigned as the target of `with`
def ba_with_target() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    with Owned(Token(2)) as t:  # E: borrow-conflict E0506
        look(t)
    look(r)


# case: ba-in-place | in-place operator on a boxed value
def ba_in_place() -> None:
    v = Box([1])
    r = borrow(v)
    v += [2]  # E: borrow-conflict E0502
    look(r)


# case: ba-assigned-after | assigned after the guard has ended
def ba_assigned_after() -> Owned[Token]:
    t = Owned(Token(1))
    r = borrow(t)
    look(r)
    drop(r)
    t = Owned(Token(2))
    return t


# case: ba-other-field | the other field assigned
def ba_other_field(p: Box[Pair]) -> None:
    a = borrow(p.a)
    p.b = Owned(Token(2))
    look(a)


# case: ba-guard-itself | the guard's own name is assigned
def ba_guard_itself(a: Owned[Token], b: Owned[Token]) -> None:
    r = borrow(a)
    look(r)
    r = borrow(b)
    a = Owned(Token(1))
    look((a, r))


# case: ba-slot-inside | value in a field assigned while the field is lent
def ba_slot_inside() -> None:
    s = Slot(Owned(Token(1)))
    with borrow(s.inner) as r:
        s.inner = Owned(Token(2))  # E: borrow-conflict E0506
        look(r)


# case: ba-once-per-assignment | the first assignment ends the borrows
def ba_once_per_assignment() -> None:
    t = Owned(Token(1))
    m = borrow_mut(t)
    t = Owned(Token(2))  # E: borrow-conflict E0506
    t = Owned(Token(3))
    poke(borrow_mut(t))
    look(m)
