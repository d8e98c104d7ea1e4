"""How the elements of a collection are dropped: in order, each once, and with few questions asked per element.

Owners among the elements end as parts of any dropped value do. Everything else gets an `Element` for the time of its
drop. What is known of a type of element is found out once for all elements of that type.
"""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Iterable, Iterator
from typing import Any

from . import complaints
from .drops import CONTAINERS, Dropping, drop_awaiting, drop_now, parts_of
from .errors import AsyncDropError
from .handles import Handle
from .ledger import Ledger
from .plain import PLAIN, is_plain
from .registry import hooks_of, thread_bound


class Facts:
    """What is known of the elements of one type: have they a hook, must it be awaited, and are their fields at hand?"""

    __slots__ = ("awaits", "hooked", "simple")

    def __init__(self, item: Any, hook: Any) -> None:
        hooks = hooks_of(item, hook)
        kind = type(item)
        self.hooked = hooks.now is not None or hooks.awaiting is not None
        self.awaits = hooks.now is None and hooks.awaiting is not None
        self.simple = not issubclass(kind, CONTAINERS) and all(
            base.__flags__ & 1 << 9 and "__slots__" not in base.__dict__ for base in kind.__mro__[:-1]
        )

    def has_parts(self, item: Any) -> bool:
        """Does this element hold owners or guards?"""
        if self.simple:
            fields = object.__getattribute__(item, "__dict__")
            if PLAIN.issuperset(map(type, fields.values())):
                return False
        return not is_plain(item) and next(parts_of(item, {id(item)}), None) is not None


def facts_of(item: Any, hook: Any, known: dict[type, Facts]) -> Facts:
    """Look up what is known of an element's type. Types that make attributes up are asked for each element."""
    kind = type(item)
    facts = known.get(kind)
    if facts is None:
        facts = Facts(item, hook)
        if not hasattr(kind, "__getattr__"):
            known[kind] = facts
    return facts


class Element(Handle):
    """An element without an owner of its own, while its collection is dropped: a part that ends by its hook."""

    __slots__ = ("facts", "hook", "value")

    taken = False
    _owned_kind = "element"

    def __init__(self, value: Any, hook: Any, facts: Facts) -> None:
        self.value = value
        self.hook = hook
        self.facts = facts

    def _owned_end_part(self) -> tuple[Any, Any]:
        if self.facts.awaits:
            raise complaints.build(
                AsyncDropError,
                f"an element, a {type(self.value).__name__!r}, can only be dropped by awaiting",
                "use `async with`, which awaits the hooks of the elements",
            )
        return self.value, self

    def _owned_drop_part(self) -> None:
        dropping = Dropping()
        value, _ = self._owned_end_part()
        drop_now(value, self.hook, dropping)
        dropping.conclude()

    async def _owned_drop_part_awaiting(self) -> None:
        dropping = Dropping()
        await drop_awaiting(self.value, self.hook, dropping)
        dropping.conclude()


def parts_among(items: Iterable[Any], hook: Any, plain: bool, known: dict[type, Facts] | None = None) -> Iterator[Any]:
    """List what is to be dropped among some elements, in order: owners, and what has a hook or parts of its own.

    An object that is there twice is listed once.
    """
    if hook is None and plain:
        return
    known = {} if known is None else known
    seen: set[int] = set()
    for item in list(items):
        kind = type(item)
        if kind in PLAIN:
            if hook is not None:
                yield Element(item, hook, facts_of(item, hook, known))
        elif id(item) not in seen:
            seen.add(id(item))
            if issubclass(kind, Handle):
                yield item
                continue
            facts = facts_of(item, hook, known)
            if facts.hooked or facts.has_parts(item):
                yield Element(item, hook, facts)


def parts_of_list(items: Iterable[Any], hook: Any) -> Iterator[Any]:
    """List what is to be dropped among some elements."""
    return parts_among(items, hook, False)


def parts_of_pairs(pairs: Iterable[Any], hook: Any) -> Iterator[Any]:
    """List what is to be dropped among pairs: every key, then its value, which the hook is for."""
    of_keys: dict[type, Facts] = {}
    of_values: dict[type, Facts] = {}
    for key, value in pairs:
        if type(key) not in PLAIN:
            yield from parts_among((key,), None, False, of_keys)
        if hook is not None or type(value) not in PLAIN:
            yield from parts_among((value,), hook, False, of_values)


def drop_elements(items: Iterable[Any], hook: Any, error: BaseException | None = None) -> None:
    """Drop some elements that have left their collection, in order; what fails stops no other."""
    drop_all(parts_among(items, hook, False), error)


def drop_all(parts: Iterator[Any], error: BaseException | None = None) -> None:
    """Drop owners, and elements without owners, in order."""
    dropping = Dropping(error)
    for part in parts:
        try:
            if type(part) is Element:
                drop_now(part._owned_end_part()[0], part.hook, dropping)
            else:
                type(part)._owned_drop_part(part)
        except BaseException as failure:
            dropping.failed(failure)
    dropping.conclude()


def drop_element(item: Any, hook: Any) -> None:
    """Drop one element that has left its collection."""
    if hook is not None or type(item) not in PLAIN:
        drop_elements((item,), hook)


def check_elements(ledger: Ledger, kind: str) -> None:
    """Raise, before anything is changed, if an element cannot be dropped here: only by awaiting, or in its thread."""
    value = ledger.value
    if value.hook is None and value.plain:
        return
    items = value.items.values() if isinstance(value.items, dict) else value.items
    elsewhere = ledger.thread != get_ident()
    known: dict[type, Facts] = {}
    for item in items:
        item_kind = type(item)
        if issubclass(item_kind, Handle) or (not elsewhere and item_kind in known):
            continue
        if facts_of(item, value.hook, known).awaits:
            raise complaints.build(
                AsyncDropError,
                f"{complaints.place(kind, ledger)} holds what can only be dropped by awaiting",
                "use `async with`, which awaits the hooks of the elements",
                [("created", ledger.created)],
            )
        if elsewhere and thread_bound(item):
            name, why = complaints.place(kind, ledger), "holds what belongs to its thread: it was created"
            raise complaints.wrong_thread(name, why, ledger, ledger.thread)


def leave_what_awaits(value: Any) -> bool:
    """Take the elements out that only `await` can drop; were there any?"""
    items = value.items
    known: dict[type, Facts] = {}

    def awaits(item: Any) -> bool:
        return not issubclass(type(item), Handle) and facts_of(item, value.hook, known).awaits

    if isinstance(items, dict):
        left = [key for key, item in items.items() if awaits(item)]
        for key in left:
            del items[key]
        return bool(left)
    count = len(items)
    items[:] = [item for item in items if not awaits(item)]
    return len(items) != count
