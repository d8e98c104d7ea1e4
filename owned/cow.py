"""`Cow`: borrowed for as long as it is only read, and owned from the first change on. Rust's `Cow`."""

from __future__ import annotations

import sys
from types import FrameType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from . import complaints
from .errors import NotAnOwnerError
from .guards import Ref, RefMut, lend
from .handles import Handle
from .interior import InBlocks, bury_as, make
from .ledger import Ledger, open_ledger, open_place
from .levels import LEVEL, Level
from .owners import Owned, adopt, clone_value, die, make_owned
from .str_cuts import Text
from .str_reads import Reads, StrLike, bytes_of
from .strs import Str, as_str
from .text import String
from .text_handles import make_string

T = TypeVar("T")
S = TypeVar("S")

_getframe = sys._getframe


class Cow(InBlocks, Generic[T]):
    """A value that is borrowed or owned: who reads it need not know which, who changes it gets a copy of its own.

    `Cow.borrowed(x)` holds a borrow, of text or of any value; `Cow.owned(x)` takes the value over. `to_mut()` lends it
    exclusively, after making an owned copy if it was borrowed; `into_owned()` gives the owner. A `Cow` of text has the
    methods of `Str`, and is accepted where text is. It is an owner: `move`, `drop`, `with`. Rust: `borrow::Cow`.

    >>> from owned import Cow, String, StrLike
    >>> def without_tabs(text: StrLike) -> Cow[String]:
    ...     return Cow.owned(as_str(text).replace("\\t", " ")) if "\\t" in as_str(text) else Cow.borrowed(text)
    >>> line = String("no tabs")
    >>> same, other = without_tabs(line), without_tabs("a\\tb")
    >>> same.is_borrowed(), other.is_borrowed(), other
    (True, False, 'a b')
    >>> with same.to_mut() as text:
    ...     text.push_str(", now mine")
    >>> same.is_borrowed(), same, line
    (False, 'no tabs, now mine', 'no tabs')
    """

    __slots__ = ()

    _owned_interior = False
    _owned_exclusive = frozenset({"to_mut"})

    if TYPE_CHECKING:

        def __init__(self) -> None: ...

        def __owned_value__(self) -> T: ...

    else:

        def __new__(cls):
            raise TypeError("a Cow is made by Cow.borrowed(x) or Cow.owned(x)")

    @overload
    @staticmethod
    def borrowed(x: Ref[S]) -> Cow[S]: ...
    @overload
    @staticmethod
    def borrowed(x: StrLike) -> TextCow: ...
    @staticmethod
    def borrowed(x: Any) -> Any:
        """Hold a borrow: of text of any kind, or one more of what a `Ref` borrows. Rust: `Cow::Borrowed`."""
        frame = _getframe(1)
        kind = type(x)
        if issubclass(kind, Ref):
            if kind._owned_dead:
                raise cast("Any", kind)._owned_error(x)
            guard = kind._owned_clone(x, frame)
            return make(Cow, open_ledger(guard, None, None, frame))
        if LEVEL in (Level.FAST, Level.OFF) and not isinstance(x, (str, Reads)):
            if not issubclass(kind, Handle) or kind._owned_kind == "Ref":  # What stands for a Ref there.
                lender = open_place(None, frame, "value")
                lender.value = kind._owned_deref(x, frame) if issubclass(kind, Handle) else x
                return make(Cow, open_ledger(lend(lender, frame, "value"), None, None, frame))
        if isinstance(x, (str, Reads)):
            return make(TextCow, open_ledger(as_str(x), None, None, frame))
        raise complaints.build(
            NotAnOwnerError,
            f"Cow.borrowed() needs text or a Ref, not a {kind.__name__!r}",
            "borrow it: Cow.borrowed(borrow(owner)), or own it: Cow.owned(x)",
        )

    @overload
    @staticmethod
    def owned(x: StrLike) -> TextCow: ...
    @overload
    @staticmethod
    def owned(x: Owned[S]) -> Cow[S]: ...
    @overload
    @staticmethod
    def owned(x: S) -> Cow[S]: ...
    @staticmethod
    def owned(x: Any) -> Any:
        """Take a value over: a `String` or an `Owned` is moved, another text copied. Rust: `Cow::Owned`."""
        frame = _getframe(1)
        if isinstance(x, (str, Reads)):
            return make(TextCow, open_ledger(string_of(x, frame), None, None, frame))
        held = adopt(x, frame) if isinstance(x, Owned) else make_owned(x, None, None, frame)
        return make(Cow, open_ledger(held, None, None, frame))

    def is_borrowed(self) -> bool:
        """Is this still borrowed? Rust: `is_borrowed`."""
        return not self.is_owned()

    def is_owned(self) -> bool:
        """Is the value owned here? Rust: `is_owned`."""
        return bool(type(self._ledger.value)._owned_is_owner)

    def get(self) -> T:
        """Look at the value: bare if it is plain, else a read-only view."""
        held = self._ledger.value
        return cast("T", held.value if isinstance(held, Owned) else held)

    def to_mut(self) -> RefMut[T]:
        """Lend the value exclusively; makes an owned copy first, if it is borrowed. Rust: `to_mut`."""
        frame = _getframe(1)
        become_owned(self, frame)
        held = self._ledger.value
        return cast("RefMut[T]", type(held)._owned_lend_mut(held, frame))

    def into_owned(self) -> Owned[T]:
        """Give the owner, of a copy if the value is borrowed; the `Cow` is moved. Rust: `into_owned`."""
        frame = _getframe(1)
        become_owned(self, frame)
        return cast("Owned[T]", type(self)._owned_take(self, frame))

    def __repr__(self) -> str:
        return f"Cow({self._ledger.value!r})"

    def _owned_clone(self, frame: FrameType) -> Any:
        held = self._ledger.value
        again = type(held)._owned_clone(held, frame)
        return make(type(self), open_ledger(again, None, None, frame))

    def _owned_deref(self, frame: FrameType) -> Any:
        held = self._ledger.value
        return type(held)._owned_deref(held, frame)

    def _owned_lend(self, frame: FrameType) -> Any:
        held = self._ledger.value
        return type(held)._owned_lend(held, frame)


