"""What a borrowed slice can be asked, and what is lent of it to be read.

`SliceReads` is the base of `Slice`, and so of vectors and of the guards on both.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Generic, SupportsIndex, TypeVar, cast, overload

from .elements import Span, listed
from .errors import NotFoundError
from .guards import Part, Ref, view_of
from .owners import clone_value
from .spans import (
    count_of,
    hand_out,
    lend_parts,
    lend_span,
    lend_whole,
    loop_over,
    loop_over_parts,
    position,
    reading,
    split_point,
)

if TYPE_CHECKING:
    from .slices import Slice

T = TypeVar("T")

_getframe = sys._getframe

if TYPE_CHECKING:
    Base = Sequence
else:

    class Base:
        """Nothing: for type checkers, a slice is a sequence."""

        __slots__ = ()
        __class_getitem__ = classmethod(GenericAlias)


def shown(guard: Any, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Let a function of the user's see elements as its borrow has them."""
    return lambda item: f(view_of(guard, item, "ref", None, "call", None))


class SliceReads(Base[T], Generic[T]):
    """The methods of a slice that read."""

    __slots__ = ()

    def _owned_deref(self, frame: Any) -> Any:
        return listed(reading(self))

    def __len__(self) -> int:
        return len(reading(self).positions)

    @overload  # type: ignore[override]
    def __getitem__(self, index: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Ref[Slice[T]]: ...
    def __getitem__(self, index: Any) -> Any:
        value = reading(self)
        if isinstance(index, slice):
            return lend_span(self, value.positions[index], False, _getframe(1))
        return hand_out(self, value.elements, position(value.positions, index), _getframe(1))

    def __iter__(self) -> Iterator[T]:
        return cast("Iterator[T]", loop_over(self, _getframe(1)))

    def __reversed__(self) -> Iterator[T]:
        return cast("Iterator[T]", loop_over(self, _getframe(1), backwards=True))

    def __contains__(self, item: object) -> bool:
        with lend_whole(self, False, _getframe(1)):
            return item in listed(reading(self))

    def iter(self) -> Iterator[T]:
        """Run over the elements; everything is lent while the loop runs, as `for x in v` does."""
        return cast("Iterator[T]", loop_over(self, _getframe(1)))

    def is_empty(self) -> bool:
        """Is there no element?"""
        return len(reading(self).positions) == 0

    def first(self) -> T | None:
        """Give the first element, or `None`.

        >>> from owned import Vec
        >>> Vec([1, 2]).first(), Vec().first()
        (1, None)
        """
        value = reading(self)
        positions = value.positions
        return cast("T", hand_out(self, value.elements, positions[0], _getframe(1))) if positions else None

    def last(self) -> T | None:
        """Give the last element, or `None`."""
        value = reading(self)
        positions = value.positions
        return cast("T", hand_out(self, value.elements, positions[-1], _getframe(1))) if positions else None

    @overload
    def get(self, index: SupportsIndex) -> T | None: ...
    @overload
    def get(self, index: slice) -> Ref[Slice[T]]: ...
    def get(self, index: Any) -> Any:
        """Give an element, or `None` when the index is out of range; of a slice, lend those elements that there are.

        >>> from owned import Vec
        >>> v = Vec(["a", "b"])
        >>> v.get(1), v.get(2), v.get(-1)
        ('b', None, 'b')
        """
        value = reading(self)
        if isinstance(index, slice):
            return lend_span(self, value.positions[index], False, _getframe(1))
        try:
            at = position(value.positions, index)
        except IndexError:
            return None
        return hand_out(self, value.elements, at, _getframe(1))

    def contains(self, item: object) -> bool:
        """Is an element equal to this?"""
        with lend_whole(self, False, _getframe(1)):
            return item in listed(reading(self))

    def index(self, value: Any, start: int = 0, stop: int = sys.maxsize) -> int:
        """Find the first element that is equal to this; raises `ValueError` if there is none."""
        with lend_whole(self, False, _getframe(1)):
            return listed(reading(self)).index(value, start, stop)

    def count(self, value: Any) -> int:
        """Count the elements that are equal to this."""
        with lend_whole(self, False, _getframe(1)):
            return listed(reading(self)).count(value)

    def binary_search(self, item: Any) -> int:
        """Find an element in a sorted vector: the index of one that is equal.

        Raises `NotFoundError`, which carries the index where it could be inserted.

        >>> from owned import NotFoundError, Vec
        >>> v = Vec([1, 3, 5])
        >>> v.binary_search(3)
        1
        >>> try:
        ...     v.binary_search(4)
        ... except NotFoundError as error:
        ...     print(error.into_inner())
        2
        """
        found, at = self._owned_search(item, None, _getframe(1))
        if found:
            return at
        raise NotFoundError(f"{item!r} is not there; it could be inserted at {at}", at)

    def try_binary_search(self, item: Any) -> int | None:
        """The same, giving `None` when there is no such element."""
        found, at = self._owned_search(item, None, _getframe(1))
        return at if found else None

    def binary_search_by_key(self, key: Any, f: Callable[[T], Any]) -> int:
        """Find an element by its key, in a vector that is sorted by it; raises `NotFoundError` as `binary_search`."""
        found, at = self._owned_search(key, f, _getframe(1))
        if found:
            return at
        raise NotFoundError(f"no element has the key {key!r}; one could be inserted at {at}", at)

    def _owned_search(self, item: Any, f: Any, frame: Any) -> tuple[bool, int]:
        with lend_whole(self, False, frame) as guard:
            items = listed(reading(guard))
            key = None if f is None else shown(guard, f)
            at = bisect_left(items, item, key=key)
            found = at < len(items) and (items[at] if key is None else key(items[at])) == item
        return bool(found), at

    def chunks(self, size: int) -> Iterator[Ref[Slice[T]]]:
        """Lend the elements in slices of so many; the last one may be shorter.

        >>> from owned import Vec
        >>> [list(chunk) for chunk in Vec([1, 2, 3]).chunks(2)]
        [[1, 2], [3]]
        """
        value = reading(self)
        step = count_of(size, "chunks")
        spans = cut_up(value, step, step, whole=False)
        return cast("Iterator[Ref[Slice[T]]]", loop_over_parts(self, spans, False, _getframe(1)))

    def windows(self, size: int) -> Iterator[Ref[Slice[T]]]:
        """Lend every slice of so many elements that stand side by side; they overlap.

        >>> from owned import Vec
        >>> [sum(window) for window in Vec([1, 2, 3]).windows(2)]
        [3, 5]
        """
        value = reading(self)
        spans = cut_up(value, count_of(size, "windows"), 1, whole=True)
        return cast("Iterator[Ref[Slice[T]]]", loop_over_parts(self, spans, False, _getframe(1)))

    def split_at(self, at: int) -> tuple[Ref[Slice[T]], Ref[Slice[T]]]:
        """Lend the elements before an index, and those from it on; raises `IndexError` beyond the end."""
        value = reading(self)
        middle = split_point(value.positions, at, "split_at")
        halves = part_of(value, None, middle), part_of(value, middle, None)
        return cast("tuple[Ref[Slice[T]], Ref[Slice[T]]]", lend_parts(self, *halves, False, _getframe(1)))

    def split_first(self) -> tuple[T, Ref[Slice[T]]] | None:
        """Lend the first element and all others, or give `None`."""
        return cast("tuple[T, Ref[Slice[T]]] | None", _split_end(self, 0, slice(1, None), _getframe(1)))

    def split_last(self) -> tuple[T, Ref[Slice[T]]] | None:
        """Lend the last element and all others, or give `None`."""
        return cast("tuple[T, Ref[Slice[T]]] | None", _split_end(self, -1, slice(None, -1), _getframe(1)))

    def to_list(self) -> list[T]:
        """Clone the elements into a list: plain values are copied, others by `clone`."""
        with lend_whole(self, False, _getframe(1)) as guard:
            root = type(guard)._owned_root(guard)
            return [clone_value(item, "Vec", root) for item in listed(reading(guard))]

    def __eq__(self, other: object) -> Any:
        return compare(self, other, list.__eq__, _getframe(1))

    def __ne__(self, other: object) -> Any:
        return compare(self, other, list.__ne__, _getframe(1))

    def __lt__(self, other: Iterable[T]) -> Any:
        return compare(self, other, list.__lt__, _getframe(1))

    def __le__(self, other: Iterable[T]) -> Any:
        return compare(self, other, list.__le__, _getframe(1))

    def __gt__(self, other: Iterable[T]) -> Any:
        return compare(self, other, list.__gt__, _getframe(1))

    def __ge__(self, other: Iterable[T]) -> Any:
        return compare(self, other, list.__ge__, _getframe(1))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(reading(self))


def compare(handle: Any, other: Any, operation: Callable[[Any, Any], Any], frame: Any) -> Any:
    """Compare with a list, a vector or a slice."""
    kind = type(other)
    if issubclass(kind, list):
        with lend_whole(handle, False, frame):
            return operation(listed(reading(handle)), other)
    if not issubclass(kind, SliceReads) or kind._owned_dead:  # type: ignore[attr-defined]
        return NotImplemented
    with lend_whole(handle, False, frame), lend_whole(other, False, frame):
        return operation(listed(reading(handle)), listed(reading(other)))


def part_of(value: Any, start: int | None, stop: int | None) -> Part:
    return Part(Span(value.elements, value.positions[start:stop]))


def cut_up(value: Any, size: int, step: int, *, whole: bool) -> Iterator[Part]:
    positions = value.positions
    end = len(positions) - size + 1 if whole else len(positions)
    return (part_of(value, start, start + size) for start in range(0, end, step))


def _split_end(handle: Any, end: int, others: slice, frame: Any) -> Any:
    value = reading(handle)
    if not value.positions:
        return None
    item = hand_out(handle, value.elements, value.positions[end], frame)
    return item, lend_span(handle, value.positions[others], False, frame)
