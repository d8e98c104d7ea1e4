"""Views of elements, by a loop or by an index: there are many of them, so they are made as cheaply as can be.

Other views are known to what they end with, which ends them one by one. These ask their holder instead, whenever they
are used: the loop, or, if they were found by an index, a loan of their own.
"""

from __future__ import annotations

from _thread import get_ident
from types import BuiltinFunctionType, FrameType
from typing import Any

from . import complaints
from .atomic import FREE_THREADED
from .errors import MoveOutOfBorrowError, OwnershipError
from .guards import REFS, View, ViewAccess, ViewLayout, end_views, make_guard
from .guards import _holder as holder_of
from .guards import _target as target_of
from .ledger import FREE, End, Ledger, end_at, try_lend
from .proxies import Family
from .sites import Mark
from .ties import Holder, take_views

BY_VALUE = frozenset({tuple, frozenset, BuiltinFunctionType})
"""Types some of whose values are handed out bare, and others not."""


def ended(view: Any) -> OwnershipError:
    """Build the error for a view whose loop has ended."""
    holder = holder_of(view)
    return complaints.used_after_end("Ref", *type(holder)._owned_grave(holder))


class LoopView(View):
    """A view that asks its loop."""

    __slots__ = ()

    def _owned_live(self) -> bool:
        return holder_of(self)._end is None and View._owned_live(self)

    def _owned_lend(self, frame: FrameType) -> Any:
        type(self)._owned_access.read(self)
        return View._owned_lend(self, frame)

    def _owned_lend_mut(self, frame: FrameType) -> Any:
        type(self)._owned_access.read(self)
        return View._owned_lend_mut(self, frame)

    def _owned_clone(self, frame: FrameType) -> Any:
        type(self)._owned_access.read(self)
        return View._owned_clone(self, frame)

    def _owned_move(self, frame: FrameType) -> Any:
        raise stays(self, "move")

    def _owned_drop(self, frame: FrameType) -> None:
        raise stays(self, "drop")

    def _owned_take(self, frame: FrameType) -> Any:
        raise stays(self, "unwrap")

    def _owned_forget(self, frame: FrameType) -> None:
        raise stays(self, "forget")


def stays(view: Any, action: str) -> OwnershipError:
    """Build the error for an element that is to leave its collection though it is only seen."""
    type(view)._owned_access.read(view)
    holder = holder_of(view)
    root = type(holder)._owned_root(holder)
    return complaints.build(
        MoveOutOfBorrowError,
        f"cannot {action} {type(view)._owned_name(view)}: it belongs to a collection, which only lends it",
        "take it out by remove(), swap_remove(), pop() or drain(), or clone() it",
        [("created", root.created), ("borrowed", type(holder)._owned_began(holder))],
    )


class LoopViewAccess(ViewAccess):
    """Access through a view that asks its loop."""

    def read(self, handle: Any, /) -> Any:
        """Give what the view shows."""
        if holder_of(handle)._end is not None:
            raise ended(handle)
        return target_of(handle)

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give what the view shows, to change it."""
        if holder_of(handle)._end is not None:
            raise ended(handle)
        if self.read_only:
            raise self.refuse(handle, action, code)
        return target_of(handle)


def show(view: Any) -> str:
    """Print the value, or that the borrow is over."""
    if holder_of(view)._end is not None:
        return f"<ended {type(view)._owned_kind}[{type(target_of(view)).__name__}]>"
    return repr(target_of(view))


def family(access: ViewAccess) -> Family:
    """The classes of the views of one kind of loop."""
    name = "Ref" if access.read_only else "RefMut"
    extra = {"_owned_access": access, "__repr__": show}
    return Family(name, (LoopView,), access, forwards_with=True, extra=extra)


LOOP_REFS = family(LoopViewAccess(read_only=True, mode="ref"))
LOOP_MUTS = family(LoopViewAccess(read_only=False, mode="mut"))


def view_in(loop: Any, cls: type, item: Any, place: Any) -> Any:
    """Make a view."""
    view: Any = ViewLayout()
    view.holder = loop
    view.value = item
    view.place = place
    view.__class__ = cls
    return view


class IndexLoan(Holder):
    """The shared borrow that an element found by its index takes: what its view ends with."""

    __slots__ = ("_end", "code", "lender", "offset", "thread")

    _owned_kind = "Ref"
    _owned_is_guard = True
    _owned_is_loop = True

    code: Any
    lender: Any
    offset: int
    thread: int
    _end: End | None

    def _owned_root(self) -> Ledger:
        return self.lender  # type: ignore[no-any-return]

    def _owned_mark(self) -> Mark | None:
        return self._owned_began() if self._end is None else None

    def _owned_began(self) -> Mark:
        return Mark(self.code, self.offset, self.thread)

    def _owned_grave(self) -> tuple[Ledger, End]:
        return self.lender, self._end or end_at("owner")

    def _owned_lend_part(self, part: Any, exclusively: bool, frame: FrameType) -> Any:
        self.lender.lend()
        return make_guard(REFS, self.lender, part, frame.f_code, frame.f_lasti, get_ident())

    def _owned_drop_part(self) -> None:
        """The loan ends before its view: with its collection, or since only a frame that has failed holds it."""
        self._end = end_at("owner")
        self.lender.give_back()
        end_views(take_views(self))

    def __del__(self) -> None:
        if self._end is None:
            lender = self.lender
            if FREE_THREADED:
                lender.give_back()
            elif (state := lender.state) > FREE:
                lender.state = state - 1


def indexed(ledger: Ledger, item: Any, place: Any, frame: FrameType) -> Any:
    """Lend an element of a collection that may be read; raises where another thread has just borrowed or ended it."""
    if not try_lend(ledger):
        raise complaints.cannot_read(ledger.describe(), ledger)
    cls = LOOP_REFS.of(type(item))
    loan: Any = IndexLoan()
    loan.tied = loan._end = None
    loan.code = frame.f_code
    loan.offset = frame.f_lasti
    loan.thread = get_ident()
    loan.lender = ledger
    return view_in(loan, cls, item, place)
