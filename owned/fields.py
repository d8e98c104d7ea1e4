"""Owning fields: `@owner` gives a class a drop that drops what its owning fields hold.

    @owner
    class Session:
        log: Owned[IO[str]] = owning()
        connection: Owned[sqlite3.Connection] = owning()

An owning field holds an owner, or a bare value that it becomes the owner of. The object drops its fields in the reverse
order of their acquisition: at the end of `with session:`, when an owner of the object drops it, when its last reference
goes, and when its constructor fails, so that it is built whole or not at all. Another value for a field drops the old
one.

What an owning field has is kept as `Held` where the instance keeps any attribute: in its `__dict__`, or in its slot.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
import weakref
from collections.abc import Callable
from itertools import count
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from . import complaints
from .abandoned import settle
from .drops import Dropping, drop_awaiting, drop_now, in_collection, is_only_asynchronous, only_by_awaiting
from .errors import NotCopyError, UseAfterDropError
from .handles import Handle, no_copy
from .ledger import FREE
from .owners import make_owned
from .plain import is_plain
from .sites import caller

C = TypeVar("C", bound=type)

__all__ = ["owner", "owning"]

MARK = "owning"
"""The key in a field's metadata that says that it owns; `attrs` and `dataclasses` fields may set it themselves."""

if TYPE_CHECKING:
    from dataclasses import field as owning
else:

    def owning(**options: Any) -> Any:
        """Declare a field that owns what it holds, in a class that is decorated with `@owner`.

        It takes what `dataclasses.field` takes, and type checkers treat it as that. With `attrs`, say
        `attrs.field(metadata={"owning": True})`.

        >>> from owned import Owned, owner, owning
        >>> @owner
        ... class Pair:
        ...     first: Owned[str] = owning()
        ...     second: Owned[str] = owning()
        ...     def __init__(self) -> None:
        ...         self.first = Owned("a", drop=print)
        ...         self.second = Owned("b", drop=print)
        >>> with Pair() as pair:
        ...     pair.first = Owned("c", drop=print)
        a
        c
        b
        >>> pair.second.value
        Traceback (most recent call last):
        ...
        owned.errors.UseAfterDropError: use of dropped value: Owned[str] (E0382)
          ...
        """
        metadata = {**(options.pop("metadata", None) or {}), MARK: True}
        return dataclasses.field(metadata=metadata, **options)


def owner(cls: C) -> C:
    """Give a class the drop of its owning fields: `__drop__`, `with`, and all or nothing in its constructor.

    The decorator stands above `@dataclass` or `@attrs.define`. Fields are dropped in the reverse order of their
    acquisition, after the class's own `__drop__`; a failure stops nothing. `async with` awaits asynchronous hooks.

    Raises `AsyncDropError` where a field can only be dropped by awaiting, and nothing can await;
    `UseAfterDropError` for an object that is entered after its end.

    >>> from dataclasses import dataclass
    >>> from owned import Owned, drop, owner, owning
    >>> @owner
    ... @dataclass(frozen=True)
    ... class Job:
    ...     name: str
    ...     log: Owned[str] = owning()
    >>> drop(Owned(Job("nightly", Owned("log", drop=print))))
    log
    >>> job = Job("weekly", Owned("log", drop=print))
    >>> with job:
    ...     pass
    log
    >>> with job:
    ...     pass
    Traceback (most recent call last):
    ...
    owned.errors.UseAfterDropError: use of dropped value: Job (E0382)
      ...
    """
    changing: Any = cls
    for name in _declared(changing):
        member = changing.__dict__.get(name)
        setattr(changing, name, OwningField(name, member if isinstance(member, MemberDescriptorType) else None))
    for name, make in (("__drop__", _dropping), ("__del__", _dying)):
        own = getattr(changing, name, None)
        if not getattr(own, "_owned_generated", False):
            made: Any = make(own)
            made._owned_generated = True
            setattr(changing, name, made)
    changing.__adrop__ = _dropping_awaiting
    if "__init__" in changing.__dict__:
        changing.__init__ = _all_or_nothing(changing.__dict__["__init__"])
    for name, method in _BLOCKS.items():
        if not hasattr(changing, name):
            setattr(changing, name, method)
    return cls


def _declared(cls: Any) -> list[str]:
    """Name the owning fields that a class itself declares."""
    own = cls.__dict__
    fields: dict[str, Any] = {name: value for name, value in own.items() if isinstance(value, dataclasses.Field)}
    fields.update(own.get("__dataclass_fields__", {}))
    for attribute in own.get("__attrs_attrs__", ()):
        fields[attribute.name] = attribute.default if _is_marked(attribute.default) else attribute
    return [
        name
        for name, field in fields.items()
        if _is_marked(field) and not isinstance(_inherited(cls, name), OwningField)
    ]


def _is_marked(field: Any) -> bool:
    metadata = getattr(field, "metadata", None)
    return metadata is not None and not isinstance(field, type) and MARK in metadata


