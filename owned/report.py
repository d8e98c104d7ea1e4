"""The report on the accounts, in the manner of valgrind's heap summary; `OWNED_REPORT=1` prints it at exit."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from . import accounts
from .census import LiveOwner, describe, look_through
from .sites import Site

LINES = 20
"""How many places of creation a report names."""


@dataclass(frozen=True)
class LiveGroup:
    """The live owners that were created at one place, the oldest first."""

    created: Site
    owners: tuple[LiveOwner, ...]

    @property
    def titles(self) -> str:
        """What they are called; the first few, if they differ."""
        titles = list(dict.fromkeys(owner.title for owner in self.owners))
        return ", ".join(titles[:3]) + (", ..." if len(titles) > 3 else "")


@dataclass(frozen=True)
class Summary:
    """The accounts at one moment: totals since the start of the process, and the owners that are live.

    `dropped` counts the values whose end has come, with or without a hook to run; `unwrapped` those that left ownership
    by `into_inner`, `forgotten` by `forget`, `consumed` by a consuming method. `unlisted` are alive, and not found in
    the heap: put away by `gc.freeze()`. As text it is the report.
    """

    created: int
    moved: int
    dropped: int
    unwrapped: int
    forgotten: int
    consumed: int
    owners: tuple[LiveOwner, ...]
    unlisted: int = 0

    @property
    def live(self) -> int:
        """How many owners are live."""
        return len(self.owners) + self.unlisted

    @property
    def groups(self) -> tuple[LiveGroup, ...]:
        """The live owners by place of creation, the largest group first."""
        places: dict[tuple[str, int], list[LiveOwner]] = {}
        for owner in self.owners:
            places.setdefault((owner.created.file, owner.created.line), []).append(owner)
        groups = [LiveGroup(owners[0].created, tuple(owners)) for owners in places.values()]
        return tuple(sorted(groups, key=lambda group: -len(group.owners)))

    def text(self, when: str = "") -> str:
        """Write the report; `when` is `" at exit"` there."""
        ends = f"{self.dropped:,} dropped, {self.unwrapped:,} unwrapped, {self.forgotten:,} forgotten"
        lines = [
            "OWNED SUMMARY:",
            f"    in use{when}: {_many(self.live)}",
            f"    total: {self.created:,} created, {ends}, {self.moved:,} moved",
            "",
        ]
        if self.live:
            lines += [*_leaks(self.groups), *self._unlisted()]
        elif self.forgotten:
            lines.append(f"{_many(self.forgotten)} given to forget(): never dropped")
        elif self.unwrapped:
            lines.append("all owned values were dropped, or taken out by into_inner()")
        else:
            lines.append("all owned values were dropped: no leaks are possible")
        return "\n".join(lines)

    def _unlisted(self) -> list[str]:
        return [f"  {_many(self.unlisted)} not found in the heap (gc.freeze?)"] if self.unlisted else []

    def __str__(self) -> str:
        return self.text()


def _many(number: int) -> str:
    return f"{number:,} owner" if number == 1 else f"{number:,} owners"


def _leaks(groups: tuple[LiveGroup, ...]) -> Iterable[str]:
    yield "live owners by place of creation, the largest group first:"
    for group in groups[:LINES]:
        site, oldest = group.created, group.owners[0]
        yield f"  {len(group.owners):,} of {group.titles}, {site}"
        quiet = "" if any(owner.has_hook for owner in group.owners) else ", with nothing to run at its end"
        yield f"      the oldest for {age_in_words(oldest.age)}{quiet}"
        yield f"      held by {oldest.held_by() or 'nothing that can be found'}"
        for borrow in oldest.borrows[:3]:
            yield f"      {borrow}"
    if len(groups) > LINES:
        yield f"  and {sum(len(group.owners) for group in groups[LINES:]):,} at {len(groups) - LINES:,} other places"


def age_in_words(seconds: float) -> str:
    """Write an age with the precision that matters.

    >>> age_in_words(0.0021), age_in_words(75), age_in_words(7300)
    ('2 ms', '75 s', '2.0 h')
    """
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return (
        f"{seconds:.0f} s"
        if seconds < 600
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )


def summary() -> Summary:
    """Sum up the accounts now: how many owners were created, moved, dropped and so on, and which ones are live.

    Counting is exact, always on, and costs nothing here; the list of the live owners is found by looking through the
    heap. `print(owned.summary())` prints the report, and the environment variable `OWNED_REPORT=1` does at exit.

    >>> import owned
    >>> before = owned.summary()
    >>> owned.drop(owned.Owned("text"))
    >>> after = owned.summary()
    >>> after.created - before.created, after.dropped - before.dropped, after.live - before.live
    (1, 1, 0)
    """
    found, consumed = look_through()
    totals = accounts.totals()
    owners = []
    for one in found:
        try:
            owners.append(describe(one))
        except AttributeError:
            continue  # It has just ended in another thread.
    gone = sum(totals[way] for way in ("dropped", "unwrapped", "forgotten", "consumed"))
    unlisted = totals["created"] - gone - consumed - len(owners)
    totals["consumed"] += consumed
    if gc.get_freeze_count() <= accounts.FROZEN:  # All are found; the others were interrupted before they owned.
        totals["created"] -= unlisted
        unlisted = 0
    return Summary(**totals, owners=tuple(owners), unlisted=max(0, unlisted))


def report_at_exit() -> None:
    """Print the report when the interpreter exits, each line with the number of the process."""
    atexit.register(_print_report)


def _print_report() -> None:
    process = os.getpid()
    for line in summary().text(" at exit").splitlines():
        print(f"=={process}== {line}".rstrip(), file=sys.stderr)
