"""Corners of the rules on borrows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from owned import Box, Owned, Rc, Ref, RefMut, borrow, borrow_mut, clone, drop, is_live, try_borrow, try_borrow_mut

if TYPE_CHECKING:
    from collections.abc import Sequence


class Token:
    def __init__(self, value: int) -> None:
        self.value = value
        self.names: list[str] = []

    def bump(self) -> None:
        self.value += 1


class Case:
    def __init__(self) -> None:
        self.token = Token(1)
        self.owner = Box(Token(2))
        self.owners = [Owned(Token(3))]


def cond() -> bool:
    return True


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


def poke(m: RefMut[Token]) -> None:
    m.value += 1


# case: sp-try | `try_borrow` asks about a conflict
def sp_try() -> None:
    t = Owned(Token(1))
    m = borrow_mut(t)
    look(try_borrow(t) is None)
    look(try_borrow_mut(t) is None)
    drop(m)
    r = try_borrow(t)
    look(try_borrow_mut(t))
    look(r)


# case: sp-try-guard | but what it gives is a guard
def sp_try_guard() -> None:
    t = Owned(Token(1))
    r = try_borrow(t)
    if r is not None:
        look(peek(r))
        drop(t)  # E: move-while-borrowed E0505


# case: sp-try-none | and nothing where it gave `None`
def sp_try_none() -> None:
    t = Owned(Token(1))
    if (r := try_borrow(t)) is not None:
        look(peek(r))
    else:
        drop(t)


# case: sp-match-head | a guard in the head of `match` ends there
def sp_match_head(t: Box[Token]) -> None:
    match peek(borrow(t)):
        case 1:
            t.bump()
        case _:
            drop(t)


# case: sp-assert | a guard in an `assert`, a comparison, an f-string
def sp_assert(t: Box[Token]) -> str:
    assert peek(borrow(t)) > 0, f"{borrow(t)}"
    text = f"{borrow(t).value} {peek(borrow(t)):>3}"
    if 0 < peek(borrow(t)) < 3 and peek(borrow(t)) != 2:
        t.bump()
    t.bump()
    return text


# case: sp-raise | a guard in a `raise`
def sp_raise(t: Box[Token]) -> None:
    if cond():
        raise ValueError(borrow(t).value)
    t.bump()


# case: sp-finally | ended in `finally`
def sp_finally(t: Owned[Token]) -> None:
    r = borrow(t)
    try:
        look(r)
    finally:
        drop(r)
    drop(t)


# case: sp-maybe-ended | ended on one path only
def sp_maybe_ended(t: Owned[Token]) -> None:
    r = borrow(t)
    if cond():
        drop(r)
    drop(t)  # E: move-while-borrowed E0505


# case: sp-both-ended | ended on both paths
def sp_both_ended(t: Owned[Token]) -> None:
    r = borrow(t)
    if cond():
        drop(r)
    else:
        del r
    drop(t)


# case: sp-returned-early | ended by leaving
def sp_returned_early(t: Owned[Token]) -> int:
    if cond():
        r = borrow(t)
        return peek(r)
    drop(t)
    return 0


# case: sp-loop-local | a guard bound in the loop is still bound after it
def sp_loop_local(t: Box[Token]) -> None:
    for _ in range(2):
        r = borrow(t)
        look(r)
    t.bump()  # E: borrow-conflict E0502


# case: sp-in-place-guard | in-place operators on guards
def sp_in_place_guard(m: RefMut[list[int]]) -> None:
    m += [1]
    with borrow(m) as view:
        view += [1]  # E: mutate-through-ref E0594


# case: sp-item-of-guard | items of guards
def sp_item_of_guard(r: Ref[list[int]], m: RefMut[list[int]]) -> None:
    m[0] = 1
    m[0] += 1
    del m[0]
    r[0] = 1  # E: mutate-through-ref E0594
    r[0] += 1  # E: mutate-through-ref E0594
    del r[0]  # E: mutate-through-ref E0594


# case: sp-inner-owner | an owner inside an owner
def sp_inner_owner(c: Box[Case]) -> None:
    r = borrow(c.owner)
    c.owner.bump()  # E: borrow-conflict E0502
    c.token.bump()
    look(r)


# case: sp-inner-owner-of-owned | through `.value`
def sp_inner_owner_of_owned(c: Owned[Case]) -> None:
    r = borrow(c.value.owner)
    c.value.owner.bump()  # E: borrow-conflict E0502
    drop(r)
    c.value.owner.bump()


# case: sp-element-of-field | elements of a field
def sp_element_of_field(c: Box[Case], i: int) -> None:
    a = borrow(c.owners[0])
    poke(borrow_mut(c.owners[0]))  # E: borrow-conflict E0502
    poke(borrow_mut(c.owners[1]))
    poke(borrow_mut(c.owners[i]))
    look(a)


# case: sp-index-changed | the index has changed in between
def sp_index_changed(ts: list[Owned[Token]]) -> None:
    i = 0
    a = borrow(ts[i])
    i += 1
    b = borrow_mut(ts[i])
    look(a)
    poke(b)


# case: sp-list-while-element | the list changes while an element is lent
def sp_list_while_element(ts: list[Owned[Token]]) -> None:
    a = borrow(ts[0])
    ts.append(Owned(Token(2)))
    look(a)


# case: sp-swap-names | guards change their names
def sp_swap_names(a: Box[Token], b: Box[Token]) -> None:
    x, y = borrow(a), borrow(b)
    x, y = y, x
    drop(x)
    b.bump()
    a.bump()  # E: borrow-conflict E0502
    look(y)


# case: sp-chained-assignment | one guard under two names
def sp_chained_assignment(a: Box[Token]) -> None:
    x = y = borrow(a)
    drop(x)
    a.bump()  # E: borrow-conflict E0502
    look(y)


# case: sp-live | asking whether a guard is live
def sp_live(a: Box[Token]) -> None:
    r = borrow(a)
    drop(r)
    if is_live(r):
        look(r)
    a.bump()


# case: sp-rc | handles of one value
def sp_rc() -> None:
    a = Rc(Token(1))
    b = clone(a)
    r = borrow(a)
    drop(b)
    look(r)
    drop(r)
    drop(a)


# case: sp-rc-borrowed | a handle dropped while it is lent
def sp_rc_borrowed() -> None:
    a = Rc(Token(1))
    r = borrow(a)
    drop(a)  # E: move-while-borrowed E0505
    look(r)


# case: sp-any | what is not known borrows nothing
def sp_any(x: Any, f: Callable[..., Any]) -> Any:
    r = borrow(x)
    f(x)
    x.append(r)
    y = f(r)
    drop(x)
    return y


# case: sp-untyped | untyped functions are looked at, not guessed about
def sp_untyped(x, y=None):  # type: ignore[no-untyped-def]
    z = x
    x.append(y)
    del z
    return x, y


# case: sp-unreachable | after `return`, `raise`, an endless loop
def sp_unreachable(t: Owned[Token]) -> None:
    r = borrow(t)
    look(r)
    while True:
        if cond():
            return
    drop(t)


# case: sp-generator-argument | a generator expression as an argument
def sp_generator_argument(ts: list[Box[Token]], t: Box[Token]) -> int:
    total = sum(peek(borrow(x)) for x in ts)
    total += max((peek(borrow(t)) + n for n in range(3)), default=0)
    t.bump()
    if all(peek(borrow(x)) for x in ts) and not any(x.value for x in ts):
        t.bump()
    return total


# case: sp-dict-comprehension | guards in a dict comprehension
def sp_dict_comprehension(d: dict[str, Box[Token]]) -> dict[str, int]:
    values = {name: peek(borrow(t)) for name, t in d.items()}
    for t in d.values():
        t.bump()
    return values


# case: sp-nested-with-return | leaving two blocks
def sp_nested_with_return(a: Owned[Token], b: Owned[Token]) -> list[str]:
    with borrow(a) as x:
        with borrow(b) as y:
            return [*x.names, *y.names]


# case: sp-copied-parts | copies of parts may leave
def sp_copied_parts(a: Owned[Token]) -> tuple[list[str], list[str], str, set[str]]:
    with borrow(a) as x:
        return list(x.names), sorted(x.names), "".join(x.names), {n for n in x.names}


# case: sp-display-of-view | a display of the parts of a view
def sp_display_of_view(d: Owned[dict[str, int]]) -> dict[str, int]:
    with borrow(d) as view:
        made = {**view, "x": 1}
    return made


# case: sp-view-compared | comparisons and tests of views are plain
def sp_view_compared(d: Owned[dict[str, int]], e: Owned[dict[str, int]]) -> bool:
    with borrow(d) as a, borrow(e) as b:
        equal = a == b
        has = "x" in a
        empty = not a
    return equal and has and empty


# case: sp-second-owner | the guard of another owner is no hindrance
def sp_second_owner(a: Owned[Token], b: Owned[Token]) -> None:
    r = borrow(a)
    drop(b)
    b = Owned(Token(1))
    poke(borrow_mut(b))
    look(r)


# case: sp-nested-function-parameters | parameters of nested functions are their own
def sp_nested_function_parameters(t: Box[Token]) -> None:
    def inner(t: Box[Token]) -> None:
        m = borrow_mut(t)
        poke(m)

    r = borrow(t)
    inner(Box(Token(1)))
    look(r)


# case: sp-yield-between | the caller may drop the generator while it waits
def sp_yield_between(t: Box[Token]) -> Iterator[int]:
    r = borrow(t)
    try:
        yield r.value
    finally:
        drop(r)
        drop(t)


# case: sp-starred | a starred target is a list of its own
def sp_starred(t: Owned[Token]) -> list[str]:
    with borrow(t) as r:
        first, *rest = r.names
        rest.append(first)
    return rest


# case: sp-lazy-param | a generator expression over what was lent to the function
def sp_lazy_param(r: Ref[Token]) -> Iterator[str]:
    return (name for name in r.names)
