"""`@consuming`: methods that end their object."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any, TypeVar, cast

from . import complaints
from .errors import MoveOutOfBorrowError, MoveWhileBorrowedError, UseAfterMoveError
from .handles import OPERATIONS, Handle, set_class
from .sites import Mark, here

F = TypeVar("F", bound=Callable[..., Any])


def consuming(method: F) -> F:
    """Declare that a method consumes `self`, as a Rust method does that takes `self` by value.

    After it has returned normally, every further use of the object raises `UseAfterMoveError`, whether it was held by
    an owner or was a plain instance; its drop hook does not run, for the method has taken its part. What it raises
    leaves the object as it is.

    Raises `MoveOutOfBorrowError` when the object is only reached through a borrow, and `MoveWhileBorrowedError` when it
    is called through an owner that is lent.

    >>> from owned import UseAfterMoveError
    >>> class Ticket:
    ...     def __init__(self, seat: int) -> None:
    ...         self.seat = seat
    ...     @consuming
    ...     def redeem(self) -> int:
    ...         return self.seat
    >>> ticket = Ticket(7)
    >>> ticket.redeem()
    7
    >>> ticket.seat
    Traceback (most recent call last):
    ...
    owned.errors.UseAfterMoveError: use of moved value: Ticket, consumed by redeem() (E0382)
      ...
    """
    import inspect  # Only here, and it takes long.

    name = getattr(method, "__name__", "a method")

    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def awaiting(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            check(self, name)
            result = await method(self, *args, **kwargs)
            consume(self, name, here())
            return result

        wrapper: Any = awaiting
    else:

        @functools.wraps(method)
        def calling(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            check(self, name)
            result = method(self, *args, **kwargs)
            consume(self, name, here())
            return result

        wrapper = calling
    wrapper.__owned_consuming__ = True
    return cast("F", wrapper)


def check(self: Any, name: str) -> None:
    """Raise if the object is only borrowed here."""
    kind = type(self)
    if not issubclass(kind, Handle):
        return
    access = getattr(kind, "_owned_access", None)
    lent = getattr(access, "mode", None) == "lent" or getattr(kind, "_owned_asks", False)
    error = MoveWhileBorrowedError if lent else MoveOutOfBorrowError
    raise complaints.build(
        error,
        f"{name}() consumes its object, and {kind._owned_name(self)} is only borrowed here",
        "end the borrow first" if lent else "call it through the owner",
    )


def consume(self: Any, name: str, mark: Mark) -> None:
    """End an object: it gets a class whose every operation raises, and lets go of what it held."""
    kind = type(self)
    if issubclass(kind, Handle) or getattr(kind, "_owned_consumed", None) is not None:
        return  # Another consuming method has ended it.
    grave = _consumed_class(kind, name, mark)
    held: Any
    try:
        held = object.__getattribute__(self, "__dict__")
    except AttributeError:
        held = None
    slots = [
        member
        for base in kind.__mro__
        for member in base.__dict__.values()
        if type(member).__name__ == "member_descriptor"
    ]
    try:
        set_class(self, grave)
    except TypeError:
        return  # A class with a C layout of its own cannot be swapped.
    kept = []
    if held is not None:
        kept.append(dict(held))
        held.clear()
    for member in slots:
        try:
            kept.append(member.__get__(self))
            member.__delete__(self)
        except AttributeError:
            continue
    del kept  # The parts that nobody has taken end here, after the object itself.


def _consumed_class(kind: type, name: str, mark: Mark) -> type:
    def error(*_: Any) -> UseAfterMoveError:
        built = complaints.build(
            UseAfterMoveError,
            f"use of moved value: {kind_name}, consumed by {name}()",
            f"use what {name}() gave, or call it last",
            [("moved", mark)],
        )
        assert isinstance(built, UseAfterMoveError)
        return built

    kind_name = kind.__name__
    live = weakref.ref(kind)

    def refuse(self: Any, *args: Any, **kwargs: Any) -> Any:
        raise error()

    def get_attribute(self: Any, attribute: str) -> Any:
        if attribute == "__class__":
            return live() or object
        raise error()

    namespace: dict[str, Any] = dict.fromkeys(OPERATIONS, refuse)
    namespace.update(
        {
            "__slots__": (),
            "__module__": kind.__module__,
            "__qualname__": kind.__qualname__,
            "__getattribute__": get_attribute,
            "__repr__": lambda self: f"<moved {kind_name}, consumed by {name}()>",
            "__del__": lambda self: None,
            "_owned_consumed": staticmethod(error),
        }
    )
    meta: Any = type(kind)
    try:
        return cast("type", type.__new__(meta, kind.__name__, (kind,), namespace))
    except TypeError:
        return cast("type", meta(kind.__name__, (kind,), namespace))
