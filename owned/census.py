"""Who is alive: the live owners of this process, found by looking through the heap.

Nothing is written down when an owner is made, so nothing is paid until somebody asks; then one pass over all objects
that the garbage collector knows finds the handles and the borrows. What `gc.freeze()` has put away is not found.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import accounts
from .counts import Count
from .drops import has_hook
from .guards import GuardLayout
from .handles import PROCESS, Handle
from .heap import objects
from .holders import path_to
from .ledger import GONE, Ledger
from .owners import is_consumed
from .shares import strong
from .sites import Mark, Site, site_of


@dataclass(frozen=True)
class LiveOwner:
    """A value that is owned now.

    `kind` is the class of its handle and `type` that of the value; `age` is in seconds; `handles` counts the strong
    handles of an `Rc` or an `Arc`, and is 1 for all others; `has_hook` tells whether its end runs anything.
    """

    kind: str
    type: str
    name: str | None
    created: Site
    age: float
    borrows: tuple[Site, ...]
    handles: int
    has_hook: bool
    _ledger: Callable[[], Ledger | None] = field(repr=False, compare=False)

    @property
    def thread(self) -> str:
        """The name of the thread that created it."""
        return self.created.thread

    @property
    def title(self) -> str:
        """What messages call it: its name in quotes, else the classes of the handle and of the value."""
        return f'"{self.name}"' if self.name is not None else f"{self.kind}[{self.type}]"

    def held_by(self) -> str | None:
        """Tell what still refers to it, as a path from a global or a local name; `None` if nothing is found."""
        handle = self._handle()
        return None if handle is None else path_to(handle)

    def is_alive(self) -> bool:
        """Is it still owned?"""
        ledger = self._ledger()
        return ledger is not None and is_live(ledger)

    def _handle(self) -> Any:
        """Find a live handle; nothing, if it has ended."""
        ledger = self._ledger()
        holders = [] if ledger is None else gc.get_referrers(ledger)
        try:
            return next((holder for holder in holders if is_owner(type(holder))), None)
        finally:
            holders.clear()


@dataclass
class Found:
    """A live ledger, one of its handles, the borrows that go back to it, and when that was."""

    ledger: Ledger
    handle: Any
    borrows: list[Mark]
    when: float


def look_through() -> tuple[list[Found], int]:
    """Find the live ledgers, the oldest first, and count those whose value a consuming method has ended."""
    found: dict[int, Found] = {}
    borrows: dict[int, list[Mark]] = {}
    consumed = 0
    when = accounts.now()
    is_handle: dict[type, bool] = {}
    for thing in objects():
        kind = type(thing)
        wanted = is_handle.get(kind)
        if wanted is None:
            wanted = is_handle[kind] = issubclass(kind, Handle) and not kind._owned_dead
        if not wanted:
            continue
        try:
            if issubclass(kind, GuardLayout):
                root, mark = kind._owned_root(thing), kind._owned_mark(thing)
                if mark is not None:
                    borrows.setdefault(id(root), []).append(mark)
            elif is_owner(kind):
                ledger = kind._owned_ledger(thing)
                if is_live(ledger) and id(ledger) not in found:
                    if is_consumed(ledger):
                        consumed += 1
                    else:
                        found[id(ledger)] = Found(ledger, thing, [], when)
        except AttributeError:
            continue  # It is being made, or has just ended in another thread.
    for identity, one in found.items():
        one.borrows.extend(borrows.get(identity, ()))
    return sorted(found.values(), key=lambda one: one.ledger.born), consumed


def is_owner(kind: type) -> bool:
    """Is this the class of live handles that own a value?"""
    return issubclass(kind, Handle) and kind._owned_is_owner and not kind._owned_dead and hasattr(kind, "_owned_ledger")


def is_live(ledger: Ledger) -> bool:
    """Does a value belong to this process, and is it still to be dropped?"""
    lost = isinstance(ledger, Count) and ledger.lost
    return ledger.state != GONE and ledger.process == PROCESS[0] and not lost


def describe(found: Found) -> LiveOwner:
    """Put a live owner into words."""
    ledger = found.ledger
    value = ledger.value
    return LiveOwner(
        kind=type(found.handle)._owned_kind,
        type=type(value).__name__,
        name=ledger.name,
        created=site_of("created", ledger.created),
        age=found.when - ledger.born,
        borrows=tuple(site_of("borrowed", mark) for mark in found.borrows),
        handles=strong(ledger) if isinstance(ledger, Count) else 1,
        has_hook=has_hook(value, ledger.hook),
        _ledger=weakref.ref(ledger),
    )


def live() -> list[LiveOwner]:
    """List the live owners of this process, the oldest first: type, name, place of creation, age, thread, borrows.

    It looks through the whole heap: some milliseconds for each hundred thousand objects.

    >>> import owned
    >>> draft = owned.Owned(["draft"], name="draft")
    >>> [mine] = [owner for owner in owned.live() if owner.name == "draft"]
    >>> mine.kind, mine.type, mine.handles, mine.borrows
    ('Owned', 'list', 1, ())
    """
    owners = []
    for found in look_through()[0]:
        try:
            owners.append(describe(found))
        except AttributeError:
            continue  # It has just ended in another thread.
    return owners
