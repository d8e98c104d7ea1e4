"""`Scope`: a block that owns many values, and drops them in reverse order."""

from __future__ import annotations

import sys
import weakref
from _thread import get_ident
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from . import complaints
from .derived import end_derived_awaiting
from .drops import Dropping, Exit, drop_awaiting, drop_now, is_only_asynchronous, only_by_awaiting
from .entrances import entering
from .errors import AsyncDropError, OwnershipError, ScopeError
from .handles import PROCESS, Handle, set_class, tombstone
from .ledger import End, Ledger, end_at, open_place
from .owners import Owned, check_arguments, drop_due, make_by, make_owned
from .registry import thread_bound
from .sites import caller

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from typing_extensions import Self

T = TypeVar("T")

_getframe = sys._getframe

MOST = 100
"""After how many failures a scope gives up to end an owner for which signals leave no time."""

_entered: dict[tuple[int, int], list[weakref.ref[Any]]] = {}
"""The scopes entered by each running frame, by thread and frame: they are to be left in reverse order."""


class ScopeLayout(Handle):
    """The fields of a scope."""

    __slots__ = ("__weakref__", "_awaits", "_end", "_frame", "_ledger", "_owners")

    _owned_kind = "Scope"
    _owned_is_owner = True

    _owners: list[Any]
    _ledger: Ledger
    _awaits: bool
    _frame: tuple[int, int] | None
    _end: End | None

    def _owned_grave(self) -> tuple[Ledger, End]:
        return _get_ledger(self), _get_end(self)

    def _owned_root(self) -> Ledger:
        return cast("Ledger", _get_ledger(self))


_get_ledger: Any = cast("Any", ScopeLayout.__dict__["_ledger"]).__get__
_get_end: Any = cast("Any", ScopeLayout.__dict__["_end"]).__get__


class Scope(ScopeLayout):
    """A block that owns what is given to it, and drops it at its end, the latest first.

    `own` takes a value over, `enter` enters a context manager and owns its exit. What was moved, dropped or unwrapped
    before the end is left alone. `move(scope)` hands everything on to another scope, which is left later. An exception
    in the block, or in a drop, is passed to the entered context managers that are still to be left; a true answer
    swallows it.

    Raises `ScopeError` when it is entered twice, or left before a scope that was entered in it.

    >>> from owned import Scope
    >>> with Scope() as scope:
    ...     first = scope.own("a", drop=print)
    ...     second = scope.own("b", drop=print)
    b
    a
    >>> first.value
    Traceback (most recent call last):
    ...
    owned.errors.UseAfterDropError: use of dropped value: Owned[str] (E0382)
      ...
    """

    __slots__ = ()

    def __init__(self, *, name: str | None = None) -> None:
        self._owners = []
        self._ledger = open_place(name, caller(), "Scope")
        self._frame = None
        self._awaits = False
        self._end = None

    def own(self, value: T, *, drop: Callable[[T], object] | None = None, name: str | None = None) -> Owned[T]:
        """Take a value over; gives its owner, which this scope drops unless it ends before."""
        if drop is not None:
            check_arguments("Owned", value, drop, name)
        if self._frame is not None and not self._awaits and is_only_asynchronous(value, drop):
            raise complaints.build(
                AsyncDropError,
                f"a scope entered by `with` cannot own what is dropped by awaiting: {type(value).__name__}",
                "enter the scope by `async with`, or give the value to a scope of its own",
            )
        owner = make_owned(value, drop, name, _getframe(1))
        self._owners.append(owner)
        return cast("Owned[T]", owner)

    def enter(self, manager: AbstractContextManager[T], *, name: str | None = None) -> Owned[T]:
        """Enter a context manager and own its exit; gives the owner of what it gave."""
        owner = make_by(entering(manager, "Scope.enter"), Exit(manager, False), name, _getframe(1))
        self._owners.append(owner)
        return cast("Owned[T]", owner)

    async def aenter(self, manager: AbstractAsyncContextManager[T], *, name: str | None = None) -> Owned[T]:
        """Enter an asynchronous context manager and own its exit; the scope is then left by `async with`."""
        held = await entering(manager, "Scope.aenter", True)()
        owner = make_owned(held, Exit(manager, True), name, caller())
        self._owners.append(owner)
        return cast("Owned[T]", owner)

    def __enter__(self) -> Self:
        refuse_asynchronous(self)
        begin(self, _getframe(1))
        self._awaits = False
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> bool | None:
        if type(self)._owned_dead:
            return None
        check_order(self)
        refuse_asynchronous(self)
        return finish(self, error, caller())

    async def __aenter__(self) -> Self:
        begin(self, caller())
        self._awaits = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> bool | None:
        if type(self)._owned_dead:
            return None
        check_order(self)
        owners = bury(self, "dropped", caller())
        dropping = Dropping(error)
        for owner in reversed(owners):
            if not type(owner)._owned_dead:
                await end_derived_awaiting(type(owner)._owned_ledger(owner), "Owned", dropping)
            if (value_and_ledger := close(owner, dropping)) is not None:
                value, ledger = value_and_ledger
                await drop_awaiting(value, ledger.hook, dropping, taken=ledger.taken)
        dropping.conclude()
        return error is not None and dropping.error is None

    def __del__(self) -> None:
        if type(self)._owned_dead or not hasattr(self, "_end"):
            return  # It has ended, or its construction failed.
        if self._ledger.process == PROCESS[0]:
            self._frame = None
            for owner in reversed(bury(self, "dropped", None)):
                del owner

    def __len__(self) -> int:
        """Count the owners that are still to be dropped."""
        return sum(not type(owner)._owned_dead for owner in self._owners)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<Scope of {len(self)} owners>"

    def _owned_move(self, frame: FrameType) -> Any:
        other = Scope(name=self._ledger.name)
        other._owners = bury(self, "moved", frame)
        return other

    def _owned_drop(self, frame: FrameType) -> None:
        check_order(self)
        refuse_asynchronous(self)
        refuse_borrowed(self)
        finish(self, None, frame)

    def _owned_drop_part(self) -> None:
        finish(self, None, caller())

    def _owned_forget(self, frame: FrameType) -> None:
        refuse_borrowed(self)
        for owner in bury(self, "forgotten", frame):
            if not type(owner)._owned_dead:
                type(owner)._owned_forget(owner, frame)

    def _owned_disown(self) -> None:
        bury(self, "foreign", None)


