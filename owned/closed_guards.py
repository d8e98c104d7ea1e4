"""What a guard does to a list, a dict, a tuple, a set or a number: as short as its rules allow.

As with boxes (see `closed`), every attribute of such values is known, so the classes of their guards name them all and
need no `__getattribute__`; then the value is reached by plain attribute access. Items are looked at before they are
handed out, and the thread is asked for as soon as there is a second one.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MethodDescriptorType
from typing import Any

from .atomic import FREE_THREADED
from .closed import CLOSED, OF_THE_CLASS, Absent, copy_of, names_shown_by
from .learning import plainly, renamed
from .plain import PLAIN, changes
from .proxies import Access, Namespace, bare
from .sites import known_threads


def close_guards(base: type, cell: Any, kind: type, made: Namespace) -> bool:
    """Complete a class of guards, derived from `base`, for values of a closed type; `cell` describes what has them."""
    if FREE_THREADED or kind not in CLOSED:
        return False
    slow = made.pop("__getattribute__")
    access: Access = made["_owned_access"]
    made["_owned_cell"] = cell
    for name, function in reads(made).items():
        if made.get(name) is not None:
            made[name] = copy_of(function)
    shown = {name for one in kind.__mro__ for name in one.__dict__} - OF_THE_CLASS
    for name in (shown | names_shown_by(base)) - made.keys():
        asks = type(getattr(kind, name, None)) is MethodDescriptorType and not changes(kind, name)
        made[name] = question(slow, name, access.give) if asks else plainly(slow, name)
    made["__module__"] = Absent(made["__module__"])
    return True


def question(slow: Any, name: str, give: Any) -> property:
    """Make the property of a method that changes nothing; it is handed out as a view, which ends with the guard."""

    def read(self: Any) -> Any:
        if len(known_threads) == 1:
            value = self._owned_cell.value
            return give(self, value.attribute, value, "attribute", name)
        return slow(self, name)

    return property(renamed(read, name))


def reads(made: Namespace) -> Namespace:
    """Make the operations that read; what is not at hand at once is left to those that were made before."""
    access: Access = made["_owned_access"]
    read, give = access.read, access.give
    item_of, holds, start = (made.get(f"__{name}__") for name in ("getitem", "contains", "iter"))

    def get_item(self: Any, key: Any) -> Any:
        if len(known_threads) != 1:
            return item_of(self, key)  # type: ignore[misc]
        value = self._owned_cell.value
        item = value[key if type(key) is int or type(key) is str else bare(key)]
        kind = type(item)
        return item if kind is int or kind is str or kind in PLAIN else give(self, item, value, "item", key)

    def contains(self: Any, item: Any) -> bool:
        if len(known_threads) != 1:
            return holds(self, item)  # type: ignore[misc, no-any-return]
        return (item if type(item) in PLAIN else bare(item)) in self._owned_cell.value

    def length(self: Any) -> int:
        return len(self._owned_cell.value if len(known_threads) == 1 else read(self))

    def equal(self: Any, other: Any) -> Any:
        return (self._owned_cell.value if len(known_threads) == 1 else read(self)) == other

    def iterate(self: Any) -> Any:
        if len(known_threads) != 1:
            return start(self)  # type: ignore[misc]
        return run(self, type(self), self._owned_cell.value)

    def run(guard: Any, seen: Any, value: Any) -> Iterator[Any]:
        for index, item in enumerate(value):
            kind = type(item)
            yield item if kind is int or kind is str or kind in PLAIN else give(guard, item, value, "index", index)
            if type(guard) is not seen or len(known_threads) != 1:
                if type(guard)._owned_dead:
                    raise type(guard)._owned_error(guard)
                type(guard)._owned_access.read(guard)

    return {
        "__getitem__": get_item,
        "__contains__": contains,
        "__len__": length,
        "__eq__": equal,
        "__iter__": iterate,
    }
