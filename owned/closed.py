"""What a free `Box` does to its value: with no check, and for the built-in types without a detour by the attributes.

The class of a free box says that nothing is borrowed, so its operations only fetch the value and act on it. How they
fetch it is what they cost:

*   The attributes of a box are read by a C callable in a slot (see `owners`). Then its own fields are out of reach of
    plain attribute access, and are fetched by the `__get__` of their descriptor.
*   The built-in types are closed: nobody can add an attribute to them or to their values. So the classes of boxes on
    them name every attribute that there is, and need no such callable. Plain attribute access reaches the value, which
    is several times as fast, and the slot of the callable is free for another one: what `len()` calls.

The functions here are copied for every class: the interpreter adapts code to the one type that it meets there.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from types import FunctionType
from typing import Any

from .plain import PLAIN
from .proxies import Namespace, bare

CLOSED: frozenset[type] = frozenset({list, dict, tuple, set, frozenset, int, float, bool})
"""Types of which everything is known: they cannot be changed, and their values have no attributes of their own.

Not those of text and bytes: `int(box)` needs an `__int__` in the class of the box, which `box.__int__` must not show.
"""

_SIZED = frozenset(kind for kind in CLOSED if hasattr(kind, "__len__"))
_BY_INDEX = frozenset({list, tuple})
"""Types that ask any key for its `__index__`, those of handles included."""


def reads_length(value: Any) -> Any:
    """Give what reads the length of a value of a closed type; nothing, if it has none."""
    return value.__len__ if type(value) in _SIZED else None


def get_at_index(self: Any, key: Any) -> Any:
    """Read an item by what is an index or a slice."""
    return self._owned_inner[key]


def get_item(self: Any, key: Any) -> Any:
    """Read an item."""
    return self._owned_inner[key if type(key) is str or type(key) is int else bare(key)]


def set_item(self: Any, key: Any, item: Any) -> None:
    """Assign to an item."""
    self._owned_inner[key if type(key) is str or type(key) is int else bare(key)] = item


def contains(self: Any, item: Any) -> bool:
    """Look for an item."""
    return (item if type(item) in PLAIN else bare(item)) in self._owned_inner


def equal(self: Any, other: Any) -> Any:
    """Compare: a built-in type leaves it to the other handle, if it is one."""
    return self._owned_inner == other


def unequal(self: Any, other: Any) -> Any:
    """Compare."""
    return self._owned_inner != other


def hashed(self: Any) -> int:
    """Hash the value."""
    return hash(self._owned_inner)


def start(self: Any) -> Iterator[Any]:
    """Iterate over the value; it is found now, and not when the first item is asked for: the box may be lent then."""
    return run(self, type(self), self._owned_inner)


def run(box: Any, kind: type, value: Any) -> Iterator[Any]:
    """Give the items of a value until its box ends."""
    for item in value:
        yield item
        if type(box) is not kind and type(box)._owned_dead:
            raise type(box)._owned_error(box)


_LEAN = {
    "__iter__": start,
    "__setitem__": set_item,
    "__contains__": contains,
    "__eq__": equal,
    "__ne__": unequal,
    "__hash__": hashed,
}


class Absent(str):
    """The module of a class whose values have no attribute of that name."""

    __slots__ = ()

    def __get__(self, handle: Any, owner: Any = None) -> str:
        if handle is None:
            return self
        raise AttributeError("'__module__'")


OF_THE_CLASS = frozenset(
    "__new__ __init__ __getattribute__ __reduce__ __reduce_ex__ __init_subclass__ __subclasshook__".split()
)


def close(base: type, layout: type, kind: type, made: Namespace) -> None:
    """Complete the class of boxes, derived from `base`, on values of a closed type; `layout` has the fields.

    Every attribute of the value is a property of the class, and so is what the class would show of itself.
    """
    fields = layout.__dict__
    made["_owned_inner"] = fields["_value"]
    for name, function in (*_LEAN.items(), ("__getitem__", get_at_index if kind in _BY_INDEX else get_item)):
        if made.get(name) is not None:
            made[name] = copy_of(function)
    if kind in _SIZED:
        made["__len__"] = fields["_reader"]
    shown = {name for base in kind.__mro__ for name in base.__dict__} - OF_THE_CLASS
    hidden = names_shown_by(base) | {name for name in fields if not name.startswith(("_owned", "__"))}
    for name in (shown | hidden) - made.keys():
        made[name] = property(attrgetter(f"_owned_inner.{name}"))
    made["__module__"] = Absent(made["__module__"])


def names_shown_by(base: type) -> set[str]:
    """Name what instances of a class would show of themselves, without what is private by its name."""
    return {name for one in base.__mro__ for name in one.__dict__ if not name.startswith("_")}


def copy_of(function: Any) -> Any:
    """Copy a function with code of its own."""
    return FunctionType(
        function.__code__.replace(), function.__globals__, function.__name__, None, function.__closure__
    )


def open_operations(value_of: Any, made: Namespace) -> None:
    """Make the commonest operations of boxes on other types shorter; `value_of` gives the value of a box."""

    def length(self: Any) -> int:
        return len(value_of(self))

    def get_item(self: Any, key: Any) -> Any:
        return value_of(self)[key if type(key) in PLAIN else bare(key)]

    def contains(self: Any, item: Any) -> bool:
        return (item if type(item) in PLAIN else bare(item)) in value_of(self)

    def equal(self: Any, other: Any) -> Any:
        return value_of(self) == (other if type(other) in PLAIN else bare(other))

    def start(self: Any) -> Iterator[Any]:
        return run(self, type(self), value_of(self))

    for name, function in (
        ("__iter__", start),
        ("__len__", length),
        ("__getitem__", get_item),
        ("__contains__", contains),
        ("__eq__", equal),
    ):
        if made.get(name) is not None:
            made[name] = function
