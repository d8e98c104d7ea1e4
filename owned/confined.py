"""Owners and views of values whose every use belongs to their thread: a SQLite connection, its cursors.

Most values do not care, and an owner that does not care is not to pay for those that do. So such owners are of classes
of their own, chosen when the value comes under ownership; these ask for the thread before they give the value away, or
let a verb act on it. The value itself says whether it may be used here, for a connection may be made for all threads.
"""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from . import complaints
from .abandoned import settle
from .drops import check_thread
from .guards import REF_MUTS, REFS, VIEWS, GuardAccess, Ref, RefMut, ViewAccess, views_with
from .latches import LOCKED
from .ledger import FREE, Ledger
from .loop_views import LOOP_MUTS, LOOP_REFS, LoopViewAccess
from .loop_views import family as loop_views_with
from .owners import (
    BOXES,
    CONFINED,
    LENT_BOXES,
    Box,
    LentBoxAccess,
    LentOwned,
    Owner,
    guarded_getattr,
    value_in,
)
from .proxies import Family, read_attribute
from .registry import thread_bound
from .shared import ARCS, Arc
from .sharing import Shared, SharedAccess

T = TypeVar("T")


def home(owner: Any) -> Ledger:
    """The ledger of an owner that may be used in this thread; raises `NotSendError` in another."""
    kind = type(owner)
    ledger = cast("Ledger", kind._owned_ledger(owner))
    check_thread(ledger, kind._owned_kind)
    return ledger


def checked(verb: str) -> Callable[..., Any]:
    """Make what a verb does to such an owner: what it does to any, in its own thread."""
    act: Any = getattr(Owner, f"_owned_{verb}")

    def run(self: Any, *args: Any) -> Any:
        home(self)
        return act(self, *args)

    return run


CHECKED: dict[str, Any] = {f"_owned_{verb}": checked(verb) for verb in "move take forget deref replace clone".split()}


class ConfinedOwned(LentOwned[T]):
    """An `Owned` of such a value: it asks for the thread, and then its ledger, before it gives the value away."""

    __slots__ = ()

    if not TYPE_CHECKING:

        @property
        def value(self):
            """The value, in its own thread."""
            home(self)
            return LentOwned.value.__get__(self)

    for _name, _run in CHECKED.items():
        locals()[_name] = _run
    del _name, _run


CONFINED.append(ConfinedOwned)


class ConfinedBoxAccess(LentBoxAccess):
    """Access through a `Box` of such a value: it never becomes one that does not ask."""

    def read(self, handle: Any, /) -> Any:
        """Give the value, in its own thread, unless it is borrowed exclusively."""
        ledger = home(handle)
        if ledger.state < FREE and not settle(ledger):
            raise complaints.cannot_read("Box", ledger)
        return value_in(ledger, "Box")

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the value to change, in its own thread, unless it is borrowed."""
        ledger = home(handle)
        if ledger.state != FREE and not settle(ledger):
            raise complaints.cannot_change("Box", ledger, action)
        return value_in(ledger, "Box")


def read_at_home(access: Any, kind: type) -> Any:
    """Make the `__getattribute__` of such a `Box`: that of a free box or of a lent one, in its own thread."""
    restricted = read_attribute(access, kind)

    def get_attribute(self: Any, name: str) -> Any:
        ledger = home(self)
        if ledger.state == FREE or settle(ledger):
            return guarded_getattr(value_in(ledger, "Box"), name)
        return restricted(self, name)

    return get_attribute


CONFINED_BOX = ConfinedBoxAccess()
BOXES.confined = LENT_BOXES.confined = Family(
    "Box",
    (Box,),
    CONFINED_BOX,
    reader=read_at_home,
    extra={**LENT_BOXES.extra, **CHECKED, "_owned_access": CONFINED_BOX},
)


class ConfinedAccess(SharedAccess):
    """Access through an `Arc` of such a value."""

    def read(self, handle: Any, /) -> Any:
        """Give the value, in its own thread."""
        home(handle)
        return SharedAccess.read(self, handle)


def _lend(self: Any, frame: FrameType) -> Any:
    home(self)
    return Shared._owned_lend(self, frame)


def _deref(self: Any, frame: FrameType) -> Any:
    home(self)
    return Shared._owned_deref(self, frame)


def _take(self: Any, frame: FrameType) -> Any:
    home(self)
    return Shared._owned_take(self, frame)


CONFINED_ARC = ConfinedAccess()
ARCS.confined = Family(
    "Arc",
    (Arc,),
    CONFINED_ARC,
    extra={
        **ARCS.extra,
        "_owned_access": CONFINED_ARC,
        "_owned_lend": _lend,
        "_owned_deref": _deref,
        "_owned_take": _take,
    },
)


class ConfinedGuardAccess(GuardAccess):
    """Access through a guard on such a value, which a lock or a scope of threads may have lent to another thread."""

    def read(self, handle: Any, /) -> Any:
        """Give the value, in the thread of the borrow, if that is its own."""
        value = GuardAccess.read(self, handle)
        kind = type(handle)
        root = kind._owned_root(handle)
        if root.thread != get_ident() and thread_bound(value):
            name = complaints.place(kind._owned_kind, root)
            raise complaints.wrong_thread(
                name, "belongs to its thread: it was created", root, root.thread, kind._owned_mark(handle)
            )
        return value


for _guards, _kind, _access in (
    (REFS, Ref, ConfinedGuardAccess(read_only=True, mode="ref")),
    (REF_MUTS, RefMut, ConfinedGuardAccess(read_only=False, mode="mut")),
    (LOCKED, RefMut, ConfinedGuardAccess(read_only=False, mode="mut")),
):
    _guards.confined = Family(_kind.__name__, (_kind,), _access, extra={**_guards.extra, "_owned_access": _access})


def asking(access: type[ViewAccess]) -> type[ViewAccess]:
    """Make access through views of such values, which are part of what an owner or a borrow leads to."""

    class ConfinedViewAccess(access):  # type: ignore[valid-type, misc]
        def read(self, handle: Any, /) -> Any:
            """Give what the view shows, in its own thread."""
            return in_its_thread(handle, access.read(self, handle))

        def write(self, handle: Any, action: str, code: str, /) -> Any:
            """Give what the view shows, to change it, in its own thread."""
            return in_its_thread(handle, access.write(self, handle, action, code))

    return ConfinedViewAccess


def in_its_thread(view: Any, value: Any) -> Any:
    """Give what a view shows, or raise `NotSendError`."""
    if thread_bound(value):
        root = type(view)._owned_root(view)
        raise complaints.wrong_thread(
            f"the {type(value).__name__} in {root.describe()}",
            "belongs to its thread: it was created",
            root,
            root.thread,
        )
    return value


for _mode, _views in VIEWS.items():
    _views.confined = views_with(
        asking(cast("Any", type(_views.access)))(read_only=_views.access.read_only, mode=_mode)
    )
for _loops, _mode in ((LOOP_REFS, "ref"), (LOOP_MUTS, "mut")):
    _loops.confined = loop_views_with(asking(LoopViewAccess)(read_only=_loops.access.read_only, mode=_mode))
