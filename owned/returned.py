"""Drops that are handed back to the thread that they belong to.

A handle that is bound to a thread, or whose value is, may die in another one: the garbage collector runs in whatever
thread is busy, and the last reference may be anywhere. Its drop is kept here, and runs in its own thread: at once, if
an event loop runs there, else when that thread next drops something, leaves a block, or makes or clones a shared
handle. When that thread has ended, nobody can run it there; it is tried where it is, and a warning says so.
"""

from __future__ import annotations

import atexit
import sys
import warnings
from _thread import get_ident
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .errors import OwnedLeakWarning
from .heap import objects
from .ledger import Ledger
from .sites import site_of, thread_name

Drop = Callable[[], object]

waiting: dict[int, deque[Drop]] = {}
"""The drops that wait, by thread. Empty nearly always: the question is one truth test."""


def hand_back(ledger: Ledger, name: str, drop: Drop) -> None:
    """Give a drop to the thread that the ledger was opened in; if that has ended, try it here, and warn."""
    thread = int(ledger.thread)
    if thread in sys._current_frames() and not sys.is_finalizing():
        drops = waiting.setdefault(thread, deque())
        drops.append(drop)
        if len(drops) == 1:
            call_soon(thread, take_back)
        return
    site = site_of("created", ledger.created)
    message = f"{name} died outside its thread {thread_name(ledger.thread)!r}, which has ended: {site}"
    warnings.warn_explicit(message, OwnedLeakWarning, site.file, site.line, source=getattr(ledger, "value", None))
    drop()


def call_soon(thread: int, function: Callable[[], object]) -> None:
    """Have the event loop call a function that runs in another thread, if one does: of asyncio or of trio.

    The loop is found among all objects, for the frames of a thread that goes on meanwhile cannot be walked. Those of
    trio do not tell their thread: all are asked, and `take_back` finds nothing to do in the wrong one.
    """
    loop: Any = getattr(sys.modules.get("asyncio"), "AbstractEventLoop", None)
    queue: Any = getattr(sys.modules.get("trio._core._entry_queue"), "EntryQueue", None)
    if loop is None and queue is None:
        return
    for x in objects():
        kind = type(x)
        if loop is not None and issubclass(kind, loop) and getattr(x, "_thread_id", None) == thread:
            with suppress(RuntimeError):  # It may end at this moment.
                x.call_soon_threadsafe(function)
        elif kind is queue and not getattr(x, "done", True):
            with suppress(RuntimeError):
                x.run_sync_soon(function)


def take_back() -> None:
    """Run the drops that were handed back to this thread."""
    drops = waiting.get(get_ident())
    while drops:
        drops.popleft()()


def _at_exit() -> None:
    for drops in list(waiting.values()):
        while drops:
            drops.popleft()()


atexit.register(_at_exit)
