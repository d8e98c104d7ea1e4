"""`Vec`: a growable array that owns its elements.

The value behind its ledger is `Elements`, which is a plain list and what belongs to it. A free `Vec` reaches that list
without asking anybody; once lent, it is of a class that asks. The methods that need no such speed are in `vec_methods`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar, overload

from .collected import LENT_ACCESS, Collection, make, opened, settle_classes
from .element_drops import drop_element
from .elements import Elements
from .filling import gathered
from .guards import Ref
from .owners import check_arguments
from .plain import PLAIN
from .plain_loops import run_plain
from .slices import Slice
from .spans import check_incoming, hand_out, lend_span, loop_over, position, provide_guards
from .vec_methods import VecMethods

T = TypeVar("T")

_getframe = sys._getframe


class Vec(Collection, VecMethods[T]):
    """A growable array that owns its elements: Rust's `Vec<T>`.

    It takes its elements over: owners are moved, and whatever has a drop hook is dropped with the vector, in order.
    `drop=` is a hook for each element. An element leaves by `pop`, `remove`, `swap_remove`, `drain` or `into_inner`;
    everything else only lends: plain values come out bare, other elements as read-only views, slices as `Ref`s, and
    `get_mut`, `iter_mut` and the like lend exclusively. A loop lends the whole vector while it runs.

    It is a `MutableSequence` and equal to lists with the same elements. Three names mean what they mean in Rust:
    `remove(index)` gives the element, `pop()` gives `None` when nothing is left, and `append(other)` empties another
    vector.

    Raises `BorrowMutError` when it is changed while anything of it is borrowed, `MoveOutOfBorrowError` when an element
    is to be moved out through a borrow.

    >>> from owned import Vec, move
    >>> v = Vec([3, 1, 2])
    >>> v.push(4)
    >>> v.sort()
    >>> v, v[0], v[-1], len(v), v == [1, 2, 3, 4]
    (Vec([1, 2, 3, 4]), 1, 4, 4, True)
    >>> for x in v:
    ...     v.push(x)
    Traceback (most recent call last):
    ...
    owned.errors.BorrowMutError: cannot call push() on Vec[int]: it is borrowed (E0502)
      ...
    """

    __slots__ = ()

    _owned_exclusive = frozenset(
        "append chunks_mut clear dedup dedup_by_key drain extend first_mut get_mut insert iter_mut last_mut pop push"
        " remove retain retain_mut reverse sort sort_by_key split_at_mut split_first_mut split_last_mut split_off swap"
        " swap_remove truncate __setitem__ __delitem__ __iadd__".split()
    )

    if TYPE_CHECKING:

        def __init__(
            self, values: Iterable[T] = ..., *, drop: Callable[[T], object] | None = None, name: str | None = None
        ) -> None: ...
        def __owned_value__(self) -> list[T]: ...
        def __owned_take__(self) -> list[T]: ...
        def __owned_lend__(self) -> Vec[T]: ...
        def __owned_lend_mut__(self) -> Vec[T]: ...

        @overload  # type: ignore[override]
        def __getitem__(self, index: SupportsIndex) -> T: ...
        @overload
        def __getitem__(self, index: slice) -> Ref[Slice[T]]: ...
        def __getitem__(self, index: Any) -> Any: ...
        def push(self, item: T) -> None: ...
        def __iter__(self) -> Iterator[T]: ...
        @overload
        def __setitem__(self, index: SupportsIndex, item: T) -> None: ...
        @overload
        def __setitem__(self, index: slice, item: Iterable[T]) -> None: ...
        def __setitem__(self, index: Any, item: Any) -> None: ...
        def __delitem__(self, index: SupportsIndex | slice) -> None: ...

    else:
        _owned_replace = VecMethods._owned_replace

        def __new__(cls, values=(), *, drop=None, name=None):
            frame = _getframe(1)
            if drop is not None:
                check_arguments("Vec", values, drop, name)
            elements = gathered(values, drop, frame)
            return make(Vec, opened("Vec", elements, None, name, frame))

        def push(self, item):
            """Add an element at the end; an owner is moved."""
            if type(item) in PLAIN:
                self._items.append(item)
            else:
                check_incoming(self, item)
                elements = self._ledger.value
                self._items.append(elements.admit(item, _getframe(1)))

        def __len__(self):
            return len(self._items)

        def __getitem__(self, index):
            if type(index) is int:
                try:
                    item = self._items[index]
                except IndexError:
                    position(range(len(self._items)), index)
                    raise
                if type(item) in PLAIN:
                    return item
                return hand_out(self, self._ledger.value, range(len(self._items))[index], _getframe(1))
            if isinstance(index, slice):
                elements = self._ledger.value
                return lend_span(self, elements.positions[index], False, _getframe(1))
            return self[position(range(len(self._items)), index)]

        def __setitem__(self, index, item):
            if type(index) is int and type(item) in PLAIN:
                items = self._items
                try:
                    old = items[index]
                except IndexError:
                    position(range(len(items)), index)
                    raise
                items[index] = item
                elements = self._ledger.value
                if not elements.plain or elements.hook is not None:
                    drop_element(old, elements.hook)
            else:
                VecMethods.__setitem__(self, index, item)

        def __iter__(self):
            if self._ledger.value.plain:
                return run_plain(self._items, self, _getframe(1))
            return loop_over(self, _getframe(1))

        def pop(self, index=None):
            """Move the last element out, or give `None`; with an index, `remove(index)`."""
            items = self._items
            if index is None:
                return items.pop() if items else None
            return items.pop(position(range(len(items)), index))


class LentVec(Vec[T]):
    """A `Vec` that was lent: it asks its ledger."""

    __slots__ = ()

    if not TYPE_CHECKING:
        push = VecMethods.push
        pop = VecMethods.pop
        __iter__ = Slice.__iter__
        __len__ = Slice.__len__

        def __getitem__(self, index):
            elements = LENT_ACCESS.read(self)
            if isinstance(index, slice):
                return lend_span(self, elements.positions[index], False, _getframe(1))
            items = elements.items
            return hand_out(self, elements, position(range(len(items)), index), _getframe(1))

        __setitem__ = VecMethods.__setitem__


def _vec_of(ledger: Any) -> Any:
    return make(Vec, ledger)


VecMethods._owned_vec = staticmethod(_vec_of)
settle_classes(Vec, LentVec)
provide_guards(Elements, VecMethods, Vec)
if not TYPE_CHECKING:
    MutableSequence.register(Vec)
