"""Classes of guards that learn the attributes of their values, so that reading one again is one short function.

A guard must look at what it hands out: plain values come out bare, all else as a view, and methods run on the guard.
One function that does this for every name is slow: it is called for each read, and the interpreter cannot adapt it to
any. So when an attribute of a value is read through a guard for the first time, the class of the guard gets a property
of that name, with code of its own: it reads the attribute, gives it if it is of a plain type, and leaves everything
else to the function for all names.

This is for classes that keep their attributes as Python does. A value whose class computes them (`__getattr__`), or is
built on one written in C, is read by the function alone. No class of guards refers to the class of the value, which it
would keep alive.
"""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Callable
from types import CodeType, FunctionType, MemberDescriptorType, MethodType
from typing import Any, cast

from .atomic import FREE_THREADED
from .closed import names_shown_by
from .handles import Handle
from .plain import PLAIN, has_foreign_base
from .proxies import METHODS, Namespace
from .sites import known_threads

Slow = Callable[..., Any]
"""Reads the attribute of a name from what a guard leads to."""

Failed = dict[int, tuple[str, AttributeError]]
"""By thread, the name and the error of an attribute that is computed, on its way to `__getattr__`."""

MOST = 100
"""How many attributes a class learns. A value with more is a table of names rather than an object."""


def can_learn(kind: type) -> bool:
    """Do values of this type keep their attributes as Python does?"""
    return (
        not FREE_THREADED
        and bool(kind.__flags__ & 1 << 9)
        and cast("Any", kind).__getattribute__ is object.__getattribute__
        and not hasattr(kind, "__getattr__")
        and not issubclass(kind, (Handle, type))
        and not has_foreign_base(kind)
    )


def learn_attributes(base: type, cell: Any, kind: type, made: Namespace) -> None:
    """Complete a class of guards, derived from `base`, for values of type `kind`; `cell` describes what has the value.

    What the class would show of itself is hidden from the start: the value's attributes of those names come instead.
    """
    if not can_learn(kind):
        return
    slow: Slow = made.pop("__getattribute__")
    left = [MOST]
    failed: Failed = {}
    give = made["_owned_access"].give

    def learn(self: Any, name: str) -> Any:
        if failed:
            of, error = failed.pop(get_ident(), ("", None))
            if error is not None and of == name:
                raise error
        found = slow(self, name)
        cls = type(self)
        if not name.startswith(("__", "_owned_")) and cls.__dict__.get("__getattr__") is learn:
            left[0] -= 1
            if left[0] < 0:
                cls.__getattribute__ = slow
                del cls.__getattr__
            else:
                on_the_guard = type(found) is MethodType and found.__self__ is self
                setattr(cls, name, attribute(type(self._owned_cell.value), slow, name, failed, give, on_the_guard))
        return found

    for name in names_shown_by(base):
        made[name] = computed(slow, name, failed)
    made["__class__"] = plainly(slow, "__class__")
    made["__doc__"] = plainly(slow, "__doc__")
    made["__module__"] = Module(made["__module__"])
    made["__getattr__"] = learn
    made["_owned_cell"] = cell


class Module(str):
    """The module of a class of guards; of a guard it gives that of the value."""

    __slots__ = ()

    def __get__(self, handle: Any, owner: Any = None) -> Any:
        return self if handle is None else type(handle).__getattr__(handle, "__module__")


def attribute(kind: type, slow: Slow, name: str, failed: Failed, give: Any, on_the_guard: bool) -> property:
    """Make the property that reads an attribute. Is it a method that runs on the guard?"""
    own: Any = None
    for base in kind.__mro__:
        if name in base.__dict__:
            own = base.__dict__[name]
            break
    if type(own) is FunctionType:
        return method(slow, name, own.__code__) if on_the_guard else plainly(slow, name)
    if own is not None and type(own) is not MemberDescriptorType and hasattr(type(own), "__get__"):
        return computed(slow, name, failed)

    def read(self: Any) -> Any:
        if len(known_threads) == 1:
            value = self._owned_cell.value
            found = value.attribute
            kind = type(found)
            if kind is int or kind is str or kind in PLAIN:
                return found
            if not issubclass(kind, METHODS):
                return give(self, found, value, "attribute", name)
        return slow(self, name)

    return property(renamed(read, name))


def method(slow: Slow, name: str, code: CodeType) -> property:
    """Make the property of a method that runs on the guard, unless the value has another attribute of that name."""

    def read(self: Any) -> Any:
        if len(known_threads) == 1:
            function = self._owned_cell.value.attribute.__func__
            if function.__code__ is code:
                return MethodType(function, self)
        return slow(self, name)

    return property(renamed(read, name))


def plainly(slow: Slow, name: str) -> property:
    """Make the property that leaves all to the function for all names."""
    return property(lambda self: slow(self, name))


def renamed(read: Any, name: str) -> Any:
    """Copy a function that reads `attribute`, with code of its own, that reads the attribute of this name."""
    code = read.__code__
    names = tuple(name if one == "attribute" else one for one in code.co_names)
    return FunctionType(code.replace(co_names=names), read.__globals__, name, None, read.__closure__)


def computed(slow: Slow, name: str, failed: Failed) -> property:
    """Make the property of what the user's code computes: where that fails, Python would ask `__getattr__` again."""

    def read(self: Any) -> Any:
        try:
            return slow(self, name)
        except AttributeError as error:
            failed[get_ident()] = name, error
            raise

    return property(read)
