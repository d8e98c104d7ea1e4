"""The levels `fast` and `off`: what verbs make of the bare values that are handed out there.

At `fast` a borrow block gives the bare value, at `off` a `Box` of what needs no dropping is the value itself. So the
verbs meet values where at `check` they meet handles: what only looks or lends goes on with the value, what would end a
borrow does nothing, and what would put another value in the place of this one cannot be done.

At `off` borrowing an `Owned` or a `Box` is not noted either: the `Lent` that stands for it forwards to the value, and
is the value inside `with`.
"""

from __future__ import annotations

import enum
import sys
import weakref
from functools import partial
from types import FrameType, MethodType
from typing import Any, TypeVar, cast

from .errors import BorrowError, BorrowMutError
from .guards import Ref, lend, lend_exclusively
from .handles import Handle, not_an_owner, only_borrowed
from .ledger import FREE, Ledger, open_place
from .owners import BoxLayout, Owned, OwnedLayout, clone_value, guarded_getattr
from .plain import PLAIN, is_plain
from .proxies import Family, Transparent, read_attribute

T = TypeVar("T")

_getframe = sys._getframe


class LentLayout(Transparent):
    """The fields of a `Lent`: the value, and what reads its attributes, as in a `Box`."""

    __slots__ = ("_reader", "_value")


class Lent(LentLayout):
    """A borrow that is not noted: transparent, and bare in its block."""

    __slots__ = ()

    _owned_kind = "Ref"
    _owned_read: Any = getattr
    """What reads the attributes of a value of this type."""

    def _owned_peek(self) -> Any:
        return _value(self)

    def _owned_stored(self, handle: Any) -> Any:
        return self

    def _owned_live(self) -> bool:
        return True

    def _owned_lend(self, frame: FrameType) -> Any:
        return self

    _owned_lend_mut = _owned_clone = _owned_move = _owned_lend

    def _owned_deref(self, frame: FrameType) -> Any:
        return _value(self)

    def _owned_drop(self, frame: FrameType) -> None:
        """Nothing was noted, so nothing ends."""

    _owned_forget = _owned_drop

    def _owned_take(self, frame: FrameType) -> Any:
        raise only_borrowed(self, "unwrap")


_value: Any = cast("Any", LentLayout.__dict__["_value"]).__get__


class LentAccess:
    """Access through a borrow that is not noted: to the value itself."""

    read_only = False
    plain: frozenset[type] = PLAIN

    def __init__(self) -> None:
        self.read = _value

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the value."""
        return _value(handle)

    def give(self, handle: Any, item: Any, owner: Any, kind: str, key: Any, /) -> Any:
        """Hand out the item itself."""
        return item

    def rebind(self, handle: Any, old: Any, new: Any, /) -> Any:
        """The result of an in-place operator is the user's."""
        return handle if new is old else new


def _begin_block(self: Any) -> Any:
    """The block is given the bare value."""
    return _value(self)


def _reader_for(access: Any, kind: type) -> Any:
    """Make the `__getattribute__` of the borrows of a type: by a reader, unless what it reads has to be looked at."""
    if issubclass(kind, Handle):
        return read_attribute(access, kind)
    for base in kind.__mro__:
        if any(getattr(found, "__owned_consuming__", False) for found in base.__dict__.values()):
            return read_attribute(access, kind)
    return LentLayout.__dict__["_reader"]


LENTS = Family(
    "Ref",
    (Lent,),
    LentAccess(),
    reader=_reader_for,
    extra={
        "__enter__": _begin_block,
        "__exit__": memoryview(b"").__exit__,  # Nothing was noted, so nothing ends; this does nothing in C.
    },
)


_class_by_id: dict[int, Any] = {}
"""The classes of `LENTS` by the identity of the value's type, which is quicker to look up than the type by a reference
that does not keep it alive; the entry of a type goes with it."""
_class_to_change: dict[int, Any] = {}
"""The same, without the types of handles, and of what can only be changed by exchange."""
_types: set[weakref.ref[type]] = set()


def _class_for(kind: type) -> Any:
    key = id(kind)

    def forget(reference: weakref.ref[type]) -> None:
        _types.discard(reference)
        _class_by_id.pop(key, None)
        _class_to_change.pop(key, None)

    found: Any = LENTS.of(kind)
    if kind is type(None):
        return found  # `lent` knows it.
    if hasattr(kind, "__deepcopy__"):
        found._owned_read = guarded_getattr
    _types.add(weakref.ref(kind, forget))
    _class_by_id[key] = found
    if not (kind in PLAIN or kind in (tuple, frozenset) or issubclass(kind, (enum.Enum, Handle))):
        _class_to_change[key] = found
    return found


