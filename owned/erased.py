"""When a `Box` is the value itself: at level `off`, where it has nothing to drop and no block to end.

A value that is bound by `with Box(value) as name` needs something to enter, whatever the value; so the instruction
after the call is looked at.
"""

from __future__ import annotations

import dis
from types import CodeType, FrameType
from typing import Any

from .drops import ends_silently
from .handles import Handle
from .registry import hooks_of

_ENTERS = frozenset({"BEFORE_WITH", "BEFORE_ASYNC_WITH", "SETUP_WITH", "SETUP_ASYNC_WITH", "LOAD_SPECIAL"})
_BETWEEN = frozenset({"CACHE", "COPY", "NOT_TAKEN"})
_known: dict[tuple[CodeType, int], bool] = {}


def is_value_itself(value: Any, frame: FrameType) -> bool:
    """Can the `Box` that is made in this frame be its value?"""
    kind = type(value)
    if issubclass(kind, Handle) or getattr(kind, "_owned_consumed", None) is not None or is_entered_at_once(frame):
        return False
    hooks = hooks_of(value, None)
    return hooks.now is None and hooks.awaiting is None and ends_silently(value)


def is_entered_at_once(frame: FrameType) -> bool:
    """Does the call that a frame is in stand in the head of a `with`?"""
    place = frame.f_code, frame.f_lasti
    known = _known.get(place)
    if known is None:
        known = _known[place] = _operation_after(*place) in _ENTERS
    return known


def _operation_after(code: CodeType, offset: int) -> str:
    for instruction in dis.get_instructions(code):
        if instruction.offset > offset and instruction.opname not in _BETWEEN:
            return instruction.opname
    return ""
