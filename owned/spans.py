"""How the methods of slices and vectors reach the elements: through the access of their handle.

A `Vec`, the guards on it and the guards on its slices all have the same methods. What differs is how they come to the
elements and whether these may be changed, and that is asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from types import FrameType
from typing import Any, SupportsIndex

from . import accounts, complaints
from .abandoned import settle
from .collected import Collection, ledger_of
from .elements import Span
from .guards import (
    LENT_REF_MUTS,
    REF_MUTS,
    REFS,
    GuardAccess,
    LentAccess,
    Part,
    RefMut,
    ViewLayout,
    check_thread,
    end_views,
    hands_out_bare,
    lender_of,
    view_of,
)
from .handles import Handle, only_borrowed, refuse_copies, set_class
from .ledger import FREE, end_at
from .loop_views import indexed
from .loops import Loop, Relet, lend_two, narrow, run_parts, run_views
from .plain import PLAIN
from .plain_loops import run_lent, run_plain
from .sites import caller
from .ties import sub_of, take_views, tie


def source_of(value: Any) -> Iterator[Any]:
    """Run over the elements, without a copy where they stand side by side."""
    positions = value.positions
    items = value.elements.items
    if positions.step != 1:
        return (items[at] for at in positions)
    source = iter(items)
    if positions.start:
        source.__setstate__(positions.start)
    return source if positions.stop == len(items) else islice(source, len(positions))


def reading(handle: Any) -> Any:
    """The gate of every reading method: the elements, or the span of them."""
    return type(handle)._owned_access.read(handle)


def changing(handle: Any, method: str) -> Any:
    """The gate of every changing method."""
    return type(handle)._owned_access.write(handle, f"call {method}()", "E0596")


def position(positions: range, index: SupportsIndex, kind: str = "Vec") -> int:
    """Find the place of an index; negative ones count from the end."""
    try:
        return positions[index]
    except IndexError:
        length = len(positions)
        raise IndexError(f"{kind} index out of range: the length is {length} but the index is {index!r}") from None
    except TypeError:
        message = f"{kind} indices are integers or slices, not {type(index).__name__!r}"
        raise TypeError(message) from None


def split_point(positions: range, at: SupportsIndex, method: str, remedy: str = "") -> int:
    """Check an index that may also be the end; negative ones count from the end."""
    length = len(positions)
    try:
        index = at.__index__()
    except AttributeError:
        raise TypeError(f"{method}() needs an index, not {type(at).__name__!r}") from None
    if index < 0:
        index += length
    if not 0 <= index <= length:
        raise IndexError(f"{method}({at!r}): the length is {length}{remedy}")
    return index


def split_range(positions: range, start: SupportsIndex, stop: SupportsIndex | None, method: str) -> tuple[int, int]:
    """Check a range of indices that is not clamped; negative ones count from the end."""
    shown = f"{method}({start!r}, {stop!r})"
    length = len(positions)
    bounds = []
    for bound in (start, length if stop is None else stop):
        try:
            index = bound.__index__()
        except AttributeError:
            raise TypeError(f"{method}() needs indices, not {type(bound).__name__!r}") from None
        bounds.append(index + length if index < 0 else index)
    first, last = bounds
    if not (0 <= first <= length and 0 <= last <= length):
        raise IndexError(f"{shown}: the length is {length}")
    if first > last:
        raise IndexError(f"{shown}: the range ends before it begins")
    return first, last


def count_of(size: SupportsIndex, method: str) -> int:
    """Check the size of chunks or windows."""
    try:
        number = size.__index__()
    except AttributeError:
        raise TypeError(f"{method}() needs a size, not {type(size).__name__!r}") from None
    if number < 1:
        raise ValueError(f"{method}({number}): the size must be at least 1")
    return number


def hand_out(handle: Any, elements: Any, at: Any, frame: FrameType, kind: str = "index") -> Any:
    """Give an element: bare if it is plain, else as a view that lends the collection."""
    item = elements.items[at]
    if type(item) in PLAIN:
        return item
    if not issubclass(type(handle), Collection):
        return view_of(handle, item, type(handle)._owned_access.mode, elements, kind, at)
    if hands_out_bare(item, "ref"):
        return item
    if accounts.listener is not None:  # Who listens hears of guards.
        return view_of(type(handle)._owned_lend(handle, frame), item, "ref", elements, kind, at)
    view = indexed(ledger_of(handle), item, (elements, kind, at), frame)
    if type(handle)._owned_dead:  # Another thread was faster.
        raise type(handle)._owned_error(handle)
    set_class(handle, type(handle)._owned_lent_class)  # It is lent: nobody turns it back.
    return view


def lend_span(handle: Any, positions: range, exclusively: bool, frame: FrameType) -> Any:
    """Lend a slice."""
    elements = reading(handle).elements
    guard = lend_whole(handle, exclusively, frame)
    return narrow(guard, Part(Span(elements, positions)), REF_MUTS if exclusively else REFS)


def lend_element(handle: Any, at: int, frame: FrameType) -> Any:
    """Lend one element exclusively."""
    elements = reading(handle).elements
    part = Part(elements.items[at], elements, "index", at)
    return narrow(lend_whole(handle, True, frame), part, REF_MUTS)


def lend_whole(handle: Any, exclusively: bool, frame: FrameType) -> Any:
    """A fresh guard on all that a handle leads to."""
    cls = type(handle)
    return cls._owned_lend_mut(handle, frame) if exclusively else cls._owned_lend(handle, frame)


def lend_parts(handle: Any, first: Part, second: Part, exclusively: bool, frame: FrameType) -> tuple[Any, Any]:
    """Lend two parts that do not overlap, to be used together."""
    return lend_two(lend_whole(handle, exclusively, frame), first, second)


def loop_over(handle: Any, frame: FrameType, *, backwards: bool = False) -> Any:
    """Iterate: lends everything while the loop runs."""
    value = reading(handle)
    elements = value.elements
    positions = value.positions
    if backwards:
        value = Span(elements, positions[::-1])
    if elements.plain:
        if issubclass(type(handle), Collection):
            return run_plain(source_of(value), handle, frame)
        return run_lent(source_of(value), lend_whole(handle, False, frame), handle)
    exclusively = not type(handle)._owned_access.read_only and not issubclass(type(handle), Collection)
    loop = Loop(lend_whole(handle, exclusively, frame), exclusively)
    return run_views(loop, source_of(value), iter(value.positions), elements, "index", handle)


def loop_over_parts(handle: Any, parts: Any, exclusively: bool, frame: FrameType) -> Any:
    """Iterate over parts, each of which is a guard."""
    return run_parts(Loop(lend_whole(handle, exclusively, frame), exclusively), parts, handle)


def check_incoming(handle: Any, item: Any) -> None:
    """Refuse to store what cannot belong to a collection: itself, and an element that is only seen through a borrow."""
    kind = type(item)
    if not issubclass(kind, Handle) or kind._owned_dead:
        return
    root = type(handle)._owned_root(handle)
    if issubclass(kind, Collection):
        if ledger_of(item) is root:
            raise complaints.cannot_move(kind._owned_kind, root, "store in itself")
    elif issubclass(kind, ViewLayout) and kind._owned_root(item) is root:
        raise only_borrowed(item, "move")


# Guards -------------------------------------------------------------------------------------------------------------


class SharedCollection(GuardAccess):
    """Access through a `Ref` of a collection or a slice."""


class ExclusiveCollection(GuardAccess):
    """Access through a `RefMut`: what it handed out before ends when it is used in a way that conflicts."""

    def read(self, handle: Any, /) -> Any:
        """Give the elements."""
        value = GuardAccess.read(self, handle)
        sub = sub_of(handle)
        if type(sub) is Relet and sub.onlooker is not None and sub.onlooker.has_exclusive():
            sub.onlooker.end_exclusive(end_at("changed", caller()))
        return value

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the elements to change."""
        value = GuardAccess.read(self, handle)
        end_what_was_lent(handle)
        return value


