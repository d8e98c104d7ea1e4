"""Lazy generator expressions: they hold what they go over, and what they name, until they are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from owned import Box, Owned, Ref, RefMut, borrow, borrow_mut, drop


@dataclass
class Token:
    n: int = 0
    names: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


@dataclass
class Part:
    n: int = 0
    words: list[str] = field(default_factory=list)


def look(t: object) -> None:
    print(t is None)


def look_at_all(items: Iterable[object]) -> None:
    for item in items:
        look(item)


# case: lz-return | a generator over a view is returned from the block
def lz_return() -> Iterator[str]:
    t = Owned(Token())
    with borrow(t) as r:
        return (name for name in r.names)  # E: borrow-outlives-owner E0515


# case: lz-return-element | its elements read the view
def lz_return_element() -> Iterator[int]:
    t = Owned(Token())
    with borrow(t) as r:
        return (r.n for _ in range(3))  # E: borrow-outlives-owner E0515


# case: lz-return-condition | its condition reads the view
def lz_return_condition() -> Iterator[int]:
    t = Owned(Token())
    with borrow(t) as r:
        return (i for i in range(3) if i > r.n)  # E: borrow-outlives-owner E0515


# case: lz-return-copied | what was copied out before may be used lazily
def lz_return_copied() -> Iterator[int]:
    t = Owned(Token())
    with borrow(t) as r:
        n, names = r.n, list(r.names)
        return (n + len(name) for name in names)


# case: lz-after-block | used after the block
def lz_after_block() -> list[str]:
    t = Owned(Token())
    with borrow(t) as r:
        lazy = (name for name in r.names)
    return list(lazy)  # E: borrow-outlives-owner E0597


# case: lz-inside-block | used up in the block
def lz_inside_block() -> list[str]:
    t = Owned(Token())
    with borrow(t) as r:
        lazy = (name.upper() for name in r.names)
        found = list(lazy)
    return found


# case: lz-used-up | consumed by the call that it was made for
def lz_used_up() -> tuple[int, str, list[str]]:
    t = Owned(Token())
    with borrow(t) as r:
        total = sum(len(name) for name in r.names)
        text = ", ".join(name for name in r.names if len(name) > r.n)
        ordered = sorted(name.lower() for name in r.names)
    drop(t)
    return total, text, ordered


# case: lz-extend | a list takes the elements, which are plain
def lz_extend(out: list[str]) -> None:
    t = Owned(Token())
    with borrow(t) as r:
        out.extend(name for name in r.names)
    look(out)


# case: lz-extend-local | and a local list
def lz_extend_local() -> list[int]:
    t = Owned(Token())
    found: list[int] = []
    with borrow(t) as r:
        found.extend(part.n for part in r.parts)
        found += (len(name) for name in r.names)
    return found


# case: lz-append | a list keeps the generator itself
def lz_append() -> None:
    t = Owned(Token())
    kept: list[Iterator[str]] = []
    with borrow(t) as r:
        kept.append(name for name in r.names)
    look(kept)  # E: borrow-outlives-owner E0597


# case: lz-guard | a generator over a guard keeps the borrow
def lz_guard(t: Owned[list[int]]) -> None:
    lazy = (n for n in borrow(t))
    drop(t)  # E: move-while-borrowed E0505
    look_at_all(lazy)


# case: lz-named-guard | over a guard that has a name
def lz_named_guard(t: Owned[list[int]]) -> None:
    r = borrow(t)
    lazy = (n for n in r)
    with borrow_mut(t) as m:  # E: borrow-conflict E0502
        m.append(1)
    look_at_all(lazy)


# case: lz-guard-gone | the generator has gone
def lz_guard_gone(t: Owned[list[int]]) -> int:
    r = borrow(t)
    lazy = (n for n in r)
    total = sum(lazy)
    del lazy
    drop(r)
    drop(t)
    return total


# case: lz-box | a generator over an owner lends it
def lz_box(v: Box[list[int]]) -> None:
    lazy = (n for n in v)
    v.append(1)  # E: borrow-conflict E0502
    look_at_all(lazy)


# case: lz-parameter | a `Ref` parameter may be handed on lazily to the caller who lent it
def lz_parameter(r: Ref[Token]) -> Iterator[str]:
    return (name for name in r.names)


# case: lz-nested | the inner iterable of a nested generator
def lz_nested() -> Iterator[str]:
    t = Owned(Token())
    with borrow(t) as r:
        return (word for part in [Part(), Part()] for word in r.names if part.n == 0)  # E: borrow-outlives-owner E0515


# case: lz-mutable | an exclusive view
def lz_mutable() -> None:
    t = Owned(Token())
    with borrow_mut(t) as m:
        lazy = (part.n for part in m.parts)
        look_at_all(lazy)
        m.parts.clear()
    look_at_all(lazy)  # E: borrow-outlives-owner E0597


# case: lz-yield-from | a generator function hands out the view's own elements one by one
def lz_yield_from(r: Ref[Token]) -> Iterator[str]:
    yield from (name for name in r.names)


# case: lz-any | a generator as the last argument among others
def lz_any(m: RefMut[Token]) -> bool:
    if any(part.n > m.n for part in m.parts):
        m.n = max((part.n for part in m.parts), default=0)
        return True
    return False


# case: lz-part-of-guard | over a part of a guard without a name
def lz_part_of_guard(t: Owned[Token]) -> None:
    lazy = (name for name in borrow(t).names)
    drop(t)  # E: move-while-borrowed E0505
    look_at_all(lazy)


# case: lz-map | `map`, `zip` and their kin go over a guard later, too
def lz_map(t: Owned[list[int]]) -> None:
    lazy = map(str, borrow(t))
    drop(t)  # E: move-while-borrowed E0505
    look_at_all(lazy)


# case: lz-map-view | or over a view
def lz_map_view(t: Owned[list[int]]) -> list[str]:
    with borrow(t) as r:
        lazy = map(str, r)
    return list(lazy)  # E: borrow-outlives-owner E0597


# case: lz-map-used-up | used up in time
def lz_map_used_up(t: Owned[list[int]], u: Owned[list[int]]) -> tuple[list[int], dict[int, int]]:
    with borrow(t) as r:
        pairs = dict(zip(r, r, strict=True))
        backwards = list(reversed(r))
        for position, n in enumerate(r):
            look((position, n))
    sums = list(map(lambda n: n + u.value[0], borrow(t)))
    with borrow_mut(u) as m:
        m.extend(sums)
    drop(t)
    drop(u)
    return backwards, pairs


# case: lz-map-plain | over what is nobody's borrow
def lz_map_plain(names: list[str], t: Owned[list[int]]) -> None:
    pairs = zip(names, range(3), strict=False)
    sizes = map(len, names)
    drop(t)
    names.clear()
    look_at_all(pairs)
    look_at_all(sizes)
