"""How keys are looked up in a map, and how values come in and leave."""

from __future__ import annotations

from collections.abc import Mapping
from types import FrameType
from typing import Any

from .collected import Collection
from .element_drops import drop_all, drop_element
from .elements import Entries
from .entries import MISSING, put_value
from .handles import Handle
from .owners import BoxLayout, OwnedLayout
from .plain import PLAIN
from .spans import changing, check_incoming, lend_whole, reading


def look_up(handle: Any, key: Any, frame: FrameType) -> Entries | None:
    """Give the entries, if the key is among them; nobody changes them while it is compared."""
    entries = reading(handle)
    if type(key) in PLAIN and entries.plain_keys:
        return entries if key in entries.items else None
    with lend_whole(handle, False, frame):
        return entries if key in entries.items else None


def store(handle: Any, method: str, key: Any, value: Any, frame: FrameType) -> Any:
    """Put a value under a key, and give what was there."""
    check_incoming(handle, value)
    check_incoming(handle, key)
    if method:
        entries = changing(handle, method)
    else:
        entries = type(handle)._owned_access.write(handle, "assign to an item", "E0594")
    if type(key) in PLAIN and entries.plain_keys:
        return put_value(entries, key, value, frame)
    with lend_whole(handle, True, frame):
        return put_value(entries, key, value, frame)


def take_out(handle: Any, entries: Entries, key: Any, frame: FrameType, *, keep_key: bool = False) -> Any:
    """Move a key and its value out, or give `None`. Unless the key is wanted, it is dropped."""
    with lend_whole(handle, True, frame):
        if key not in entries.items:
            return None
        stored = entries.stored_key(key)
        value = entries.items.pop(key)
    if not keep_key:
        drop_element(stored, None)
    return stored, value


def add_all(entries: Entries, values: Any, frame: FrameType) -> None:
    """Add the entries of a mapping, or pairs; the values that they replace are dropped."""
    kind = type(values)
    if issubclass(kind, Handle) and (issubclass(kind, (OwnedLayout, BoxLayout, Collection)) or kind._owned_dead):
        values = kind._owned_take(values, frame)
    if isinstance(values, Mapping) or hasattr(type(values), "keys"):
        values = values.items()
    for number, pair in enumerate(values):
        try:
            key, value = pair
        except (TypeError, ValueError):
            raise TypeError(f"a Map is made of pairs, and element {number} is {type(pair).__name__!r}") from None
        old = put_value(entries, key, value, frame)
        if old is not MISSING and old is not value:
            drop_element(old, entries.hook)


def gathered(values: Any, hook: Any, frame: FrameType) -> Entries:
    """Take entries over; when that fails, those that were taken over are dropped."""
    entries = Entries({}, hook, True)
    try:
        add_all(entries, values, frame)
    except BaseException as error:
        drop_all(entries._owned_parts(), error)
        raise
    return entries
