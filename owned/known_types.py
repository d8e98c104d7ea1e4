"""What the end of a value takes, as far as its type tells: found out once, for types that are there for good."""

from __future__ import annotations

import atexit
import gc
from types import MemberDescriptorType, WrapperDescriptorType
from typing import Any

from .handles import Handle
from .ledger import SharedDetails
from .plain import PLAIN
from .registry import NO_HOOKS, bodies_of, hooks_by_class, name_a_hook, resource_of, when_registered

referents = gc.get_referents


class Quick:
    """The one function that drops values of a type, by which name the type has it, and where they may hold owners."""

    __slots__ = ("bodies", "close", "gone", "holds", "name", "plain")

    def __init__(self, kind: type, name: str, close: Any) -> None:
        self.name = name
        self.close = close
        """Nothing, if there is nothing to run."""
        self.bodies = bodies_of(kind)
        """Where a hook would stand that the class is given later."""
        self.gone = SharedDetails(type_name=kind.__name__)
        self.holds = kind not in PLAIN and (
            kind.__dictoffset__ != 0 or issubclass(kind, (list, tuple, dict)) or _has_members(kind)
        )
        """May the value hold owners?"""
        self.plain = PLAIN | {type(kind)}
        """The types of fields that hold none; a value refers to its class, too."""


def _has_members(kind: type) -> bool:
    return any(isinstance(member, MemberDescriptorType) for base in kind.__mro__ for member in vars(base).values())


AT_ONCE: dict[type, Quick | None] = {}
"""By types that are there for good; nothing for those whose values are looked at one by one."""

when_registered.append(AT_ONCE.clear)
atexit.register(AT_ONCE.clear)  # A class keeps its module, and that its owners, which are to end with it.


def learn(kind: type) -> None:
    """Find out what the end of such values takes. Only for types that are there for good."""
    found = None if _is_unusual(kind) else hooks_by_class(kind)
    AT_ONCE[kind] = None
    if found is not None:
        name, hooks = found
        if hooks is NO_HOOKS or (hooks.now is not None and hooks.now is getattr(kind, name)):
            AT_ONCE[kind] = Quick(kind, name, hooks.now)


def _is_unusual(kind: Any) -> bool:
    """Do values of this type say themselves what they hold, are bound to a thread, or make up attributes?"""
    if issubclass(kind, Handle) or hasattr(kind, "_owned_parts") or hasattr(kind, "_owned_consumed"):
        return True
    row = resource_of(kind)
    return (row is not None and row.elsewhere is not None) or type(kind.__getattribute__) is not WrapperDescriptorType


def known(value: Any) -> Quick | None:
    """What is known of the end of a value, unless its class was changed since."""
    kind: Any = type(value)
    quick = AT_ONCE.get(kind)
    if quick is None:
        return None
    close = quick.close
    if close is None:
        if not name_a_hook(quick.bodies):
            return quick
        AT_ONCE.pop(kind, None)
        return None
    if getattr(kind, quick.name, None) is close and (quick.name != "close" or not hasattr(value, "__drop__")):
        return quick
    AT_ONCE.pop(kind, None)
    return None


def holds_nothing(value: Any, quick: Quick) -> bool:
    """Do the fields of a value, or its elements, show at a glance that no owner is among them?"""
    if quick.holds:
        plain = quick.plain
        for part in referents(value):
            kind = type(part)
            if kind not in plain and (kind is not dict or not plain.issuperset(map(type, referents(part)))):
                return False
    return True
