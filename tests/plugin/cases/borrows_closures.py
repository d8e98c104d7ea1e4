"""Closures borrow what they read or change, and take what they move."""

from __future__ import annotations

import atexit
import signal
from collections.abc import Callable
from functools import partial

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, drop, move


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def bump(self) -> None:
        self.value += 1


class Pair:
    def __init__(self, a: Owned[Token], b: Owned[Token]) -> None:
        self.a = a
        self.b = b


class Button:
    def __init__(self) -> None:
        self.on_click: Callable[[], object] | None = None
        self.handlers: list[Callable[[], object]] = []

    def connect(self, handler: Callable[[], object]) -> None:
        self.handlers.append(handler)


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def eat(t: Owned[Token]) -> None:
    drop(t)


def call(f: Callable[[], object]) -> object:
    return f()


# case: cl-reads | a reading closure and a change
def cl_reads() -> None:
    t = Box(Token(1))

    def read() -> int:
        n: int = t.value
        return n

    t.bump()  # E: borrow-conflict E0502
    read()


# case: cl-reads-and-reads | reading closures and reads
def cl_reads_and_reads() -> None:
    t = Box(Token(1))
    read: Callable[[], int] = lambda: peek(borrow(t))
    look(t.value)
    look(peek(borrow(t)))
    look(read())


# case: cl-passed | passed to a function: gone with the call
def cl_passed() -> None:
    t = Box(Token(1))
    call(lambda: t.bump())
    t.bump()
    call(lambda: peek(borrow(t)))
    t.bump()


# case: cl-sort-key | the key of a sort
def cl_sort_key() -> None:
    weights = Box({"a": 1})
    names = ["b", "a"]
    names.sort(key=lambda name: weights.get(name, 0))
    names = sorted(names, key=lambda name: len(weights))
    look(list(map(lambda name: weights.get(name), names)))
    look([name for name in names if name in weights])
    weights.clear()


# case: cl-key-of-itself | the key reads the list that is sorted
def cl_key_of_itself() -> None:
    v = Box([2, 1])
    v.sort(key=lambda x: len(v))  # E: borrow-conflict E0502


# case: cl-returned | returned: it takes what it captures
def cl_returned() -> Callable[[], int]:
    t = Owned(Token(1))
    return lambda: peek(borrow(t))


# case: cl-returned-def | the same as a function
def cl_returned_def() -> Callable[[], int]:
    t = Owned(Token(1))

    def read() -> int:
        return peek(borrow(t))

    return read


# case: cl-returned-used-before | used before it is returned
def cl_returned_used_before() -> Callable[[], int]:
    t = Owned(Token(1))
    poke(borrow_mut(t))

    def read() -> int:
        return peek(borrow(t))

    look(read())
    return read


# case: cl-returned-owner-used | the owner used after the closure that will leave
def cl_returned_owner_used() -> Callable[[], int]:
    t = Owned(Token(1))
    read: Callable[[], int] = lambda: peek(borrow(t))
    look(t)  # E: use-after-move E0382
    return read


# case: cl-returned-guard | a guard of a local captured by a closure that leaves
def cl_returned_guard() -> Callable[[], int]:
    t = Owned(Token(1))
    r = borrow(t)
    return lambda: peek(r)  # E: borrow-outlives-owner E0373


# case: cl-returned-view | a view captured by a closure that leaves
def cl_returned_view(t: Owned[Token]) -> Callable[[], object]:
    with borrow(t) as view:
        return lambda: look(view)  # E: borrow-outlives-owner E0373


# case: cl-returned-param-guard | a guard of the caller captured by a closure that leaves
def cl_returned_param_guard(r: Ref[Token]) -> Callable[[], int]:
    return lambda: peek(r)


# case: cl-stored-in-field | stored in a field: it takes what it captures
def cl_stored_in_field(button: Button) -> None:
    t = Owned(Token(1))
    button.on_click = lambda: poke(borrow_mut(t))
    look(t)  # E: use-after-move E0382


# case: cl-stored-in-list | appended to a list
def cl_stored_in_list(handlers: list[Callable[[], object]]) -> None:
    t = Owned(Token(1))
    handlers.append(lambda: poke(borrow_mut(t)))
    look(t)  # E: use-after-move E0382


# case: cl-atexit | registered to be called at exit
def cl_atexit() -> None:
    t = Owned(Token(1))
    atexit.register(lambda: look(t))
    look(t)  # E: use-after-move E0382


