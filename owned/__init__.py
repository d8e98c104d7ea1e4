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

from .cells import Cell, LazyCell, OnceCell, RefCell
from .census import LiveOwner, live
from .channels import Receiver, Sender, channel
from .consuming import consuming
from .drains import Drain
from .entries import Entry
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
from .events import Event, Subscription, on_event
from .field_moves import replace_field, take_field
from .guards import Ref, RefMut
from .levels import LEVEL as _LEVEL
from .levels import Level as _Level
from .locks import Condvar, Mutex, RwLock
from .map import Map
from .owners import Box, Owned
from .processes import recv_from, send_to, submit_to
from .registry import register_drop
from .report import Summary, summary
from .scopes import Scope
from .shared import Arc, Rc, Weak
from .sites import Site
from .slices import Slice
from .str_reads import StrLike
from .strs import Str, as_str
from .text import String
from .threads import JoinHandle, ThreadScope, spawn, thread_scope
from .utf8 import CharBoundaryError, Utf8Error
from .vec import Vec
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

if _LEVEL is _Level.TRACE:
    from .tracing import keep_histories

    keep_histories()
    del keep_histories
