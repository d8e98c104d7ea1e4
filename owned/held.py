"""Where a thing is held: the assignment that put it into a variable, found when an error needs it.

Slices of text are made by the million, and recording where each was made would cost as much as making it. So nothing is
recorded. When a text cannot be changed because a slice is alive, that slice is in somebody's variable, and the place
that assigned it is found in the function's code.
"""

from __future__ import annotations

import dis
import sys
from inspect import CO_OPTIMIZED
from types import FrameType
from typing import Any

from .sites import Mark, this_thread


def assignment_of(thing: Any) -> Mark | None:
    """Find where this thread assigned the thing to a variable of a running function, the outermost first.

    Frames of other threads are not looked at: they go on meanwhile.
    """
    frame: FrameType | None = sys._getframe(1)
    found = None
    while frame is not None:
        found = _assignment_in(frame, thing) or found
        frame = frame.f_back
    return found


def _assignment_in(frame: FrameType, thing: Any) -> Mark | None:
    if _is_ours(frame):
        return None
    names = _names_of(frame, thing)
    stores = [
        step.offset
        for step in (dis.get_instructions(frame.f_code) if names else ())
        if step.opname.startswith("STORE_") and step.argval in names
    ]
    if not stores:
        return None
    before = [offset for offset in stores if offset <= frame.f_lasti]
    return Mark(frame.f_code, max(before or stores), this_thread())


def _is_ours(frame: FrameType) -> bool:
    ours = frame.f_globals.get("__name__", "").partition(".")[0] == __name__.partition(".")[0]
    return ours and not frame.f_code.co_filename.startswith("<doctest")


def _names_of(frame: FrameType, thing: Any) -> set[str]:
    variables = frame.f_locals
    names = {name for name, value in list(variables.items()) if value is thing}
    if frame.f_code.co_flags & CO_OPTIMIZED and sys.version_info < (3, 13) and sys.getrefcount(variables) <= 3:
        variables.clear()  # The frame would keep this copy, which nobody else knows, and with it whatever it holds.
    return names
