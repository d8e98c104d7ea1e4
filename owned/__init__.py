"""Ownership for Python objects: one owner per value, checked borrows, and drops that run exactly once.

>>> from owned import Owned, borrow, move
>>> log = Owned(["started"])
>>> with borrow(log) as lines:
...     print(lines[0])
started
>>> archive = move(log)
>>> log.value
Traceback (most recent call last):
...
owned.errors.UseAfterMoveError: use of moved value: Owned[list] (E0382)
  ...
"""

import os
import sys

TYPE_CHECKING = False  # as in `typing`, which would take longer to import than all that level `off` begins with

_LAZY = os.environ.get("OWNED", "").strip().lower() == "off" and os.environ.get("OWNED_REPORT", "0") in ("", "0")
"""At level `off` nothing is imported before a name is asked for."""

if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

if TYPE_CHECKING or not _LAZY:
    from . import confined as _confined  # noqa: F401 - It brings its kinds of owners along.
    from .consuming import consuming
    from .errors import (
        AlreadySetError,
        AsyncDropError,
        BorrowError,
        BorrowMutError,
        BorrowOutlivesOwnerError,
        CarryingError,
        ChannelClosedError,
        DropHookError,
        MoveOutOfBorrowError,
        MoveWhileBorrowedError,
        NotAnOwnerError,
        NotCopyError,
        NotFoundError,
        NotInitialisedError,
        NotSendError,
        OwnedLeakWarning,
        OwnerDied,
        OwnershipError,
        PoisonError,
        ReadOnlyError,
        ReentrantInitError,
        ScopeError,
        SendError,
        UseAfterDropError,
        UseAfterMoveError,
    )
    from .guards import Ref, RefMut
    from .levels import LEVEL as _LEVEL
    from .levels import REPORT as _REPORT
    from .levels import Level as _Level
    from .owners import Box, Owned
    from .registry import register_drop
    from .scopes import Scope
    from .sites import Site
    from .verbs import (
        borrow,
        borrow_mut,
        clone,
        deref,
        drop,
        forget,
        into_inner,
        is_live,
        move,
        replace,
        swap,
        take,
        try_borrow,
        try_borrow_mut,
    )

if TYPE_CHECKING:
    from .cells import Cell, LazyCell, OnceCell, RefCell
    from .census import LiveOwner, live
    from .channels import Receiver, Sender, channel
    from .cow import Cow
    from .drains import Drain
    from .entries import Entry
    from .events import Event, Subscription, on_event
    from .field_moves import replace_field, take_field
    from .fields import owner, owning
    from .locks import Condvar, Mutex, RwLock
    from .map import Map
    from .processes import recv_from, send_to, submit_to
    from .report import Summary, summary
    from .shared import Arc, Rc, Weak
    from .slices import Slice
    from .str_reads import StrLike
    from .strs import Str, as_str
    from .text import String
    from .threads import JoinHandle, ThreadScope, spawn, thread_scope
    from .utf8 import CharBoundaryError, Utf8Error
    from .vec import Vec

_LATER = {
    "cells": "Cell LazyCell OnceCell RefCell",
    "census": "LiveOwner live",
    "channels": "Receiver Sender channel",
    "cow": "Cow",
    "drains": "Drain",
    "entries": "Entry",
    "events": "Event Subscription on_event",
    "field_moves": "replace_field take_field",
    "fields": "owner owning",
    "locks": "Condvar Mutex RwLock",
    "map": "Map",
    "processes": "recv_from send_to submit_to",
    "report": "Summary summary",
    "shared": "Arc Rc Weak",
    "slices": "Slice",
    "str_reads": "StrLike",
    "strs": "Str as_str",
    "text": "String",
    "threads": "JoinHandle ThreadScope spawn thread_scope",
    "utf8": "CharBoundaryError Utf8Error",
    "vec": "Vec",
}
"""What is imported when it is first asked for, by module: a program pays at its start for what it uses."""

