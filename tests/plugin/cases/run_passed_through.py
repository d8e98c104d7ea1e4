"""What a view's elements are passed through: iterators, sorting, choosing; they end with its block."""

from __future__ import annotations

import itertools
import operator
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from owned import Box, Owned, borrow, borrow_mut, deref, drop


@dataclass
class Part:
    n: int = 0
    words: list[str] = field(default_factory=list)


@dataclass
class Whole:
    parts: list[Part] = field(default_factory=lambda: [Part(2), Part(1)])
    names: list[str] = field(default_factory=lambda: ["b", "a"])
    sizes: dict[str, int] = field(default_factory=lambda: {"a": 1})
    by_name: dict[str, Part] = field(default_factory=lambda: {"a": Part(3)})


def make() -> Owned[Whole]:
    return Owned(Whole())


def parsed(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        yield Part(part.n)


def copied(part: Part) -> Part:
    return Part(part.n)


def use(part: Part) -> int:
    return part.n


def number(part: Part) -> int:
    return part.n


# case: pt-chain-from-iterable | lazily, over a view
def bad_chain_from_iterable() -> None:
    w = make()
    with borrow(w) as r:
        it = itertools.chain.from_iterable(part.words for part in r.parts)
    list(it)  # E: borrow-outlives-owner E0597


def bad_chain_from_iterable_of_views() -> None:
    w = make()
    with borrow(w) as r:
        it = itertools.chain.from_iterable([r.parts, r.parts])
    for part in it:  # E: borrow-outlives-owner E0597
        use(part)


def ok_chain_from_iterable_inside() -> None:
    w = make()
    with borrow(w) as r:
        found = list(itertools.chain.from_iterable(part.words for part in r.parts))
    found.append("x")


# case: pt-zip | zip
def bad_zip() -> None:
    w = make()
    with borrow(w) as r:
        pairs = zip(r.parts, r.names, strict=False)
    for part, _ in pairs:  # E: borrow-outlives-owner E0597
        use(part)


def bad_zip_of_plain() -> None:
    w = make()
    with borrow(w) as r:
        pairs = zip(r.names, range(2), strict=False)
    dict(pairs)  # E: borrow-outlives-owner E0597


def ok_zip_inside() -> None:
    w = make()
    with borrow(w) as r:
        pairs = dict(zip(r.names, range(2), strict=False))
        total = sum(part.n for part, _ in zip(r.parts, r.names, strict=False))
    print(pairs, total)


# case: pt-enumerate | enumerate
def bad_enumerate() -> None:
    w = make()
    with borrow(w) as r:
        numbered = enumerate(r.names)
    dict(numbered)  # E: borrow-outlives-owner E0597


def ok_enumerate() -> None:
    w = make()
    with borrow(w) as r:
        numbered = dict(enumerate(r.names))
    print(numbered)


# case: pt-reversed | reversed
def bad_reversed() -> None:
    w = make()
    with borrow(w) as r:
        back = reversed(r.names)
    list(back)  # E: borrow-outlives-owner E0597


def ok_reversed() -> None:
    w = make()
    with borrow(w) as r:
        back = list(reversed(r.names))
    print(back)


# case: pt-filter | filter
def bad_filter() -> None:
    w = make()
    with borrow(w) as r:
        some = filter(None, r.names)
    list(some)  # E: borrow-outlives-owner E0597


def bad_filter_views() -> None:
    w = make()
    with borrow(w) as r:
        some = list(filter(number, r.parts))
    use(some[0])  # E: borrow-outlives-owner E0597


def ok_filter() -> None:
    w = make()
    with borrow(w) as r:
        some = list(filter(None, r.names))
    print(some)


# case: pt-map | map
def bad_map() -> None:
    w = make()
    with borrow(w) as r:
        numbers = map(number, r.parts)
    list(numbers)  # E: borrow-outlives-owner E0597


def ok_map() -> None:
    w = make()
    with borrow(w) as r:
        numbers = list(map(number, r.parts))
    print(numbers)


# case: pt-iter | iter and next
def lazily_iter() -> None:
    w = make()
    with borrow(w) as r:
        it = iter(r.names)
    next(it)  # E: borrow-outlives-owner E0597


def bad_next() -> None:
    w = make()
    with borrow(w) as r:
        first = next(iter(r.parts))
    use(first)  # E: borrow-outlives-owner E0597


def bad_next_of_generator() -> None:
    w = make()
    with borrow(w) as r:
        first = next(part for part in r.parts if part.n == 1)
    use(first)  # E: borrow-outlives-owner E0597


def bad_next_with_default() -> None:
    w = make()
    with borrow(w) as r:
        first = next((part for part in r.parts if part.n == 1), None)
    if first is not None:
        use(first)  # E: borrow-outlives-owner E0597


def ok_next() -> None:
    w = make()
    with borrow(w) as r:
        first = next(iter(r.names))
        second = next((name for name in r.names if name == "a"), "")
    print(first, second)


# case: pt-min-max | min, max
def bad_max() -> None:
    w = make()
    with borrow(w) as r:
        best = max(r.parts, key=number)
    use(best)  # E: borrow-outlives-owner E0597


def bad_min_of_two() -> None:
    w = make()
    with borrow(w) as r:
        best = min(r.parts[0], r.parts[1], key=number)
    use(best)  # E: borrow-outlives-owner E0597


def bad_max_lambda() -> None:
    w = make()
    with borrow(w) as r:
        best = max(r.parts, key=lambda part: part.n)
    use(best)  # E: borrow-outlives-owner E0597


def ok_max() -> None:
    w = make()
    with borrow(w) as r:
        best = max(r.names)
        most = max(part.n for part in r.parts)
        best_n = max(r.parts, key=number).n
    print(best, most, best_n)


def bad_return_max() -> None:
    def best(w: Owned[Whole]) -> Part:
        with borrow(w) as r:
            return max(r.parts, key=number)  # E: borrow-outlives-owner E0515

    use(best(make()))


# case: pt-sorted | sorted, list, tuple, set
def bad_sorted() -> None:
    w = make()
    with borrow(w) as r:
        ordered = sorted(r.parts, key=number)
    use(ordered[0])  # E: borrow-outlives-owner E0597


def ok_sorted() -> None:
    w = make()
    with borrow(w) as r:
        ordered = sorted(r.names)
    print(ordered)


def bad_list() -> None:
    w = make()
    with borrow(w) as r:
        parts = list(r.parts)
    use(parts[0])  # E: borrow-outlives-owner E0597


def bad_tuple() -> None:
    w = make()
    with borrow(w) as r:
        parts = tuple(r.parts)
    use(parts[0])  # E: borrow-outlives-owner E0597


def bad_deque() -> None:
    w = make()
    with borrow(w) as r:
        parts = deque(r.parts)
    use(parts[0])  # E: borrow-outlives-owner E0597


def bad_dict() -> None:
    w = make()
    with borrow(w) as r:
        parts = dict(r.by_name)
    use(parts["a"])  # E: borrow-outlives-owner E0597


def ok_list() -> None:
    w = make()
    with borrow(w) as r:
        names = list(r.names)
        sizes = dict(r.sizes)
        keys = list(r.by_name)
        sorted_keys = sorted(r.by_name.keys())
    print(names, sizes, keys, sorted_keys)


def ok_list_len() -> None:
    w = make()
    with borrow(w) as r:
        parts = list(r.parts)
        n = len(parts)
    print(n)


# case: pt-itertools | islice, takewhile, groupby, product
def lazily_islice() -> None:
    w = make()
    with borrow(w) as r:
        some = itertools.islice(r.names, 1)
    list(some)  # E: borrow-outlives-owner E0597


def ok_islice() -> None:
    w = make()
    with borrow(w) as r:
        some = list(itertools.islice(r.names, 1))
    print(some)


def bad_list_of_islice() -> None:
    w = make()
    with borrow(w) as r:
        some = list(itertools.islice(r.parts, 1))
    use(some[0])  # E: borrow-outlives-owner E0597


# case: pt-nested | one through the other
def bad_nested() -> None:
    w = make()
    with borrow(w) as r:
        it = enumerate(reversed(sorted(r.parts, key=number)))
    for _, part in it:  # E: borrow-outlives-owner E0597
        use(part)


def ok_nested() -> None:
    w = make()
    with borrow(w) as r:
        total = sum(i * part.n for i, part in enumerate(reversed(r.parts)))
        top = [part.n for part in sorted(r.parts, key=number)[:1]]
    print(total, top)


# case: pt-guard | of a guard that was not bound by `with`
def bad_temporary_guard() -> None:
    w = Owned([1, 2])
    it = zip(borrow(w), [1, 2], strict=False)
    drop(w)  # E: move-while-borrowed E0505
    list(it)


def ok_guard_used_up() -> None:
    w = Owned([1, 2])
    pairs = list(zip(borrow(w), [1, 2], strict=False))
    ordered = sorted(borrow(w))
    top = max(borrow(w))
    drop(w)
    print(pairs, ordered, top)


def ok_sort_of_owner() -> None:
    w = Box([2, 1])
    ordered = sorted(w)
    numbered = list(enumerate(w))
    w.append(3)
    drop(w)
    print(ordered, numbered)


# case: pt-methods | what a method of a container gives is bare
def ok_get() -> None:
    w = make()
    with borrow(w) as r:
        part = r.by_name.get("a")
        parts = list(r.by_name.values())
        found = sorted(r.by_name.items(), key=operator.itemgetter(0))
        for _, each in r.by_name.items():
            last = each
    use(part or last)
    use(parts[0])
    use(found[0][1])


# case: pt-slice | a slice of a view is one
def bad_slice() -> None:
    w = make()
    with borrow(w) as r:
        some = r.parts[:1]
    use(some[0])  # E: borrow-outlives-owner E0597


def ok_methods() -> None:
    w = make()
    with borrow(w) as r:
        n = r.sizes.get("a", 0)
        names = list(r.names[:1])
        total = sum(r.sizes.values())
        pairs = dict(r.sizes.items())
        copy = r.names.copy()
    print(n, names, total, pairs, copy)


def ok_pop() -> None:
    w = make()
    with borrow_mut(w) as m:
        part = m.parts.pop()
        other = m.by_name.pop("a")
    use(part)
    use(other)


# case: pt-made | what functions make of views is their own
def ok_map_makes() -> None:
    w = make()
    with borrow(w) as r:
        parts = list(map(copied, r.parts))
        first = next(map(copied, r.parts))
        lazy = map(copied, r.parts)
        from_lazy = list(lazy)
    use(parts[0])
    use(first)
    use(from_lazy[0])


def ok_generator_makes() -> None:
    w = make()
    with borrow(w) as r:
        parts = list(parsed(r.parts))
        for part in parsed(r.parts):
            last = part
        lazy = parsed(r.parts)
        from_lazy = sorted(lazy, key=number)
    use(parts[0])
    use(last)
    use(from_lazy[0])


def ok_comprehension_makes() -> None:
    w = make()
    with borrow(w) as r:
        parts = [copied(part) for part in r.parts]
        best = max((copied(part) for part in r.parts), key=number)
        named = {part.n: copied(part) for part in r.parts}
    use(parts[0])
    use(best)
    use(named[1])


def bad_comprehension() -> None:
    w = make()
    with borrow(w) as r:
        parts = [part for part in r.parts if part.n > 1]
    use(parts[0])  # E: borrow-outlives-owner E0597


def ok_deref() -> None:
    w = make()
    r = borrow(w)
    parts = deref(r).parts
    own = sorted(deref(r).parts, key=number)
    drop(r)
    use(parts[0])
    use(own[0])


# case: pt-method-of-value | a method that gives a part of its object
def ok_box() -> None:
    w = Box(Whole())
    ordered = sorted(w.parts, key=number)
    best = max(w.parts, key=number)
    w.parts.clear()
    drop(w)
    use(ordered[0])
    use(best)
