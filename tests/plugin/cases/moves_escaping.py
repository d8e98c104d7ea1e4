from __future__ import annotations

import asyncio
import atexit
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from owned import Arc, Box, Mutex, Owned, Rc, Ref, RefMut, borrow, borrow_mut, clone, deref, drop, into_inner, move


class Token:
    def __init__(self, n: int) -> None:
        self.n = n


class Button:
    def __init__(self) -> None:
        self.handlers: list[Callable[[], int]] = []

    def on(self, f: Callable[[], int]) -> None:
        self.handlers.append(f)


def look(t: object) -> None:
    print(t is None)


def peek(r: Ref[Token]) -> int:
    return 1


def poke(m: RefMut[Token]) -> None:
    m.n += 1


def run(f: Callable[[], int]) -> int:
    return f()


# case: cl-return-closure | a returned closure takes what it captures
def cl_return_closure(t: Owned[Token]) -> Callable[[], int]:
    return lambda: peek(borrow(t))


def cl_return_closure_def() -> Callable[[], int]:
    t = Owned(Token(1))

    def get() -> int:
        return peek(borrow(t))

    return get


# case: cl-return-closure-param | a returned closure captures a guard of the caller
def cl_return_closure_param(r: Ref[Token]) -> Callable[[], int]:
    return lambda: peek(r)


def cl_return_closure_guard() -> Callable[[], int]:
    t = Owned(Token(1))
    r = borrow(t)
    return lambda: peek(r)  # E: borrow-outlives-owner E0373


def cl_return_closure_guard_def() -> Callable[[], int]:
    t = Owned(Token(1))
    r = borrow(t)

    def get() -> int:  # E: borrow-outlives-owner E0373
        return peek(r)

    return get


def cl_return_closure_view() -> Callable[[], int]:
    t = Owned(Token(1))
    with borrow(t) as view:
        return lambda: view.n  # E: borrow-outlives-owner E0373


# case: cl-thread-mutates | a thread changes a captured owner
def cl_thread_mutates(t: Owned[Token]) -> None:
    th = threading.Thread(target=lambda: poke(borrow_mut(t)))
    th.start()
    look(t)  # E: use-after-move E0382


def cl_thread_guard(t: Owned[Token]) -> None:
    m = borrow_mut(t)
    threading.Thread(target=lambda: poke(m)).start()  # E: not-send E0277


def cl_thread_view(t: Owned[Token]) -> None:
    with borrow(t) as view:
        threading.Thread(target=lambda: look(view)).start()  # E: not-send E0277


# case: cl-block-escapes | a closure kept after the block of what it reads
def cl_block_escapes() -> int:
    with Owned(Token(1)) as t:
        c: Callable[[], int] = lambda: peek(borrow(t))  # E: borrow-outlives-owner E0597
    return c()


def ok_block_closure_used_inside() -> int:
    with Owned(Token(1)) as t:
        c: Callable[[], int] = lambda: peek(borrow(t))
        n = c()
        del c
    return n


# case: cl-flat-map-inner | a nested generator over an owner of the outer loop
def rows() -> list[Owned[list[int]]]:
    return [Owned([1])]


def cl_flat_map_inner() -> list[int]:
    return [x for row in rows() for x in deref(row)]


# case: cl-async-return | a coroutine made here borrows a local
async def length(r: Ref[list[int]]) -> int:
    return len(r)


def cl_async_return() -> Coroutine[Any, Any, int]:
    s = Owned([1])
    return length(borrow(s))  # E: borrow-outlives-owner E0515


async def cl_async_spawn() -> None:
    v = Owned([1])
    task = asyncio.create_task(length(borrow(v)))  # E: borrow-outlives-owner E0597
    await task


def cl_register(button: Button) -> None:
    t = Owned(Token(1))
    r = borrow(t)
    button.on(lambda: peek(r))
    drop(r)


def ok_register_takes(button: Button) -> None:
    t = Owned(Token(1))
    button.handlers.append(lambda: peek(borrow(t)))


def ok_atexit_takes() -> None:
    t = Owned(Token(1))
    atexit.register(lambda: drop(t))


def ok_loop_of_threads() -> None:
    hs: list[threading.Thread] = []
    for i in range(3):
        t = Owned(Token(i))
        h = threading.Thread(target=lambda: drop(t))
        h.start()
        hs.append(h)
    for h in hs:
        h.join()


def ok_loop_of_threads_numbers() -> None:
    for i in range(3):
        threading.Thread(target=lambda: print(i)).start()


def ok_arc_in_closure() -> Callable[[], int]:
    m = Arc(Mutex(Token(0)))
    n = clone(m)

    def get() -> int:
        with n.lock() as g:
            return g.n

    with m.lock() as g:
        g.n = 1
    return get


def ok_rc_in_closure() -> Callable[[], int]:
    a = Rc(Token(1))
    b = clone(a)
    look(a)
    return lambda: b.n


def ok_generator_owns(t: Owned[list[int]]) -> Iterator[int]:
    with borrow(t) as items:
        for x in items:
            yield x


def ok_returned_generator(t: Owned[list[int]]) -> Iterator[int]:
    return ok_generator_owns(t)


def ok_closure_factory(t: Owned[list[int]]) -> tuple[Callable[[], int], Callable[[], int]]:
    shared = Rc(into_inner(t))
    other = clone(shared)
    return (lambda: len(shared)), (lambda: len(other))


def mv_two_escaping_closures(t: Owned[Token]) -> tuple[Callable[[], int], Callable[[], int]]:
    return (
        lambda: peek(borrow(t)),
        lambda: peek(borrow(t)),  # E: use-after-move E0382
    )


def mm_escaping_with_owner(button: Button) -> None:
    with Owned(Token(1)) as t:
        button.handlers.append(lambda: peek(borrow(t)))  # E: missing-move must_move


def mm_returned_closure_with_owner() -> Callable[[], int]:
    with Box(Token(1)) as t:
        return lambda: peek(borrow(t))  # E: missing-move must_move


def ok_returned_closure_moved_owner() -> Callable[[], int]:
    with Box(Token(1)) as t:
        mine = move(t)
        return lambda: peek(borrow(mine))


def ok_local_closure_of_guard(t: Owned[Token]) -> int:
    r = borrow(t)
    return run(lambda: peek(r))


def mm_escaping_with_part_of_owner(button: Button) -> None:
    with Owned(Token(1)) as t:
        button.handlers.append(lambda: t.value.n)  # E: missing-move must_move
