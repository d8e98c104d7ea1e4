"""Context managers at the door: what is none is refused before anything is entered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .complaints import build
from .errors import NotAnOwnerError


def entering(manager: Any, taker: str, asynchronous: bool = False) -> Callable[[], Any]:
    """Give what enters a context manager. Raises `NotAnOwnerError`, a `TypeError`, for anything else."""
    kind = type(manager)
    prefix, other = ("__a", "__") if asynchronous else ("__", "__a")
    enter = getattr(kind, f"{prefix}enter__", None)
    if enter is None or getattr(kind, f"{prefix}exit__", None) is None:
        remedy = "own the value itself: Owned(x)"
        if hasattr(kind, f"{other}enter__"):
            remedy = "enter it by enter(cm)" if asynchronous else "await aenter(cm), for it is asynchronous"
        what = "an asynchronous context manager" if asynchronous else "a context manager"
        raise build(NotAnOwnerError, f"{taker}() needs {what}, not a plain {kind.__name__!r}", remedy)
    return partial(enter, manager)