def _inherited(cls: Any, name: str) -> Any:
    return next((base.__dict__[name] for base in cls.__mro__ if name in base.__dict__), None)


_numbers = count()
_bare: dict[int, weakref.ref[Held]] = {}
"""The bare values that fields own, by identity: no value has two owners."""


class Held:
    """What an owning field has: a handle, the owner that was made for a bare value, or a plain value."""

    __slots__ = ("__weakref__", "is_bare", "number", "value")

    def __init__(self, value: Any, name: str) -> None:
        self.number = next(_numbers)
        self.is_bare = not issubclass(type(value), Handle) and not is_plain(value)
        self.value = value
        if self.is_bare:
            known = _bare.get(id(value))
            other = None if known is None else known()
            if other is not None and other.holds(value):
                raise complaints.build(
                    NotCopyError,
                    f"a field cannot own this {type(value).__name__}: a field owns it already",
                    "clone() it, or share it by Rc",
                    [("created", other.value._ledger.created)],
                )
            self.value = make_owned(value, None, name, caller())
            key = id(value)
            _bare[key] = weakref.ref(self, lambda dead: _bare.pop(key, None) if _bare.get(key) is dead else None)

    def holds(self, value: Any) -> bool:
        """Is this the live owner of a bare value?"""
        return not type(self.value)._owned_dead and self.value._ledger.value is value

    def ends(self) -> bool:
        """Is there something to drop?"""
        return issubclass(type(self.value), Handle) and not type(self.value)._owned_dead

    def refuse_copy(self, *ignored: Any) -> NoReturn:
        """Copies and pickles would be second owners."""
        raise no_copy(self.value, "copy") if issubclass(type(self.value), Handle) else TypeError("cannot copy")

    __deepcopy__ = __reduce_ex__ = refuse_copy


class OwningField:
    """The descriptor of an owning field."""

    def __init__(self, name: str, member: MemberDescriptorType | None) -> None:
        self.name = name
        self.member = member

    def held(self, instance: Any) -> Held | None:
        """Give what the field has; a value that got there behind our back is taken over now."""
        if self.member is None:
            found = instance.__dict__.get(self.name, dataclasses.MISSING)
        else:
            try:
                found = self.member.__get__(instance)
            except AttributeError:
                return None
        if found is dataclasses.MISSING:
            return None
        return found if type(found) is Held else self.put(instance, found)

    def put(self, instance: Any, value: Any) -> Held:
        """Keep a value."""
        held = Held(value, f"{type(instance).__name__}.{self.name}")
        if self.member is None:
            instance.__dict__[self.name] = held
        else:
            self.member.__set__(instance, held)
        return held

    def __get__(self, instance: Any, kind: Any = None) -> Any:
        held = None if instance is None else self.held(instance)
        if held is None:
            raise AttributeError(f"{getattr(kind, '__name__', kind)!r} object has no attribute {self.name!r}")
        return held.value.value if held.is_bare else held.value

    def __set__(self, instance: Any, new: Any) -> None:
        if _is_marked(new) and isinstance(new, dataclasses.Field):  # The default that `attrs` took it for.
            raise TypeError(f"{type(instance).__name__}() needs {self.name!r}")
        old = self.held(instance)
        if old is not None:
            if old.value is new or (old.is_bare and old.holds(new)):
                return
            check_replaceable(old)
        self.put(instance, new)
        if old is not None:
            _end(old)

    def __delete__(self, instance: Any) -> None:
        held = self.held(instance)
        if held is None:
            raise AttributeError(self.name)
        check_replaceable(held)
        if self.member is None:
            del instance.__dict__[self.name]
        else:
            self.member.__delete__(instance)
        _end(held)


def check_replaceable(held: Held) -> None:
    """Raise, before anything is changed, if what a field has cannot be dropped now."""
    if not held.ends():
        return
    kind: Any = type(held.value)
    ledger = kind._owned_root(held.value)
    if ledger is not None and ledger.state != FREE and not settle(ledger) and hasattr(kind, "_owned_free"):
        raise complaints.cannot_change(kind._owned_kind, ledger, "assign to", "E0506")
    if is_only_asynchronous(held.value, None):
        raise only_by_awaiting(ledger, kind._owned_kind)


def _end(held: Held) -> None:
    dropping = Dropping()
    end_held(held, dropping)
    dropping.conclude()


def end_held(held: Held, dropping: Dropping) -> None:
    """Drop what a field has, if it is still there."""
    if not held.ends():
        return
    kind: Any = type(held.value)
    try:
        if not hasattr(kind, "_owned_end_part"):
            kind._owned_drop_part(held.value)
        elif (ended := kind._owned_end_part(held.value)) is not None:
            value, ledger = ended
            drop_now(value, ledger.hook, dropping, taken=ledger.taken)
    except BaseException as failure:
        dropping.failed(failure)


