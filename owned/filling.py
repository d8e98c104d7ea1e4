"""How elements come into a vector, many at a time, and how they leave it."""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType
from typing import Any

from .collected import Collection, ledger_of
from .drops import Dropping
from .element_drops import drop_element, drop_elements
from .elements import Elements
from .handles import Handle
from .owners import BoxLayout, OwnedLayout
from .plain import PLAIN

BATCHES = frozenset({list, tuple, range, str, bytes, set, frozenset, dict})
"""Types whose elements are all there, so that they can be looked at before they are taken."""

ALWAYS_PLAIN = frozenset({range, str, bytes})


def add_batch(elements: Elements, values: Any, frame: FrameType) -> bool:
    """Add elements that are all there and all plain, or another vector's; False when they must be looked at singly."""
    kind = type(values)
    if kind in BATCHES:
        if kind in ALWAYS_PLAIN or PLAIN.issuperset(map(type, values)):
            elements.items.extend(values)
            return True
    elif issubclass(kind, Collection) and not kind._owned_dead and type(ledger_of(values).value) is Elements:
        taken = Elements(kind._owned_take(values, frame), None, False)
        elements.plain = elements.plain and PLAIN.issuperset(map(type, taken.items))
        elements.items += taken.items
        return True
    return False


def add_all(elements: Elements, values: Any, frame: FrameType) -> None:
    """Add elements one by one."""
    kind = type(values)
    if issubclass(kind, Handle) and (issubclass(kind, (OwnedLayout, BoxLayout)) or kind._owned_dead):
        values = kind._owned_take(values, frame)
    add, admit = elements.items.append, elements.admit
    for item in values:
        add(item if type(item) in PLAIN else admit(item, frame))


def gathered(values: Any, hook: Any, frame: FrameType) -> Elements:
    """Take elements over; when that fails, those that were taken over are dropped."""
    elements = Elements([], hook, True)
    try:
        if not add_batch(elements, values, frame):
            add_all(elements, values, frame)
    except BaseException as error:
        drop_elements(elements.items, hook, error)
        raise
    return elements


def put_item(elements: Elements, at: int, item: Any, frame: FrameType) -> None:
    """Assign to one place, and drop what was there."""
    new = elements.admit(item, frame)
    old, elements.items[at] = elements.items[at], new
    if old is not new:
        drop_element(old, elements.hook)


def put_items(elements: Elements, index: slice, new: Elements) -> None:
    """Assign to several places, and drop what was there."""
    old = elements.items[index]
    try:
        elements.items[index] = new.items
    except BaseException as error:
        drop_elements(new.items, new.hook, error)
        raise
    elements.plain = elements.plain and new.plain
    drop_elements(old, elements.hook)


def cut_out(elements: Elements, index: slice) -> None:
    """Remove several elements, and drop them."""
    old = elements.items[index]
    del elements.items[index]
    if not elements.plain or elements.hook is not None:
        drop_elements(old, elements.hook)


def sift(elements: Elements, keep: Callable[[Any], object]) -> None:
    """Keep what a function says true of. A failing drop stops nothing; a failing function stops the sifting."""
    items = elements.items
    kept = 0
    asked = 0
    failures: list[BaseException] = []
    error: BaseException | None = None
    try:
        for item in items:
            wanted = keep(item)
            asked += 1
            if wanted:
                items[kept] = item
                kept += 1
                continue
            try:
                drop_element(item, elements.hook)
            except BaseException as failure:
                failures.append(failure)
    except BaseException as raised:
        error = raised
        raise
    finally:
        del items[kept:asked]
        conclude(failures, error)


def thin_out(elements: Elements, key: Callable[[Any], Any]) -> None:
    """Drop what has the same key as the element before it."""
    last: list[Any] = []

    def differs(item: Any) -> bool:
        mine = key(item)
        if last and bool(last[0] == mine):
            return False
        last[:] = [mine]
        return True

    sift(elements, differs)


def conclude(failures: list[BaseException], error: BaseException | None) -> None:
    """Raise what several drops failed with, beneath an exception that is on its way."""
    dropping = Dropping(error)
    dropping.failures = failures
    dropping.conclude()
