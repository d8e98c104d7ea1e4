"""`Str`: a borrowed slice of text, Rust's `&str`.

A `Str` is one field: a `memoryview` of the bytes that it borrows. Python itself then keeps the buffer from being
resized while a slice is alive, and knows when the last one has gone; so a slice needs neither a count of its own nor a
finalizer, and costs two small objects. What the views hang on is a `Buffer`, which leads back to its owner's ledger.

Text that is known to be ASCII has a character at every byte: its slices are of a class that does not look for
boundaries. Small pieces, as `split` gives them, are of a class that notes their characters (`pieces`).
"""

from __future__ import annotations

import gc
import sys
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import Self

from . import complaints
from .errors import OwnershipError
from .guards import BLOCK
from .handles import Handle, only_borrowed, set_class, tombstone
from .heap import objects
from .held import assignment_of
from .ledger import End, Ledger, end_at, open_place
from .proxies import bare
from .sites import Mark, caller
from .str_cuts import Text
from .str_reads import StrLike, bytes_of, str_of
from .utf8 import cut, ends_whole

__all__ = ["AsciiStr", "Buffer", "Str", "StrLike", "WideStr", "as_str", "bytes_of", "str_of"]


class Buffer(bytearray):
    """The bytes of a `String`, and the ledger that they belong to."""

    __slots__ = ("ledger",)

    ledger: Any

    def _owned_parts(self) -> Any:
        return iter(())

    def __reduce_ex__(self, protocol: Any) -> Any:
        return bytearray, (bytes(self),)


Buffer.__name__ = Buffer.__qualname__ = "bytearray"  # As which it is handed out.


class StrLayout(Handle, Text):
    """The field of a slice; also its class while it is ended."""

    __slots__ = ("view",)

    view: Any

    _owned_kind = "Str"
    _owned_is_guard = True
    _owned_layout: type
    _owned_tomb: type
    _owned_base: Any
    """The view that the slice holds."""

    def _owned_empty(self) -> None:
        """Let go of what a kind of slice holds beside its view."""

    def _owned_root(self) -> Ledger | None:
        return ledger_of(_view(self))

    def _owned_grave(self) -> tuple[Ledger, End]:
        root, end, _ = _view(self)
        return root, end


_view: Any = cast("Any", StrLayout.__dict__["view"]).__get__
StrLayout._owned_base = StrLayout.__dict__["view"]


def ledger_of(view: memoryview) -> Ledger | None:
    """The ledger of the text that a view is of; a literal has none."""
    return cast("Ledger | None", getattr(view.obj, "ledger", None))


class Lending(type):
    """Calling `Str` borrows a text."""

    if not TYPE_CHECKING:

        def __call__(cls, text=""):
            return as_str(text)


class Making(Lending):
    """The classes of slices, which are made by the million, are called as other classes are."""

    if not TYPE_CHECKING:
        __call__ = type.__call__


