"""Who borrows a text: slices and guards, counted when somebody asks.

A slice of text is counted by nobody while it is made and while it goes. Python counts: every slice holds a view, and
every view a reference to the buffer. So the ledger of a text learns of its slices when a verb or a change asks for it:
`sync` compares the references with what they are when nothing is borrowed, and only if there are more does it look for
the slices, end those that nobody can reach any more, and note one loan for each of the others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .abandoned import DEPTH, _only_finished_frames_hold, _running_frames
from .heap import objects
from .ledger import End, FullLedger, Ledger, end_at
from .sites import Mark
from .strs import Buffer, borrowed_at, end_slice, slices_of


class Loan:
    """One loan of a text to a slice, or to bytes: who lists the borrows of its ledger finds it."""

    __slots__ = ("__weakref__", "ledger", "mark")

    def __init__(self, ledger: Ledger, mark: Mark | None) -> None:
        self.ledger = ledger
        self.mark = mark

    def _owned_mark(self) -> Mark | None:
        return self.mark


class TextLedger(FullLedger):
    """The ledger of a text: also what is known of its bytes, and which slices of it were alive when it was asked."""

    __slots__ = ("ascii", "expected", "inner", "loans", "opened")

    ascii: bool
    """Is the text known to be ASCII?"""
    expected: int | None
    """How many views slices hold, where that is known."""
    inner: Any
    """The text as its borrows reach it: a handle that is lent in place of the owner."""
    loans: list[Loan]
    opened: Mark | None
    """Where slices began to be made since the last change."""

    def describe_type(self) -> str:
        """It is text."""
        return "str"

    def retire(self, end: End) -> Any:
        """The bytes leave."""
        value = super().retire(end)
        self.type_name = "str"
        self.inner = None
        self.loans = []
        return value


class InnerLedger(TextLedger):
    """The ledger of a text that is reached through a borrow: the same bytes, and a state of its own."""

    __slots__ = ("outer",)

    outer: TextLedger

    @property
    def value(self) -> Any:
        """The bytes of the owner."""
        return self.outer.value

    @value.setter
    def value(self, new: Any) -> None:
        self.outer.value = new

    @property
    def ascii(self) -> bool:
        """Is the owner's text known to be ASCII?"""
        return self.outer.ascii

    @ascii.setter
    def ascii(self, new: bool) -> None:
        self.outer.ascii = new

    @property
    def opened(self) -> Mark | None:
        """Where slices began to be made."""
        return self.outer.opened

    @opened.setter
    def opened(self, new: Mark | None) -> None:
        self.outer.opened = new


def references(ledger: Ledger) -> int:
    """How many references the bytes of a ledger have, in the eyes of this function."""
    return sys.getrefcount(ledger.value)


def _references_of_a_free_text() -> int:
    ledger = Ledger()
    ledger.value = Buffer()
    return references(ledger)


FREE_REFERENCES = _references_of_a_free_text()


def sync(ledger: TextLedger) -> None:
    """Bring the state of a ledger up to date with the slices that are alive."""
    for loan in ledger.loans:
        loan.mark = None  # Errors that are being handled may keep it.
    if ledger.state < 0 or not (ledger.loans or references(ledger) > FREE_REFERENCES):
        return
    ledger.state = max(0, ledger.state - len(ledger.loans))
    ledger.loans = find_loans(ledger) if references(ledger) > FREE_REFERENCES else []
    ledger.state += len(ledger.loans)


def find_loans(ledger: TextLedger) -> list[Loan]:
    """Find the slices of a text that somebody can still use; end the others."""
    end_abandoned(slices_of(ledger.value), lambda one: end_slice(one, end_at("dropped")))
    if references(ledger) > FREE_REFERENCES:
        end_abandoned(views_of(ledger.value), memoryview.release)
    if references(ledger) <= FREE_REFERENCES:
        return []
    found = [Loan(ledger, borrowed_at(one)) for one in slices_of(ledger.value)]
    return found or [Loan(ledger, ledger.opened)]


def views_of(buffer: Any) -> list[Any]:
    """Find the views of a buffer."""
    return [thing for thing in objects() if type(thing) is memoryview and _buffer_of(thing) is buffer]


def _buffer_of(view: memoryview) -> Any:
    try:
        return view.obj
    except ValueError:
        return None  # It was released.


def end_abandoned(things: list[Any], end: Callable[[Any], object]) -> None:
    """End the slices or views that only finished frames hold, up to the first one that is held: that settles it."""
    if sys.version_info < (3, 11) and len(sys._current_frames()) > 1:
        return  # There, running frames cannot be told from those that are done.
    running = _running_frames()
    try:
        for one in things:
            if not _only_finished_frames_hold(one, {id(things), *running}, DEPTH, {}):
                break
            end(one)
    finally:
        one = None
        things.clear()


def expire_slices(ledger: TextLedger, quiet: bool) -> list[tuple[str, Mark | None]]:
    """End all slices of a text that ends; gives where they were borrowed, unless nobody will be told."""
    if references(ledger) <= FREE_REFERENCES:
        return []
    if not quiet:
        end_abandoned(slices_of(ledger.value), lambda one: end_slice(one, end_at("dropped")))
    marks: list[tuple[str, Mark | None]] = []
    for one in slices_of(ledger.value, ledger.expected):
        if not quiet:
            marks.append(("borrowed", borrowed_at(one)))
        end_slice(one, end_at("owner"))
    ledger.state -= len(ledger.loans) if ledger.state > 0 else 0
    ledger.loans = []
    return marks
