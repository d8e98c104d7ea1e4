"""Views that a loop hands out: one for each element, so they are made as cheaply as can be.

Other views are known to what they end with, which ends them one by one. These ask their loop instead, whenever they are
used.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FrameType
from typing import Any

from . import complaints
from .errors import OwnershipError
from .guards import View, ViewAccess, ViewLayout
from .guards import _holder as holder_of
from .guards import _target as target_of
from .proxies import Family

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
