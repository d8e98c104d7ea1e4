"""Functions inside functions: what they capture, when they are called, and what has become of it by then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from owned import Box, Owned, Rc, Ref, RefMut, borrow, borrow_mut, clone, drop, into_inner, move


@dataclass
class Part:
    n: int = 0


@dataclass
class Token:
    n: int = 0
    part: Part = field(default_factory=Part)


@dataclass
class Pair:
    left: Owned[Token] = field(default_factory=lambda: Owned(Token()))
    right: Owned[Token] = field(default_factory=lambda: Owned(Token()))
    count: int = 0


def make() -> Owned[Token]:
    return Owned(Token())


def eat(t: Owned[Token]) -> None:
    drop(t)


def peek(r: Ref[Token]) -> int:
    return r.n


def poke(m: RefMut[Token]) -> None:
    m.n += 1


def use(part: Part) -> int:
    return part.n


def look_pair(p: Pair) -> int:
    return p.left.value.n + p.right.value.n


def run(f: Callable[[], object]) -> None:
    f()


def run_never(f: object) -> None:
    print(f is None)


# case: cl-guard | a guard that is captured, and dropped before the call
def guard_dropped_while_captured() -> None:
    t = make()
    r = borrow(t)

    def show() -> int:
        return peek(r)

    drop(r)  # E: move-while-borrowed E0505
    show()


def guard_moved_while_captured() -> None:
    t = make()
    m = borrow_mut(t)
    change: Callable[[], None] = lambda: poke(m)
    n = move(m)  # E: move-while-borrowed E0505
    change()
    poke(n)


def ok_guard() -> None:
    t = make()
    r = borrow(t)

    def show() -> int:
        return peek(r)

    show()
    show()


def ok_guard_returned() -> None:
    def lend(r: Ref[Token]) -> Callable[[], int]:
        return lambda: peek(r)

    t = make()
    show = lend(borrow(t))
    show()


def ok_guard_given_back() -> None:
    def shared(r: Ref[Token]) -> Ref[Token]:
        s = borrow(r)

        def get() -> Ref[Token]:
            return s

        return get()

    t = make()
    r = shared(borrow(t))
    peek(r)


# case: cl-plain | a plain object is used as it is when the function is called
def bad_pair_partly_moved() -> None:
    p = Pair()

    def total() -> int:
        return look_pair(p)

    eat(move(p.left))
    total()  # E: use-after-move E0382


def bad_pair_passed_on() -> None:
    p = Pair()
    total: Callable[[], int] = lambda: look_pair(p)
    eat(move(p.left))
    run(total)  # E: use-after-move E0382


def bad_part_of_dropped_guard() -> None:
    t = make()
    r = borrow(t)
    part = r.part

    def show() -> int:
        return use(part)

    show()
    drop(r)
    show()  # E: use-after-move E0382


def bad_part_of_block() -> None:
    t = make()
    with borrow(t) as r:
        part = r.part
        show: Callable[[], int] = lambda: use(part)
    show()  # E: borrow-outlives-owner E0597


def ok_pair() -> None:
    p = Pair()

    def total() -> int:
        return look_pair(p)

    total()
    p.count += 1
    p.left.value.n = 2
    total()
    eat(move(p.left))


def ok_pair_renewed() -> None:
    p = Pair()

    def total() -> int:
        return look_pair(p)

    eat(move(p.left))
    p.left = make()
    total()


# case: cl-field | an owner in a field of a plain object is captured itself
def field_moved_while_captured() -> None:
    p = Pair()

    def show() -> int:
        return p.left.value.n

    eat(move(p.left))  # E: move-while-borrowed E0505
    show()


def field_borrowed_inside_while_captured() -> None:
    p = Pair()
    show: Callable[[], int] = lambda: peek(borrow(p.left))
    drop(p.left)  # E: move-while-borrowed E0505
    show()


def ok_other_field() -> None:
    p = Pair()

    def show() -> int:
        return p.left.value.n

    eat(move(p.right))
    show()


# case: cl-once | a function that consumes what it captures can be called once
def bad_called_twice() -> None:
    t = make()

    def finish() -> None:
        eat(move(t))

    finish()
    finish()  # E: use-after-move E0382


def bad_called_by_another() -> None:
    t = make()

    def finish() -> None:
        drop(t)

    def outer() -> None:
        finish()

    outer()
    outer()  # E: use-after-move E0382


def bad_run_twice() -> None:
    t = make()

    def finish() -> None:
        drop(t)

    run(finish)
    run(finish)  # E: use-after-move E0382


def bad_run_and_called() -> None:
    t = make()
    finish: Callable[[], None] = lambda: drop(t)
    run(finish)
    finish()  # E: use-after-move E0382


def ok_run_once() -> None:
    t = make()

    def finish() -> None:
        drop(t)

    run_never(finish)
    run(finish)


def ok_called_by_another() -> None:
    t = make()

    def show() -> int:
        return peek(borrow(t))

    def outer() -> int:
        return show() + show()

    outer()
    outer()


# case: cl-list | functions in a list of this function
def ok_list_of_views() -> None:
    t = make()
    with borrow(t) as r:
        shows: list[Callable[[], int]] = [lambda: r.n, lambda: use(r.part)]
        print([show() for show in shows])


def bad_list_of_views() -> None:
    t = make()
    with borrow(t) as r:
        shows: list[Callable[[], int]] = [lambda: r.n]
    print([show() for show in shows])  # E: borrow-outlives-owner E0597


def ok_table() -> None:
    t = make()
    with borrow_mut(t) as m:

        def up() -> None:
            m.n += 1

        def down() -> None:
            m.n -= 1

        table = {"up": up, "down": down}
        for name in ("up", "down", "up"):
            table[name]()
    drop(t)


# case: cl-decorators | functions that are given functions
def ok_retry() -> None:
    def retry(times: int) -> Callable[[Callable[[], int]], Callable[[], int]]:
        def around(f: Callable[[], int]) -> Callable[[], int]:
            def again() -> int:
                for _ in range(times):
                    f()
                return f()

            return again

        return around

    t = make()

    @retry(2)
    def bump() -> int:
        with borrow_mut(t) as m:
            m.n += 1
            return m.n

    bump()
    bump()


def ok_context_manager() -> None:
    t = make()

    @contextmanager
    def changed() -> Iterator[int]:
        with borrow_mut(t) as m:
            m.n += 1
            yield m.n

    with changed() as n:
        print(n)
    with changed() as n:
        print(n)


def ok_counter() -> None:
    calls = Box([0])

    def count() -> int:
        calls[0] += 1
        return calls[0]

    count()
    count()
    del count
    print(into_inner(calls))


def ok_shared_counter() -> None:
    calls = Rc([0])
    mine = clone(calls)

    def count() -> int:
        return len(mine)

    count()
    print(len(calls))


# case: cl-last-call | a closure borrows until it is called for the last time
def ok_last_call() -> None:
    t = make()

    def bump() -> None:
        with borrow_mut(t) as m:
            m.n += 1

    bump()
    bump()
    assert t.value.n == 2
    drop(t)


def ok_last_call_in_loop() -> None:
    t = make()
    for n in range(2):

        def bump(by: int = n) -> None:
            poke(borrow_mut(t))

        bump()
        assert t.value.n == n + 1


def ok_recursive() -> None:
    cache = Box(dict[int, int]())

    def fib(n: int) -> int:
        if n < 2:
            return n
        if n not in cache:
            cache[n] = fib(n - 1) + fib(n - 2)
        return cache[n]

    assert fib(10) == 55
    assert len(cache) == 9


def changed_before_last_call() -> None:
    t = make()
    bump: Callable[[], None] = lambda: poke(borrow_mut(t))
    bump()
    assert t.value.n == 1  # E: borrow-conflict E0503
    bump()


def dropped_before_call_by_another() -> None:
    t = make()

    def show() -> int:
        return peek(borrow(t))

    def outer() -> int:
        return show()

    drop(t)  # E: move-while-borrowed E0505
    outer()


def dropped_before_call_in_loop(again: bool) -> None:
    t = make()
    bump: Callable[[], None] = lambda: poke(borrow_mut(t))
    while again:
        bump()
        print(t.value.n)  # E: borrow-conflict E0503


# case: cl-late | a function captures the variable, and moves whatever is in it when it is called
def bad_late_move() -> None:
    t = make()

    def finish() -> None:
        eat(move(t))

    t = make()
    finish()
    eat(move(t))  # E: use-after-move E0382


def bad_moved_before_late_move() -> None:
    t = make()

    def finish() -> None:
        eat(move(t))

    t = make()
    eat(move(t))
    finish()  # E: use-after-move E0382


def bad_lent_at_late_move() -> None:
    t = make()

    def finish() -> None:
        eat(move(t))

    t = make()
    r = borrow(t)
    finish()  # E: move-while-borrowed E0505
    peek(r)


def ok_late_move() -> None:
    t = make()

    def finish() -> None:
        eat(move(t))

    finish()
    t = make()
    eat(t)
