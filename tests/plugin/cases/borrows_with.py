"""`with` in all its forms."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType

from owned import Box, Owned, Ref, Scope, borrow, borrow_mut, drop, forget, into_inner, is_live, move


class Token:
    def __init__(self, value: int) -> None:
        self.value = value


@dataclass
class Shelf:
    item: Owned[Token]
    many: list[Owned[Token]] = field(default_factory=list)


class Session:
    def __init__(self) -> None:
        self.token: Owned[Token] = Owned(Token(1))
        self.seen: Token | None = None


class Muffle:
    def __enter__(self) -> Muffle:
        return self

    def __exit__(self, t: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> bool:
        return True


def look(t: object) -> None:
    print(type(t))


def eat(t: Owned[Token]) -> None:
    drop(t)


def may_fail() -> None:
    raise ValueError


# case: wi-return | the owner of the block is returned
def wi_return() -> Owned[Token]:
    with Owned(Token(1)) as t:
        return t  # E: missing-move must_move


# case: wi-return-move | returned by `move`
def wi_return_move() -> Owned[Token]:
    with Owned(Token(1)) as t:
        return move(t)


# case: wi-pass | passed to what takes ownership
def wi_pass() -> None:
    with Owned(Token(1)) as t:
        eat(t)  # E: missing-move must_move


# case: wi-pass-move | passed by `move`
def wi_pass_move() -> None:
    with Owned(Token(1)) as t:
        eat(move(t))


# case: wi-store | stored in a field, a list, a literal
def wi_store(shelf: Shelf) -> None:
    with Owned(Token(1)) as t:
        shelf.item = t  # E: missing-move must_move


def wi_append(shelf: Shelf) -> None:
    with Owned(Token(1)) as t:
        shelf.many.append(t)  # E: missing-move must_move


def wi_literal() -> list[Owned[Token]]:
    with Owned(Token(1)) as t:
        many = [t]  # E: missing-move must_move
    return many


def wi_literal_move() -> list[Owned[Token]]:
    with Owned(Token(1)) as t, Owned(Token(2)) as u:
        return [move(t), move(u)]


# case: wi-object | given to a constructor that takes ownership
def wi_object() -> Shelf:
    with Owned(Token(1)) as t:
        return Shelf(t)  # E: missing-move must_move


# case: wi-yield | yielded
def wi_yield() -> Iterator[Owned[Token]]:
    with Owned(Token(1)) as t:
        yield t  # E: missing-move must_move


# case: wi-ended-inside | dropped, unwrapped or forgotten inside
def wi_ended_inside() -> Token:
    with Owned(Token(1)) as a, Owned(Token(2)) as b, Box(Token(3)) as c:
        drop(a)
        forget(b)
        return into_inner(c)


# case: wi-verb-used-after | used inside after it was ended inside
def wi_verb_used_after() -> None:
    with Owned(Token(1)) as t:
        drop(t)
        look(t)  # E: use-after-move E0382


# case: wi-escaping-closure | captured by a closure that leaves
def wi_escaping_closure() -> Callable[[], None]:
    with Owned(Token(1)) as t:
        return lambda: look(t)  # E: missing-move must_move


# case: wi-thread-closure | captured by the function of a thread
def wi_thread_closure() -> None:
    with Owned(Token(1)) as t:
        threading.Thread(target=lambda: look(t)).start()  # E: missing-move must_move


# case: wi-several | several items, used in order
def wi_several() -> None:
    with Owned(Token(1)) as a, Box(Token(2)) as b, borrow(a) as r, borrow_mut(b) as m:
        m.value = r.value
    look(r)  # E: borrow-outlives-owner E0597


# case: wi-parenthesised | parenthesised items
def wi_parenthesised() -> None:
    with (
        Owned(Token(1)) as a,
        Owned(Token(2)) as b,
    ):
        look((a.value, b.value))
    look(a)  # E: use-after-move E0382
    look(b)  # E: use-after-move E0382


# case: wi-as-attribute | bound to an attribute
def wi_as_attribute(s: Session) -> None:
    with Owned(Token(1)) as s.token:
        look(s.token)
    look(s.token)  # E: use-after-move E0382


# case: wi-as-attribute-assigned | and assigned again after
def wi_as_attribute_assigned(s: Session) -> None:
    with Owned(Token(1)) as s.token:
        look(s.token)
    s.token = Owned(Token(2))
    look(s.token)


# case: wi-as-item | bound to an item
def wi_as_item(d: dict[str, Owned[Token]]) -> None:
    with Owned(Token(1)) as d["x"]:
        look(d["x"])
    look(d["x"])  # E: use-after-move E0382


# case: wi-view-attribute | a view bound to an attribute
def wi_view_attribute() -> None:
    s = Session()
    t = Owned(Token(1))
    with borrow(t) as s.seen:
        look(s.seen)
    look(s.seen)  # E: borrow-outlives-owner E0597


# case: wi-view-tuple | a view taken apart
def wi_view_tuple(pair: Owned[tuple[Token, Token]]) -> None:
    with borrow(pair) as (a, b):
        look(a)
    look(b)  # E: borrow-outlives-owner E0597


# case: wi-without-as | without a name
def wi_without_as() -> None:
    t = Owned(Token(1))
    with t:
        look(t)
    m = Owned(Token(2))
    with borrow_mut(m):
        pass
    drop(m)


# case: wi-guard-named | a guard that was bound before its block
def wi_guard_named(t: Owned[Token]) -> None:
    r = borrow(t)
    with r as view:
        look(view)
    look(r)  # E: use-after-move E0382


# case: wi-guard-named-free | and its owner is free after the block
def wi_guard_named_free(t: Owned[Token]) -> None:
    m = borrow_mut(t)
    with m as view:
        view.value = 1
    eat(t)


# case: wi-swallow | an exit that swallows exceptions
def wi_swallow(t: Owned[Token]) -> None:
    with suppress(ValueError):
        may_fail()
        drop(t)
    look(t)  # E: use-after-move E0382


# case: wi-swallow-before | what follows may run after any statement of the body
def wi_swallow_before() -> None:
    with suppress(ValueError):
        t = Owned(Token(1))
        may_fail()
    look(t)  # E: use-before-init E0381


# case: wi-swallow-own | an exit of our own that swallows
def wi_swallow_own(t: Owned[Token]) -> Owned[Token]:
    with Muffle():
        eat(t)
        return Owned(Token(2))
    return t  # E: use-after-move E0382


# case: wi-no-swallow | an exit that does not swallow
def wi_no_swallow(t: Owned[Token]) -> Owned[Token]:
    with io.StringIO() as f:
        look(f)
        u = t
    return u


# case: wi-lock | a lock of the standard library
def wi_lock(lock: threading.Lock, t: Owned[Token]) -> Owned[Token]:
    with lock:
        u = t
    return u


# case: wi-exit-stack | an exit stack
def wi_exit_stack() -> None:
    with ExitStack() as stack:
        t = stack.enter_context(Owned(Token(1)))
        look(t)
        stack.callback(print, "x")


# case: wi-scope | a scope that owns
def wi_scope() -> None:
    with Scope() as s:
        t = s.own(Token(1))
        with borrow(t) as r:
            look(r)
        s.own(Token(2))


# case: wi-scope-handed-on | a scope whose contents are handed on
def wi_scope_handed_on() -> Scope:
    with Scope() as s:
        s.own(Token(1))
        return move(s)


# case: wi-scope-returned | a scope returned as it is
def wi_scope_returned() -> Scope:
    with Scope() as s:
        s.own(Token(1))
        return s  # E: missing-move must_move


# case: wi-async | the asynchronous form
async def wi_async() -> None:
    async with Owned(Token(1)) as t:
        look(t)
        with borrow(t) as r:
            look(r)
    look(t)  # E: use-after-move E0382


# case: wi-async-return | returned out of the asynchronous form
async def wi_async_return() -> Owned[Token]:
    async with Owned(Token(1)) as t:
        return t  # E: missing-move must_move


# case: wi-async-move | moved out of the asynchronous form
async def wi_async_move() -> Owned[Token]:
    async with Owned(Token(1)) as t:
        return move(t)


# case: wi-lend-inside | lending inside the block is what blocks are for
def wi_lend_inside() -> int:
    total = 0
    with Owned(Token(1)) as t:
        with borrow(t) as r:
            total += r.value
        with borrow_mut(t) as m:
            m.value += total
        if is_live(t):
            look(t)
        return t.value.value


# case: wi-context-manager | a context manager of our own that lends
@contextmanager
def lending(t: Ref[Token]) -> Iterator[int]:
    yield t.value


def wi_context_manager() -> None:
    t = Owned(Token(1))
    with lending(borrow(t)) as n:
        look(n)
    eat(t)


# case: wi-context-manager-owns | a context manager of our own that owns
@contextmanager
def owning() -> Iterator[Owned[Token]]:
    with Owned(Token(1)) as t:
        yield move(t)


# case: wi-guard-outside | a guard made in a block is kept outside it
def wi_guard_outside(kept: Box[list[int]]) -> None:
    r: Ref[Token] | None = None
    with Box(Token(1)) as t:
        r = borrow(t)  # E: borrow-outlives-owner E0597
        look(kept)
    look(r)


# case: wi-branch-inside | moved on one path of the block only
def wi_branch_inside(n: int) -> Owned[Token] | None:
    with Owned(Token(n)) as t:
        if n:
            return move(t)
        look(t)
    return None


# case: wi-loop-inside | a block in a loop
def wi_loop_inside() -> list[Owned[Token]]:
    kept: list[Owned[Token]] = []
    for n in range(3):
        with Owned(Token(n)) as t:
            if n == 1:
                continue
            kept.append(move(t))
    return kept


# case: wi-finally | a block in `try`
def wi_finally() -> None:
    try:
        with Owned(Token(1)) as t:
            look(t)
            may_fail()
    except ValueError:
        look(t)  # E: use-after-move E0382
    finally:
        look(1)
