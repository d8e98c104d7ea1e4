"""Borrows of the caller that are kept outside the call, and borrows kept beyond their owner."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable
from functools import partial

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, deref


class Token:
    def __init__(self, value: int) -> None:
        self.value = value

    def bump(self) -> None:
        self.value += 1


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


async def show(r: Ref[Token]) -> None:
    look(r)


async def tick() -> None:
    await asyncio.sleep(0)


LOG: list[Ref[Token]] = []
LAST: Ref[Token] | None = None
SEEN: dict[str, Ref[Token]] = {}


class Registry:
    current: Ref[Token] | None = None
    every: list[Ref[Token]] = []

    def __init__(self) -> None:
        self.mine: list[Ref[Token]] = []
        self.one: Ref[Token] | None = None

    # case: es-into-self | storing a parameter in `self` is no escape
    def keep(self, r: Ref[Token]) -> None:
        self.mine.append(r)
        self.one = r


# case: es-global-list | appended to a list of the module
def es_global_list(r: Ref[Token]) -> None:
    LOG.append(r)  # E: borrow-outlives-owner E0521


# case: es-global-name | assigned to a name of the module
def es_global_name(r: Ref[Token]) -> None:
    global LAST
    LAST = r  # E: borrow-outlives-owner E0521


# case: es-global-dict | stored in a dict of the module
def es_global_dict(r: Ref[Token]) -> None:
    SEEN["r"] = r  # E: borrow-outlives-owner E0521


# case: es-global-through-local | through another name
def es_global_through_local(r: Ref[Token]) -> None:
    s = r
    LOG.append(s)  # E: borrow-outlives-owner E0521


# case: es-local-into-global | a borrow of a local kept in the module
def es_local_into_global() -> None:
    t = Owned(Token(1))
    LOG.append(borrow(t))  # E: borrow-outlives-owner E0597


# case: es-local-into-global-name | a borrow of a local assigned to a name of the module
def es_local_into_global_name() -> None:
    global LAST
    t = Owned(Token(1))
    LAST = borrow(t)  # E: borrow-outlives-owner E0597


# case: es-local-into-param | a borrow of a local stored in an object of the caller
def es_local_into_param(reg: Registry) -> None:
    t = Owned(Token(1))
    reg.one = borrow(t)  # E: borrow-outlives-owner E0597


# case: es-local-into-list-param | a borrow of a local appended to a list of the caller
def es_local_into_list_param(refs: list[Ref[Token]]) -> None:
    t = Owned(Token(1))
    refs.append(borrow(t))  # E: borrow-outlives-owner E0597


# case: es-local-into-self | a borrow of a local kept in the object
class Keeper:
    def __init__(self) -> None:
        self.kept: Ref[Token] | None = None

    def work(self) -> None:
        t = Owned(Token(1))
        self.kept = borrow(t)  # E: borrow-outlives-owner E0597


# case: es-closure-pushes-arg | callback keeps its short-lived argument in an outer list
def es_closure_pushes_arg(each: Callable[[Callable[[Ref[Token]], None]], None]) -> int:
    kept: list[Ref[Token]] = []

    def keep(r: Ref[Token]) -> None:
        kept.append(r)  # E: borrow-outlives-owner E0521

    each(keep)
    return len(kept)


# case: es-closure-nonlocal | callback assigns its short-lived argument to an outer name
def es_closure_nonlocal() -> None:
    last: Ref[Token] | None = None

    def keep(r: RefMut[Token]) -> None:
        nonlocal last
        last = borrow(r)  # E: borrow-outlives-owner E0521

    look(keep)
    look(last)


# case: es-arg-into-async | borrowed parameter handed to a task
def es_arg_into_async(r: Ref[Token]) -> None:
    asyncio.ensure_future(show(r))  # E: borrow-outlives-owner E0521


# case: es-self-into-task | the coroutine is bound to a name first
async def es_coroutine_named(r: Ref[Token]) -> None:
    c = show(r)
    task = asyncio.create_task(c)  # E: borrow-outlives-owner E0521
    await task


# case: es-awaited-is-fine | awaited in place
async def es_awaited_is_fine(r: Ref[Token]) -> None:
    await show(r)


# case: es-gathered | awaited together in place
async def es_gathered(r: Ref[Token]) -> None:
    await asyncio.gather(show(r), show(r))


# case: es-local-into-task | a borrow of a local handed to a task
async def es_local_into_task() -> None:
    t = Owned(Token(1))
    task = asyncio.create_task(show(borrow(t)))  # E: borrow-outlives-owner E0597
    await task


# case: es-param-into-static-box | borrowed parameter handed to what calls it at exit
def es_param_into_static_box(r: Ref[Token]) -> None:
    atexit.register(look, r)  # E: borrow-outlives-owner E0521


# case: es-closure-into-atexit | a closure over a borrowed parameter
def es_closure_into_atexit(r: Ref[Token]) -> None:
    atexit.register(lambda: look(r))  # E: borrow-outlives-owner E0521


# case: es-partial-used-here | `functools.partial` holds what it is given
def es_partial_used_here() -> None:
    t = Box(Token(1))
    f = partial(peek, borrow(t))
    t.bump()  # E: borrow-conflict E0502
    look(f())


# case: es-partial-of-param | a partial that stays here
def es_partial_of_param(r: Ref[Token]) -> int:
    f = partial(peek, r)
    return f()


# case: es-plain-part-kept | a plain part of a borrow may be kept
def es_plain_part_kept(r: Ref[Token], seen: list[int]) -> None:
    seen.append(r.value)


# case: es-class-attribute | kept in a class attribute
def es_class_attribute(r: Ref[Token]) -> None:
    Registry.current = r  # E: borrow-outlives-owner E0521


# case: es-param-to-param | stored in an object that the caller gave
def es_param_to_param(reg: Registry, r: Ref[Token]) -> None:
    reg.keep(r)
    reg.one = r


# case: es-default-argument | a borrow as the default of a parameter of a nested function
def es_default_argument() -> Callable[[], int]:
    t = Owned(Token(1))

    def f(r: Ref[Token] = borrow(t)) -> int:  # E: borrow-outlives-owner E0597
        return peek(r)

    return f


# case: es-nested-block | a borrow kept in an outer list, and the list dies first
def es_nested_block() -> None:
    t = Owned(Token(1))
    refs: list[Ref[Token]] = []
    refs.append(borrow(t))
    look(refs)


# case: es-exclusive-into-global | an exclusive borrow kept in the module
MUTS: list[RefMut[Token]] = []


def es_exclusive_into_global(m: RefMut[Token]) -> None:
    MUTS.append(m)  # E: borrow-outlives-owner E0521


def es_exclusive_of_local_into_global() -> None:
    t = Box(Token(1))
    MUTS.append(borrow_mut(t))  # E: borrow-outlives-owner E0597


# case: es-view-into-global | a view of a block kept in the module
TOKENS: list[Token] = []


def es_view_into_global(t: Owned[Token]) -> None:
    with borrow(t) as r:
        TOKENS.append(r)  # E: borrow-outlives-owner E0597


# case: es-bare-into-global | the bare value may be kept
def es_bare_into_global(t: Ref[Token]) -> None:
    TOKENS.append(deref(t))
