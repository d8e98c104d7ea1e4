from __future__ import annotations

import atexit
import functools
from collections.abc import Callable
from typing import Any

from owned import Box, Owned, Rc, Ref, RefMut, borrow, borrow_mut, clone, drop, into_inner, move


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


class Pair:
    def __init__(self, a: Owned[Token], b: Owned[Token]) -> None:
        self.a = a
        self.b = b


class Button:
    def __init__(self) -> None:
        self.clicked: list[Callable[[], None]] = []
        self.on_close: Callable[[], None] | None = None

    def on_click(self, f: Callable[[], None]) -> None:
        self.clicked.append(f)


def eat(t: Owned[Token]) -> None:
    drop(t)


def eat_box(t: Box[Token]) -> None:
    drop(t)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def poke(m: RefMut[Token]) -> None:
    m.n = 2


def cond() -> bool:
    return True


def run(f: Callable[[], None]) -> None:
    f()


def apply(f: Callable[[int], int], n: int) -> int:
    return f(n)


def fresh() -> Owned[Token]:
    return Owned(Token(0))


# case: mv-closure-consume-capture | the body consumes what it captured, then used outside
def mv_closure_consume_capture(t: Owned[Token]) -> None:
    c: Callable[[], None] = lambda: eat(t)
    look(t)  # E: use-after-move E0382
    c()


def mv_closure_consume_capture_def(t: Box[Token]) -> None:
    def c() -> None:
        eat_box(t)

    c()
    look(t)  # E: use-after-move E0382


def mv_closure_consume_on_one_path(t: Owned[Token]) -> None:
    def c() -> None:
        if cond():
            eat(t)

    c()
    look(t)  # E: use-after-move E0382


# case: mv-moved-then-captured | moved first, captured later: the head of the closure
def mv_moved_then_captured(t: Owned[Token]) -> None:
    eat(t)
    c: Callable[[], int] = lambda: peek(borrow(t))  # E: use-after-move E0382
    c()


def mv_moved_then_captured_def(t: Owned[Token]) -> None:
    eat(t)

    def c() -> int:  # E: use-after-move E0382
        return peek(borrow(t))

    c()


def mv_moved_then_consumed(t: Owned[Token]) -> None:
    eat(t)

    def c() -> None:  # E: use-after-move E0382
        eat(t)

    c()


# case: mv-closure-in-loop | a closure made in a loop takes what was taken before
def mv_closure_in_loop(t: Owned[Token]) -> None:
    for _ in range(3):
        c: Callable[[], None] = lambda: eat(t)  # E: use-after-move E0382
        c()


def mv_closure_in_loop_kept(t: Owned[Token]) -> list[Callable[[], int]]:
    out: list[Callable[[], int]] = []
    for _ in range(3):
        out.append(lambda: peek(borrow(t)))  # E: use-after-move E0382
    return out


# case: mv-closure-value-moved | the closure value is handed over, then called
def mv_closure_called_in_loop(t: Owned[Token]) -> None:
    c: Callable[[], None] = lambda: eat(t)
    for _ in range(2):
        c()  # E: use-after-move E0382


def mv_closure_two_take_the_same(t: Owned[Token]) -> None:
    c: Callable[[], None] = lambda: eat(t)
    d: Callable[[], None] = lambda: eat(t)  # E: use-after-move E0382
    c()
    d()


def mv_closure_called_on_one_path(t: Owned[Token]) -> None:
    c: Callable[[], None] = lambda: eat(t)
    if cond():
        c()
    c()  # E: use-after-move E0382


def mv_def_called_twice(t: Owned[Token]) -> None:
    def c() -> Owned[Token]:
        return t

    look(c())
    look(c())  # E: use-after-move E0382


def mv_def_into_inner(t: Owned[list[int]]) -> int:
    def c() -> int:
        return len(into_inner(t))

    return c() + c()  # E: use-after-move E0382


# case: mv-nested-closure | the innermost function consumes
def mv_nested_closure(t: Owned[Token]) -> None:
    def outer() -> None:
        def inner() -> None:
            eat(t)

        inner()

    outer()
    look(t)  # E: use-after-move E0382


def mv_nested_closure_lambda(t: Owned[Token]) -> None:
    outer: Callable[[], Callable[[], None]] = lambda: lambda: eat(t)
    look(t)  # E: use-after-move E0382
    outer()


# case: mv-escaping-takes | a closure that leaves the function takes what it only reads
def mv_escape_return(t: Owned[Token]) -> tuple[Callable[[], int], Owned[Token]]:
    c: Callable[[], int] = lambda: peek(borrow(t))
    return c, t  # E: use-after-move E0382


def mv_escape_stored(button: Button, t: Owned[Token]) -> None:
    button.on_close = lambda: look(t)
    look(t)  # E: use-after-move E0382


def mv_escape_atexit(t: Owned[Token]) -> None:
    atexit.register(lambda: eat(t))
    look(t)  # E: use-after-move E0382


def mv_escape_atexit_argument(t: Owned[Token]) -> None:
    atexit.register(eat, t)
    look(t)  # E: use-after-move E0382


def mv_escape_list(t: Owned[Token], out: list[Callable[[], int]]) -> None:
    out.append(lambda: peek(borrow(t)))
    look(t)  # E: use-after-move E0382


def mv_escape_dict_literal(t: Owned[Token]) -> dict[str, Callable[[], int]]:
    table: dict[str, Callable[[], int]] = {"a": lambda: peek(borrow(t))}
    look(t)  # E: use-after-move E0382
    return table


