"""Drops that are handed back to the thread that they belong to.

A handle that is bound to a thread may die in another one: the garbage collector runs in whatever thread is busy, and
the last reference may be anywhere. Its drop is kept here, and runs in its own thread when that thread next makes,
clones or drops a shared handle. When that thread has ended, the drop runs where it is, and warns.
"""

from __future__ import annotations

import atexit
import sys
import threading
import warnings
from _thread import get_ident
from collections import deque
from collections.abc import Callable

from .errors import OwnedLeakWarning
from .ledger import Ledger
from .sites import site_of, thread_name

Drop = Callable[[], object]

waiting: dict[int, deque[Drop]] = {}
"""The drops that wait, by thread. Empty nearly always: the question is one truth test."""


def hand_back(ledger: Ledger, name: str, drop: Drop) -> None:
    """Give a drop to the thread that the ledger was opened in; if that has ended, run it here, and warn."""
    if any(thread.ident == ledger.thread for thread in threading.enumerate()) and not sys.is_finalizing():
        waiting.setdefault(ledger.thread, deque()).append(drop)
        return
    site = site_of("created", ledger.created)
    message = f"{name} died outside its thread {thread_name(ledger.thread)!r}, which has ended: {site}"
    warnings.warn_explicit(message, OwnedLeakWarning, site.file, site.line, source=getattr(ledger, "value", None))
    drop()


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
