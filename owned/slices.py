"""Slices: some elements of a vector, borrowed.

`Ref[Slice[T]]` is Rust's `&[T]`, and `RefMut[Slice[T]]` is `&mut [T]`. A vector has all methods of a slice, and more.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, SupportsIndex, TypeVar, cast, overload

from .element_drops import drop_element
from .elements import Span
from .guards import Part, RefMut
from .owners import OwnedLayout
from .slice_reads import SliceReads, cut_up, part_of, shown
from .spans import (
    changing,
    check_incoming,
    count_of,
    lend_element,
    lend_parts,
    lend_span,
    lend_whole,
    loop_over_parts,
    position,
    provide_guards,
    reading,
    split_point,
)

T = TypeVar("T")

_getframe = sys._getframe


class Slice(SliceReads[T], Generic[T]):
    """Some elements of a vector that stand side by side: what a borrowed slice leads to, Rust's `[T]`.

    There are no slices by themselves: `v[1:3]` is a `Ref[Slice[T]]`, and `v.split_at_mut(2)` gives two
    `RefMut[Slice[T]]`. Indices are Python's; elements that are plain values come out bare, all others as views that
    lend.

    >>> from owned import Vec
    >>> v = Vec([1, 2, 3, 4])
    >>> with v[1:3] as middle:
    ...     print(middle, len(middle), middle.first(), middle[-1])
    [2, 3] 2 2 3
    >>> middle = v[1:3]
    >>> v.push(5)
    Traceback (most recent call last):
    ...
    owned.errors.BorrowMutError: cannot call push() on Vec[int]: it is borrowed (E0502)
      ...
    """

    __slots__ = ()

    if not TYPE_CHECKING:

        def __new__(cls, *args, **options):
            raise TypeError("a Slice is borrowed from a Vec: v[1:3]")

    def __setitem__(self, index: Any, item: Any) -> None:
        check_incoming(self, item)
        value = type(cast("Any", self))._owned_access.write(self, "assign to an item", "E0594")
        if isinstance(index, slice):
            raise TypeError("a slice has as many elements as it has: assign to them one by one")
        at = position(value.positions, index)
        elements = value.elements
        old, elements.items[at] = elements.items[at], elements.admit(item, _getframe(1))
        drop_element(old, elements.hook)

    @overload
    def get_mut(self, index: SupportsIndex) -> RefMut[T] | None: ...
    @overload
    def get_mut(self, index: slice) -> RefMut[Slice[T]]: ...
    def get_mut(self, index: Any) -> Any:
        """Lend an element exclusively, or give `None` when the index is out of range; a slice likewise.

        >>> from owned import Vec, drop
        >>> v = Vec([[1], [2]])
        >>> with v.get_mut(0) as first:
        ...     first.append(3)
        >>> v
        Vec([[1, 3], [2]])
        """
        value = changing(self, "get_mut")
        if isinstance(index, slice):
            return lend_span(self, value.positions[index], True, _getframe(1))
        try:
            at = position(value.positions, index)
        except IndexError:
            return None
        return lend_element(self, at, _getframe(1))

    def first_mut(self) -> RefMut[T] | None:
        """Lend the first element exclusively, or give `None`."""
        positions = changing(self, "first_mut").positions
        return cast("RefMut[T]", lend_element(self, positions[0], _getframe(1))) if positions else None

    def last_mut(self) -> RefMut[T] | None:
        """Lend the last element exclusively, or give `None`."""
        positions = changing(self, "last_mut").positions
        return cast("RefMut[T]", lend_element(self, positions[-1], _getframe(1))) if positions else None

    def iter_mut(self) -> Iterator[RefMut[T]]:
        """Run over the elements and lend each exclusively; different elements can be used together.

        >>> from owned import Vec
        >>> v = Vec([1, 2, 3])
        >>> for x in v.iter_mut():
        ...     x *= 10
        >>> v
        Vec([10, 20, 30])
        """
        value = changing(self, "iter_mut")
        elements = value.elements
        parts = (Part(elements.items[at], elements, "index", at) for at in value.positions)
        return cast("Iterator[RefMut[T]]", loop_over_parts(self, parts, True, _getframe(1)))

    def chunks_mut(self, size: int) -> Iterator[RefMut[Slice[T]]]:
        """Lend the elements exclusively in slices of so many, which can be used together.

        >>> from owned import Vec
        >>> v = Vec([1, 2, 3, 4])
        >>> left, right = v.chunks_mut(2)
        >>> left[0], right[0] = right[0], left[0]
        >>> v
        Vec([3, 2, 1, 4])
        """
        value = changing(self, "chunks_mut")
        step = count_of(size, "chunks_mut")
        spans = cut_up(value, step, step, whole=False)
        return cast("Iterator[RefMut[Slice[T]]]", loop_over_parts(self, spans, True, _getframe(1)))

    def split_at_mut(self, at: int) -> tuple[RefMut[Slice[T]], RefMut[Slice[T]]]:
        """Lend the elements before an index and those from it on, both exclusively, to be used together.

        >>> from owned import Vec, drop
        >>> v = Vec([1, 2, 3])
        >>> left, right = v.split_at_mut(1)
        >>> left[0], right[0] = right[0], left[0]
        >>> drop(left), drop(right)
        (None, None)
        >>> v
        Vec([2, 1, 3])
        """
        value = changing(self, "split_at_mut")
        middle = split_point(value.positions, at, "split_at_mut")
        halves = part_of(value, None, middle), part_of(value, middle, None)
        return cast("tuple[RefMut[Slice[T]], RefMut[Slice[T]]]", lend_parts(self, *halves, True, _getframe(1)))

    def split_first_mut(self) -> tuple[RefMut[T], RefMut[Slice[T]]] | None:
        """Lend the first element and all others exclusively, to be used together, or give `None`."""
        value = changing(self, "split_first_mut")
        return cast(
            "tuple[RefMut[T], RefMut[Slice[T]]] | None", _split_end_mut(self, value, 0, slice(1, None), _getframe(1))
        )

    def split_last_mut(self) -> tuple[RefMut[T], RefMut[Slice[T]]] | None:
        """Lend the last element and all others exclusively, to be used together, or give `None`."""
        value = changing(self, "split_last_mut")
        return cast(
            "tuple[RefMut[T], RefMut[Slice[T]]] | None", _split_end_mut(self, value, -1, slice(None, -1), _getframe(1))
        )

    def swap(self, a: int, b: int) -> None:
        """Exchange two elements; nothing is dropped."""
        value = changing(self, "swap")
        first, second = position(value.positions, a), position(value.positions, b)
        items = value.elements.items
        items[first], items[second] = items[second], items[first]

    def reverse(self) -> None:
        """Turn the order round."""
        write_back(changing(self, "reverse"), list.reverse)

    def sort(self, *, key: Callable[[T], Any] | None = None, reverse: bool = False) -> None:
        """Sort in place; equal elements keep their order. While it is sorted nobody can use it.

        When a comparison or the key function raises, all elements are still there, in some order.
        """
        changing(self, "sort")
        with lend_whole(self, True, _getframe(1)) as guard:
            value = reading(guard)
            if key is not None and not value.elements.plain:
                key = shown(guard, key)
            write_back(value, lambda items: items.sort(key=key, reverse=reverse), unordered=key is None)

    def sort_by_key(self, key: Callable[[T], Any]) -> None:
        """Sort in place by what a function makes of each element.

        >>> from owned import Vec
        >>> v = Vec(["ccc", "a", "bb"])
        >>> v.sort_by_key(len)
        >>> v
        Vec(['a', 'bb', 'ccc'])
        """
        changing(self, "sort_by_key")
        with lend_whole(self, True, _getframe(1)) as guard:
            value = reading(guard)
            f = key if value.elements.plain else shown(guard, key)
            write_back(value, lambda items: items.sort(key=f))


if not TYPE_CHECKING:
    Sequence.register(Slice)  # Before it has subclasses: `match` knows sequences by a flag that they inherit.


def write_back(value: Any, change: Callable[[list[Any]], object], *, unordered: bool = False) -> None:
    """Let a function change the order of the elements."""
    items = value.elements.items
    positions = value.positions
    if unordered and not value.elements.plain and any(issubclass(kind, OwnedLayout) for kind in set(map(type, items))):
        raise TypeError("owners have no order of their own: sort_by_key(lambda owner: owner.value...)")
    if len(positions) == len(items) and positions.step == 1:
        change(items)
        return
    part = [items[at] for at in positions]
    change(part)
    for at, item in zip(positions, part, strict=True):
        items[at] = item


def _split_end_mut(handle: Any, value: Any, end: int, others: slice, frame: Any) -> Any:
    if not value.positions:
        return None
    elements, at = value.elements, value.positions[end]
    first = Part(elements.items[at], elements, "index", at)
    return lend_parts(handle, first, Part(Span(elements, value.positions[others])), True, frame)


provide_guards(Span, Slice, Slice)
