"""What may go to another thread, and how it gets there."""

from __future__ import annotations

from types import FrameType
from typing import Any

from . import complaints
from .errors import NotSendError, OwnershipError
from .guards import GuardLayout, ViewLayout
from .handles import Handle
from .owners import adopt
from .shared import Weak
from .sharing import SharedLayout

_set_thread: Any = GuardLayout.__dict__["thread"].__set__


def hand_over(x: Any, frame: FrameType) -> Any:
    """Take over what goes to another thread: an owner is moved, anything else goes as it is.

    Raises `NotSendError` for an `Rc`, its `Weak`, and every borrow: they belong to their thread.
    """
    kind = type(x)
    if not issubclass(kind, Handle) or kind._owned_dead:
        return adopt(x, frame)
    if issubclass(kind, ViewLayout) or kind._owned_is_guard:
        raise _stays(x, "a borrow belongs to its thread", "use owned.thread_scope(), whose threads may borrow")
    if issubclass(kind, SharedLayout) and kind._owned_local:
        raise _stays(x, "an Rc belongs to its thread", "share the value by Arc")
    if issubclass(kind, Weak) and x.count.local:
        raise _stays(x, "the Weak of an Rc belongs to its thread", "share the value by Arc")
    return adopt(x, frame)


def lend_over(x: Any, frame: FrameType) -> Any:
    """The same, for a thread that ends before its borrows do: a `RefMut` is moved, a `Ref` is shared."""
    kind = type(x)
    if issubclass(kind, Handle) and kind._owned_is_guard and not kind._owned_dead:
        return kind._owned_clone(x, frame) if kind._owned_kind == "Ref" else kind._owned_move(x, frame)
    return hand_over(x, frame)


def settle_in(x: Any, thread: int) -> None:
    """A guard has arrived in the thread that it was lent to."""
    if issubclass(type(x), GuardLayout) and not type(x)._owned_dead:
        _set_thread(x, thread)


def _stays(x: Any, why: str, remedy: str) -> OwnershipError:
    kind = type(x)
    return complaints.build(
        NotSendError,
        f"{kind._owned_name(x)} cannot go to another thread: {why}",
        remedy,
        [("borrowed", kind._owned_mark(x))],
    )
