"""What hangs on a handle that lends: most have nothing, so all of it is behind one field.

`tied` of a guard is `None` while the guard is a borrow of the whole value, straight from its owner, that nobody is told
of when it ends, and nothing was lent or read from it: then its end is one change of a number. Else it is a `Ties`.
"""

from __future__ import annotations

import weakref
from types import FrameType
from typing import Any, cast

from .atomic import one_step
from .ledger import Sublease
from .proxies import Transparent


class Ties:
    """What a handle is tied to: its sublease, and its views."""

    __slots__ = ("sub", "views")

    sub: Sublease | None
    views: list[weakref.ref[Any]] | None

    def __init__(self) -> None:
        self.sub = self.views = None


CAREFUL = Ties()
"""Stands for ties that are not there yet: the end of such a guard is told to somebody. Never changed."""


class Holder(Transparent):
    """Base of what views end with: it knows its views, weakly."""

    __slots__ = ("tied",)

    tied: Ties | None

    _owned_waits = False

    def _owned_lend_part(self, part: Any, exclusively: bool, frame: FrameType) -> Any:
        raise NotImplementedError

    def _owned_check_thread(self) -> None:
        """Raise `NotSendError` where this may not be used."""


tied_to = cast("Any", Holder.__dict__["tied"]).__get__
set_tied = cast("Any", Holder.__dict__["tied"]).__set__


def tie(handle: Any) -> Ties:
    """Give the ties of a handle, to add to them."""
    ties = tied_to(handle)
    if ties is None or ties is CAREFUL:
        with one_step():  # Two threads may read through one `Arc`.
            ties = tied_to(handle)
            if ties is None or ties is CAREFUL:
                ties = Ties()
                set_tied(handle, ties)
    return cast("Ties", ties)


def sub_of(handle: Any) -> Sublease | None:
    """Give the sublease of a handle, if something was ever lent from it."""
    ties = tied_to(handle)
    return None if ties is None else cast("Sublease | None", ties.sub)


def views_of(handle: Any) -> list[weakref.ref[Any]] | None:
    """Give the views of a handle, if it ever had some."""
    ties = tied_to(handle)
    return None if ties is None else cast("list[weakref.ref[Any]] | None", ties.views)


def take_views(handle: Any) -> list[weakref.ref[Any]] | None:
    """Take the views of a handle from it, to end them."""
    ties = tied_to(handle)
    if ties is None or ties.views is None:
        return None
    views = ties.views
    ties.views = None
    return cast("list[weakref.ref[Any]] | None", views)
