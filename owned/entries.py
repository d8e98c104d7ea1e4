"""Entries: one place in a map, there or not, found once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Generic, TypeVar, cast

from . import complaints
from .element_drops import drop_element
from .elements import Entries
from .guards import REF_MUTS, Part, RefMut, exit_guard
from .handles import Handle, refuse_copies
from .ledger import End, Ledger, end_at
from .loops import narrow

K = TypeVar("K")
V = TypeVar("V")

_getframe = sys._getframe


class Entry(Handle, Generic[K, V]):
    """The place of a key in a map, which is borrowed exclusively as long as the entry lives.

    `or_insert` and its kin use the entry up, and give the value as a `RefMut`: bound by `with`, it ends with its block.

    >>> from owned import Map
    >>> counts = Map()
    >>> for word in "a b a".split():
    ...     with counts.entry(word).or_insert(0) as count:
    ...         count += 1
    >>> counts
    Map({'a': 2, 'b': 1})

    A `RefMut` that is still there keeps the map borrowed:

    >>> count = counts.entry("a").or_insert(0)
    >>> counts.entry("b")
    Traceback (most recent call last):
    ...
    owned.errors.BorrowMutError: cannot call entry() on Map[str, int]: it is borrowed exclusively (E0499)
      ...
    """

    __slots__ = ("__weakref__", "_end", "_entries", "_guard", "_key")

    _owned_kind = "Entry"

    def __init__(self, guard: Any, entries: Entries, key: Any) -> None:
        self._guard = guard
        self._entries = entries
        self._key = key
        self._end: End | None = None

    def key(self) -> K:
        """Give the key that was asked for."""
        self._owned_here()
        return cast("K", self._key)

    def is_occupied(self) -> bool:
        """Is there a value?"""
        self._owned_here()
        return self._key in self._entries.items

    def or_insert(self, value: V) -> RefMut[V]:
        """Lend the value exclusively; put this one there first, if there is none.

        A value that is not needed is dropped, as in Rust; `or_insert_with` makes it only when it is.
        """
        frame = _getframe(1)
        if self.is_occupied():
            unused = self._entries.admit(value, frame)
            if unused is not self._entries.items[self._key]:
                drop_element(unused, self._entries.hook)
            return self._owned_lend_value(frame)
        return cast("RefMut[V]", self._owned_fill(value, frame))

    def or_insert_with(self, f: Callable[[], V]) -> RefMut[V]:
        """The same, with a value that a function makes when it is needed; if that fails, nothing has changed.

        >>> from owned import Map
        >>> groups = Map()
        >>> with groups.entry("a").or_insert_with(list) as group:
        ...     group.append(1)
        >>> groups
        Map({'a': [1]})
        """
        frame = _getframe(1)
        if self.is_occupied():
            return self._owned_lend_value(frame)
        return cast("RefMut[V]", self._owned_fill(f(), frame))

    def or_insert_with_key(self, f: Callable[[K], V]) -> RefMut[V]:
        """The same, with a function of the key."""
        frame = _getframe(1)
        if self.is_occupied():
            return self._owned_lend_value(frame)
        return cast("RefMut[V]", self._owned_fill(f(self._key), frame))

    def or_default(self, kind: Callable[[], V]) -> RefMut[V]:
        """The same, with the empty value of a type: `or_default(list)`, `or_default(int)`."""
        frame = _getframe(1)
        if self.is_occupied():
            return self._owned_lend_value(frame)
        return cast("RefMut[V]", self._owned_fill(kind(), frame))

    def and_modify(self, f: Callable[[RefMut[V]], object]) -> Entry[K, V]:
        """Lend the value to a function, if there is one; gives the entry back.

        >>> from owned import Map, replace
        >>> counts = Map({"a": 1})
        >>> with counts.entry("a").and_modify(lambda n: replace(n, n + 1)).or_insert(1) as count:
        ...     print(count)
        2
        """
        if self.is_occupied():
            frame = _getframe(1)
            lent = type(self._guard)._owned_lend_mut(self._guard, frame)
            with narrow(lent, self._owned_part(), REF_MUTS) as value:
                f(value)
        return self

    def insert(self, value: V) -> V | None:
        """Put a value there, and give the old one, or `None`; the entry is used up."""
        frame = _getframe(1)
        old = self._entries.items.get(self._key) if self.is_occupied() else None
        guard = self._owned_fill(value, frame)
        exit_guard(guard, None)
        return cast("V", old)

    def remove(self) -> V | None:
        """Move the value out, or give `None`; the entry is used up."""
        frame = _getframe(1)
        occupied = self.is_occupied()
        guard = self._owned_use_up(frame)
        entries, key = self._entries, self._key
        try:
            if not occupied:
                return None
            stored = entries.stored_key(key)
            value = entries.items.pop(key)
            drop_element(stored, None)
            return cast("V", value)
        finally:
            exit_guard(guard, None)

    def _owned_here(self) -> None:
        if self._end is not None:
            root = type(self)._owned_root(self)
            assert root is not None
            raise complaints.used_after_end("Entry", root, self._end)
        if type(self._guard)._owned_dead:
            raise type(self._guard)._owned_error(self._guard)

    def _owned_use_up(self, frame: FrameType) -> Any:
        self._end = end_at("moved", frame)
        return self._guard

    def _owned_part(self) -> Part:
        return Part(self._entries.items[self._key], self._entries, "item", self._key)

    def _owned_lend_value(self, frame: FrameType) -> RefMut[V]:
        part = self._owned_part()
        return cast("RefMut[V]", narrow(self._owned_use_up(frame), part, REF_MUTS))

    def _owned_fill(self, value: Any, frame: FrameType) -> Any:
        put_value(self._entries, self._key, value, frame)
        return self._owned_lend_value(frame)

    def _owned_root(self) -> Ledger | None:
        return cast("Ledger", type(self._guard)._owned_root(self._guard))

    def _owned_live(self) -> bool:
        return self._end is None and not type(self._guard)._owned_dead

    def _owned_drop(self, frame: FrameType) -> None:
        self._owned_here()
        guard = self._owned_use_up(frame)
        self._end = end_at("dropped", frame)
        exit_guard(guard, None)

    def __repr__(self) -> str:
        return f"Entry({self._key!r})" if self._owned_live() else "<used Entry>"


MISSING: Any = object()


def put_value(entries: Entries, key: Any, value: Any, frame: FrameType) -> Any:
    """Store a value under a key, and give the old one, or `MISSING`. The key that is there already stays.

    When hashing or comparing the key fails, nothing has changed; what was moved for it is dropped.
    """
    items = entries.items
    old = items.get(key, MISSING)
    new = entries.admit(value, frame)
    try:
        if old is MISSING:
            items[entries.admit_key(key, frame)] = new
        else:
            items[key] = new
            if type(key) is not str and issubclass(type(key), Handle):
                drop_element(entries.admit(key, frame), None)
    except BaseException:
        if new is not value:
            drop_element(new, entries.hook)
        raise
    return old


refuse_copies(Entry)
