"""How many strong handles share a value: Python counts them.

Each handle refers once to the `Share` of its value, so the references are the number of the handles, and nothing has to
be done when a handle goes that is not the last one. When the last one goes, so does the share, and with it its
`Ending`, which ends the value: by then no `Weak` can find the share any more. Who ends a handle on purpose learns
whether it was the last, in one step: until then nobody else can be told the same.

    references > 0, not over     the value is there
    over                         the value has left, or is being dropped

While references are counted, no local variable here refers to the share: a debugger that looks at the variables would
refer to it, too.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from sys import getrefcount
from typing import TYPE_CHECKING, Any

from .atomic import FREE_THREADED, one_step
from .counts import Count
from .heap import UNLISTED
from .stakes import at_the_end

__all__ = ["Share", "at_the_end", "begin", "forget", "leave", "leave_alone", "strong", "taken", "upgraded"]


class Ending:
    """Goes after the share that it belongs to, and ends the value, unless that has ended or is held for ever."""

    __slots__ = ("count", "forgotten", "over")

    count: Count
    forgotten: int
    """How many handles were forgotten: each counts for ever."""
    over: bool

    def __del__(self) -> None:
        if not self.over and not self.forgotten:
            self.over = True
            for end in at_the_end:
                end(self.count)


class Share:
    """What the strong handles of a value have in common."""

    __slots__ = ("__weakref__", "count", "ending")

    count: Count
    ending: Ending


UNLISTED.add(Share)


def _references(held: list[Any]) -> int:
    """How many references the thing has that a list holds."""
    return getrefcount(held[0])


_LISTED = _references([Share()])
"""How many references that are, if nobody else has one."""
ALONE = _LISTED
"""The same of a share that is read from the only handle while it is asked."""


def begin(count: Count) -> Share:
    """Begin to share a value: for the first handle."""
    share = Share()
    share.count = count
    share.ending = ending = Ending()
    ending.count = count
    ending.forgotten = 0
    ending.over = False
    count.share = weakref.ref(share)
    return share


def strong(count: Count) -> int:
    """How many strong handles a value has; 0 when it has ended, or is not made yet."""
    held: list[Share | None] = [None if count.share is None else count.share()]
    ending = None if held[0] is None else held[0].ending
    if ending is None or ending.over:
        return 0
    return _references(held) - _LISTED + ending.forgotten


def upgraded(count: Count) -> Share | None:
    """Give the share of a value, for one more handle, unless the value has ended."""
    with one_step():
        share: Share | None = None if count.share is None else count.share()
        return None if share is None or share.ending.over else share


def _check(ending: Ending) -> None:
    """A collection ends the value first, and handles that are in the same cycle after it."""
    if ending.over:
        raise AttributeError("share")


def leave(handle: Any, share_of: Callable[[Any], Share], part: Callable[[Any], object]) -> bool:
    """A handle gives its part up; was it the last one? Raises `AttributeError` if it has done so before."""
    with one_step():
        held = [share_of(handle)]
        part(handle)
        ending = held[0].ending
        _check(ending)
        if last := _references(held) == _LISTED and not ending.forgotten:
            ending.over = True
        del held
    return last


def leave_alone(handle: Any, share_of: Callable[[Any], Share], part: Callable[[Any], object]) -> bool:
    """The same, only if it is the last one; else it keeps its part."""
    with one_step():
        ending = share_of(handle).ending
        _check(ending)
        if last := getrefcount(share_of(handle)) == ALONE and not ending.forgotten:
            ending.over = True
            part(handle)
    return last


def taken(handle: Any, share_of: Callable[[Any], Share], part: Callable[[Any], object]) -> Share:
    """A handle gives its part to another one."""
    with one_step():
        share = share_of(handle)
        part(handle)
    return share


def forget(handle: Any, share_of: Callable[[Any], Share], part: Callable[[Any], object]) -> None:
    """A handle goes, and counts for ever."""
    taken(handle, share_of, part).ending.forgotten += 1


if FREE_THREADED and not TYPE_CHECKING:
    from .stakes import begin, forget, leave, leave_alone, strong, taken, upgraded
