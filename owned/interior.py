"""What cells and locks have in common: owners whose value is changed through a shared borrow of the owner.

They are handles on a ledger like all owners, moved and dropped by the verbs, and not transparent: their methods are
their own. What a cell keeps beside its ledger, a lock or an initialiser, is its `extra`; it moves along.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, cast

from typing_extensions import Self

from . import complaints
from .errors import NotCopyError, OwnershipError
from .guards import lend_exclusively, view_of
from .handles import Handle, set_class, tombstone
from .ledger import End, Ledger, open_ledger
from .owners import Owner, adopt, check_arguments, die, end_of, enter, leave, leave_awaiting, onlooker_of

_getframe = sys._getframe


class Interior(Owner):
    """The fields of a cell; also its class while it is made."""

    __slots__ = ("__weakref__", "_extra", "_ledger")

    _owned_kind = "Cell"
    _owned_interior = True
    _owned_exclusive = frozenset({"get_mut"})
    _owned_grave_class: Any = None

    _ledger: Any
    _extra: Any

    def _owned_ledger(self) -> Ledger:
        return cast("Ledger", _ledger(self))

    def _owned_grave(self) -> tuple[Ledger, End]:
        return _ledger(self), _extra(self)

    _owned_end_part = Owner._owned_end_whole

    def _owned_bury(self, end: End) -> None:
        set_class(self, type(self)._owned_grave_class)
        _set_extra(self, end)

    def _owned_again(self, ledger: Ledger, cls: type) -> Any:
        return make(cls, ledger, _extra(self))

    def _owned_put(self, ledger: Ledger, new: Any) -> None:
        ledger.put(new)


_ledger: Any = cast("Any", Interior.__dict__["_ledger"]).__get__
_extra: Any = cast("Any", Interior.__dict__["_extra"]).__get__
_set_extra: Any = cast("Any", Interior.__dict__["_extra"]).__set__


class InBlocks(Interior):
    """Cells that are dropped by `with`, as other owners are."""

    __slots__ = ()

    def __enter__(self) -> Self:
        enter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return leave(self, error)  # type: ignore[return-value]

    async def __aenter__(self) -> Self:
        enter(self, asynchronous=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        return await leave_awaiting(self, error)  # type: ignore[return-value]


def make(cls: type, ledger: Ledger, extra: Any = None) -> Any:
    """Make a cell for a ledger."""
    cell: Any = Interior()
    cell._ledger = ledger
    cell._extra = extra
    cell.__class__ = cls
    return cell


def open_cell(
    kind: str, value: Any, drop: Any, name: str | None, frame: FrameType, ledger: type[Ledger] = Ledger
) -> Any:
    """Take a value over into a cell."""
    if drop is not None:
        check_arguments(kind, value, drop, name)
    if issubclass(type(value), Handle):
        value = adopt(value, frame)
    return open_ledger(value, drop, name, frame, ledger)


def _dead(cell: Any) -> OwnershipError:
    return complaints.used_after_end(type(cell)._owned_kind, _ledger(cell), end_of(_extra, cell))


def bury_as(kind: type) -> None:
    """Give a kind of cell its tombstone and its end."""
    dead: Any = tombstone(Interior, kind, _dead)
    dead._owned_kind = kind.__name__
    cls: Any = kind
    cls._owned_kind = kind.__name__
    cls._owned_grave_class = dead
    cls.__del__ = die


def borrowed_mut(cell: Any, frame: FrameType) -> Any:
    """What `get_mut` gives: an exclusive borrow of a cell that nobody else can reach."""
    return lend_exclusively(_ledger(cell), frame, type(cell)._owned_kind)


def seen(ledger: Ledger) -> Any:
    """Hand out the value of a cell for reading: bare if it is plain, else as a view that ends with the cell."""
    return view_of(onlooker_of(ledger), ledger.value, "ref", ledger, "attribute", "value")


def no_clone(cell: Any, remedy: str) -> OwnershipError:
    """Build the error for a clone of what has no copies."""
    return complaints.build(NotCopyError, f"cannot clone {type(cell)._owned_name(cell)}", remedy)


def unsupported(verb: str, remedy: str) -> Callable[..., Any]:
    """Make the answer to a verb that does not apply."""

    def refuse(self: Any, *args: Any) -> Any:
        raise type(self)._owned_unsupported(self, verb, remedy)

    return refuse
