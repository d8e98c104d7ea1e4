"""Values that live by another value: a cursor by its connection, a view by its map, a member by its archive.

    with Owned(sqlite3.connect(path)) as connection:
        cursor = connection.derive(connection.value.cursor())

A derived value has an owner of its own, and borrows its source shared for as long as that owner lives: what is an owned
value with a lifetime in Rust, `Cursor<'connection>`. The borrow is a guard in the ledger of the derived value, so that
the source refuses to be moved, unwrapped or changed meanwhile, and names the place where the value was derived. What
is derived ends before its source, whatever ends that: its hook runs first, and its handle is told that its source is
gone.

The ledgers of the source and of the derived value refer to each other, until the value leaves; so the order holds in
the garbage collector, too, whichever of the owners it finds first. A derived owner that was moved is looked for among
the referrers of its ledger; nearly always it is where it was.
"""

from __future__ import annotations

import gc
import weakref
from types import FrameType
from typing import Any

from . import complaints
from .abandoned import settle
from .drops import (
    Dropping,
    drop_awaiting,
    drop_now,
    is_only_asynchronous,
    only_by_awaiting,
    report_ignored,
    warn_of_leak,
)
from .handles import Handle
from .ledger import FREE, GONE, End, FullLedger, Ledger, end_at, open_ledger
from .sites import Mark, caller

Marks = list[tuple[str, "Mark | None"]]


class DerivedLedger(FullLedger):
    """The ledger of a derived value: it borrows the source by its lease, and ends the lease when the value leaves."""

    __slots__ = ("first", "handle", "lease", "source")

    first: bool
    handle: weakref.ref[Any]
    lease: Any
    source: Ledger | None

    def retire(self, end: End) -> Any:
        """The value leaves; the source is not borrowed any more."""
        value = super().retire(end)
        if self.source is not None:
            self.source.derived.remove(self)
        self.lease = self.source = None
        return value


def derive(owner: Any, value: Any, hook: Any, name: str | None, first: bool, frame: FrameType) -> Any:
    """Make an owner, of the same kind as the source's, of a value that lives by the source."""
    kind: Any = type(owner)
    lease = kind._owned_lend(owner, frame)
    given: Any = type(value)
    if issubclass(given, Handle) and (given._owned_is_owner or given._owned_dead):
        value = given._owned_move(value, frame)
    ledger = open_ledger(value, hook, name, frame, DerivedLedger)
    assert isinstance(ledger, DerivedLedger)
    ledger.lease = lease
    ledger.first = first
    ledger.source = None
    derived = type(owner)._owned_again(owner, ledger, type(owner))
    ledger.handle = weakref.ref(derived)
    source = type(owner)._owned_ledger(owner)
    ledger.source = source
    if not source.derived:
        source.derived = []
    source.derived.append(ledger)
    return derived


def derived_from(source: Ledger) -> list[DerivedLedger]:
    """What was derived from a value and is still there, the latest first."""
    return [derived for derived in reversed(source.derived) if derived.state != GONE]


def drop_first(source: Ledger, dropping: Dropping) -> None:
    """Drop what asked to be dropped before its source, if nothing else borrows that; raises before anything is changed.

    What remains borrowed is refused by whoever drops the source.
    """
    values = derived_from(source)
    if not values or not all(value.first for value in values):
        return
    if source.state != len(values):
        settle(source)
    if source.state != len(values):
        return
    for value in values:
        if is_only_asynchronous(value.value, value.hook):
            raise only_by_awaiting(value, "Owned")
        drop_first(value, dropping)
        if value.state != FREE and not settle(value):
            raise complaints.cannot_move("Owned", value, "drop")
    for value in values:
        end(value, dropping)


def end_derived(source: Ledger, kind: str, dropping: Dropping | None) -> None:
    """The source ends, whatever is borrowed: everything that was derived from it is dropped before."""
    marks: Marks = []
    collected = dropping or Dropping()
    for value in derived_from(source):
        if not value.first:
            marks.append(("borrowed", value.created))
        end(value, collected)
    report(source, kind, marks, dropping, collected)


async def end_derived_awaiting(source: Ledger, kind: str, dropping: Dropping) -> None:
    """The same, awaiting asynchronous hooks."""
    marks: Marks = []
    for derived in derived_from(source):
        if not derived.first:
            marks.append(("borrowed", derived.created))
        await end_derived_awaiting(derived, "Owned", dropping)
        hook, taken = derived.hook, derived.taken
        ended = leave(derived)
        if ended is not None:
            await drop_awaiting(ended[0], hook, dropping, taken=taken)
    report(source, kind, marks, dropping, dropping)


def report(source: Ledger, kind: str, marks: Marks, dropping: Dropping | None, collected: Dropping) -> None:
    """Say what was still in use at the end of its source; of an owner that dies, only what failed is told."""
    if dropping is None:
        failure = collected.result()
        if failure is not None:
            report_ignored(failure)
    elif marks:
        dropping.failed(complaints.still_borrowed(kind, source, marks))


def end(derived: DerivedLedger, dropping: Dropping) -> None:
    """End a derived value because its source ends."""
    end_derived(derived, "Owned", None)
    hook, taken = derived.hook, derived.taken
    ended = leave(derived)
    if ended is None:
        return
    value = ended[0]
    if is_only_asynchronous(value, hook):
        warn_of_leak(derived, "Owned", True)
    else:
        drop_now(value, hook, dropping, taken=taken)


def leave(derived: DerivedLedger) -> tuple[Any] | None:
    """Take a derived value from its owner, which is told that the source is gone; nothing, if it has left before.

    In a garbage collection the owner may be garbage itself, and cannot be found; then nobody needs to tell it.
    """
    frame = caller()
    owner = owner_of(derived)
    kind: Any = type(owner)
    if owner is not None and kind._owned_claim_end(owner, True) is None:
        return None
    if derived.onlooker is not None:
        derived.onlooker.end(end_at("source", frame))
        derived.onlooker = None
    value = derived.retire(end_at("dropped", frame))
    if owner is not None:
        kind._owned_bury(owner, end_at("source", frame))
    return (value,)


def owner_of(derived: DerivedLedger) -> Any:
    """Find the owner of a derived value: where it was made, else wherever it was moved."""
    owner = derived.handle()
    if owner is not None and is_owner_of(owner, derived):
        return owner
    for other in gc.get_referrers(derived):
        if is_owner_of(other, derived):
            return other
    return None


def is_owner_of(thing: Any, derived: DerivedLedger) -> bool:
    """Is this the live owner of a derived value?"""
    kind: Any = type(thing)
    if not issubclass(kind, Handle) or kind._owned_dead or not kind._owned_is_owner or kind._owned_is_guard:
        return False
    return hasattr(kind, "_owned_claim_end") and kind._owned_ledger(thing) is derived
