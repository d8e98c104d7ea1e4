"""The methods of a vector that change its length; those of `Slice` do not.

They are written once, for the vector and for the guards on it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, MutableSequence
from types import FrameType, GenericAlias
from typing import TYPE_CHECKING, Any, Generic, SupportsIndex, TypeVar, cast, overload

from . import complaints
from .collected import Collection, ledger_of, opened
from .drains import Drain
from .element_drops import drop_element, drop_elements, parts_of_list
from .elements import Elements
from .errors import BorrowMutError, OwnershipError
from .filling import add_all, add_batch, cut_out, gathered, put_item, put_items, sift, thin_out
from .guards import view_of
from .ledger import Ledger
from .slice_reads import shown
from .slices import Slice
from .spans import changing, check_incoming, lend_whole, position, split_point, split_range

if TYPE_CHECKING:
    from .vec import Vec

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
    """The methods that change the length of a vector."""

    __slots__ = ()

    _owned_vec: Any
    """Makes a vector of a ledger: what stands on a higher floor."""

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

        What is not taken from the iterator is dropped with it. Raises `IndexError`, and changes nothing, for a range
        that goes beyond the end, or ends before it begins.

        >>> from owned import Vec
        >>> v = Vec([1, 2, 3])
        >>> list(v.drain(0, 2)), v
        ([1, 2], Vec([3]))
        >>> v.drain(0, 2)
        Traceback (most recent call last):
        ...
        IndexError: drain(0, 2): the length is 1
        """
        elements = changing(self, "drain")
        first, last = split_range(elements.positions, start, stop, "drain")
        guard = lend_whole(self, True, _getframe(1))
        taken = elements.items[first:last]
        del elements.items[first:last]
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
        return cast("Vec[T]", VecMethods._owned_vec(opened("Vec", tail, None, None, _getframe(1))))

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
        return VecMethods._owned_vec(opened("Vec", old, None, None, frame))


def reading_root(handle: Any) -> Ledger | None:
    """The ledger that a vector or a guard on one is about."""
    return cast("Ledger | None", type(handle)._owned_root(handle))


def itself(handle: Any, method: str) -> OwnershipError:
    """Build the error for a vector that is given to a method of its own."""
    root = reading_root(handle)
    assert root is not None
    return complaints.build(
        BorrowMutError,
        f"cannot give {complaints.place('Vec', root)} to its own {method}(): it would be borrowed exclusively twice",
        "give it a copy: clone(x)",
        [("created", root.created)],
        "E0499",
    )
