"""Borrows along branches, loops and exceptions."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, drop, move, replace


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def bump(self) -> None:
        self.value += 1


class Broken(Exception):
    pass


def cond() -> bool:
    return True


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def risky(m: RefMut[Token]) -> int:
    if m.value > 3:
        raise Broken
    return 1


def eat(t: Owned[Token]) -> None:
    drop(t)


# case: fl-temporary-in-try | a guard that is never bound ends when the call raises, too
def fl_temporary_in_try(t: Owned[Token]) -> None:
    try:
        risky(borrow_mut(t))
    except Broken:
        poke(borrow_mut(t))
    drop(t)


# case: fl-guard-in-try | a bound guard is still there in the handler
def fl_guard_in_try(t: Owned[Token]) -> None:
    try:
        m = borrow_mut(t)
        risky(m)
    except Broken:
        poke(borrow_mut(t))  # E: borrow-conflict E0499


# case: fl-guard-ended-in-try | dropped at the end of the body: not on every path
def fl_guard_ended_in_try(t: Owned[Token]) -> None:
    try:
        m = borrow_mut(t)
        risky(m)
        drop(m)
    except Broken:
        drop(t)  # E: move-while-borrowed E0505


# case: fl-guard-else | moved in `else`, after the guard was dropped in the body
def fl_guard_else(t: Owned[Token]) -> None:
    try:
        m = borrow_mut(t)
        risky(m)
        drop(m)
    except Broken:
        return
    else:
        drop(t)


# case: fl-block-in-try | a block ends its borrow however it is left
def fl_block_in_try(t: Owned[Token]) -> None:
    try:
        with borrow_mut(t) as m:
            m.value += 1
            raise Broken
    except Broken:
        t.value = Token(2)
    finally:
        drop(t)


# case: fl-try-in-block | a handler inside the block
def fl_try_in_block(t: Box[Token]) -> None:
    with borrow_mut(t) as m:
        try:
            m.value = int("x")
        except ValueError:
            m.value = 0
            t.bump()  # E: borrow-conflict E0499
        else:
            m.value += 1
        finally:
            m.value += 1


# case: fl-finally-ends | the guard is dropped in `finally`
def fl_finally_ends(t: Owned[Token]) -> int:
    m = borrow_mut(t)
    try:
        return risky(m)
    except Broken:
        return 0
    finally:
        drop(m)
        drop(t)


# case: fl-retry | tried again until it works
def fl_retry(t: Owned[Token]) -> int:
    while True:
        m = borrow_mut(t)
        try:
            n = risky(m)
        except Broken:
            drop(m)
            look(replace(t, Token(0)))
            continue
        drop(m)
        return n


# case: fl-retry-forgotten | the guard of the failed attempt is not dropped
def fl_retry_forgotten(t: Owned[Token]) -> int:
    while True:
        m = borrow_mut(t)  # E: borrow-conflict E0499
        try:
            n = risky(m)
        except Broken:
            continue
        drop(m)
        return n


# case: fl-branches | the guard is of one owner or of the other
def fl_branches(a: Owned[Token], b: Owned[Token]) -> None:
    if cond():
        r = borrow(a)
    else:
        r = borrow(b)
    drop(a)  # E: move-while-borrowed E0505
    drop(b)  # E: move-while-borrowed E0505
    look(r)


# case: fl-branch-known | moved in the branch that does not lend it
def fl_branch_known(a: Owned[Token], b: Owned[Token]) -> None:
    if cond():
        r = borrow(a)
        drop(b)
    else:
        r = borrow(b)
        drop(a)
    look(r)


# case: fl-conditional-guard | chosen by a conditional expression
def fl_conditional_guard(a: Box[Token], b: Box[Token]) -> None:
    m = borrow_mut(a) if cond() else borrow_mut(b)
    a.bump()  # E: borrow-conflict E0499
    b.bump()  # E: borrow-conflict E0499
    poke(m)


# case: fl-conditional-used-up | chosen and used up
def fl_conditional_used_up(a: Box[Token], b: Box[Token]) -> None:
    poke(borrow_mut(a) if cond() else borrow_mut(b))
    a.bump()
    b.bump()


# case: fl-short-circuit | borrowed on the right of `and`
def fl_short_circuit(a: Box[Token]) -> None:
    if cond() and (r := borrow(a)).value:
        a.bump()  # E: borrow-conflict E0502
        look(r)


# case: fl-short-circuit-temporary | and a guard that is never bound
def fl_short_circuit_temporary(a: Box[Token]) -> None:
    if cond() and peek(borrow(a)) or not peek(borrow(a)):
        a.bump()
    n = peek(borrow(a)) or 1
    a.bump()
    look(n)


# case: fl-while-head | a guard in the head of a loop
def fl_while_head(a: Box[Token]) -> None:
    while (n := peek(borrow(a))) < 3:
        a.bump()
        look(n)


# case: fl-loop-swap | guards passed on from one iteration to the next
def fl_loop_swap(a: Box[Token], b: Box[Token]) -> None:
    current = borrow(a)
    for _ in range(3):
        look(current)
        current = borrow(b)
        a.bump()
    look(current)


# case: fl-loop-else | the guard lives on in the `else` of the loop
def fl_loop_else(a: Box[Token]) -> None:
    r = borrow(a)
    while cond():
        drop(r)
        break
    else:
        a.bump()  # E: borrow-conflict E0502
        look(r)


# case: fl-nested-loops | lent in the inner loop, changed in the outer one
def fl_nested_loops(a: Box[Token]) -> None:
    for _ in range(2):
        for _ in range(2):
            r = borrow(a)
            look(r)
            del r
        a.bump()


# case: fl-nested-loops-kept | the guard of the inner loop is still bound
def fl_nested_loops_kept(a: Box[Token]) -> None:
    for _ in range(2):
        for _ in range(2):
            r = borrow(a)
            look(r)
        a.bump()  # E: borrow-conflict E0502


# case: fl-match | lent in one arm only
def fl_match(a: Box[Token], n: int) -> None:
    r: Ref[Token] | None = None
    match n:
        case 1:
            r = borrow(a)
        case 2 | 3:
            a.bump()
        case _:
            return
    a.bump()  # E: borrow-conflict E0502
    look(r)


# case: fl-early-return | every lending path has returned
def fl_early_return(a: Box[Token]) -> int:
    if cond():
        r = borrow(a)
        return peek(r)
    elif peek(borrow(a)):
        with borrow(a) as view:
            return view.value
    a.bump()
    return 0


# case: fl-raise | every lending path has raised
def fl_raise(a: Owned[Token]) -> None:
    r = borrow(a)
    if peek(r) > 3:
        raise ValueError(peek(r))
    drop(r)
    drop(a)


# case: fl-suppress | what follows a block that swallows may run after any statement of it
def fl_suppress(a: Owned[Token]) -> None:
    with contextlib.suppress(Broken):
        m = borrow_mut(a)
        risky(m)
        drop(m)
    drop(a)  # E: move-while-borrowed E0505


# case: fl-suppress-block | a block inside it ends
def fl_suppress_block(a: Owned[Token]) -> None:
    with contextlib.suppress(Broken):
        with borrow_mut(a) as m:
            m.value = 1
            raise Broken
    drop(a)


# case: fl-generator-close | a generator that is closed while it waits
def fl_generator_close(a: Box[Token]) -> Iterator[int]:
    m = borrow_mut(a)
    try:
        while True:
            yield m.value
    except GeneratorExit:
        a.bump()  # E: borrow-conflict E0499
        raise
    finally:
        drop(m)


# case: fl-handler-name | the name of the exception is gone after its handler
def fl_handler_name(a: Owned[Token]) -> None:
    error: Exception | None = None
    try:
        risky(borrow_mut(a))
    except Broken as e:
        error = e
    drop(a)
    look(error)


# case: fl-owner-anew | a new owner in each iteration, lent inside
def fl_owner_anew() -> list[int]:
    found: list[int] = []
    for n in range(3):
        t = Owned(Token(n))
        with borrow(t) as r:
            found.append(r.value)
        drop(t)
    return found


# case: fl-owner-anew-guard | the guard of the old one is bound when the new one is made
def fl_owner_anew_guard() -> None:
    for n in range(3):
        t = Owned(Token(n))  # E: borrow-conflict E0506
        r = borrow(t)
        look(r)


# case: fl-owner-anew-guard-dropped | the guard of the old one was dropped
def fl_owner_anew_guard_dropped() -> None:
    for n in range(3):
        t = Owned(Token(n))
        r = borrow(t)
        look(r)
        del r


# case: fl-moved-and-lent | moved on one path, lent on the other
def fl_moved_and_lent(t: Owned[Token]) -> Owned[Token] | None:
    if cond():
        return t
    r = borrow(t)
    look(r)
    return None


# case: fl-moved-by-verb | moved explicitly after the block
def fl_moved_by_verb(t: Owned[Token], sink: Callable[[Owned[Token]], None]) -> None:
    with borrow_mut(t) as m:
        m.value = 2
    sink(move(t))


# case: fl-assert-never | an endless loop never gets to what follows
def fl_endless(t: Box[Token]) -> None:
    r = borrow(t)
    while True:
        look(r)
    t.bump()


# case: fl-deleted-in-loop | deleted in some iterations only
def fl_deleted_in_loop(t: Box[Token]) -> None:
    refs = [borrow(t)]
    while refs:
        refs.pop()
    t.bump()  # E: borrow-conflict E0502
    look(refs)
