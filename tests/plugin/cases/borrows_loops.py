"""Iteration lends what is iterated; generators and coroutines hold what they were lent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Generator, Iterator
from typing import Any

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, drop, into_inner


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def bump(self) -> None:
        self.value += 1


class Bag:
    def __init__(self) -> None:
        self.items = [1, 2]
        self.tokens = [Owned(Token(1))]

    def __iter__(self) -> Iterator[int]:
        return iter(self.items)

    def add(self, n: int) -> None:
        self.items.append(n)

    def size(self) -> int:
        return len(self.items)

    def refs(self) -> Iterator[Ref[Token]]:
        for i in range(len(self.tokens)):
            yield borrow(self.tokens[i])


def cond() -> bool:
    return True


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def poke(m: RefMut[Token]) -> None:
    m.value += 1


def eat(t: Owned[Token]) -> None:
    drop(t)


async def show(r: Ref[Token]) -> int:
    await asyncio.sleep(0)
    return peek(r)


async def change(m: RefMut[Token]) -> None:
    await asyncio.sleep(0)
    poke(m)


# case: it-box | a boxed list changed while it is iterated
def it_box() -> None:
    v = Box([1, 2])
    for x in v:
        v.append(x)  # E: borrow-conflict E0502


# case: it-own-class | an object of ours changed while it is iterated
def it_own_class() -> None:
    bag = Box(Bag())
    for x in bag:
        bag.add(x)  # E: borrow-conflict E0502


# case: it-read | read while it is iterated
def it_read() -> None:
    bag = Box(Bag())
    for x in bag:
        look(x + bag.size())
    bag.add(1)


# case: it-after | changed after the loop
def it_after() -> None:
    v = Box([1, 2])
    for x in v:
        look(x)
    v.append(3)
    for x in v:
        look(x)


# case: it-else | changed in the `else` of the loop
def it_else() -> None:
    v = Box([1, 2])
    for x in v:
        look(x)
    else:
        v.append(3)


# case: it-break | changed after a `break`
def it_break() -> None:
    v = Box([1, 2])
    for x in v:
        if x > 1:
            break
    v.append(3)


# case: it-copy | a copy is iterated
def it_copy() -> None:
    v = Box([1, 2])
    for x in list(v):
        v.append(x)


# case: it-range | indices are iterated
def it_range() -> None:
    v = Box([1, 2])
    for i in range(len(v)):
        v.append(i)


# case: it-guard | a guard in the head of the loop lasts for the loop
def it_guard() -> None:
    v = Box([1, 2])
    for x in borrow(v):
        v.append(x)  # E: borrow-conflict E0502
    v.append(3)


# case: it-nested | the inner loop over the same list
def it_nested() -> None:
    v = Box([1, 2])
    for x in v:
        for y in v:
            look(x + y)
        v.clear()  # E: borrow-conflict E0502


# case: it-nested-other | the inner loop over another list
def it_nested_other() -> None:
    v, w = Box([1, 2]), Box([3])
    for x in v:
        for y in w:
            look(x + y)
        w.append(x)


# case: it-assign-element | items assigned while iterated
def it_assign_element() -> None:
    v = Box([1, 2])
    for x in v:
        v[0] = x  # E: borrow-conflict E0506


# case: it-enumerate | wrapped in `enumerate`, `zip`, `reversed`
def it_enumerate() -> None:
    v = Box([1, 2])
    for i, x in enumerate(v):
        look(i + x)
    v.append(1)


# case: it-comprehension | in a comprehension
def it_comprehension() -> list[None]:
    v = Box([1, 2])
    return [v.append(x) for x in v]  # E: borrow-conflict E0502


# case: it-exclusive | items of an exclusive borrow changed in place
def it_exclusive(v: Box[list[Token]]) -> None:
    with borrow_mut(v) as tokens:
        for t in tokens:
            t.bump()
            t.value += 1


# case: it-owners-lent | owners in a list, lent one after the other
def it_owners_lent(ts: list[Owned[Token]]) -> int:
    total = 0
    for t in ts:
        total += peek(borrow(t))
        poke(borrow_mut(t))
        with borrow(t) as r:
            total += r.value
    return total


# case: it-owners-collected | owners in a list, all lent at once
def it_owners_collected(ts: list[Owned[Token]]) -> int:
    refs = [borrow(t) for t in ts]
    more: list[Ref[Token]] = []
    for t in ts:
        more.append(borrow(t))
    return len(refs) + len(more)


# case: it-owners-guard-kept | the guard of the last one is still bound
def it_owners_guard_kept(ts: list[Owned[Token]]) -> None:
    for t in ts:
        r = borrow(t)
        look(r)


# case: it-owners-moved | owners moved out of the list that is iterated
def it_owners_moved(ts: list[Owned[Token]]) -> None:
    for t in ts:
        eat(t)


# case: it-dict-of-owners | owners in a dict
def it_dict_of_owners(d: dict[str, Owned[Token]]) -> int:
    total = 0
    for name, t in d.items():
        total += peek(borrow(t)) + len(name)
    for t in d.values():
        poke(borrow_mut(t))
    for name in d:
        poke(borrow_mut(d[name]))
    found = d.get("x")
    if found is not None:
        poke(borrow_mut(found))
        poke(borrow_mut(d["x"]))
    return total


# case: ge-borrow-across-yield | a borrow is held while the generator waits
def ge_borrow_across_yield(t: Box[Token]) -> Iterator[int]:
    with borrow(t) as r:
        yield r.value
        t.bump()  # E: borrow-conflict E0502
        yield r.value
    t.bump()


# case: ge-exclusive-across-yield | an exclusive borrow is held while the generator waits
def ge_exclusive_across_yield(t: RefMut[Token]) -> Generator[int, int, None]:
    got = yield 0
    t.value = got
    with borrow(t) as r:
        yield r.value
    t.bump()


# case: ge-yield-from | what another generator yields
def ge_yield_from(bag: Bag) -> Iterator[Ref[Token]]:
    yield from bag.refs()


# case: ge-refs-of-method | borrows that a method's generator yields
def ge_refs_of_method() -> None:
    bag = Box(Bag())
    for r in bag.refs():
        bag.add(peek(r))  # E: borrow-conflict E0502


# case: ge-async | an asynchronous generator
async def ge_async(t: Owned[Token]) -> AsyncIterator[int]:
    with borrow(t) as r:
        yield r.value
    poke(borrow_mut(t))
    yield 1


# case: co-held | a coroutine that was not awaited yet holds its borrow
async def co_held() -> None:
    t = Box(Token(1))
    c = show(borrow(t))
    t.bump()  # E: borrow-conflict E0502
    await c


# case: co-awaited | after it was awaited nothing is held, once the name is gone
async def co_awaited() -> None:
    t = Box(Token(1))
    await show(borrow(t))
    t.bump()
    await change(borrow_mut(t))
    t.bump()


# case: co-two-exclusive | two coroutines that both change it
async def co_two_exclusive() -> None:
    t = Owned(Token(1))
    await asyncio.gather(change(borrow_mut(t)), change(borrow_mut(t)))  # E: borrow-conflict E0499


# case: co-many-shared | many coroutines that read it
async def co_many_shared() -> None:
    t = Owned(Token(1))
    await asyncio.gather(show(borrow(t)), show(borrow(t)))
    poke(borrow_mut(t))


# case: co-moved-in | a coroutine that takes ownership
async def consume(t: Owned[Token]) -> None:
    drop(t)


async def co_moved_in() -> None:
    t = Owned(Token(1))
    c = consume(t)
    look(t)  # E: use-after-move E0382
    await c


# case: co-returned | a coroutine that holds a borrow of a local is returned
def co_returned() -> Coroutine[Any, Any, int]:
    t = Owned(Token(1))
    return show(borrow(t))  # E: borrow-outlives-owner E0515


# case: co-returned-param | a coroutine that holds a borrow of the caller is returned
def co_returned_param(r: Ref[Token]) -> Coroutine[Any, Any, int]:
    return show(r)


# case: co-task-owner | a task that owns
async def co_task_owner() -> None:
    t = Owned(Token(1))
    task = asyncio.create_task(consume(t))
    await task


# case: co-task-group | borrows of a local in a task group
async def co_task_group() -> None:
    t = Owned(Token(1))
    async with asyncio.TaskGroup() as group:
        group.create_task(show(borrow(t)))  # E: borrow-outlives-owner E0597


# case: co-with-lock | held across an await
async def co_with_lock(t: Box[Token], lock: asyncio.Lock) -> None:
    async with lock:
        with borrow_mut(t) as m:
            await asyncio.sleep(0)
            m.value += 1
    t.bump()


# case: it-while-pop | taken out one after the other
def it_while_pop(ts: Box[list[Token]]) -> None:
    while len(ts):
        with borrow_mut(ts) as items:
            items.pop()
    ts.append(Token(1))


# case: it-unwrapped | the unwrapped list is iterated
def it_unwrapped(ts: Owned[list[Token]]) -> None:
    items = into_inner(ts)
    for t in items:
        items.append(t)
        t.bump()