def lent(value: Any) -> Any:
    """Lend a value without noting it."""
    kind = type(value)
    cls = _class_by_id.get(id(kind)) or _class_for(kind)
    made: Any = LentLayout()
    made._value = value
    # Nothing is a method of None.
    made._reader = partial(getattr, None) if value is None else MethodType(cls._owned_read, value)
    made.__class__ = cls
    return made


def _place_of(value: Any, frame: FrameType) -> Ledger:
    """Make a ledger for a value that nobody owns here."""
    ledger = open_place(None, frame, type(value).__name__)
    ledger.value = value
    return ledger


def treat_bare(x: Any, verb: str, needs: str = "an owner or a RefMut") -> Any:
    """Do with a bare value what the verb does with the handle that would be here at `check`."""
    if verb in ("replace", "take", "swap"):
        raise not_an_owner(x, verb, needs) from None
    if verb in ("drop", "forget"):
        return None
    if verb in ("borrow", "borrow_mut", "try_borrow", "try_borrow_mut"):
        return lent(x)
    if verb == "clone":
        return clone_value(x, "Box", _place_of(x, _getframe(1)))
    return x


# Only at `off` ------------------------------------------------------------------------------------------------------


def borrow(x: Any) -> Any:
    """Lend a value for reading; of an `Owned` or a `Box` this is not noted."""
    kind: Any = type(x)
    if kind is Owned:
        value = x.value
        cls = _class_by_id.get(id(type(value)))
    else:
        value = x
        cls = _class_to_change.get(id(kind))
    if cls is None:
        return _borrow(x, _getframe(1))
    made: Any = LentLayout()  # `lent`, without a call.
    made._value = value
    made._reader = MethodType(cls._owned_read, value)
    made.__class__ = cls
    return made


def _borrow(x: Any, frame: FrameType) -> Any:
    kind: Any = type(x)
    if not issubclass(kind, Handle):
        return lent(x)
    if issubclass(kind, (OwnedLayout, BoxLayout)) and not kind._owned_dead:
        return lent(kind._owned_deref(x, frame))
    return kind._owned_lend(x, frame)


def borrow_mut(x: Any) -> Any:
    """Lend a value to change; of an `Owned` or a `Box` this is not noted, unless it can only be changed by exchange."""
    kind: Any = type(x)
    if kind is Owned:
        ledger = x._ledger
        if ledger.state != FREE:
            return _borrow_mut(x, _getframe(1))
        value = ledger.value
        kind = type(value)
    else:
        value = x
    cls = _class_to_change.get(id(kind))
    if cls is None:
        return _borrow_mut(x, _getframe(1))
    made: Any = LentLayout()
    made._value = value
    made._reader = MethodType(cls._owned_read, value)
    made.__class__ = cls
    return made


def _borrow_mut(x: Any, frame: FrameType) -> Any:
    kind: Any = type(x)
    if not issubclass(kind, Handle):
        return lent(x)
    if issubclass(kind, (OwnedLayout, BoxLayout)) and not kind._owned_dead and kind._owned_ledger(x).state == FREE:
        value = kind._owned_deref(x, frame)
        if not is_plain(value):
            return lent(value)
    return kind._owned_lend_mut(x, frame)


def deref(x: Any) -> Any:
    """Give the bare value behind a handle; what is bare already stays as it is."""
    kind: Any = type(x)
    if kind is Owned:
        return x.value
    return kind._owned_deref(x, _getframe(1)) if issubclass(kind, Handle) else x


def try_borrow(x: Any) -> Any:
    """The same for reading, or `None` on a conflict, which cells still notice."""
    kind: Any = type(x)
    if not issubclass(kind, Handle) or issubclass(kind, (OwnedLayout, BoxLayout)):
        return borrow(x)
    try:
        return kind._owned_lend(x, _getframe(1))
    except BorrowError:
        return None


def try_borrow_mut(x: Any) -> Any:
    """The same to change."""
    kind: Any = type(x)
    if not issubclass(kind, Handle):
        return lent(x)
    try:
        if issubclass(kind, (OwnedLayout, BoxLayout)):
            return borrow_mut(x)
        return kind._owned_lend_mut(x, _getframe(1))
    except BorrowMutError:
        return None


def accept_bare(kind: type) -> None:
    """Let the associated functions of `Ref` or `RefMut` take bare values, too."""
    lend_out = lend if kind is Ref else lend_exclusively
    for name in ("map", "filter_map", "map_split", "clone"):
        found = kind.__dict__.get(name)
        if found is not None:
            setattr(kind, name, staticmethod(_on_guards(found.__func__, lend_out)))


def _on_guards(function: Any, lend_out: Any) -> Any:
    def run(x: Any, *arguments: Any) -> Any:
        kind = type(x)
        if not issubclass(kind, Handle) or issubclass(kind, Lent):
            frame = _getframe(1)
            value = _value(x) if issubclass(kind, Lent) else x
            x = lend_out(_place_of(value, frame), frame, "value")
        return function(x, *arguments)

    return run