# case: mv-partial | functools.partial holds what it was given
def mv_partial(t: Owned[Token]) -> None:
    f = functools.partial(eat, t)
    look(t)  # E: use-after-move E0382
    f()


def mv_partial_keyword(t: Owned[Token]) -> None:
    f = functools.partial(eat, t=t)
    f()
    look(t)  # E: use-after-move E0382


def ok_partial_once(t: Owned[Token]) -> None:
    f = functools.partial(eat, t)
    f()


def ok_partial_later_argument(t: Owned[Token]) -> None:
    f = functools.partial(eat)
    f(t)


def mv_partial_later_argument(t: Owned[Token]) -> None:
    f = functools.partial(eat)
    f(t)
    look(t)  # E: use-after-move E0382


# case: ok-closure-once | a consuming closure called once
def ok_closure_once(t: Owned[Token]) -> None:
    c: Callable[[], None] = lambda: eat(t)
    c()


def ok_closure_once_in_branch(t: Owned[Token]) -> None:
    def c() -> None:
        eat(t)

    if cond():
        c()
    else:
        run(c)


def ok_closure_never_called(t: Owned[Token]) -> Callable[[], None]:
    return lambda: eat(t)


def ok_closure_reads_then_use(t: Owned[Token]) -> None:
    def c() -> int:
        return peek(borrow(t))

    c()
    c()
    look(t)


def ok_closure_passed_to_function(t: Owned[Token]) -> None:
    run(lambda: look(t))
    run(lambda: poke(borrow_mut(t)))
    look(t)


def ok_closure_takes_parameter_of_same_name(t: Owned[Token]) -> None:
    c: Callable[[Owned[Token]], None] = lambda t: eat(t)
    c(fresh())
    look(t)


def ok_closure_own_local(t: Owned[Token]) -> None:
    def c() -> None:
        u = fresh()
        eat(u)

    c()
    c()
    look(t)


def ok_closure_default_argument() -> None:
    n = 1

    def c(k: int = n) -> int:
        return k

    c()
    c()


def mv_closure_default_argument_owner(t: Owned[Token]) -> Callable[[], None]:
    def c(mine: Owned[Token] = t) -> None:
        look(mine)

    look(t)  # E: use-after-move E0382
    return c


def ok_recursive_nested_function(t: Owned[Token]) -> int:
    def fact(n: int) -> int:
        return 1 if n == 0 else n * fact(n - 1)

    look(t)
    return fact(3)


def ok_sorted_key(v: Owned[list[int]]) -> list[int]:
    with borrow(v) as items:
        return sorted(items, key=lambda x: -x)


def ok_nested_function_uses_field(p: Box[Pair]) -> None:
    def c() -> int:
        return peek(borrow(p.a))

    eat(p.b)
    c()


def ok_closure_moves_one_field(p: Box[Pair]) -> None:
    def c() -> None:
        eat(p.a)

    look(p.b)
    c()


def mv_closure_moves_one_field(p: Box[Pair]) -> None:
    def c() -> None:
        eat(p.a)

    look(p.a)  # E: use-after-move E0382
    c()


# case: ok-nonlocal | an owner re-bound by an inner function
def ok_nonlocal_put_back() -> None:
    t = fresh()

    def c() -> None:
        nonlocal t
        t = fresh()

    c()
    del c
    look(t)


def nonlocal_put_back_while_alive() -> None:
    t = fresh()

    def c() -> None:
        nonlocal t
        t = fresh()

    c()
    look(t)  # E: borrow-conflict E0502
    c()


def mv_nonlocal_take_and_put_back() -> None:
    t = fresh()

    def c() -> None:
        nonlocal t
        eat(t)
        t = fresh()

    c()
    c()  # E: use-after-move E0382


def ok_rc_shared_with_closure() -> None:
    a = Rc(Token(1))
    b = clone(a)
    c: Callable[[], None] = lambda: look(b)
    c()
    look(a)


def ok_move_into_closure_explicitly(t: Owned[Token]) -> Callable[[], int]:
    mine = move(t)
    return lambda: peek(borrow(mine))


def ok_lambda_argument_in_call(n: int) -> int:
    return apply(lambda x: x + n, n)


def ok_class_in_function(t: Owned[Token]) -> None:
    class Local:
        def show(self) -> int:
            return peek(borrow(t))

    Local().show()
    Local().show()
    look(t)


def ok_immediately_called(t: Owned[Token]) -> int:
    return (lambda: peek(borrow(t)))()


def mv_immediately_called(t: Owned[Token]) -> None:
    (lambda: eat(t))()
    look(t)  # E: use-after-move E0382


def ok_unannotated(t: Owned[Token], f: Any) -> None:
    f(t)
    look(t)


def ok_closure_conditionally_defined(t: Owned[Token]) -> None:
    if cond():

        def c() -> None:
            eat(t)

        c()
    else:
        eat(t)


# case: mv-wrapper-function | a decorator's inner function hands its arguments on
def logged(f: Callable[[Owned[Token]], None]) -> Callable[[Owned[Token]], None]:
    def inner(t: Owned[Token]) -> None:
        print("before")
        f(t)

    return inner


def bad_logged(f: Callable[[Owned[Token]], None]) -> Callable[[Owned[Token]], None]:
    def inner(t: Owned[Token]) -> None:
        f(t)
        look(t)  # E: use-after-move E0382

    return inner


@logged
def eat_logged(t: Owned[Token]) -> None:
    drop(t)


def mv_decorated(t: Owned[Token]) -> None:
    eat_logged(t)
    look(t)  # E: use-after-move E0382