class TextCow(Cow[String], Text):
    """A `Cow` of text: it has the methods of `Str`."""

    __slots__ = ()

    if not TYPE_CHECKING:

        @property
        def view(self):
            """The bytes to read, borrowed or owned."""
            return self._ledger.value.view

        @property
        def _owned_slice(self):
            return self._ledger.value._owned_slice

    def __getitem__(self, key: slice) -> Str:
        return cast("Str", self._ledger.value[key])

    def get(self, *place: Any) -> Any:
        """Borrow a range of bytes, as `Str.get`."""
        return Text.get(self, *place)

    def into_owned(self) -> String:  # type: ignore[override]
        """Give the text as a `String`, a copy if it is borrowed; the `Cow` is moved. Rust: `into_owned`."""
        frame = _getframe(1)
        become_owned(self, frame)
        return cast("String", type(self)._owned_take(self, frame))

    __repr__ = Reads.__repr__
    __eq__ = Reads.__eq__
    __hash__ = None  # type: ignore[assignment]


def string_of(text: Any, frame: FrameType) -> Any:
    """An owner of a text: a `String` itself, which is moved, or a copy."""
    if isinstance(text, String):
        return adopt(text, frame)
    data = text.encode() if isinstance(text, str) else bytes_of(text)
    return make_string(data, data.isascii(), None, None, frame)


def become_owned(cow: Any, frame: FrameType) -> None:
    """Put an owned copy in the place of a borrow, which ends."""
    ledger: Ledger = cow._ledger
    held = ledger.value
    kind = type(held)
    if kind._owned_is_owner:
        return
    if isinstance(cow, TextCow):
        own = string_of(held, frame)
    else:
        bare = kind._owned_deref(held, frame)
        own = make_owned(clone_value(bare, "Cow", ledger), None, None, frame)
    ledger.put(own)
    if issubclass(kind, Handle) and not kind._owned_dead:
        kind._owned_drop_part(held)


def let_go(cow: Any) -> None:
    """The last reference to a `Cow` of text is gone: nothing leaks, unless its `String` has a hook to run."""
    try:
        held = cow._ledger.value
    except AttributeError:
        return  # Its construction failed.
    if type(held)._owned_is_owner and type(held)._owned_root(held).hook is not None:
        die(cow)
    elif type(cow)._owned_close(cow, None) is not None:
        type(held)._owned_drop_part(held)


bury_as(Cow)
bury_as(TextCow)
TextCow.__del__ = let_go  # type: ignore[attr-defined]
TextCow.__name__ = TextCow.__qualname__ = TextCow._owned_kind = "Cow"