_FIRST = {
    "confined": "",
    "consuming": "consuming",
    "errors": (
        "AlreadySetError AsyncDropError BorrowError BorrowMutError BorrowOutlivesOwnerError CarryingError "
        "ChannelClosedError DropHookError MoveOutOfBorrowError MoveWhileBorrowedError NotAnOwnerError "
        "NotCopyError NotFoundError NotInitialisedError NotSendError OwnedLeakWarning OwnerDied "
        "OwnershipError PoisonError ReadOnlyError ReentrantInitError ScopeError SendError UseAfterDropError "
        "UseAfterMoveError"
    ),
    "guards": "Ref RefMut",
    "owners": "Box Owned",
    "registry": "register_drop",
    "scopes": "Scope",
    "sites": "Site",
    "verbs": (
        "borrow borrow_mut clone deref drop forget into_inner is_live move replace swap take try_borrow try_borrow_mut"
    ),
}
"""What is imported at once, by module; at level `off` when the first of these names is asked for, all of it."""

_HOME = {name: module for module, names in _LATER.items() for name in names.split()}


def __getattr__(name: str) -> "Any":
    if name in _HOME:
        if _LAZY and "Owned" not in globals():
            _import_first()
        found = globals()[name] = getattr(_imported(_HOME[name]), name)
        return found
    if _LAZY and name in __all__:
        _import_first()
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _imported(module: str) -> "ModuleType":
    __import__(f"{__name__}.{module}")
    return sys.modules[f"{__name__}.{module}"]


def _import_first() -> None:
    for module, names in _FIRST.items():
        home = _imported(module)
        globals().update({name: getattr(home, name) for name in names.split()})


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "AlreadySetError",
    "Arc",
    "AsyncDropError",
    "BorrowError",
    "BorrowMutError",
    "BorrowOutlivesOwnerError",
    "Box",
    "CarryingError",
    "Cell",
    "ChannelClosedError",
    "CharBoundaryError",
    "Condvar",
    "Cow",
    "Drain",
    "DropHookError",
    "Entry",
    "Event",
    "JoinHandle",
    "LazyCell",
    "LiveOwner",
    "Map",
    "MoveOutOfBorrowError",
    "MoveWhileBorrowedError",
    "Mutex",
    "NotAnOwnerError",
    "NotCopyError",
    "NotFoundError",
    "NotInitialisedError",
    "NotSendError",
    "OnceCell",
    "Owned",
    "OwnedLeakWarning",
    "OwnerDied",
    "OwnershipError",
    "PoisonError",
    "Rc",
    "ReadOnlyError",
    "Receiver",
    "ReentrantInitError",
    "Ref",
    "RefCell",
    "RefMut",
    "RwLock",
    "Scope",
    "ScopeError",
    "SendError",
    "Sender",
    "Site",
    "Slice",
    "Str",
    "StrLike",
    "String",
    "Subscription",
    "Summary",
    "ThreadScope",
    "UseAfterDropError",
    "UseAfterMoveError",
    "Utf8Error",
    "Vec",
    "Weak",
    "as_str",
    "borrow",
    "borrow_mut",
    "channel",
    "clone",
    "consuming",
    "deref",
    "drop",
    "forget",
    "into_inner",
    "is_live",
    "live",
    "move",
    "on_event",
    "owner",
    "owning",
    "recv_from",
    "register_drop",
    "replace",
    "replace_field",
    "send_to",
    "spawn",
    "submit_to",
    "summary",
    "swap",
    "take",
    "take_field",
    "thread_scope",
    "try_borrow",
    "try_borrow_mut",
]

if not _LAZY:
    if _LEVEL is _Level.TRACE:
        from .tracing import keep_histories

        keep_histories()
        del keep_histories

    if _REPORT:
        from .report import report_at_exit

        report_at_exit()
        del report_at_exit
elif os.environ.get("OWNED_STRIP", "0") not in ("", "0"):
    from .strip import install

    install()
    del install
