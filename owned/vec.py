"""`Vec`: a growable array that owns its elements.

The value behind its ledger is `Elements`, which is a plain list and what belongs to it. A free `Vec` reaches that list
without asking anybody; once lent, it is of a class that asks. The methods that need no such speed are written once, for
the vector and for the guards on it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, MutableSequence
from types import FrameType, GenericAlias
from typing import TYPE_CHECKING, Any, Generic, SupportsIndex, TypeVar, cast, overload

from . import complaints
from .collected import LENT_ACCESS, Collection, ledger_of, make, opened, settle_classes
from .drains import Drain
from .element_drops import drop_element, drop_elements, parts_of_list
from .elements import Elements
from .errors import OwnershipError
from .filling import add_all, add_batch, cut_out, gathered, put_item, put_items, sift, thin_out
from .guards import Ref, view_of
from .ledger import Ledger
from .owners import check_arguments
from .plain import PLAIN
from .plain_loops import run_plain
from .slices import Slice, shown
from .spans import (
    changing,
    check_incoming,
    hand_out,
    lend_span,
    lend_whole,
    loop_over,
    position,
    provide_guards,
    split_point,
)

T = TypeVar("T")

_getframe = sys._getframe

if TYPE_CHECKING:
    Base = MutableSequence
else:

    class Base:
        """Nothing: for type checkers, a vector is a mutable sequence."""

        __slots__ = ()
        __class_getitem__ = classmethod(GenericAlias)


class VecMethods(Slice[T], Base[T], Generic[T]):  # type: ignore[misc]
    """The methods that change the length of a vector; those of `Slice` do not."""

    __slots__ = ()

    # One element ----------------------------------------------------------------------------------------------------

    def push(self, item: T) -> None:
        """Add an element at the end; an owner is moved.

        Raises `BorrowMutError` while anything of the vector is borrowed.

        >>> from owned import Owned, Vec, is_live
        >>> v, number = Vec(), Owned(5)
        >>> v.push(number)
        >>> is_live(number), v
        (False, Vec([Owned(5)]))
        """
        check_incoming(self, item)
        elements = changing(self, "push")
        elements.items.append(elements.admit(item, _getframe(1)))

    @overload  # type: ignore[override]
    def pop(self) -> T | None: ...
    @overload
    def pop(self, index: int) -> T: ...
    def pop(self, index: Any = None) -> Any:
        """Move the last element out, or give `None`; with an index, `remove(index)`.

        >>> from owned import Vec
        >>> v = Vec([1, 2])
        >>> v.pop(), v.pop(), v.pop()
        (2, 1, None)
        """
        elements = changing(self, "pop")
        if index is None:
            return elements.items.pop() if elements.items else None
        return elements.items.pop(position(elements.positions, index))

    def insert(self, index: SupportsIndex, value: T) -> None:
        """Put an element before an index; raises `IndexError` beyond the end."""
        check_incoming(self, value)
        elements = changing(self, "insert")
        at = split_point(elements.positions, index, "insert", "; push() adds at the end")
        elements.items.insert(at, elements.admit(value, _getframe(1)))

    def remove(self, index: SupportsIndex) -> T:  # type: ignore[override]
        """Move an element out by its index, and close the gap; raises `IndexError` when there is none.

        To drop an element that equals something: `del v[v.index(x)]`.

        >>> from owned import Vec
        >>> v = Vec(["a", "b", "c"])
        >>> v.remove(1), v
        ('b', Vec(['a', 'c']))
        """
        elements = changing(self, "remove")
        return cast("T", elements.items.pop(position(elements.positions, index)))

    def swap_remove(self, index: SupportsIndex) -> T:
        """Move an element out and put the last one in its place: the order changes, and nothing is moved along.

        >>> from owned import Vec
        >>> v = Vec([1, 2, 3, 4])
        >>> v.swap_remove(0), v
        (1, Vec([4, 2, 3]))
        """
        elements = changing(self, "swap_remove")
        items = elements.items
        at = position(elements.positions, index)
        last = items.pop()
        if at == len(items):
            return cast("T", last)
        item, items[at] = items[at], last
        return cast("T", item)

    # Many -----------------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Drop all elements, in order."""
        elements = changing(self, "clear")
        taken = elements.take_all()
        if not taken.plain or taken.hook is not None:
            drop_elements(taken.items, taken.hook)

    def truncate(self, length: int) -> None:
        """Drop the elements from an index on, in order; nothing happens when there are no more than so many."""
        elements = changing(self, "truncate")
        if length < 0:
            raise ValueError(f"truncate({length}): the length cannot be negative")
        cut_out(elements, slice(length, None))

    def extend(self, values: Iterable[T]) -> None:
        """Add elements at the end; owners are moved, and so is another vector.

        What a generator gave before it failed stays. While it runs, the vector is borrowed exclusively.

        >>> from owned import Vec
        >>> v = Vec([1])
        >>> v.extend(x * x for x in (2, 3))
        >>> v
        Vec([1, 4, 9])
        """
        elements = changing(self, "extend")
        frame = _getframe(1)
        if issubclass(type(values), VecMethods) and reading_root(values) is reading_root(self):
            raise itself(self, "extend")
        if add_batch(elements, values, frame):
            return
        with lend_whole(self, True, frame):
            add_all(elements, values, frame)

    @overload
    def append(self, value: VecMethods[T]) -> None: ...
    @overload
    def append(self, value: T) -> None: ...
    def append(self, value: Any) -> None:
        """Move all elements of another vector here, and leave it empty. What is no vector is pushed, as by a list.

        >>> from owned import Vec
        >>> a, b = Vec([1]), Vec([2, 3])
        >>> a.append(b)
        >>> a, b
        (Vec([1, 2, 3]), Vec([]))
        """
        if not issubclass(type(value), VecMethods):
            check_incoming(self, value)
            elements = changing(self, "append")
            elements.items.append(elements.admit(value, _getframe(1)))
            return
        if reading_root(value) is reading_root(self):
            raise itself(self, "append")
        elements = changing(self, "append")
        other = changing(value, "append")
        taken = other.take_all()
        elements.items += taken.items
        elements.plain = elements.plain and taken.plain

    def drain(self, start: int = 0, stop: int | None = None) -> Drain[T]:
        """Move the elements from one index to another out, by an iterator that borrows the vector while it lives.

        What is not taken from the iterator is dropped with it.

        >>> from owned import Vec
        >>> v = Vec([1, 2, 3])
        >>> list(v.drain(0, 2)), v
        ([1, 2], Vec([3]))
        """
        elements = changing(self, "drain")
        positions = elements.positions[start:stop]
        guard = lend_whole(self, True, _getframe(1))
        taken = elements.items[positions.start : positions.stop]
        del elements.items[positions.start : positions.stop]
        return Drain(guard, taken, elements.hook, parts_of_list)

    def split_off(self, at: int) -> Vec[T]:
        """Move the elements from an index on into a new vector, with the same drop hook; `IndexError` beyond the end.

        >>> from owned import Vec
        >>> v = Vec([1, 2, 3])
        >>> v.split_off(1), v
        (Vec([2, 3]), Vec([1]))
        """
        elements = changing(self, "split_off")
        middle = split_point(elements.positions, at, "split_off")
        tail = Elements(elements.items[middle:], elements.hook, elements.plain)
        del elements.items[middle:]
        return cast("Vec[T]", make(Vec, opened("Vec", tail, None, None, _getframe(1))))

    def retain(self, keep: Callable[[T], object]) -> None:
        """Keep the elements that a function says true of; the others are dropped, in order, as soon as it is asked.

        When the function raises, the elements that it was not asked about are kept.

        >>> from owned import Vec
        >>> v = Vec([1, 2, 3, 4])
        >>> v.retain(lambda x: x % 2 == 0)
        >>> v
        Vec([2, 4])
        """
        changing(self, "retain")
        with lend_whole(self, True, _getframe(1)) as guard:
            elements = type(guard)._owned_access.read(guard)
            sift(elements, shown(guard, keep) if not elements.plain else keep)

    def retain_mut(self, keep: Callable[[T], object]) -> None:
        """The same, with a function that may change the elements."""
        changing(self, "retain_mut")
        with lend_whole(self, True, _getframe(1)) as guard:
            elements = type(guard)._owned_access.read(guard)
            numbered = iter(range(len(elements.items)))
            sift(elements, lambda item: keep(view_of(guard, item, "mut", elements, "index", next(numbered))))

    def dedup(self) -> None:
        """Drop every element that equals the one before it; in a sorted vector, all that are there twice.

        >>> from owned import Vec
        >>> v = Vec([1, 1, 2, 1])
        >>> v.dedup()
        >>> v
        Vec([1, 2, 1])
        """
        changing(self, "dedup")
        with lend_whole(self, True, _getframe(1)) as guard:
            thin_out(type(guard)._owned_access.read(guard), lambda item: item)

    def dedup_by_key(self, key: Callable[[T], Any]) -> None:
        """Drop every element whose key equals that of the one before it."""
        changing(self, "dedup_by_key")
        with lend_whole(self, True, _getframe(1)) as guard:
            thin_out(type(guard)._owned_access.read(guard), shown(guard, key))

    # As Python sequences --------------------------------------------------------------------------------------------

    def __setitem__(self, index: Any, item: Any) -> None:
        if not isinstance(index, slice):
            check_incoming(self, item)
        elements = type(cast("Any", self))._owned_access.write(self, "assign to an item", "E0594")
        frame = _getframe(1)
        if not isinstance(index, slice):
            put_item(elements, position(elements.positions, index), item, frame)
            return
        with lend_whole(self, True, frame):
            new = gathered(item, elements.hook, frame)
        put_items(elements, index, new)

    def __delitem__(self, index: Any) -> None:
        elements = type(cast("Any", self))._owned_access.write(self, "delete an item", "E0594")
        if isinstance(index, slice):
            cut_out(elements, index)
        else:
            drop_element(elements.items.pop(position(elements.positions, index)), elements.hook)

    def __iadd__(self, values: Iterable[T]) -> Any:
        self.extend(values)
        return self

    def __repr__(self) -> str:
        kind = type(cast("Any", self))
        if issubclass(kind, Collection):
            ledger = ledger_of(self)
            if ledger.state < 0:
                return f"<Vec[{ledger.describe()}] borrowed exclusively>"
            return f"Vec({ledger.value.items!r})"
        return f"Vec({kind._owned_access.read(self).items!r})"

    def _owned_replace(self, new: Any, verb: str, frame: FrameType) -> Any:
        elements = changing(self, verb)
        if issubclass(type(new), VecMethods) and reading_root(new) is reading_root(self):
            raise itself(self, verb)
        incoming = Elements([], elements.hook, True) if new is None else gathered(new, elements.hook, frame)
        old = elements.take_all()
        elements.items += incoming.items
        elements.plain = incoming.plain
        return make(Vec, opened("Vec", old, None, None, frame))


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


def reading_root(handle: Any) -> Ledger | None:
    """The ledger that a vector or a guard on one is about."""
    return cast("Ledger | None", type(handle)._owned_root(handle))


def itself(handle: Any, method: str) -> OwnershipError:
    """Build the error for a vector that is given to a method of its own."""
    root = reading_root(handle)
    assert root is not None
    return complaints.cannot_change("Vec", root, f"{method}() with itself", "E0499")


settle_classes(Vec, LentVec)
provide_guards(Elements, VecMethods, Vec)
if not TYPE_CHECKING:
    MutableSequence.register(Vec)
