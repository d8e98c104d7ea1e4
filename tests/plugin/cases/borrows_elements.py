"""Names of elements: borrowing through them borrows what the container owns."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator

from owned import Box, Owned, Ref, Vec, borrow, borrow_mut, drop


class Token:
    def __init__(self, value: int) -> None:
        self.value = value


class Node:
    def __init__(self) -> None:
        self.kids: list[Box[Node]] = []
        self.n = 0

    def every(self) -> Iterator[Box[Node]]:
        yield from self.kids

    # case: el-found-in-self | an element of `self` is lent
    def find(self, n: int) -> Ref[Node] | None:
        for kid in self.kids:
            if kid.n == n:
                return borrow(kid)
        return None

    def last(self) -> Ref[Node]:
        return borrow(self.kids[-1])

    def walk(self) -> Iterator[Ref[Node]]:
        for kid in self.kids:
            yield borrow(kid)
            yield from kid.walk()


def look(t: object) -> None:
    print(type(t))


def peek(r: Ref[Token]) -> int:
    n: int = r.value
    return n


# case: el-collected | guards of elements are collected, however one gets at the elements
def el_collected(ts: list[Owned[Token]], us: list[Owned[Token]], d: dict[str, Owned[Token]]) -> None:
    refs: list[Ref[Token]] = []
    for i, t in enumerate(ts):
        refs.append(borrow(t))
        look(i)
    for t, u in zip(ts, us):
        refs += [borrow(t), borrow(u)]
    for t in reversed(ts):
        refs.append(borrow(t))
    for t in sorted(ts, key=lambda t: t.value.value):
        refs.append(borrow(t))
    for t in d.values():
        refs.append(borrow(t))
    for _, t in d.items():
        refs.append(borrow(t))
    for t in itertools.chain(ts, us):
        refs.append(borrow(t))
    for t in [*ts, *us]:
        refs.append(borrow(t))
    for t in ts[1:]:
        refs.append(borrow(t))
    it = iter(ts)
    while (n := next(it, None)) is not None:
        refs.append(borrow(n))
    refs.extend(borrow(t) for t in ts)
    refs += map(borrow, ts)
    look(refs)


# case: el-indexed | guards of elements by a changing index
def el_indexed(ts: list[Owned[Token]]) -> None:
    muts = [borrow_mut(ts[i]) for i in range(len(ts))]
    for i in range(3):
        muts.append(borrow_mut(ts[i]))
    look(muts)


# case: el-chosen | the element that a function chose is lent
def el_chosen(ts: list[Owned[Token]]) -> Ref[Token]:
    best = max(ts, key=lambda t: t.value.value)
    return borrow(best)


def el_first(ts: list[Owned[Token]]) -> Ref[Token] | None:
    for t in ts:
        if t.value.value:
            return borrow(t)
    return None


def el_next(ts: dict[str, Owned[Token]]) -> Ref[Token]:
    return borrow(next(iter(ts.values())))


def el_filtered(ts: deque[Owned[Token]]) -> list[Ref[Token]]:
    return [borrow(t) for t in ts if peek(borrow(t))]


# case: el-of-local | the container is a local
def el_of_local() -> Ref[Token] | None:
    ts = [Owned(Token(1)), Owned(Token(2))]
    for t in ts:
        if t.value.value:
            return borrow(t)  # E: borrow-outlives-owner E0515
    return None


# case: el-graph | borrows wander through what is lent
def el_graph(nodes: list[Box[Node]]) -> int:
    todo = [borrow(n) for n in nodes]
    total = 0
    while todo:
        cur = todo.pop()
        total += cur.n
        todo.extend(borrow(kid) for kid in cur.kids)
    return total


def el_sum(r: Ref[Node]) -> int:
    n: int = r.n
    return n + sum(el_sum(borrow(kid)) for kid in r.kids)


def el_leftmost(root: Ref[Node]) -> Ref[Node]:
    cur = root
    while cur.kids:
        cur = borrow(cur.kids[0])
    return cur


def el_change(root: Box[Node]) -> None:
    for kid in root.kids:
        kid.n += 1
    for kid in root.every():
        kid.n = 2
    root.n = 3


# case: el-kept | elements move from one list to another
def el_kept(ts: list[Owned[Token]]) -> list[Owned[Token]]:
    kept = [t for t in ts if t.value.value]
    ts.clear()
    return kept


def el_popped(ts: list[Owned[Token]]) -> Owned[Token] | None:
    for i, t in enumerate(ts):
        if t.value.value == 3:
            return ts.pop(i)
    return None


def el_emptied(ts: list[Owned[Token]]) -> None:
    while ts:
        t = ts.pop()
        with borrow(t) as r:
            look(r)
        drop(t)


# case: el-same-name | a guard of an element, and a conflict in the same iteration
def el_same_name(ts: list[Owned[Token]]) -> None:
    for t in ts:
        r = borrow(t)
        look(borrow_mut(t))  # E: borrow-conflict E0502
        drop(t)  # E: move-while-borrowed E0505
        look(r)


# case: el-vec-guard | a guard on an element of a `Vec` lends the vector
def el_vec_guard(v: Vec[Owned[Token]]) -> None:
    r = borrow(v[0])
    v.clear()  # E: borrow-conflict E0502
    look(r)


# case: el-vec-guard-pushed | as in Rust, also against what leaves the element where it is
def el_vec_guard_pushed(v: Vec[Owned[Token]], t: Owned[Token]) -> None:
    with borrow(v[0]) as r:
        v.push(t)  # E: borrow-conflict E0502
        look(r)


# case: el-vec-assigned | an element with a name of its own would have been moved out
def el_vec_assigned(v: Vec[Owned[Token]]) -> None:
    t = v[0]  # E: move-out-of-borrow E0507
    look(t)
    found = v.first()
    look(found)
