"""Places in the program: recorded as cheaply as possible, put into words only when an error needs them.

A mark is what is recorded: a code object, an instruction offset and a thread. It keeps no frame alive, and so no local
variable. Only when an error is built does it become a `Site`.
"""

from __future__ import annotations

import sys
import threading
from _thread import get_ident
from types import CodeType, FrameType
from typing import Any, NamedTuple, cast

from .tasks import current_task

_PASSED_OVER = frozenset({__name__.partition(".")[0], "copy", "pickle", "copyreg", "multiprocessing", "concurrent"})
"""Modules whose frames are not the user's place: our own, and those that copy or send on the user's behalf."""
_passed_over: set[str] = set()
"""The full names of such modules, as far as they were met."""


class _Place(NamedTuple):
    kind: str
    file: str
    line: int
    function: str
    thread: str = "MainThread"
    task: str | None = None


class Site(_Place):
    """One place in the history of a value: what happened there, and where that is.

    `kind` is one of `created`, `moved`, `dropped`, `borrowed`, `used`; `task` names the asyncio task, if there was one.
    `note` is not one of the tuple's fields. At level `trace` it says more: which function took a moved value, how often
    it was borrowed here.

    >>> str(Site("moved", "app.py", 8, "ship"))
    'moved at app.py:8 in ship'
    """

    note: str = ""

    def __str__(self) -> str:
        text = f"{self.kind} at {self.file}:{self.line} in {self.function}" + (f", {self.note}" if self.note else "")
        if self.task is not None:
            text += f", task {self.task}"
        if self.thread != "MainThread":
            text += f", thread {self.thread}"
        return text


class Mark(NamedTuple):
    """A place as it is recorded: `line_of` finds the line later."""

    code: CodeType
    offset: int
    thread: int
    task: str | None = None


class NamedThread(int):
    """The identity of a thread, with its name: identities are used again when their threads have ended."""

    name: str


_here = threading.local()
MAIN = cast("int", threading.main_thread().ident)
"""The identity of the thread that was the main one when this was imported."""

SOLE = 0
"""What borrows note instead of their thread while Python knows of one thread alone: to ask for it costs more."""

known_threads: dict[int, threading.Thread] = cast("Any", threading)._active
"""The threads that Python knows of: those of `threading`, and what else has asked for its `current_thread`."""


def is_sole_thread() -> bool:
    """May this be the thread that noted `SOLE`? The main one, and any that was not started by `threading`."""
    thread = known_threads.get(get_ident())
    return thread is None or thread is threading.main_thread() or isinstance(thread, threading._DummyThread)


def is_this_thread(noted: int) -> bool:
    """Is this the thread that a borrow noted?"""
    return noted == get_ident() or (noted == SOLE and is_sole_thread())


def has_ended(noted: int) -> bool:
    """Has the thread ended that a borrow noted? Frames are looked at last: that keeps what is in them for a moment."""
    return noted != SOLE and noted not in known_threads and noted not in sys._current_frames()


def this_thread() -> int:
    """The identity of this thread; of any but the main one, with its name."""
    identity = get_ident()
    if identity == MAIN:
        return MAIN  # This very object: so that verbs can compare by `is`.
    named: NamedThread | None = getattr(_here, "thread", None)
    if named is None:
        named = _here.thread = NamedThread(identity)
        named.name = threading.current_thread().name
    return named


def mark_of(frame: FrameType) -> Mark:
    """Record where a frame is now."""
    return Mark(frame.f_code, frame.f_lasti, this_thread(), current_task())


def caller(depth: int = 1) -> FrameType:
    """Find the innermost frame that is not ours, from a depth on: the place in the user's program."""
    frame = sys._getframe(depth)
    while True:
        module = frame.f_globals.get("__name__", "")
        if module not in _passed_over:
            if module.partition(".")[0] not in _PASSED_OVER:
                return frame
            _passed_over.add(module)
        if frame.f_code.co_filename[:8] == "<doctest":
            return frame  # Doctests of ours run in our own namespaces; they are users all the same.
        outer = frame.f_back
        if outer is None:
            return frame
        frame = outer


def here() -> Mark:
    """Record the place in the user's program."""
    return mark_of(caller())


def line_of(code: CodeType, offset: int) -> int:
    """Find the line of an instruction."""
    for start, end, line in code.co_lines():
        if start <= offset < end and line is not None:
            return line
    return code.co_firstlineno


def site_of(kind: str, mark: Mark) -> Site:
    """Put a mark into words."""
    code = mark.code
    line = line_of(code, mark.offset)
    return Site(kind, code.co_filename, line, code.co_name, thread_name(mark.thread), mark.task)


def thread_name(identity: int) -> str:
    """Name a thread; one that has ended only if its name was noted."""
    if isinstance(identity, NamedThread):
        return identity.name
    if identity == SOLE:
        return threading.main_thread().name
    for thread in threading.enumerate():
        if thread.ident == identity:
            return thread.name
    return f"thread {identity}"
