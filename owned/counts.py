"""The ledger of a value that is shared by `Rc` or `Arc`.

A `Count` is a ledger that knows the `Share` of its strong handles, weakly, and the number of its weak ones. The value
lives while there is a strong handle (`shares`); weak ones keep nothing alive.
"""

from __future__ import annotations

import weakref
from types import FrameType
from typing import Any

from . import accounts
from .accounts import created, ended, now
from .atomic import atomic
from .ledger import FREE, GONE, End, FullLedger, SharedDetails
from .sites import this_thread
from .tasks import current_task, modules


class Count(FullLedger):
    """The ledger of a shared value. `local` binds its handles to the thread that made it, as an `Rc` is."""

    __slots__ = ("local", "lost", "share", "weak")

    local: bool
    lost: bool
    """Was a strong handle forgotten? Then the value is never dropped."""
    share: weakref.ref[Any] | None
    """Leads to what the strong handles have in common; `None` while the value is still to be made."""
    weak: int


UNMADE = SharedDetails(type_name="nothing")
"""What is to be said of a value that is still to be made."""


def open_count(hook: Any, name: str | None, frame: FrameType, *, local: bool) -> Count:
    """Begin the ledger of a value that is still to be made: nobody holds it yet."""
    count = Count()
    count.state = GONE
    count.hook = hook
    count.name = name
    count.code = frame.f_code
    count.offset = frame.f_lasti
    count.thread = this_thread()
    count.task = current_task() if "asyncio" in modules or "trio" in modules else None
    count.ref_class = count.mut_class = None
    count.rare = UNMADE
    count.share = None
    count.weak = 0
    count.local = local
    count.lost = False
    count.born = now()
    return count


def fill(count: Count, value: Any) -> None:
    """The value is there."""
    count.value = value
    count.rare = None
    count.state = FREE
    next(created)
    if accounts.listener is not None:
        accounts.listener("created", count, None)


def lose(count: Count, end: End) -> None:
    """A strong handle was forgotten: from the first time on, the value counts as forgotten."""
    if not count.lost:
        count.lost = True
        next(ended)
        accounts.ended_without_drop("forgotten")
        if accounts.listener is not None:
            accounts.listener("forgotten", count, end)


@atomic
def one_more_weak(count: Count) -> None:
    """Another weak handle."""
    count.weak += 1


@atomic
def one_less_weak(count: Count) -> None:
    """A weak handle goes."""
    count.weak -= 1
