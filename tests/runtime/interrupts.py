"""Signals at chosen moments: a trace function that raises `KeyboardInterrupt` before the n-th event in our code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Interrupting:
    """Raises before the n-th `call` of a function, or the n-th `opcode`, in our code or in a function of that name."""

    def __init__(self, at: int, event: str, caller: str | None = None) -> None:
        self.left = at
        self.event = event
        self.caller = caller
        self.fired = False

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        ours = frame.f_globals.get("__name__", "").startswith("owned")
        if not ours and frame.f_code.co_name != self.caller:
            return None
        frame.f_trace_opcodes = self.event == "opcode"
        frame.f_trace_lines = False
        if event == self.event and not self.fired:
            self.left -= 1
            if self.left < 0:
                self.fired = True
                sys.settrace(None)
                raise KeyboardInterrupt
        return self


@contextmanager
def tracing(tracer: Interrupting) -> Iterator[None]:
    """Run a block under a trace function."""
    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        yield
    finally:
        sys.settrace(before)
