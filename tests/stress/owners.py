"""Threads that fight for the same handles: of those who move, drop or unwrap one, exactly one succeeds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

from owned import (
    Arc,
    BorrowError,
    BorrowMutError,
    BorrowOutlivesOwnerError,
    MoveOutOfBorrowError,
    MoveWhileBorrowedError,
    Owned,
    UseAfterMoveError,
    Weak,
    borrow,
    borrow_mut,
    clone,
    drop,
    into_inner,
    move,
)
from tests.stress.crew import Figures, Parcel, Tally, run_crew

SLOTS = 16
REFUSED = (UseAfterMoveError, BorrowError, BorrowMutError, BorrowOutlivesOwnerError, MoveWhileBorrowedError)


class Post:
    """Makes parcels, and knows in the end whether each was dropped once."""

    def __init__(self, at_most: int) -> None:
        self.numbers = count()
        self.dropped = Tally(at_most)

    def parcel(self) -> Parcel:
        """Make one more."""
        return Parcel(next(self.numbers), self.dropped)

    def settle(self, figures: Figures, unwrapped: int) -> None:
        """Every parcel was dropped once, but for those that were taken out."""
        values = next(self.numbers)
        never = len(self.dropped.other_than(1, values))
        figures.counted["values"] = values
        figures.counted["drops"] = self.dropped.total()
        figures.expect("drops and values unwrapped", self.dropped.total() + unwrapped, values)
        figures.expect("values that were not dropped once", never, unwrapped)


def fight_for_owned(*, threads: int, operations: int, seconds: float, seed: int = 0) -> Figures:
    """Each slot holds an `Owned` that all threads use, move, drop and unwrap; who ends it puts another one there."""
    post = Post(SLOTS + threads * operations)
    slots: list[Any] = [Owned(post.parcel()) for _ in range(SLOTS)]

    def work(dice: random.Random, go_on: Callable[[], bool]) -> Counter[str]:
        did: Counter[str] = Counter()
        while go_on():
            slot = dice.randrange(SLOTS)
            owner = slots[slot]
            try:
                match dice.randrange(8):
                    case 0 | 1:
                        slots[slot] = move(owner)
                        did["moved"] += 1
                    case 2:
                        drop(owner)
                        slots[slot] = Owned(post.parcel())
                    case 3:
                        did["unwrapped"] += into_inner(owner).drops == 0
                        slots[slot] = Owned(post.parcel())
                    case 4:
                        with borrow_mut(owner) as parcel:
                            parcel.changes += 1
                        did["borrowed"] += 1
                    case 5:
                        with borrow(owner) as parcel:
                            assert parcel.drops == 0, "a value was reached after its drop"
                        did["borrowed"] += 1
                    case 6:
                        did["read"] += owner.value is not None
                    case _:
                        taken = move(owner)
                        slots[slot] = Owned(post.parcel())
                        del taken
                        did["moved"] += 1
            except REFUSED:
                did["refused"] += 1
        return did

    figures = run_crew(
        "Owned, moved and dropped", work, threads=threads, operations=operations, seconds=seconds, seed=seed
    )
    slots.clear()
    post.settle(figures, figures.counted["unwrapped"])
    return figures


def fight_for_arcs(*, threads: int, operations: int, seconds: float, seed: int = 0) -> Figures:
    """Each slot holds an `Arc` that all threads clone, move and drop; every thread also keeps handles of its own."""
    post = Post(SLOTS + threads * operations)
    slots: list[Any] = [Arc(post.parcel()) for _ in range(SLOTS)]
    kept: list[list[Any]] = []

    def work(dice: random.Random, go_on: Callable[[], bool]) -> Counter[str]:
        did: Counter[str] = Counter()
        mine: list[Any] = []
        weak: list[Any] = []
        kept.append(mine)
        while go_on():
            slot = dice.randrange(SLOTS)
            handle = slots[slot]
            try:
                match dice.randrange(14):
                    case 0 | 1:
                        mine.append(clone(handle))
                        did["cloned"] += 1
                    case 2:
                        slots[slot] = move(handle)
                        did["moved"] += 1
                    case 3:
                        drop(handle)
                        slots[slot] = clone(mine[-1]) if mine else Arc(post.parcel())
                    case 4 | 5 if mine:
                        drop(mine.pop(dice.randrange(len(mine))))
                    case 6 if mine:
                        mine.append(move(mine.pop(dice.randrange(len(mine)))))
                        did["moved"] += 1
                    case 7:
                        weak.append(Arc.downgrade(handle))
                    case 8 if weak:
                        strong = Weak.upgrade(weak[dice.randrange(len(weak))])
                        if strong is not None:
                            assert strong.drops == 0, "a value was reached after its drop"
                            did["upgraded"] += 1
                    case 9 if weak:
                        drop(weak.pop(dice.randrange(len(weak))))
                    case 10 if mine:
                        if Arc.into_inner(mine.pop()) is not None:
                            did["unwrapped"] += 1
                    case 11:
                        did["unwrapped"] += Arc.try_unwrap(handle).drops == 0
                        slots[slot] = Arc(post.parcel())
                    case 12 if mine:
                        assert mine[-1].drops == 0, "a value was reached after its drop"
                    case _:
                        did["read"] += handle.number >= 0
            except (UseAfterMoveError, MoveOutOfBorrowError):
                did["refused"] += 1
            if len(mine) > 50:
                slots[slot] = mine.pop()
                del mine[10:]
        return did

    figures = run_crew(
        "Arc, cloned and dropped", work, threads=threads, operations=operations, seconds=seconds, seed=seed
    )
    handles: Counter[int] = Counter()
    counts: dict[int, int] = {}
    for handle in [*slots, *(handle for mine in kept for handle in mine)]:
        try:
            number = handle.number
        except UseAfterMoveError:
            continue
        handles[number] += 1
        counts[number] = Arc.strong_count(handle)
    figures.expect(
        "strong counts that differ from the handles", {n: c for n, c in counts.items() if c != handles[n]}, {}
    )
    figures.counted["handles at the end"] = handles.total()
    for mine in kept:
        mine.clear()
    slots.clear()
    del handle
    post.settle(figures, figures.counted["unwrapped"])
    return figures
