"""How many handles share a value: the ledger of `Rc` and `Arc`.

A `Count` is a ledger with two numbers. The value lives while `strong` is not zero; `weak` keeps nothing alive. Who
takes `strong` from one to zero ends the value, and nobody takes it from zero to one again: so a `Weak` that is upgraded
while the value is being dropped gets nothing.

    strong > 0      the value is there
    strong == 0     being made by `new_cyclic`, or ended

The transitions are atomic; each tells whether it took place.
"""

from __future__ import annotations

from types import FrameType
from typing import Any

from . import accounts
from .accounts import created, ended, now
from .atomic import atomic
from .ledger import FREE, GONE, End, Ledger
from .sites import this_thread
from .tasks import current_task, modules


class Count(Ledger):
    """The ledger of a shared value. `local` binds its handles to the thread that made it, as an `Rc` is."""

    __slots__ = ("lent", "local", "lost", "strong", "weak")

    lent: bool
    """Was anything ever borrowed through one of the handles?"""
    local: bool
    lost: bool
    """Was a strong handle forgotten? Then the value is never dropped."""
    strong: int
    weak: int


def open_count(hook: Any, name: str | None, process: int, frame: FrameType, *, local: bool) -> Count:
    """Begin the ledger of a value that is still to be made: nobody holds it yet."""
    count = Count()
    count.state = GONE
    count.hook = hook
    count.name = name
    count.process = process
    count.code = frame.f_code
    count.offset = frame.f_lasti
    count.thread = this_thread()
    count.task = current_task() if "asyncio" in modules or "trio" in modules else None
    count.end = count.onlooker = None
    count.ref_class = count.mut_class = None
    count.type_name = "nothing"
    count.entered = count.taken = False
    count.strong = count.weak = 0
    count.local = local
    count.lent = count.lost = False
    count.born = now()
    return count


def fill(count: Count, value: Any) -> None:
    """The value is there, and one handle holds it."""
    count.value = value
    count.type_name = None
    count.state = FREE
    count.strong = 1
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
def one_more(count: Count) -> bool:
    """Another strong handle; False when the value has ended."""
    strong = count.strong
    if strong:
        count.strong = strong + 1
        return True
    return False


@atomic
def one_less(count: Count) -> bool:
    """A strong handle goes; True for the last one, who has to end the value."""
    strong = count.strong - 1
    count.strong = strong
    return strong == 0


@atomic
def only_one(count: Count) -> bool:
    """The only strong handle goes and takes the value; False, and nothing happens, when there are others."""
    if count.strong == 1:
        count.strong = 0
        return True
    return False


@atomic
def one_more_weak(count: Count) -> None:
    """Another weak handle."""
    count.weak += 1


@atomic
def one_less_weak(count: Count) -> None:
    """A weak handle goes."""
    count.weak -= 1
