"""How many strong handles share a value: Python counts them.

Each handle refers once to the `Share` of its value, so the references are the number of the handles, and nothing has to
be done when a handle goes that is not the last one. When the last one goes, so does the share, and ends the value. Who
ends a handle on purpose learns whether it was the last, in one step: until then nobody else can be told the same.

    references > 0, not over     the value is there
    over                         the value has left, or is being dropped

Local variables refer to the share, too, for a moment: in another thread this can make a handle look as if it were not
the last one. Then that variable is: the value ends with it.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from sys import getrefcount, is_finalizing
from typing import TYPE_CHECKING, Any

from .atomic import FREE_THREADED, one_step
from .counts import Count
from .drops import is_collecting
from .heap import UNLISTED
from .stakes import at_the_end

__all__ = ["Share", "at_the_end", "begin", "finish", "forget", "leave", "leave_alone", "strong", "taken", "upgraded"]


class Share:
    """What the strong handles of a value have in common."""

    __slots__ = ("__weakref__", "again", "count", "forgotten", "over")

    again: Share | None
    """The next share, of which this one is the only handle: somebody upgraded a `Weak` while this one was ending."""
    count: Count
    forgotten: int
    """How many handles were forgotten: each counts for ever."""
    over: bool

    def __del__(self) -> None:
        with one_step():
            if self.over or self.forgotten:
                return
            if getrefcount(self) > _AT_THE_END and not (is_collecting() or is_finalizing()):
                self.again = _share(self.count)
                return
            self.over = True
        for end in at_the_end:
            end(self.count)


UNLISTED.add(Share)


def _own_references() -> int:
    """How many references a thing has that one variable holds, while it is asked."""
    thing = object()
    return getrefcount(thing)


class _Probe:
    """Finds out how many references a thing has in its own end."""

    __slots__ = ("seen",)

    seen: list[int]

    def __del__(self) -> None:
        self.seen.append(getrefcount(self))


def _references_at_the_end() -> int:
    seen: list[int] = []
    probe = _Probe()
    probe.seen = seen
    del probe
    return seen[0]


_OWN = _own_references()
_AT_THE_END = _references_at_the_end()
ALONE = _OWN + 1
"""How many references a share has that one handle and one variable hold, while it is asked."""


def _share(count: Count) -> Share:
    share = Share()
    share.count = count
    share.again = None
    share.forgotten = 0
    share.over = False
    return share


def begin(count: Count) -> Share:
    """Begin to share a value: for the first handle."""
    share = _share(count)
    count.share = weakref.ref(share)
    return share


def strong(count: Count) -> int:
    """How many strong handles a value has; 0 when it has ended, or is not made yet."""
    share: Share | None = None if count.share is None else count.share()
    if share is None or share.over:
        return 0
    return getrefcount(share) - _OWN + share.forgotten


def upgraded(count: Count) -> Share | None:
    """Give the share of a value, for one more handle, unless the value has ended."""
    with one_step():
        share: Share | None = None if count.share is None else count.share()
        return None if share is None or share.over else share


def _refuse_what_is_over(share: Share) -> None:
    """A collection ends the value first, and handles that are in the same cycle after it."""
    if share.over:
        raise AttributeError("share")


def leave(handle: Any, share_of: Callable[[Any], Share], part: Callable[[Any], object]) -> bool:
    """A handle gives its part up; was it the last one? Raises `AttributeError` if it has done so before."""
    with one_step():
        share = share_of(handle)
        part(handle)
        _refuse_what_is_over(share)
        last = getrefcount(share) == _OWN and not share.forgotten
        if last:
            finish(share)
        del share
    return last


def leave_alone(handle: Any, share_of: Callable[[Any], Share], part: Callable[[Any], object]) -> bool:
    """The same, only if it is the last one; else it keeps its part."""
    with one_step():
        share = share_of(handle)
        _refuse_what_is_over(share)
        last = getrefcount(share) == ALONE and not share.forgotten
        if last:
            part(handle)
            finish(share)
        del share
    return last


def taken(handle: Any, share_of: Callable[[Any], Share], part: Callable[[Any], object]) -> Share:
    """A handle gives its part to another one."""
    with one_step():
        share = share_of(handle)
        part(handle)
    return share


def forget(handle: Any, share_of: Callable[[Any], Share], part: Callable[[Any], object]) -> None:
    """A handle goes, and counts for ever."""
    taken(handle, share_of, part).forgotten += 1


def finish(share: Share) -> None:
    """The value leaves on purpose: nothing is to be done when the share goes."""
    share.over = True
    if share.again is not None:
        share.again.over = True


if FREE_THREADED and not TYPE_CHECKING:
    from .stakes import begin, forget, leave, leave_alone, strong, taken, upgraded
