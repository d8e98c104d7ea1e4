"""Borrows that leave the function of their owner: returned, yielded, raised, captured."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

from owned import Box, Owned, Ref, RefCell, RefMut, borrow, borrow_mut, clone, deref, into_inner


class Token:
    def __init__(self, value: int) -> None:
        self.value = value


class Pair:
    def __init__(self, a: Token, b: Token) -> None:
        self.a = a
        self.b = b


@dataclass
class View:
    token: Ref[Token]


def cond() -> bool:
    return True


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def part(p: Ref[Pair]) -> Ref[Token]:
    return Ref.map(p, lambda pair: pair.a)


def part_mut(p: RefMut[Pair]) -> RefMut[Token]:
    return RefMut.map(p, lambda pair: pair.a)


# case: rt-ref-to-param | borrow of an owner that was passed in
def rt_ref_to_param(t: Owned[Token]) -> Ref[Token]:
    return borrow(t)  # E: borrow-outlives-owner E0515


# case: rt-named-first | bound to a name first
def rt_named_first() -> Ref[Token]:
    t = Box(Token(1))
    r = borrow(t)
    return r  # E: borrow-outlives-owner E0515


# case: rt-exclusive | an exclusive borrow
def rt_exclusive(t: Box[Token]) -> RefMut[Token]:
    return borrow_mut(t)  # E: borrow-outlives-owner E0515


# case: rt-one-branch | on one path only
def rt_one_branch(given: Ref[Token]) -> Ref[Token]:
    t = Owned(Token(1))
    if cond():
        return borrow(t)  # E: borrow-outlives-owner E0515
    return given


# case: rt-conditional | as one arm of a conditional expression
def rt_conditional(given: Ref[Token]) -> Ref[Token]:
    t = Owned(Token(1))
    return given if cond() else borrow(t)  # E: borrow-outlives-owner E0515


# case: rt-getter-of-local | a part of a local
def rt_getter_of_local() -> Ref[Token]:
    p = Owned(Pair(Token(1), Token(2)))
    return part(borrow(p))  # E: borrow-outlives-owner E0515


# case: rt-getter-of-local-mut | a part of a local, exclusively
def rt_getter_of_local_mut() -> RefMut[Token]:
    p = Box(Pair(Token(1), Token(2)))
    return part_mut(borrow_mut(p))  # E: borrow-outlives-owner E0515


# case: rt-vec-of-views | a list of borrows
def rt_vec_of_views() -> list[Ref[Token]]:
    t = Owned(Token(1))
    return [borrow(t)]  # E: borrow-outlives-owner E0515


# case: rt-vec-filled | a list that was filled with borrows
def rt_vec_filled(ts: list[int]) -> list[Ref[Token]]:
    refs: list[Ref[Token]] = []
    t = Owned(Token(1))
    for _ in ts:
        refs.append(borrow(t))
    return refs  # E: borrow-outlives-owner E0515


# case: rt-option-of-view | perhaps a borrow
def rt_option_of_view() -> Ref[Token] | None:
    t = Owned(Token(1))
    r = borrow(t) if cond() else None
    return r  # E: borrow-outlives-owner E0515


# case: rt-dict-of-views | a dict of borrows
def rt_dict_of_views() -> dict[str, Ref[Token]]:
    t = Owned(Token(1))
    return {"t": borrow(t)}  # E: borrow-outlives-owner E0515


# case: rt-tuple-with-view | a tuple, one part of which is a borrow
def rt_tuple_with_view() -> tuple[int, Ref[Token]]:
    t = Owned(Token(1))
    return 1, borrow(t)  # E: borrow-outlives-owner E0515


# case: rt-object-with-view | an object that holds a borrow
def rt_object_with_view() -> View:
    t = Owned(Token(1))
    v = View(borrow(t))
    return v  # E: borrow-outlives-owner E0515


# case: rt-iter-of-local | an iterator over a borrow
def rt_iter_of_local() -> list[Ref[Token]]:
    ts = [Owned(Token(1)), Owned(Token(2))]
    return [borrow(t) for t in ts]  # E: borrow-outlives-owner E0515


# case: rt-guard-deref | the guard of a local cell
def rt_guard_deref() -> Ref[Token]:
    c = RefCell(Token(1))
    return c.borrow()  # E: borrow-outlives-owner E0515


# case: rt-view-of-block | a view out of its block
def rt_view_of_block(t: Ref[Token]) -> Token:
    with borrow(t) as r:
        return r  # E: borrow-outlives-owner E0515


# case: rt-view-of-exclusive-block | a view out of an exclusive block
def rt_view_of_exclusive_block(p: RefMut[Pair]) -> Token:
    with borrow_mut(p) as m:
        return m.a  # E: borrow-outlives-owner E0515


# case: rt-plain-out-of-block | a plain value out of its block
def rt_plain_out_of_block(t: Box[Token]) -> int:
    with borrow(t) as r:
        return r.value


# case: rt-copied-out-of-block | a copy of the value out of its block
def rt_copied_out_of_block(t: Owned[Token]) -> Token:
    with borrow(t) as r:
        return Token(r.value)


# case: rt-borrow-of-param | a part of what was lent to the function
def rt_borrow_of_param(p: Ref[Pair], q: RefMut[Pair]) -> tuple[Ref[Token], RefMut[Token]]:
    return part(p), part_mut(q)


# case: rt-borrow-again-of-param | a borrow of what was lent to the function
def rt_borrow_again_of_param(t: RefMut[Token]) -> Ref[Token]:
    return borrow(t)


# case: rt-clone-of-param | another handle on what was lent to the function
def rt_clone_of_param(t: Ref[Token]) -> Ref[Token]:
    r = clone(t)
    return r


# case: rt-borrow-of-self-field | a borrow of what the object owns
class Desk:
    def __init__(self) -> None:
        self.top = Owned(Token(1))
        self.tokens = [Owned(Token(2))]
        self.by_name: dict[str, Box[Token]] = {}

    def lend(self) -> Ref[Token]:
        return borrow(self.top)

    def lend_mut(self) -> RefMut[Token]:
        m = borrow_mut(self.top)
        return m

    def lend_item(self, i: int) -> Ref[Token]:
        return borrow(self.tokens[i])

    def lend_named(self, name: str) -> Ref[Token] | None:
        found = self.by_name.get(name)
        return borrow(found) if found is not None else None

    def lend_all(self) -> Iterator[Ref[Token]]:
        for t in self.tokens:
            yield borrow(t)

    @property
    def first(self) -> Ref[Token]:
        return borrow(self.tokens[0])


# case: rt-borrow-of-plain-param | a borrow of an owner that a parameter holds
def rt_borrow_of_plain_param(desk: Desk, items: list[Owned[Token]]) -> tuple[Ref[Token], Ref[Token]]:
    return borrow(desk.top), borrow(items[0])


# case: rt-borrow-of-local-desk | the object that owns is a local
def rt_borrow_of_local_desk() -> Ref[Token]:
    desk = Desk()
    return borrow(desk.top)  # E: borrow-outlives-owner E0515


# case: rt-owner-and-borrow | the owner and its borrow together
def rt_owner_and_borrow() -> tuple[Owned[Token], Ref[Token]]:
    t = Owned(Token(1))
    r = borrow(t)
    return t, r  # E: move-while-borrowed E0505


# case: rt-yield-borrow | yielded out of a generator that owns it
def rt_yield_borrow() -> Iterator[Ref[Token]]:
    t = Owned(Token(1))
    yield borrow(t)  # E: borrow-outlives-owner E0515


# case: rt-yield-view | a view yielded out of its block
def rt_yield_view(t: Owned[Token]) -> Iterator[Token]:
    with borrow(t) as r:
        yield r  # E: borrow-outlives-owner E0515


# case: rt-yield-of-param | what was lent to the generator is yielded
def rt_yield_of_param(p: Ref[Pair]) -> Iterator[Ref[Token]]:
    yield part(p)
    yield Ref.map(p, lambda pair: pair.b)


# case: rt-yield-plain | plain values yielded inside a block
def rt_yield_plain(t: Owned[Token]) -> Iterator[int]:
    with borrow(t) as r:
        yield r.value
        yield r.value + 1


# case: rt-async-yield | yielded out of an asynchronous generator
async def rt_async_yield() -> AsyncIterator[Ref[Token]]:
    t = Owned(Token(1))
    yield borrow(t)  # E: borrow-outlives-owner E0515


# case: rt-async-return | returned out of a coroutine
async def rt_async_return() -> Ref[Token]:
    t = Owned(Token(1))
    return borrow(t)  # E: borrow-outlives-owner E0515


# case: rt-closure-result | what a local closure lends out
def rt_closure_result() -> Ref[Token]:
    t = Owned(Token(1))
    get: Callable[[], Ref[Token]] = lambda: borrow(t)  # E: borrow-outlives-owner E0373
    return get()


# case: rt-unwrapped | the unwrapped value is no borrow
def rt_unwrapped(t: Owned[Token]) -> Token:
    return into_inner(t)


# case: rt-deref | the bare value of a borrow is no borrow
def rt_deref(t: Ref[Token]) -> Token:
    return deref(t)


# case: rt-lambda-lends | a lambda that lends its own parameter
def rt_lambda_lends(ts: list[Owned[Token]]) -> int:
    lend: Callable[[Ref[Pair]], Ref[Token]] = lambda p: part(p)
    look(lend)
    return len(ts)


# case: rt-recursive | the result of a recursive call on what was lent
def rt_recursive(p: Ref[Pair], depth: int) -> Ref[Token]:
    if depth == 0:
        return part(p)
    return rt_recursive(p, depth - 1)
