"""What the collections own: the elements, how they come in, and how they are dropped.

`Elements` (of a `Vec`) and `Entries` (of a `Map`) are the values behind the ledger. Each holds a plain `list` or
`dict`, the hook for its elements, and one fact that makes the common case fast: `plain` says that nothing inside is
more than a number, a text or `None`, so that nothing has to be dropped, and everything is handed out bare.
"""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

from . import complaints
from .drops import Dropping, drop_awaiting, drop_now, is_only_asynchronous, parts_of
from .errors import AsyncDropError, OwnershipError
from .handles import Handle
from .ledger import Ledger
from .owners import adopt
from .plain import PLAIN, is_plain
from .registry import hooks_of, is_hookless, thread_bound
from .sites import caller, site_of


class Elements:
    """The elements of a `Vec`."""

    __slots__ = ("hook", "items", "plain")

    def __init__(self, items: list[Any], hook: Any = None, plain: bool = False) -> None:
        self.items = items
        self.hook = hook
        self.plain = plain

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __getitem__(self, index: Any) -> Any:
        return Span(self, self.positions[index]) if isinstance(index, slice) else self.items[index]

    def __setitem__(self, index: Any, item: Any) -> None:
        self.items[index] = item if type(item) in PLAIN else self.admit(item, caller())

    def __repr__(self) -> str:
        return repr(self.items)

    @property
    def elements(self) -> Elements:
        """Itself: a whole vector is the widest slice of it."""
        return self

    @property
    def positions(self) -> range:
        """The indices of all elements."""
        return range(len(self.items))

    def admit(self, item: Any, frame: FrameType) -> Any:
        """Take an element over: an owner is moved, anything else stays as it is."""
        kind = type(item)
        if kind not in PLAIN:
            self.plain = False
            if issubclass(kind, Handle):
                return adopt(item, frame)
        return item

    def take_all(self) -> Elements:
        """Move everything out, and stay empty."""
        taken = Elements(self.items[:], self.hook, self.plain)
        self.items.clear()
        self.plain = True
        return taken

    def _owned_parts(self) -> Iterator[Any]:
        return parts_among(self.items, self.hook, self.plain)


class Span:
    """Some elements of a vector: what a guard on a slice leads to."""

    __slots__ = ("elements", "positions")

    def __init__(self, elements: Elements, positions: range) -> None:
        self.elements = elements
        self.positions = positions

    def __len__(self) -> int:
        return len(self.positions)

    def __iter__(self) -> Iterator[Any]:
        return iter(listed(self))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return Span(self.elements, self.positions[index])
        return self.elements.items[self.positions[index]]

    def __setitem__(self, index: int, item: Any) -> None:
        self.elements[self.positions[index]] = item

    def __repr__(self) -> str:
        return repr(listed(self))


def listed(value: Any) -> list[Any]:
    """The elements of a vector or a slice, in a list that is only to be read."""
    if type(value) is Elements:
        return value.items
    positions = value.positions
    items: list[Any] = value.elements.items
    if positions.step == 1:
        return items[positions.start : positions.stop]
    return [items[at] for at in positions]


class Entries:
    """The keys and values of a `Map`."""

    __slots__ = ("hook", "items", "plain", "plain_keys")

    def __init__(
        self, items: dict[Any, Any], hook: Any = None, plain: bool = False, plain_keys: bool | None = None
    ) -> None:
        self.items = items
        self.hook = hook
        self.plain = plain
        self.plain_keys = plain if plain_keys is None else plain_keys

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __contains__(self, key: Any) -> bool:
        return key in self.items

    def __getitem__(self, key: Any) -> Any:
        return self.items[key]

    def __setitem__(self, key: Any, item: Any) -> None:
        self.items[key] = item if type(item) in PLAIN else self.admit(item, caller())

    def __repr__(self) -> str:
        return repr(self.items)

    def admit(self, item: Any, frame: FrameType) -> Any:
        """Take a key or a value over, as `Elements` do."""
        kind = type(item)
        if kind not in PLAIN:
            self.plain = False
            if issubclass(kind, Handle):
                return adopt(item, frame)
        return item

    def admit_key(self, key: Any, frame: FrameType) -> Any:
        """Take a key over."""
        if type(key) in PLAIN:
            return key
        self.plain_keys = False
        return self.admit(key, frame)

    def stored_key(self, key: Any) -> Any:
        """The key itself that equals this one."""
        return key if self.plain_keys else next(stored for stored in self.items if stored is key or stored == key)

    def take_all(self) -> Entries:
        """Move everything out, and stay empty."""
        taken = Entries(dict(self.items), self.hook, self.plain, self.plain_keys)
        self.items.clear()
        self.plain = self.plain_keys = True
        return taken

    def _owned_parts(self) -> Iterator[Any]:
        if self.hook is None and self.plain:
            return iter(())
        return parts_of_pairs(list(self.items.items()), self.hook)