class Str(StrLayout, metaclass=Lending):
    """A borrowed slice of text: of a `String`, which must not change meanwhile, or of a literal.

    `text[i:j]` of a `String` or a `Str` gives one, and so does everything that cuts text; `Str(text)` borrows all of a
    text, be it a `String`, a `Str` or a `str`, which is a literal that lives as long as the slice. It has `str`'s
    methods, and the answers are the same, except that lengths and positions are bytes, as in Rust: the cost of a slice,
    and of a question about a place, does not depend on how long the text is. A slice begins and ends between
    characters, and has a step (`text[::2]`) only where the text is ASCII.

    Raises `CharBoundaryError` for a slice that does not, and `BorrowOutlivesOwnerError` when it is used after its
    `String` ended. Rust: `&str`.

    >>> from owned import BorrowMutError, String
    >>> line = String("name = Zoë")
    >>> name = line[7:]
    >>> name, len(name), name.startswith("Zo"), name == "Zoë"
    ('Zoë', 4, True, True)
    >>> line[0:10]
    Traceback (most recent call last):
    ...
    owned.utf8.CharBoundaryError: byte index 10 is not a char boundary: it is inside 'ë' (bytes 9:11)
    >>> line.push_str("!")
    Traceback (most recent call last):
    ...
    owned.errors.BorrowMutError: cannot call push_str() on String[str]: it is borrowed (E0502)
      ...
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def __new__(cls, text: StrLike = "") -> Str: ...
        def __owned_value__(self) -> str: ...

    @staticmethod
    def of(text: StrLike) -> Str:
        """The same as `Str(text)` and `as_str(text)`."""
        return as_str(text)

    def __getitem__(self, key: slice) -> Str:
        try:
            view = self.view[key]
            if (
                view[0] & 0xC0 == 0x80
                or (view[-1] >= 0x80 and not (0xC0 <= view[-2] < 0xE0 or ends_whole(view)))
                or key.step is not None
            ):
                view = cut(self.view, key)
        except (IndexError, TypeError):  # Nothing, or an index.
            view = cut(self.view, key)
        part: Any = WideStr()
        part.view = view
        return part  # type: ignore[no-any-return]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        end_slice(self, BLOCK)

    def _owned_mark(self) -> Mark | None:
        return borrowed_at(self)

    def _owned_move(self, frame: FrameType) -> Any:
        again: Any = type(self)()
        again.view = self.view
        end_slice(self, end_at("moved", frame))
        return again

    def _owned_clone(self, frame: FrameType) -> Any:
        again: Any = type(self)()
        again.view = self.view
        return again

    def _owned_drop(self, frame: FrameType) -> None:
        end_slice(self, end_at("dropped", frame))

    def _owned_drop_part(self) -> None:
        end_slice(self, end_at("dropped"))

    def _owned_forget(self, frame: FrameType) -> None:
        end_slice(self, end_at("forgotten", frame))

    def _owned_take(self, frame: FrameType) -> Any:
        raise only_borrowed(self, "unwrap")

    def _owned_deref(self, frame: FrameType) -> Any:
        return str(self)

    def _owned_name(self) -> str:
        root = type(self)._owned_root(self)
        return "Str" if root is None else f"Str in {complaints.place('String', root)}"

    def _owned_disown(self) -> None:
        end_slice(self, end_at("foreign"))


class WideStr(Str, metaclass=Making):
    """A slice of text that may be more than ASCII."""

    __slots__ = ()


class AsciiStr(Str, metaclass=Making):
    """A slice of text that is ASCII altogether."""

    __slots__ = ()

    def __getitem__(self, key: slice) -> Str:
        part: Any = AsciiStr()
        try:
            part.view = view = self.view[key]
            match view:  # This asks least: only a slice gives a sequence.
                case [*_]:
                    return part  # type: ignore[no-any-return]
        except (IndexError, TypeError):
            pass
        part.view = cut(self.view, key)
        return part  # type: ignore[no-any-return]


for _kind in (WideStr, AsciiStr):
    _kind.__name__ = _kind.__qualname__ = "Str"
    _kind._owned_slice = _kind
del _kind


def _dead_str(text: Any) -> OwnershipError:
    root, end, borrowed = _view(text)
    return complaints.used_after_end("Str", root, end, borrowed)


StrLayout._owned_layout = StrLayout
StrLayout._owned_tomb = tombstone(StrLayout, Str, _dead_str)


def end_slice(text: Any, end: End) -> None:
    """End a live slice, or nothing if it has ended."""
    cls = type(text)
    if cls._owned_dead:
        return
    root = ledger_of(text.view)
    if root is None:
        root = open_place(None, caller(), "str")
    borrowed = getattr(root, "opened", None)
    set_class(text, cls._owned_layout)
    text.view = root, end, borrowed
    text._owned_empty()
    text.__class__ = cls._owned_tomb


def slices_of(buffer: Any, expected: int | None = None) -> list[Any]:
    """Find the live slices of a buffer: looks at every object there is, the youngest first.

    With how many views there are, if that is known, the search ends as soon as all holders of these were found.
    """
    found: list[Any] = []
    for generation in range(3):
        for thing in objects(generation):
            if issubclass(type(thing), Str) and not type(thing)._owned_dead and _buffer_of(thing) is buffer:
                found.append(thing)
        if expected is not None and _are_all(found, expected):
            break
    return found


def _are_all(slices: list[Any], views: int) -> bool:
    """Do these slices hold so many views, and nobody else any of them?"""
    holders: dict[int, int] = {}
    for one in slices:
        base = one._owned_base
        holders[id(base)] = holders.get(id(base), 0) + 1
    if len(holders) != views:
        return False
    for one in slices:
        base = one._owned_base
        if sys.getrefcount(base) > holders[id(base)] + _REFERENCES_OF_A_BASE:
            return False
    return True


def views_of_slices(view: memoryview) -> int:
    """How many views of the same bytes there are, but for one that nobody beside its text and the caller holds."""
    beside = sys.getrefcount(gc.get_referents(view)[0]) - _REFERENCES_OF_ONE_VIEW
    return beside + (sys.getrefcount(view) > _REFERENCES_OF_OWN_VIEW)


class _Holder:
    __slots__ = ("view",)

    view: memoryview


def _references_seen(view: memoryview) -> int:
    return sys.getrefcount(view)


def _references_when_free() -> tuple[int, int, int]:
    holder = _Holder()
    holder.view = memoryview(b"")
    base = holder.view
    bytes_of_views, in_a_variable = sys.getrefcount(gc.get_referents(base)[0]), sys.getrefcount(base) - 1
    del base
    return bytes_of_views, _references_seen(holder.view), in_a_variable


_REFERENCES_OF_ONE_VIEW, _REFERENCES_OF_OWN_VIEW, _REFERENCES_OF_A_BASE = _references_when_free()


def _buffer_of(text: Any) -> Any:
    try:
        return text.view.obj
    except AttributeError:
        return None  # It is being made.


def borrowed_at(text: Any) -> Mark | None:
    """Where a slice was borrowed: where it was assigned to its variable, else where the borrowing began."""
    return assignment_of(text) or getattr(ledger_of(text.view), "opened", None)


def as_str(text: StrLike) -> Str:
    """Borrow any text: a `String`, a `Str`, a borrow of these, or a `str`. Rust: what a parameter `&str` accepts.

    >>> from owned import String, as_str
    >>> def shout(text: StrLike) -> str:
    ...     return as_str(text).trim().upper() + "!"
    >>> owner = String("abc\\n")
    >>> shout(" a "), shout(owner), shout(owner[2:])
    ('A!', 'ABC!', 'C!')
    """
    found: Any = bare(text)
    if issubclass(type(found), Text):
        return cast("Str", found.as_str())
    data = bytes_of(found)
    if isinstance(found, str):
        data = found.encode()  # Lone surrogates are no text.
    kind: Any = AsciiStr if data.isascii() else WideStr
    part: Any = kind()
    part.view = memoryview(data)
    return part  # type: ignore[no-any-return]
