"""A real resource for a row of the table, and what its owner does with it."""

from __future__ import annotations

import asyncio
import gc
import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from owned import Owned, OwnedLeakWarning, UseAfterDropError, drop, into_inner
from owned.registry import hooks_of, resource_of


@dataclass(frozen=True)
class Specimen:
    """How to acquire the real thing, in an empty folder, and how to tell from outside that it has ended.

    `make` gives the thing itself, or an owner of it; it may be a coroutine function. `needs` is the module without
    which there is nothing to test. Everything runs in an event loop, but for what makes one itself.
    """

    title: str
    make: Callable[[Path], Any]
    ended: Callable[[Any], bool]
    needs: str = "owned"
    in_a_loop: bool = True

    @property
    def can_run(self) -> bool:
        """Is what it needs installed?"""
        return find_spec(self.needs) is not None


@dataclass(frozen=True)
class Outcome:
    """What was seen: four times yes is as it should be."""

    dropped_once: bool
    use_raises: bool
    double_drop_raises: bool
    leak_reported: bool

    @property
    def answers(self) -> tuple[bool, bool, bool, bool]:
        """Give the four."""
        return self.dropped_once, self.use_raises, self.double_drop_raises, self.leak_reported


class Counted:
    """A hook that counts how often it runs."""

    def __init__(self, hook: Callable[[Any], object]) -> None:
        self.hook = hook
        self.runs = 0

    def __call__(self, value: Any) -> object:
        self.runs += 1
        return self.hook(value)


class Node:
    """Something that refers to itself."""


async def own(specimen: Specimen, folder: Path) -> Any:
    """Acquire the thing and own it."""
    value = specimen.make(folder)
    if inspect.iscoroutine(value) and specimen.title != "coroutine":
        value = await value
    return value if isinstance(value, Owned) else Owned(value)


async def end(owner: Any, awaited: bool) -> None:
    """Drop in the way that the thing needs."""
    if awaited:
        async with owner:
            pass
    else:
        drop(owner)


def is_awaited(owner: Any) -> bool:
    """Must it be dropped by awaiting?"""
    return owner._ledger.hook is None and hooks_of(owner.value, None).now is None


async def examine(specimen: Specimen, folder: Path) -> Outcome:
    """Drop one owner of the thing twice, use it afterwards, and lose another one."""
    owner = await own(specimen, folder)
    value = owner.value
    row = resource_of(type(value))
    assert row is None or row.title == specimen.title or owner._ledger.hook is not None, row
    awaited = is_awaited(owner)
    hook: Any = owner._ledger.hook or hooks_of(value, None).awaiting
    counted = Counted(hook)
    counted._owned_asynchronous = awaited  # type: ignore[attr-defined]
    if owner._ledger.hook is None:
        owner = Owned(into_inner(owner), drop=counted)
    else:
        owner._ledger.hook = counted
    await end(owner, awaited)
    used, dropped = raises(lambda: owner.value), raises(lambda: drop(owner))
    del owner
    once = specimen.ended(value) and counted.runs == 1
    return Outcome(once, used, dropped, await reports_its_leak(specimen, folder))


async def reports_its_leak(specimen: Specimen, folder: Path) -> bool:
    """Leave an owner to the garbage collector: it warns, and names the place where it was created."""
    folder = folder / "leaked"
    folder.mkdir()
    owner = await own(specimen, folder)
    place = owner._ledger.code.co_filename
    value, awaiting = owner.value, hooks_of(owner.value, None).awaiting if is_awaited(owner) else None
    node: Any = Node()
    node.itself, node.owner = node, owner
    del owner
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del node
        gc.collect()
    if awaiting is not None:  # Nobody could await it; now somebody does.
        result: Any = awaiting(value)
        await result
    found = [w for w in caught if w.category is OwnedLeakWarning]
    return len(found) == 1 and f"created at {place}:" in str(found[0].message) and specimen.ended(value)


def raises(use: Callable[[], object]) -> bool:
    """Is this refused as the use of what was dropped?"""
    try:
        use()
    except UseAfterDropError:
        return True
    return False


def run(specimen: Specimen, folder: Path) -> Outcome:
    """Examine one specimen, in an event loop of its own."""
    if not specimen.in_a_loop:
        try:
            examine(specimen, folder).send(None)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        raise AssertionError(f"{specimen.title} awaits")
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(examine(specimen, folder))
    finally:
        loop.close()


def fails(*errors: type[BaseException]) -> Callable[[Callable[[], object]], bool]:
    """Make the question whether a call raises one of these."""

    def asks(call: Callable[[], object]) -> bool:
        try:
            call()
        except errors:
            return True
        return False

    return asks
