"""Moving, dropping or unwrapping what is lent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, consuming, drop, forget, into_inner, move


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    @consuming
    def finish(self) -> int:
        return self.value


class Pair:
    def __init__(self, a: Owned[Token], b: Owned[Token]) -> None:
        self.a = a
        self.b = b


@dataclass
class Shelf:
    item: Owned[Token]


def cond() -> bool:
    return True


def eat(t: Owned[Token]) -> None:
    drop(t)


def eat_pair(p: Box[Pair]) -> None:
    drop(p)


def eat_box(t: Box[Token]) -> None:
    drop(t)


def look(t: object) -> None:
    print(type(t))


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def peek_and_eat(r: Ref[Token], t: Owned[Token]) -> None:
    look(r)
    drop(t)


# case: bm-take-while-borrowed | passed on while borrowed
def bm_take_while_borrowed() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    eat(t)  # E: move-while-borrowed E0505
    look(r)


# case: bm-let-while-borrowed | bound to another name while borrowed
def bm_let_while_borrowed() -> None:
    t = Box(Token(1))
    r = borrow(t)
    u = t  # E: move-while-borrowed E0505
    look(u)
    look(r)


# case: bm-drop-while-borrowed | dropped while borrowed
def bm_drop_while_borrowed() -> None:
    t = Box(Token(1))
    r = borrow(t)
    drop(t)  # E: move-while-borrowed E0505
    look(r)


# case: bm-verbs-while-borrowed | each verb that ends an owner
def bm_forget_while_borrowed() -> None:
    t = Box(Token(1))
    r = borrow(t)
    forget(t)  # E: move-while-borrowed E0505
    look(r)


def bm_unwrap_while_borrowed() -> Token:
    t = Box(Token(1))
    r = borrow(t)
    token = into_inner(t)  # E: move-while-borrowed E0505
    look(r)
    return token


def bm_move_while_borrowed() -> Owned[Token]:
    t = Owned(Token(1))
    m = borrow_mut(t)
    u = move(t)  # E: move-while-borrowed E0505
    poke(m)
    return u


def bm_leak_while_borrowed() -> Token:
    t = Box(Token(1))
    r = borrow(t)
    token = Box.leak(t)  # E: move-while-borrowed E0505
    look(r)
    return token


# case: bm-methods-while-borrowed | the methods of `Owned`
def bm_method_drop() -> None:
    t = Owned(Token(1))
    r = t.borrow()
    t.drop()  # E: move-while-borrowed E0505
    look(r)


def bm_method_move() -> None:
    t = Owned(Token(1))
    r = t.borrow_mut()
    eat(t.move())  # E: move-while-borrowed E0505
    poke(r)


# case: bm-constructor | made into another owner while borrowed
def bm_constructor() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    b = Box(t)  # E: move-while-borrowed E0505
    look(r)
    look(b)


# case: bm-return | returned while borrowed
def bm_return() -> Owned[Token]:
    t = Owned(Token(1))
    r = borrow(t)
    look(r)
    return t  # E: move-while-borrowed E0505


# case: bm-return-after-block | returned after the block of the borrow
def bm_return_after_block() -> Owned[Token]:
    t = Owned(Token(1))
    with borrow(t) as r:
        look(r)
    return t


# case: bm-yield | yielded while borrowed
def bm_yield() -> Iterator[Owned[Token]]:
    t = Owned(Token(1))
    r = borrow(t)
    yield t  # E: move-while-borrowed E0505
    look(r)


# case: bm-stored | stored in a container or a field while borrowed
def bm_stored(shelf: Box[Shelf]) -> None:
    t = Owned(Token(1))
    r = borrow(t)
    shelf.item = t  # E: move-while-borrowed E0505
    look(r)


def bm_appended(v: list[Owned[Token]]) -> None:
    t = Owned(Token(1))
    r = borrow(t)
    v.append(t)  # E: move-while-borrowed E0505
    look(r)


def bm_in_literal() -> list[Owned[Token]]:
    t = Owned(Token(1))
    r = borrow(t)
    v = [t]  # E: move-while-borrowed E0505
    look(r)
    return v


# case: bm-branch-borrow-carried | borrowed in one branch, moved after the join
def bm_branch_borrow_carried() -> None:
    t = Owned(Token(1))
    r: Ref[Token] | None = None
    if cond():
        r = borrow(t)
    eat(t)  # E: move-while-borrowed E0505
    look(r)


# case: bm-branch-borrow-ended | borrowed and dropped in one branch
def bm_branch_borrow_ended() -> None:
    t = Owned(Token(1))
    if cond():
        r = borrow(t)
        look(r)
        del r
    eat(t)


# case: bm-field-borrow-whole-move | field borrowed, the whole moved
def bm_field_borrow_whole_move(p: Box[Pair]) -> None:
    a = borrow(p.a)
    eat_pair(p)  # E: move-while-borrowed E0505
    look(a)


# case: bm-whole-borrow-field-move | the whole borrowed, a field moved
def bm_whole_borrow_field_move(p: Box[Pair]) -> None:
    r = borrow(p)
    eat(p.a)  # E: move-while-borrowed E0505
    look(r)


# case: bm-field-borrow-other-move | one field borrowed, the other one moved
def bm_field_borrow_other_move(p: Box[Pair]) -> None:
    a = borrow(p.a)
    eat(p.b)
    look(a)


# case: bm-iter-alive-then-move | collection moved while it is iterated
def bm_iter_alive_then_move(v: Box[list[int]]) -> None:
    for x in v:
        if x:
            drop(v)  # E: move-while-borrowed E0505
            break


# case: bm-iter-over-then-move | collection moved after the loop
def bm_iter_over_then_move(v: Box[list[int]]) -> None:
    for x in v:
        look(x)
    drop(v)


# case: bm-for-consumes-borrowed | iterator over a borrow is alive when the list is dropped
def bm_for_consumes_borrowed(v: Box[list[int]]) -> None:
    for x in borrow(v):
        look(x)
        drop(v)  # E: move-while-borrowed E0505
        return


# case: bm-closure-borrows-then-move | variable moved before the closure's last call
def bm_closure_borrows_then_move() -> None:
    t = Owned(Token(1))
    c: Callable[[], None] = lambda: look(borrow(t))
    c()
    eat(t)  # E: move-while-borrowed E0505
    c()


# case: bm-thread-while-borrowed | handed to a thread while borrowed
def bm_thread_while_borrowed() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    threading.Thread(target=eat, args=(t,)).start()  # E: move-while-borrowed E0505
    look(r)


# case: bm-same-call | borrowed by one argument, moved by the next
def bm_same_call() -> None:
    t = Owned(Token(1))
    peek_and_eat(borrow(t), t)  # E: move-while-borrowed E0505


# case: bm-mutref-move-while-reborrowed | guard moved while a borrow of it is alive
def bm_mutref_move_while_reborrowed(m: RefMut[Token]) -> None:
    r = borrow(m)
    other = m  # E: move-while-borrowed E0505
    look(r)
    look(other)


# case: bm-mutex-guard-alive | owner of a cell moved while a guard of the cell is alive
def bm_with_block(t: Box[Token]) -> None:
    with borrow(t) as r:
        eat_box(t)  # E: move-while-borrowed E0505
        look(r)


# case: multi-move-borrowed-then-use | after the refused move the old name is not reported again
def multi_move_borrowed_then_use() -> None:
    t = Owned(Token(1))
    r = borrow(t)
    eat(t)  # E: move-while-borrowed E0505
    look(r)
    look(t)


# case: bm-consuming-method | consuming method while a guard is held
def bm_consuming_method() -> int:
    t = Box(Token(1))
    m = borrow_mut(t)
    n: int = t.finish()  # E: move-while-borrowed E0505
    poke(m)
    return n


# case: bm-consuming-after-statement | a borrow that was never bound ended with its statement
def bm_consuming_after_statement() -> int:
    t = Box(Token(1))
    poke(borrow_mut(t))
    n: int = t.finish()
    return n


# case: bm-guard-dropped-first | every way to end the borrow first
def bm_guard_dropped_first(a: Owned[Token], b: Owned[Token], c: Owned[Token]) -> None:
    x, y, z = borrow(a), borrow(b), borrow_mut(c)
    look((x.value, y.value, z.value))
    drop(x)
    eat(a)
    del y
    eat(b)
    with z as inner:
        inner.value += 1
    eat(c)


# case: bm-loop-next-iteration | the guard of the last iteration is still bound when the next one moves
def bm_loop_next_iteration(v: list[Token]) -> None:
    t = Owned(Token(0))
    r: Ref[Token] | None = None
    for token in v:
        drop(t)  # E: move-while-borrowed E0505
        t = Owned(token)
        r = borrow(t)
    look(r)


# case: bm-exception | borrowed in the `try` body, moved in the handler
def bm_exception(t: Owned[Token]) -> None:
    try:
        r = borrow(t)
        look(r)
    except ValueError:
        eat(t)  # E: move-while-borrowed E0505


# case: bm-exception-block | a block ends its borrow on the way out
def bm_exception_block(t: Owned[Token]) -> None:
    try:
        with borrow(t) as r:
            look(r)
    except ValueError:
        eat(t)
