"""Looping over a map: its keys, its values, or both."""

from __future__ import annotations

import sys
from collections.abc import ItemsView as AbstractItems
from collections.abc import Iterable, Iterator
from collections.abc import KeysView as AbstractKeys
from collections.abc import ValuesView as AbstractValues
from types import FrameType
from typing import Any, Generic, TypeVar, cast

from .collected import Collection
from .elements import Entries
from .loops import Loop, begun, run_views
from .plain_loops import run_lent, run_plain
from .spans import lend_whole, reading

K = TypeVar("K")
V = TypeVar("V")

_getframe = sys._getframe


class Keys(AbstractKeys[K], Generic[K, V]):
    """The keys of a map."""

    def __init__(self, mapping: Any) -> None:
        self._mapping: Any = mapping

    def __iter__(self) -> Iterator[K]:
        return cast("Iterator[K]", loop_over_keys(self._mapping, _getframe(1)))

    def __repr__(self) -> str:
        return f"Keys({list(reading(self._mapping).items)!r})"


class Values(AbstractValues[V], Generic[K, V]):
    """The values of a map."""

    def __init__(self, mapping: Any) -> None:
        self._mapping: Any = mapping

    def __iter__(self) -> Iterator[V]:
        return cast("Iterator[V]", loop_over_values(self._mapping, _getframe(1)))

    def __contains__(self, value: object) -> bool:
        with lend_whole(self._mapping, False, _getframe(1)) as guard:
            return value in reading(guard).items.values()

    def __repr__(self) -> str:
        return f"Values({list(reading(self._mapping).items.values())!r})"


class Items(AbstractItems[K, V]):
    """The keys and values of a map."""

    def __init__(self, mapping: Any) -> None:
        self._mapping: Any = mapping

    def __iter__(self) -> Iterator[tuple[K, V]]:
        return cast("Iterator[tuple[K, V]]", loop_over_pairs(self._mapping, _getframe(1)))

    def __contains__(self, item: object) -> bool:
        with lend_whole(self._mapping, False, _getframe(1)) as guard:
            return item in reading(guard).items.items()

    def __repr__(self) -> str:
        return f"Items({list(reading(self._mapping).items.items())!r})"


def loop_over_keys(handle: Any, frame: FrameType, *, backwards: bool = False) -> Any:
    """Iterate over the keys."""
    entries = reading(handle)
    keys = reversed(entries.items) if backwards else iter(entries.items)
    if entries.plain_keys:
        return run_bare(keys, handle, frame)
    guard = lend_whole(handle, False, frame)
    return run_views(Loop(guard, False), keys, iter(range(len(entries.items))), None, "call", handle)


def run_bare(source: Iterable[Any], handle: Any, frame: FrameType) -> Iterator[Any]:
    """Loop over plain values, of a map or of a guard on one."""
    if issubclass(type(handle), Collection):
        return run_plain(source, handle, frame)
    return run_lent(source, lend_whole(handle, False, frame), handle)


def loop_over_values(handle: Any, frame: FrameType) -> Any:
    """Iterate over the values."""
    entries = reading(handle)
    if entries.plain:
        return run_bare(entries.items.values(), handle, frame)
    guard = lend_whole(handle, False, frame)
    return run_views(Loop(guard, False), entries.items.values(), entries.items, entries, "item", handle)


def loop_over_pairs(handle: Any, frame: FrameType) -> Any:
    """Iterate over keys and values."""
    entries = reading(handle)
    if entries.plain:
        return run_bare(entries.items.items(), handle, frame)
    guard = lend_whole(handle, False, frame)
    return begun(_pairs(Loop(guard, False), entries, handle))


def _pairs(loop: Loop, entries: Entries, owner: Any) -> Any:
    try:
        yield
        for key, value in entries.items.items():
            yield loop.show(key, (None, "call", None)), loop.show(value, (entries, "item", key))
            loop.check()
    finally:
        loop.finish()
        del owner
