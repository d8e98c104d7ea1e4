"""What the collections own: the elements, how they come in, and how they are dropped.

`Elements` (of a `Vec`) and `Entries` (of a `Map`) are the values behind the ledger. Each holds a plain `list` or
`dict`, the hook for its elements, and one fact that makes the common case fast: `plain` says that nothing inside is
more than a number, a text or `None`, so that nothing has to be dropped, and everything is handed out bare.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType
from typing import Any

from .element_drops import parts_among, parts_of_pairs
from .handles import Handle
from .owners import adopt
from .plain import PLAIN
from .sites import caller


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


# Events and reports name a value by its type, and to users these are a list and a dict.
Elements.__name__ = "list"
Entries.__name__ = "dict"
