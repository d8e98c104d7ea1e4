"""How many strong handles share a value, where Python does not count references exactly.

Where threads are free, a reference that another thread gives up is counted until the thread that made the thing comes
to it. So there the handles are counted one by one: each holds a stake of its own, and a stake that goes is deducted,
whether it is given up on purpose or dies with its handle. Every step takes the lock; `shares` says what the functions
mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .atomic import one_step
from .counts import Count

at_the_end: list[Callable[[Count], object]] = []
"""What ends a value whose last handle is gone (`sharing`)."""


class Tally:
    """The number of the stakes in a value."""

    __slots__ = ("forgotten", "number", "over")

    def __init__(self) -> None:
        self.number = 1
        self.forgotten = 0
        self.over = False

    def __call__(self) -> Tally:
        return self

    def deduct(self) -> bool:
        """One stake goes; was it the last one?"""
        self.number -= 1
        if self.number or self.forgotten or self.over:
            return False
        self.over = True
        return True


class Stake:
    """What one strong handle has of its value."""

    __slots__ = ("__weakref__", "count", "gone", "tally")

    def __init__(self, count: Count, tally: Tally) -> None:
        self.count = count
        self.tally = tally
        self.gone = False

    def __del__(self) -> None:
        with one_step():
            if self.gone:
                return
            self.gone = True
            last = self.tally.deduct()
        if last:
            for end in at_the_end:
                end(self.count)


def begin(count: Count) -> Stake:
    """Begin to share a value: for the first handle."""
    tally: Any = Tally()
    count.share = tally
    return Stake(count, tally)


def strong(count: Count) -> int:
    """How many strong handles a value has; 0 when it has ended, or is not made yet."""
    tally: Any = count.share
    return 0 if tally is None or tally.over else tally.number + tally.forgotten


def upgraded(count: Count) -> Stake | None:
    """Give a stake in a value, for one more handle, unless the value has ended."""
    tally: Any = count.share
    with one_step():
        if tally is None or tally.over:
            return None
        tally.number += 1
    return Stake(count, tally)


def leave(handle: Any, share_of: Callable[[Any], Stake], part: Callable[[Any], object]) -> bool:
    """A handle gives its stake up; was it the last one? Raises `AttributeError` if it has done so before."""
    with one_step():
        stake = share_of(handle)
        part(handle)
        if stake.tally.over:
            stake.gone = True
            raise AttributeError("share")
        stake.gone = True
        return stake.tally.deduct()


def leave_alone(handle: Any, share_of: Callable[[Any], Stake], part: Callable[[Any], object]) -> bool:
    """The same, only if it is the last one; else it keeps its stake."""
    with one_step():
        stake = share_of(handle)
        tally = stake.tally
        if tally.over:
            raise AttributeError("share")
        if tally.number != 1 or tally.forgotten:
            return False
        part(handle)
        stake.gone = True
        return tally.deduct()


def taken(handle: Any, share_of: Callable[[Any], Stake], part: Callable[[Any], object]) -> Stake:
    """A handle gives its stake to another one."""
    with one_step():
        stake = share_of(handle)
        part(handle)
    return stake


def forget(handle: Any, share_of: Callable[[Any], Stake], part: Callable[[Any], object]) -> None:
    """A handle goes, and counts for ever."""
    with one_step():
        stake = taken(handle, share_of, part)
        stake.gone = True
        stake.tally.number -= 1
        stake.tally.forgotten += 1
