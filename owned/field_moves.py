"""Taking the value of a field, where the object that has the field is only borrowed.

A method cannot move what its object owns out of it: in Rust that is E0507. The remedy is to leave something in its
place, `None` or a new value, as `Option::take` and `mem::replace` do.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from .abandoned import settle
from .complaints import cannot_change
from .guards import ViewLayout
from .handles import Handle, not_an_owner
from .ledger import FREE
from .owners import OwnedLayout, adopt
from .proxies import Transparent

_getframe = sys._getframe


def take_field(self: object, name: str) -> Any:
    """Move the value of a field out, and leave `None`: the object keeps the field, without a value.

    An owner in the field is moved, as `move()` does. The object may be reached by `self`, a `RefMut`, a `Box` or an
    `Owned`; through a shared borrow it is refused.

    Raises `MoveWhileBorrowedError` when the field's owner is borrowed, `ReadOnlyError` through a `Ref`, and
    `AttributeError` when there is no such field; then nothing has changed.

    >>> from owned import Owned, drop, take_field
    >>> class Client:
    ...     def __init__(self) -> None:
    ...         self.conn = Owned("connection", drop=lambda conn: print("closed", conn))
    ...     def hang_up(self) -> None:
    ...         conn = take_field(self, "conn")
    ...         if conn is not None:
    ...             drop(conn)
    >>> client = Client()
    >>> client.hang_up()
    closed connection
    >>> client.hang_up()
    """
    return exchange(self, name, None, "take_field", _getframe(1))


def replace_field(self: object, name: str, new: Any) -> Any:
    """Put another value into a field, and move the old one out; nothing is dropped.

    Raises as `take_field` does. A new owner is moved into the field.

    >>> from owned import Owned, is_live, replace_field
    >>> class Client:
    ...     def __init__(self) -> None:
    ...         self.conn = Owned("first")
    >>> client, second = Client(), Owned("second")
    >>> replace_field(client, "conn", second), client.conn, is_live(second)
    (Owned('first'), Owned('second'), False)
    """
    return exchange(self, name, new, "replace_field", _getframe(1))


def exchange(self: object, name: str, new: Any, verb: str, frame: FrameType) -> Any:
    """Move the old value of a field out and a new one in, or change nothing."""
    if not isinstance(name, str):
        raise TypeError(f"{verb}() needs the name of a field, not {type(name).__name__!r}")
    holder = reached(self, name, verb)
    old = getattr(holder, name)
    kind = type(old)
    is_owner = issubclass(kind, Handle) and not issubclass(kind, ViewLayout)
    if is_owner and kind._owned_dead:
        raise kind._owned_error(old)
    if is_owner:  # Ask before anything changes.
        root = kind._owned_root(old) if kind._owned_is_owner else None
        if root is not None and root.state != FREE and not settle(root):
            kind._owned_move(old, frame)  # Refuses, and says why.
    incoming = adopt(new, frame)
    setattr(holder, name, incoming)
    return kind._owned_move(old, frame) if is_owner else old


def reached(self: Any, name: str, verb: str) -> Any:
    """The object that has the field, for changing."""
    kind = type(self)
    if not issubclass(kind, Handle):
        return self
    if kind._owned_dead:
        raise kind._owned_error(self)
    if issubclass(kind, Transparent) and hasattr(kind, "_owned_access"):
        value = kind._owned_access.write(self, f"{verb}() .{name}", "E0594")
        return reached(value, name, verb) if issubclass(type(value), Handle) else value
    if issubclass(kind, OwnedLayout):
        root: Any = kind._owned_root(self)
        if root.state != FREE and not settle(root):
            raise cannot_change("Owned", root, f"{verb}() .{name} of", "E0506")
        return root.value
    raise not_an_owner(self, verb, "an object, a RefMut, a Box or an Owned")
