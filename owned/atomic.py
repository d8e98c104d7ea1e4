"""Small state changes that no other thread may see half done.

With the interpreter lock, a function that only loads, compares and stores simple attributes is never interrupted: the
interpreter looks for other threads at calls and at backward jumps alone; CPython 3.10 does at every conditional jump
that is taken, too. So the store stands right below its test, and is reached when the test holds: `if free: claim`,
never `if not free: return` before it. Such functions are marked by `atomic`, which leaves them as they are there. On
builds without that lock it makes them take one of ours.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

FREE_THREADED = "free-threading" in sys.version
SWITCHES_AT_JUMPS = FREE_THREADED or sys.version_info < (3, 11)
"""May another thread come between a test and what follows when it does not hold?"""

_lock = threading.RLock()
"""One for everything: what it protects is short. Reentrant, for a signal may be handled just after it was taken."""


def _new_lock() -> None:
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_lock)  # Another thread may have had it.


def one_step() -> AbstractContextManager[object]:
    """The lock itself, for steps that call something. They call nothing that may wait.

    >>> with one_step():
    ...     print("nobody else is in here")
    nobody else is in here
    """
    return _lock


def atomic(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a function that loads, compares and stores, and calls nothing: it runs as one step.

    >>> @atomic
    ... def increment(counter: list[int]) -> None:
    ...     counter[0] += 1
    >>> counter = [0]
    >>> increment(counter)
    >>> counter
    [1]
    """
    return _locked(function) if FREE_THREADED else function


def _locked(function: Callable[P, R]) -> Callable[P, R]:
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with _lock:
            return function(*args, **kwargs)

    return run
