"""Two exclusive borrows of one thing at the same time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from owned import Box, Owned, RefMut, borrow_mut, deref, drop


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def bump(self) -> None:
        self.value += 1


class Pair:
    def __init__(self, a: Owned[Token], b: Owned[Token]) -> None:
        self.a = a
        self.b = b


@dataclass
class Holder:
    held: RefMut[Token]


class Desk:
    def __init__(self) -> None:
        self.top = Owned(Token(1))

    def lend(self) -> RefMut[Token]:
        return borrow_mut(self.top)


def cond() -> bool:
    return True


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def both(a: RefMut[Token], b: RefMut[Token]) -> None:
    poke(a)
    poke(b)


def whole(m: RefMut[Pair]) -> None:
    poke(borrow_mut(m.a))


def find(v: RefMut[list[Token]]) -> RefMut[Token] | None:
    if not deref(v):
        return None
    return RefMut.map(v, lambda xs: xs[0])


def count(m: RefMut[list[int]], n: int) -> int:
    m.append(n)
    return n


# case: mm-conditional-return | reference returned on one path blocks the other path (Polonius case)
def mm_conditional_return(v: RefMut[list[Token]]) -> RefMut[Token] | None:
    t = find(v)
    if t is not None:
        return t
    v.append(Token(0))  # E: borrow-conflict E0499
    return find(v)  # E: borrow-conflict E0499


# case: mm-same-call | one owner lent exclusively twice to one call
def mm_same_call() -> None:
    t = Box(Token(1))
    both(borrow_mut(t), borrow_mut(t))  # E: borrow-conflict E0499


# case: mm-same-call-param | one `RefMut` lent again twice to one call
def mm_same_call_param(m: RefMut[Token]) -> None:
    both(m, m)  # E: borrow-conflict E0499


# case: mm-method-form | the method form takes the same borrow
def mm_method_form() -> None:
    t = Owned(Token(1))
    a = t.borrow_mut()
    b = t.borrow_mut()  # E: borrow-conflict E0499
    both(a, b)


# case: mm-with-inside-with | an exclusive block inside an exclusive block
def mm_with_inside_with() -> None:
    t = Owned(Token(1))
    with borrow_mut(t) as a:
        with borrow_mut(t) as b:  # E: borrow-conflict E0499
            b.value += 1
        a.value += 1


# case: mm-two-with-items | two items of one `with`
def mm_two_with_items() -> None:
    t = Box(Token(1))
    with borrow_mut(t) as a, borrow_mut(t) as b:  # E: borrow-conflict E0499
        a.value += b.value


# case: mm-method-while-held | changing method of the value while a guard is held
def mm_method_while_held() -> None:
    t = Box(Token(1))
    m = borrow_mut(t)
    t.bump()  # E: borrow-conflict E0499
    poke(m)


# case: mm-same-field | one field lent exclusively twice
def mm_same_field(p: Box[Pair]) -> None:
    x = borrow_mut(p.a)
    y = borrow_mut(p.a)  # E: borrow-conflict E0499
    both(x, y)


# case: mm-whole-then-field | the whole is lent, then one of its fields
def mm_whole_then_field(p: Box[Pair]) -> None:
    w = borrow_mut(p)
    x = borrow_mut(p.a)  # E: borrow-conflict E0499
    whole(w)
    poke(x)


# case: mm-other-field | two fields lent at the same time
def mm_other_field(p: Box[Pair]) -> None:
    x = borrow_mut(p.a)
    y = borrow_mut(p.b)
    both(x, y)


# case: mm-returned-ref-alive | what a method lent out of itself is still held
def mm_returned_ref_alive() -> None:
    d = Box(Desk())
    a = d.lend()
    b = d.lend()  # E: borrow-conflict E0499
    both(a, b)


# case: mm-getter-in-loop | lent anew in each iteration while the first guard is kept
def mm_getter_in_loop() -> None:
    d = Box(Desk())
    kept: list[RefMut[Token]] = []
    for _ in range(3):
        kept.append(d.lend())  # E: borrow-conflict E0499


# case: mm-loop-carried | the guard of the last iteration is still bound
def mm_loop_carried() -> None:
    t = Owned(Token(1))
    m: RefMut[Token] | None = None
    while cond():
        m = borrow_mut(t)  # E: borrow-conflict E0499
    if m is not None:
        poke(m)


# case: mm-loop-dropped | the guard of the last iteration was dropped
def mm_loop_dropped() -> None:
    t = Owned(Token(1))
    while cond():
        m = borrow_mut(t)
        poke(m)
        drop(m)


# case: mm-struct-holding-mut | an object that holds the guard
def mm_struct_holding_mut() -> None:
    t = Box(Token(1))
    h = Holder(borrow_mut(t))
    poke(borrow_mut(t))  # E: borrow-conflict E0499
    poke(h.held)


# case: mm-struct-deleted | the object that held the guard is gone
def mm_struct_deleted() -> None:
    t = Box(Token(1))
    h = Holder(borrow_mut(t))
    poke(h.held)
    del h
    poke(borrow_mut(t))


# case: mm-two-closures | two closures that change one variable
def mm_two_closures() -> None:
    t = Box(Token(1))
    a: Callable[[], None] = lambda: poke(borrow_mut(t))
    b: Callable[[], None] = lambda: poke(borrow_mut(t))  # E: borrow-conflict E0499
    a()
    b()


# case: mm-two-closures-def | the same as functions
def mm_two_closures_def() -> None:
    t = Owned(Token(1))

    def a() -> None:
        with borrow_mut(t) as m:
            m.value += 1

    def b() -> None:  # E: borrow-conflict E0499
        poke(borrow_mut(t))

    a()
    b()


# case: mm-match-payload | payload lent in an arm while the subject is lent again
def mm_match_payload(o: Owned[Token] | None) -> None:
    match o:
        case None:
            pass
        case t:
            m = borrow_mut(t)
            both(m, borrow_mut(t))  # E: borrow-conflict E0499


# case: mm-swap-elements | two elements of one list by different constants
def mm_swap_elements(v: list[Owned[Token]]) -> None:
    both(borrow_mut(v[0]), borrow_mut(v[1]))


# case: mm-same-element | two borrows of the element of one constant index
def mm_same_element(v: list[Owned[Token]]) -> None:
    both(borrow_mut(v[0]), borrow_mut(v[0]))  # E: borrow-conflict E0499


# case: mm-same-element-name | two borrows of the element of one unchanged index
def mm_same_element_name(v: list[Owned[Token]], i: int) -> None:
    a = borrow_mut(v[i])
    b = borrow_mut(v[i])  # E: borrow-conflict E0499
    both(a, b)


# case: mm-other-element-name | two indices, left to the run time
def mm_other_element_name(v: list[Owned[Token]], i: int, j: int) -> None:
    a = borrow_mut(v[i])
    b = borrow_mut(v[j])
    both(a, b)


# case: mm-index-then-push-in-arg | receiver lent while its argument changes the same list
def mm_index_then_push_in_arg() -> None:
    v = Box([1, 2])
    count(borrow_mut(v), count(borrow_mut(v), 1))  # E: borrow-conflict E0499


# case: mm-args-one-after-the-other | the value of the first call is plain
def mm_args_one_after_the_other() -> None:
    v = Box([1, 2])
    n = count(borrow_mut(v), 1)
    count(borrow_mut(v), n)


# case: mm-branch-then-join | lent in one branch, conflict after the join
def mm_branch_then_join() -> None:
    t = Box(Token(1))
    m = borrow_mut(t) if cond() else None
    poke(borrow_mut(t))  # E: borrow-conflict E0499
    if m is not None:
        poke(m)


# case: mm-refmut-reborrow | a guard lent out of a guard
def mm_refmut_reborrow(m: RefMut[Token]) -> None:
    a = borrow_mut(m)
    poke(m)  # E: borrow-conflict E0499
    poke(a)


# case: cu-closure-needs-unique | closure needs unique access to a guard that is already lent again
def cu_closure_needs_unique(m: RefMut[Token]) -> None:
    r = borrow_mut(m)
    c: Callable[[], None] = lambda: poke(m)  # E: borrow-conflict E0499
    poke(r)
    c()


# case: cu-self-each-closure | callee borrows what its closure argument changes
def each(m: RefMut[list[int]], g: Callable[[int], None]) -> None:
    for x in list(deref(m)):
        g(x)


def cu_self_each_closure(s: Box[list[int]]) -> None:
    each(borrow_mut(s), lambda x: s.append(x))  # E: borrow-conflict E0499


# case: cu-closure-holds-unique | guard used while a closure holds unique access to it
def cu_closure_holds_unique(m: RefMut[Token]) -> None:
    c: Callable[[], None] = lambda: poke(m)
    poke(m)  # E: borrow-conflict E0499
    c()


# case: cu-closure-let-go | the closure is gone
def cu_closure_let_go(m: RefMut[Token]) -> None:
    c: Callable[[], None] = lambda: poke(m)
    c()
    del c
    poke(m)


# case: cu-two-closures-mutref | two closures need unique access to one guard
def cu_two_closures_mutref(m: RefMut[Token]) -> None:
    a: Callable[[], None] = lambda: poke(m)
    b: Callable[[], None] = lambda: poke(m)  # E: borrow-conflict E0499
    a()
    b()


# case: cu-method-while-closure | method of a guarded object called while a closure uses it exclusively
def cu_method_while_closure() -> None:
    t = Box(Token(1))

    def again() -> None:
        t.bump()

    t.bump()  # E: borrow-conflict E0499
    again()
