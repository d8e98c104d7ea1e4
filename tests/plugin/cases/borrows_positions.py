"""Where the errors stand when a statement has several lines."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import wraps

from owned import Box, Owned, Rc, Ref, RefMut, borrow, borrow_mut, drop, replace


class Token:
    def __init__(self, value: int) -> None:
        self.value = value
        self.names: list[str] = []

    def bump(self) -> None:
        self.value += 1


def look(t: object, *more: object) -> None:
    print(type(t), more)


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def both(a: RefMut[Token], b: RefMut[Token]) -> None:
    poke(a)
    poke(b)


def peek_and_eat(r: Ref[Token], t: Owned[Token]) -> None:
    look(r)
    drop(t)


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def same(r: Ref[Token]) -> Ref[Token]:
    return r


def use_rc(n: int, rc: Rc[Token]) -> None:
    look(n, rc)


def twice(f: Callable[[], None]) -> Callable[[], None]:
    @wraps(f)
    def run() -> None:
        f()
        f()

    return run


# case: po-argument | the argument's line
def po_argument(t: Box[Token]) -> None:
    both(
        borrow_mut(t),
        borrow_mut(t),  # E: borrow-conflict E0499
    )


# case: po-moved-argument | the moved argument's line
def po_moved_argument(t: Owned[Token]) -> None:
    peek_and_eat(
        borrow(t),
        t,  # E: move-while-borrowed E0505
    )


# case: po-with-item | the item's line
def po_with_item(t: Box[Token]) -> None:
    with (
        borrow(t) as a,
        borrow_mut(t) as b,  # E: borrow-conflict E0502
    ):
        look(a, b)


# case: po-return | the line of the `return`
def po_return() -> Ref[Token]:
    t = Owned(Token(1))
    return same(  # E: borrow-outlives-owner E0515
        borrow(t),
    )


# case: po-yield | the line of the `yield`
def po_yield() -> Iterator[Ref[Token]]:
    t = Owned(Token(1))
    yield same(  # E: borrow-outlives-owner E0515
        borrow(t),
    )


# case: po-temporary | the line of the borrow
def po_temporary() -> None:
    r = same(
        borrow(Owned(Token(1))),  # E: borrow-outlives-owner E0716
    )
    look(r)


# case: po-outlived | the line of the borrow
def po_outlived() -> None:
    refs: list[Ref[Token]] = []
    with Owned(Token(1)) as t:
        refs.append(
            borrow(t),  # E: borrow-outlives-owner E0597
        )
    look(refs)


# case: po-read | the line of the access
def po_read(t: Box[Token]) -> None:
    m = borrow_mut(t)
    look(
        1,
        t.value,  # E: borrow-conflict E0503
        t,  # E: borrow-conflict E0502
    )
    poke(m)


# case: po-lambda | the head of a lambda inside a call
def po_lambda(t: Box[Token], run: Callable[[Callable[[], None]], None]) -> None:
    r = borrow(t)
    run(
        lambda: poke(  # E: borrow-conflict E0502
            borrow_mut(t),
        ),
    )
    look(r)


# case: po-def | the head of a function
def po_def(t: Box[Token]) -> None:
    r = borrow(t)

    def change(  # E: borrow-conflict E0502
        n: int = 1,
    ) -> None:
        look(n)
        poke(borrow_mut(t))

    look(r)
    change()


# case: po-decorated | the head of a decorated function
def po_decorated(t: Box[Token]) -> None:
    r = borrow(t)

    @twice
    def change() -> None:  # E: borrow-conflict E0502
        poke(borrow_mut(t))

    look(r)
    change()


# case: po-thread | the argument's line in a call that starts a thread
def po_thread(rc: Rc[Token]) -> None:
    threading.Thread(
        target=use_rc,
        args=(
            1,
            rc,  # E: not-send E0277
        ),
        daemon=True,
    ).start()


# case: po-thread-target | the closure's head
def po_thread_target(rc: Rc[Token]) -> None:
    threading.Thread(
        name="x",
        target=lambda: look(rc),  # E: not-send E0277
    ).start()


# case: po-chain | the line of the call in a chain
def po_chain(t: Box[Token]) -> None:
    r = borrow(t)
    (
        t.bump()  # E: borrow-conflict E0502
    )
    look(r)


# case: po-assignment | the line of the target
def po_assignment(t: Owned[Token]) -> None:
    r = borrow(t)
    t.value = Token(  # E: borrow-conflict E0506
        2,
    )
    look(r)


# case: po-read-only | the line of the target, and of the call
def po_read_only(r: Ref[Token]) -> None:
    r.value = (  # E: mutate-through-ref E0594
        3
    )
    r.names.append(  # E: mutate-through-ref E0596
        "x",
    )


# case: po-unused | the line of the call
def po_unused(t: Owned[Token]) -> None:
    replace(  # E: unused-owner must_use
        t,
        Token(2),
    )


# case: po-missing-move | the line of the name
def po_missing_move() -> list[Owned[Token]]:
    with Owned(Token(1)) as t:
        return [
            t,  # E: missing-move must_move
        ]


# case: po-comprehension | inside a comprehension
def po_comprehension(t: Box[Token]) -> list[int]:
    m = borrow_mut(t)
    found = [
        n
        + peek(
            borrow(t),  # E: borrow-conflict E0502
        )
        for n in range(3)
    ]
    poke(m)
    return found


# case: po-condition | in a condition of several lines
def po_condition(t: Box[Token]) -> None:
    m = borrow_mut(t)
    if (
        m.value > 1
        and t.value > 1  # E: borrow-conflict E0503
    ):
        poke(m)
