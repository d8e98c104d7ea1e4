"""The accounts: how many owners were created, moved, dropped, forgotten and unwrapped.

They are always kept, so they must cost next to nothing: a counter is an `itertools.count`, which `next` advances in one
step of C, without a lock and without Python's arithmetic. What is dropped is derived from what has ended at all; which
owners are alive, and who holds them, is found by looking through the heap when somebody asks (`report`).

An owner here is a value under ownership: a value that moves is counted once, and so is one that many `Rc` share. Scopes
and the ends of channels own only owners, and are not counted.

`listener` is told what happens, if anybody listens (`events`). Nearly always nobody does; the question is one
comparison.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from itertools import count
from typing import Any

now = time.monotonic
"""The clock that tells the age of an owner."""

created = count()
"""Advanced for every value that comes under ownership."""

created_at_once = [0]
"""Those that were made the short way: a number in a list is cheaper still, and sure with the interpreter lock."""

ended = count()
"""Advanced for every value that leaves ownership, in whatever way."""

ended_at_once = [0]
"""Those that went the short way, and were dropped."""

moved = count()
"""Advanced for every move, of whatever handle, that takes the long way."""

moved_at_once = [0]
"""The other moves, counted in the same way."""

FROZEN = gc.get_freeze_count()
"""How many objects the collector cannot list: on some versions a few, from the start."""

_otherwise: dict[str, count[int]] = {kind: count() for kind in ("unwrapped", "forgotten", "consumed", "moved")}
"""What ended without being dropped: by `into_inner`, `forget`, a consuming method, or by giving the value on."""

_before: dict[int, int] = {}
"""What the counters stood at when this process was forked: what its parent did is none of its business."""

listener: Callable[[str, Any, Any], None] | None = None
"""Called with the kind of what happened, the ledger, and how the handle ended, if it did."""

when_heard: list[Callable[[bool], object]] = []
"""Told when somebody begins to listen, and when nobody does any more: ways that tell nothing are closed meanwhile."""

leak_listener: Callable[[Any, str], None] | None = None
"""Called with the ledger and the message of every leak, before the warning. The pytest plugin listens."""

tracer: Any = None
"""What keeps whole histories at level `trace` (`tracing`), else nothing."""


def ended_without_drop(kind: str) -> None:
    """A value has left ownership, and nothing drops it."""
    next(_otherwise[kind])


def amount(counter: count[int]) -> int:
    """Read a counter without advancing it: its `repr` shows it on every version.

    >>> counter = count()
    >>> next(counter), next(counter), amount(counter)
    (0, 1, 2)
    """
    return int(repr(counter)[6:-1]) - _before.get(id(counter), 0)


def begun() -> int:
    """How many values have come under ownership."""
    return amount(created) + created_at_once[0]


def finished() -> int:
    """How many values have left ownership, in whatever way."""
    return amount(ended) + ended_at_once[0]


def totals() -> dict[str, int]:
    """How many owners were created and moved, and how many were dropped, unwrapped, forgotten and consumed."""
    opened = begun()
    ways = {kind: amount(counter) for kind, counter in _otherwise.items()}
    passed_on = ways.pop("moved")
    return {
        "created": opened - passed_on,
        "moved": amount(moved) + moved_at_once[0],
        "dropped": finished() - passed_on - sum(ways.values()),
        **ways,
    }


def _begin_anew() -> None:
    _before.clear()
    moved_at_once[0] = created_at_once[0] = ended_at_once[0] = 0
    _before.update({id(counter): amount(counter) for counter in (created, ended, moved, *_otherwise.values())})


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
