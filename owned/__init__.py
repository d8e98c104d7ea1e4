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
from importlib import import_module
from typing import TYPE_CHECKING, Any

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

_HOME = {name: module for module, names in _LATER.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f".{_HOME[name]}", __name__), name)
    return found


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

if os.environ.get("OWNED_REPORT", "0") not in ("", "0"):
    import_module(".report", __name__)  # It prints at exit.

if _LEVEL is _Level.TRACE:
    from .tracing import keep_histories

    keep_histories()
    del keep_histories

if _REPORT:
    from .report import report_at_exit

    report_at_exit()
    del report_at_exit