class LentCollection(LentAccess):
    """Access through a `RefMut` that is lent again."""

    def read(self, handle: Any, /) -> Any:
        """Give the elements, unless the sublease is exclusive."""
        value = LentAccess.read(self, handle)
        sub = sub_of(handle)
        if type(sub) is Relet and sub.onlooker is not None and sub.onlooker.has_exclusive():
            sub.onlooker.end_exclusive(end_at("changed", caller()))
        return value

    def write(self, handle: Any, action: str, code: str, /) -> Any:
        """Give the elements to change, unless they are lent."""
        value = LentAccess.write(self, handle, action, code)
        end_what_was_lent(handle)
        return value


def end_what_was_lent(guard: Any) -> None:
    """An exclusive borrow is used itself: views and leftovers of it end."""
    views = take_views(guard)
    if views is not None:
        end_views(views, end_at("changed", caller()))
    sub = sub_of(guard)
    if type(sub) is Relet and sub.onlooker is not None:
        leftovers, sub.onlooker = sub.onlooker, None
        leftovers.end(end_at("changed", caller()))


def lend_again(guard: Any, frame: FrameType) -> Any:
    """Lend an exclusive borrow of a collection again, shared."""
    sub = relet(guard)
    if sub.onlooker is not None:
        sub.onlooker.end_exclusive(end_at("changed", frame))
    return RefMut._owned_lend(guard, frame)


def lend_again_exclusively(guard: Any, frame: FrameType) -> Any:
    """Lend an exclusive borrow of a collection again, exclusively."""
    sub = relet(guard)
    if sub.onlooker is not None and (sub.state == FREE or settle(sub)):
        end_what_was_lent(guard)
    return RefMut._owned_lend_mut(guard, frame)


def relet(guard: Any) -> Relet:
    """The sublease of an exclusive borrow of a collection."""
    sub = sub_of(guard)
    if sub is None:
        check_thread(guard)
        sub = Relet(lender_of(guard).root)
        tie(guard).sub = sub
    assert type(sub) is Relet
    return sub


SHARED = SharedCollection(read_only=True, mode="ref")
EXCLUSIVE = ExclusiveCollection(read_only=False, mode="mut")
LENT = LentCollection(read_only=True, mode="lent")


def no_attribute(guard: Any, name: str, value: Any) -> None:
    """Refuse attributes: a collection has none."""
    raise AttributeError(f"a {type(guard)._owned_kind} of a collection has no attribute {name!r}")


def provide_guards(kind: type, methods: type, seen_as: type) -> None:
    """Make the guards on a kind of value: with methods of ours, and known as what they stand for."""
    for family, access in ((REFS, SHARED), (REF_MUTS, EXCLUSIVE), (LENT_REF_MUTS, LENT)):
        made: dict[str, Any] = {
            "__slots__": (),
            "__module__": seen_as.__module__,
            "__class__": property(lambda self: seen_as),
            "__hash__": None,
            "__setattr__": no_attribute,
            **family.extra,
            "__enter__": lambda self: self,
            "_owned_access": access,
        }
        if family is not REFS:
            made["_owned_lend"] = lend_again
            made["_owned_lend_mut"] = lend_again_exclusively
        cls = type(family.name, (methods, *family.bases), made)
        refuse_copies(cls)
        family.provide(kind, cls)