async def end_held_awaiting(held: Held, dropping: Dropping) -> None:
    """The same, awaiting asynchronous hooks."""
    if not held.ends():
        return
    kind: Any = type(held.value)
    try:
        if not hasattr(kind, "_owned_end_part"):
            kind._owned_drop_part(held.value)
        elif (ended := kind._owned_close(held.value, None)) is not None:
            value, ledger = ended
            await drop_awaiting(value, ledger.hook, dropping, taken=ledger.taken)
    except BaseException as failure:
        dropping.failed(failure)


def fields_held(instance: Any) -> list[Held]:
    """What the owning fields of an object have, the latest acquisition first."""
    fields = {name: field for base in type(instance).__mro__ for name, field in base.__dict__.items()}
    found = [field.held(instance) for field in fields.values() if isinstance(field, OwningField)]
    return sorted((held for held in found if held is not None), key=lambda held: held.number, reverse=True)


# What the class gets ------------------------------------------------------------------------------------------------

_ending: set[int] = set()
"""Objects whose drop has begun, until they are gone: it runs once."""

_running: set[int] = set()
"""Objects whose own `__drop__` runs now, and may call that of a base."""

_building: set[int] = set()
"""Objects whose constructor runs: the outermost one drops the fields when it fails."""


def _dropping(own: Callable[[Any], object] | None) -> Callable[[Any], None]:
    def __drop__(self: Any) -> None:
        """Drop the owning fields, the latest acquisition first, after what the class itself does at its end."""
        if id(self) in _running:
            if own is not None:
                own(self)
        elif id(self) not in _ending:
            refuse_asynchronous(self)
            dropping = Dropping()
            end_object(self, dropping)
            dropping.conclude()

    return __drop__


def end_object(self: Any, dropping: Dropping) -> None:
    """Drop an object: first by what its class itself does, then its fields."""
    _ending.add(id(self))
    run_own(self, dropping)
    for held in fields_held(self):
        end_held(held, dropping)


def run_own(self: Any, dropping: Dropping) -> None:
    """Run what the class itself does at its end."""
    _running.add(id(self))
    try:
        type(self).__drop__(self)
    except BaseException as failure:
        dropping.failed(failure)
    finally:
        _running.discard(id(self))


async def _dropping_awaiting(self: Any) -> None:
    """Drop the owning fields, awaiting asynchronous hooks."""
    dropping = Dropping()
    await end_object_awaiting(self, dropping)
    dropping.conclude()


async def end_object_awaiting(self: Any, dropping: Dropping) -> None:
    """The same as `end_object`, where one can await."""
    if id(self) in _ending:
        return
    _ending.add(id(self))
    run_own(self, dropping)
    for held in fields_held(self):
        await end_held_awaiting(held, dropping)


def refuse_asynchronous(self: Any) -> None:
    """Raise `AsyncDropError`, before anything is dropped, if a field can only be dropped by awaiting."""
    for held in fields_held(self):
        if held.ends() and is_only_asynchronous(held.value, None):
            kind: Any = type(held.value)
            raise only_by_awaiting(kind._owned_root(held.value), kind._owned_kind)


def _dying(own: Callable[[Any], object] | None) -> Callable[[Any], None]:
    def __del__(self: Any) -> None:
        """The last reference is gone. In a garbage collection and at exit, each owner reports for itself."""
        try:
            if own is not None:
                own(self)
            if id(self) not in _ending and not in_collection() and not sys.is_finalizing():
                type(self).__drop__(self)
        finally:
            _ending.discard(id(self))

    return __del__


def _all_or_nothing(own: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(own)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        if id(self) in _building:
            own(self, *args, **kwargs)
            return
        _ending.discard(id(self))
        _building.add(id(self))
        try:
            own(self, *args, **kwargs)
        except BaseException as error:
            dropping = Dropping(error)
            _ending.add(id(self))
            for held in fields_held(self):
                end_held(held, dropping)
            dropping.conclude()
            raise
        finally:
            _building.discard(id(self))

    return __init__


def _enter(self: Any) -> Any:
    """Begin the block that drops this object at its end."""
    if id(self) in _ending:
        raise complaints.build(
            UseAfterDropError, f"use of dropped value: {type(self).__name__}", "make another one for the second block"
        )
    refuse_asynchronous(self)
    return self


def _exit(self: Any, kind: Any, error: BaseException | None, trace: Any) -> bool | None:
    """Drop this object, unless it was dropped in its block."""
    if id(self) in _ending:
        return None
    dropping = Dropping(error)
    refuse_asynchronous(self)
    end_object(self, dropping)
    dropping.conclude()
    return True if error is not None and dropping.error is None else None


async def _aenter(self: Any) -> Any:
    if id(self) in _ending:
        _enter(self)
    return self


async def _aexit(self: Any, kind: Any, error: BaseException | None, trace: Any) -> bool | None:
    dropping = Dropping(error)
    await end_object_awaiting(self, dropping)
    dropping.conclude()
    return True if error is not None and dropping.error is None else None


_BLOCKS: dict[str, Any] = {"__enter__": _enter, "__exit__": _exit, "__aenter__": _aenter, "__aexit__": _aexit}