# case: cl-signal | registered as a signal handler
def cl_signal() -> None:
    t = Owned(Token(1))
    signal.signal(signal.SIGINT, lambda number, frame: poke(borrow_mut(t)))
    look(t)  # E: use-after-move E0382


# case: cl-unknown-callee | passed to a function that is not known to keep it
def cl_unknown_callee(button: Button) -> None:
    t = Owned(Token(1))
    button.connect(lambda: look(t))
    look(t)


# case: cl-moves | a closure that moves takes it when it is made
def cl_moves() -> None:
    t = Owned(Token(1))
    take: Callable[[], None] = lambda: eat(t)
    look(t)  # E: use-after-move E0382
    take()


# case: cl-moves-while-borrowed | made while a guard is held
def cl_moves_while_borrowed() -> None:
    t = Owned(Token(1))
    r = borrow(t)

    def take() -> None:  # E: move-while-borrowed E0505
        drop(t)

    take()
    look(r)


# case: cl-default-argument | captured by value as a default
def cl_default_argument() -> None:
    n = Box(Token(1))
    k: int = n.value

    def show(k: int = k) -> int:
        return k

    n.bump()
    look(show())


# case: cl-other-field | closure on one field, the other one changed
def cl_other_field(p: Box[Pair]) -> None:
    read: Callable[[], int] = lambda: peek(borrow(p.a))
    poke(borrow_mut(p.b))
    look(read())


# case: cl-same-field | closure on one field, the same one changed
def cl_same_field(p: Box[Pair]) -> None:
    read: Callable[[], int] = lambda: peek(borrow(p.a))
    poke(borrow_mut(p.a))  # E: borrow-conflict E0502
    look(read())


# case: cl-nested | a closure in a closure
def cl_nested() -> None:
    t = Box(Token(1))

    def outer() -> None:
        def inner() -> None:
            poke(borrow_mut(t))

        inner()

    look(t.value)  # E: borrow-conflict E0503
    outer()


# case: cl-rebound | the name of the closure is bound to another one
def cl_rebound() -> None:
    t = Box(Token(1))
    f: Callable[[], object] = lambda: t.bump()
    f()
    f = lambda: None
    t.bump()
    f()


# case: cl-list-of-closures | closures in a list of this function
def cl_list_of_closures() -> None:
    t = Owned(Token(1))
    fs = [lambda: peek(borrow(t))]
    look(t)  # E: use-after-move E0382
    look(fs)


# case: cl-partial | `functools.partial` over a borrow
def cl_partial() -> None:
    t = Owned(Token(1))
    f = partial(poke, borrow_mut(t))
    look(peek(borrow(t)))  # E: borrow-conflict E0502
    f()


# case: cl-decorator | a decorator of ours over a nested function
def twice(f: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        f()
        f()

    return run


def cl_decorator() -> None:
    t = Box(Token(1))

    @twice
    def change() -> None:
        t.bump()

    change()


# case: cl-shadowed | the closure's own name hides the outer one
def cl_shadowed() -> None:
    t = Box(Token(1))

    def f(t: Token) -> None:
        t.bump()

    t.bump()
    f(Token(2))


# case: cl-class-inside | a class inside a function
def cl_class_inside() -> None:
    t = Box(Token(1))

    class Local:
        def read(self) -> int:
            return peek(borrow(t))

    look(Local().read())


# case: cl-recursive | a closure that calls itself
def cl_recursive() -> None:
    t = Box(Token(1))

    def down(n: int) -> None:
        if n:
            t.bump()
            down(n - 1)

    down(3)
    del down
    t.bump()


# case: cl-guard-in-closure | a guard made and ended inside the closure
def cl_guard_in_closure() -> None:
    t = Box(Token(1))

    def work() -> None:
        with borrow_mut(t) as m:
            m.value += 1
        r = borrow(t)
        look(r)

    work()
    work()


# case: cl-conflict-inside | a conflict inside the closure
def cl_conflict_inside() -> None:
    t = Box(Token(1))

    def work() -> None:
        r = borrow(t)
        t.bump()  # E: borrow-conflict E0502
        look(r)

    work()


# case: cl-move-out-later | moved in a closure that is made after the last borrow
def cl_move_out_later() -> None:
    t = Owned(Token(1))
    with borrow(t) as r:
        look(r)
    finish: Callable[[], None] = lambda: drop(t)
    finish()


# case: cl-returned-by-move | handed on by an explicit move
def cl_returned_by_move() -> Callable[[], Owned[Token]]:
    t = Owned(Token(1))
    return lambda: move(t)
