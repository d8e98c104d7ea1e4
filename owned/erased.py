"""When a `Box` is the value itself: at level `off`, where it has nothing to drop and no block to end.

A value that is bound by `with Box(value) as name` needs something to enter, whatever the value; so the instruction
after the call is looked at.
"""

from __future__ import annotations

from gc import get_referents
from types import CodeType, FrameType
from typing import Any

from .drops import CONTAINERS, ends_silently
from .handles import Handle
from .plain import PLAIN
from .registry import hooks_of, is_hookless

_ENTERS = frozenset({"BEFORE_WITH", "BEFORE_ASYNC_WITH", "SETUP_WITH", "SETUP_ASYNC_WITH", "LOAD_SPECIAL"})
_BETWEEN = frozenset({"CACHE", "COPY", "NOT_TAKEN"})
_SIMPLE = frozenset({list, dict, set, bytearray, *PLAIN})
"""Types of which nothing needs to be asked but what is in a value."""
_known: dict[tuple[int, int], tuple[CodeType, bool]] = {}
"""The answers, by the identity of the code, which is kept, and the place in it: to hash code takes long."""


def is_value_itself(value: Any, frame: FrameType) -> bool:
    """Can the `Box` that is made in this frame be its value?"""
    kind = type(value)
    if kind in _SIMPLE and is_hookless(kind):
        for part in get_referents(value):
            if type(part) not in PLAIN:
                break
        else:
            return not is_entered_at_once(frame)
    if not is_hookless(kind):
        if issubclass(kind, Handle):
            return False
        hooks = hooks_of(value, None)
        if hooks.now is not None or hooks.awaiting is not None:
            return False
    if getattr(kind, "_owned_consumed", None) is not None:
        return False
    return (holds_no_handle(value) or ends_silently(value)) and not is_entered_at_once(frame)


def holds_no_handle(value: Any) -> bool:
    """Is it certain, at a glance, that no owner or guard is in a value's fields, or in containers there?

    Not by its `__dict__`: on CPython 3.11 that makes every later read of the value several times slower.
    """
    kind = type(value)
    if hasattr(kind, "_owned_parts"):
        return False
    for part in get_referents(value):
        part_kind = type(part)
        if part_kind in PLAIN or part is kind:
            continue
        if issubclass(part_kind, Handle):
            return False
        if part_kind in CONTAINERS:
            for inner in get_referents(part):
                if type(inner) not in PLAIN:
                    return False
    return True


def is_entered_at_once(frame: FrameType) -> bool:
    """Does the call that a frame is in stand in the head of a `with`?"""
    code = frame.f_code
    known = _known.get((id(code), frame.f_lasti))
    if known is None:
        known = code, _operation_after(code, frame.f_lasti) in _ENTERS
        _known[id(code), frame.f_lasti] = known
    return known[1]


def _operation_after(code: CodeType, offset: int) -> str:
    import dis  # Only here, and it takes long.

    for instruction in dis.get_instructions(code):
        if instruction.offset > offset and instruction.opname not in _BETWEEN:
            return instruction.opname
    return ""