def begin(scope: Any, frame: FrameType) -> None:
    """Enter a scope; only once."""
    if scope._frame is not None:
        raise complaints.build(
            ScopeError,
            f"{type(scope)._owned_name(scope)} is entered twice",
            "make another Scope() for the inner block",
            [("created", scope._ledger.created)],
        )
    scope._frame = (scope._ledger.thread, id(frame))
    _entered.setdefault(scope._frame, []).append(weakref.ref(scope))


def check_order(scope: Any) -> None:
    """Raise `ScopeError` when a scope that was entered later, in the same function, is still open."""
    stack = _entered.get(scope._frame, []) if scope._frame is not None else []
    alive = [other for reference in stack if (other := reference()) is not None and not type(other)._owned_dead]
    if scope in alive and alive[-1] is not scope:
        raise complaints.build(
            ScopeError,
            f"{type(scope)._owned_name(scope)} is left before a scope that was entered in it",
            "leave the inner scope first; `with` does it by itself",
            [("created", scope._ledger.created), ("created", alive[-1]._ledger.created)],
        )


def bury(scope: Any, how: str, frame: FrameType | None) -> list[Any]:
    """The scope ends: gives the owners that it had."""
    owners, scope._owners = scope._owners, []
    if scope._frame is not None:
        stack = _entered.get(scope._frame, [])
        stack[:] = [x for x in stack if x() is not None and x() is not scope]
        if not stack:
            _entered.pop(scope._frame, None)
        scope._frame = None
    scope._end = end_at(how, frame)
    set_class(scope, DeadScope)
    return list(owners)


def refuse_asynchronous(scope: Any) -> None:
    """Raise `AsyncDropError`, before anything is dropped, if one of the values can only be dropped by awaiting."""
    for owner in scope._owners:
        if not type(owner)._owned_dead:
            ledger = type(owner)._owned_ledger(owner)
            if is_only_asynchronous(ledger.value, ledger.hook):
                raise only_by_awaiting(ledger, "Owned")


def refuse_borrowed(scope: Any) -> None:
    """Raise `MoveWhileBorrowedError`, before anything is dropped, if one of the values is borrowed."""
    for owner in scope._owners:
        if not type(owner)._owned_dead:
            type(owner)._owned_free(owner, "drop")


def close(owner: Any, dropping: Dropping) -> tuple[Any, Ledger] | None:
    """End an owner of a scope; nothing, if it has ended before or belongs to another thread."""
    cls = type(owner)
    if cls._owned_dead:
        return None
    ledger = cls._owned_ledger(owner)
    if ledger.thread != get_ident() and thread_bound(ledger.value):
        name = complaints.place("Owned", ledger)
        dropping.failed(complaints.wrong_thread(name, "belongs to its thread: it was created", ledger, ledger.thread))
        return None
    ledger.entered = False
    return cast("tuple[Any, Ledger] | None", cls._owned_close(owner, dropping))


def finish(scope: Any, error: BaseException | None, frame: FrameType) -> bool:
    """Drop everything, the latest first; is the exception on its way swallowed?"""
    owners = bury(scope, "dropped", frame)
    dropping = Dropping(error)
    while owners:
        owner = owners.pop()
        try:
            if (value_and_ledger := close(owner, dropping)) is not None:
                value, ledger = value_and_ledger
                drop_now(value, ledger.hook, dropping, taken=ledger.taken)
        except BaseException as failure:
            drop_due(owner, dropping)
            dropping.failed(failure)
            if not type(owner)._owned_dead and not isinstance(failure, Exception) and len(dropping.failures) < MOST:
                owners.append(owner)  # A signal came before it could end.
        dropping.due = None
    dropping.conclude()
    return error is not None and dropping.error is None


def _dead_scope(scope: Any) -> OwnershipError:
    return complaints.used_after_end("Scope", _get_ledger(scope), _get_end(scope))


DeadScope = tombstone(ScopeLayout, Scope, _dead_scope)
