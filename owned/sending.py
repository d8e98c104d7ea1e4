"""What may go to another thread, and how it gets there."""

from __future__ import annotations

from types import FrameType
from typing import Any

from . import complaints
from .errors import NotSendError, OwnershipError
from .guards import GuardLayout, ViewLayout
from .handles import Handle
from .owners import Owner, adopt
from .shared import Weak
from .sharing import SharedLayout, unlent

_set_thread: Any = GuardLayout.__dict__["thread"].__set__


def hand_over(x: Any, frame: FrameType) -> Any:
    """Take over what goes to another thread: an owner is moved, anything else goes as it is.

    Raises `NotSendError` for an `Rc`, its `Weak`, and every borrow: they belong to their thread.
    """
    check_sendable(x)
    return adopt(x, frame)


def hand_over_all(owners: tuple[Any, ...], frame: FrameType) -> list[Any]:
    """Take several over, or none: what may not go, or is borrowed, is refused before anything has moved."""
    for x in owners:
        check_sendable(x)
        check_movable(x)
    return [hand_over(x, frame) for x in owners]


def lend_over_all(owners: tuple[Any, ...], frame: FrameType) -> list[Any]:
    """The same for a thread that ends before its borrows do."""
    for x in owners:
        if not _is_borrow(x):
            check_sendable(x)
            check_movable(x)
    return [lend_over(x, frame) for x in owners]


def check_movable(x: Any) -> None:
    """Raise what a move would raise, of an owner that has ended or is borrowed."""
    kind = type(x)
    if not issubclass(kind, Handle):
        return
    if kind._owned_dead:
        raise kind._owned_error(x)
    if issubclass(kind, SharedLayout):
        unlent(x, "move")
    elif issubclass(kind, Owner):
        kind._owned_free(x, "move")


def _is_borrow(x: Any) -> bool:
    kind = type(x)
    return issubclass(kind, Handle) and kind._owned_is_guard and not kind._owned_dead


def check_sendable(x: Any) -> None:
    """Raise `NotSendError` for what may not go to another thread."""
    kind = type(x)
    if not issubclass(kind, Handle) or kind._owned_dead:
        return
    if issubclass(kind, ViewLayout) or kind._owned_is_guard:
        raise _stays(x, "a borrow belongs to its thread", "use owned.thread_scope(), whose threads may borrow")
    if issubclass(kind, SharedLayout) and kind._owned_local:
        raise _stays(x, "an Rc belongs to its thread", "share the value by Arc")
    if issubclass(kind, Weak):
        if x.count.local:
            raise _stays(x, "the Weak of an Rc belongs to its thread", "share the value by Arc")
        return
    root = kind._owned_root(x)
    inner = getattr(root, "value", None)
    if issubclass(type(inner), Handle):  # An owner, or a lock, of an owner.
        check_sendable(inner)


def lend_over(x: Any, frame: FrameType) -> Any:
    """The same, for a thread that ends before its borrows do: a `RefMut` is moved, a `Ref` is shared."""
    kind = type(x)
    if _is_borrow(x):
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