class Element(Handle):
    """An element without an owner of its own, while its collection is dropped: a part that ends by its hook."""

    __slots__ = ("hook", "value")

    taken = False
    _owned_kind = "element"

    def __init__(self, value: Any, hook: Any) -> None:
        self.value = value
        self.hook = hook

    def _owned_end_part(self) -> tuple[Any, Any]:
        if is_only_asynchronous(self.value, self.hook):
            raise complaints.build(
                AsyncDropError,
                f"an element, a {type(self.value).__name__!r}, can only be dropped by awaiting",
                "use `async with`, which awaits the hooks of the elements",
            )
        return self.value, self

    def _owned_drop_part(self) -> None:
        dropping = Dropping()
        drop_now(*self._owned_end_part()[:1], self.hook, dropping)
        dropping.conclude()

    async def _owned_drop_part_awaiting(self) -> None:
        dropping = Dropping()
        await drop_awaiting(self.value, self.hook, dropping)
        dropping.conclude()


def parts_among(items: Iterable[Any], hook: Any, plain: bool) -> Iterator[Any]:
    """List what is to be dropped among some elements, in order: owners, and what has a hook or parts of its own.

    An object that is there twice is listed once.
    """
    if hook is None and plain:
        return
    seen: set[int] = set()
    for item in list(items):
        kind = type(item)
        if kind in PLAIN:
            if hook is not None:
                yield Element(item, hook)
        elif id(item) not in seen:
            seen.add(id(item))
            if issubclass(kind, Handle):
                yield item
            elif hook is not None or not ends_by_itself(item):
                yield Element(item, hook)


def parts_of_list(items: Iterable[Any], hook: Any) -> Iterator[Any]:
    """List what is to be dropped among some elements."""
    return parts_among(items, hook, False)


def parts_of_pairs(pairs: Iterable[Any], hook: Any) -> Iterator[Any]:
    """List what is to be dropped among pairs: every key, then its value, which the hook is for."""
    for key, value in pairs:
        yield from parts_among((key,), None, False)
        yield from parts_among((value,), hook, False)


def ends_by_itself(item: Any) -> bool:
    """Has this neither a hook to run at its end, nor a part to drop?"""
    kind = type(item)
    if not is_hookless(kind):
        hooks = hooks_of(item, None)
        if hooks.now is not None or hooks.awaiting is not None:
            return False
    return is_plain(item) or next(parts_of(item, {id(item)}), None) is None


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
    for part in value._owned_parts():
        if type(part) is not Element:
            continue
        if is_only_asynchronous(part.value, part.hook):
            raise needs_awaiting(ledger, kind)
        if ledger.thread != get_ident() and thread_bound(part.value):
            name = complaints.place(kind, ledger)
            raise complaints.wrong_thread(
                name, "holds what belongs to its thread: it was created", ledger, ledger.thread
            )


def leave_what_awaits(value: Any) -> bool:
    """Take the elements out that only `await` can drop; were there any?"""
    awaiting = {
        id(part.value)
        for part in value._owned_parts()
        if type(part) is Element and is_only_asynchronous(part.value, part.hook)
    }
    if awaiting and type(value) is Elements:
        value.items[:] = [item for item in value.items if id(item) not in awaiting]
    elif awaiting:
        for key in [key for key, item in value.items.items() if id(item) in awaiting]:
            del value.items[key]
    return bool(awaiting)


def needs_awaiting(ledger: Ledger, kind: str) -> OwnershipError:
    """Build the error for elements with asynchronous hooks where nothing can await."""
    return complaints.build(
        AsyncDropError,
        f"{complaints.place(kind, ledger)} holds what can only be dropped by awaiting",
        f"use `async with`; it was {site_of('created', ledger.created)}",
        [("created", ledger.created)],
    )
