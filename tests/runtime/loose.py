"""The names of `owned`, seen as `Any` by type checkers.

Tests of misuse would not pass the checker, which is its purpose; here the names are the real ones at run time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Arc: Any
    Box: Any
    Cell: Any
    Condvar: Any
    Cow: Any
    LazyCell: Any
    Map: Any
    Mutex: Any
    OnceCell: Any
    Owned: Any
    Rc: Any
    Ref: Any
    RefCell: Any
    RefMut: Any
    RwLock: Any
    Scope: Any
    Str: Any
    String: Any
    Vec: Any
    Weak: Any
    borrow: Any
    borrow_mut: Any
    channel: Any
    clone: Any
    deref: Any
    drop: Any
    forget: Any
    into_inner: Any
    is_live: Any
    move: Any
    recv_from: Any
    register_drop: Any
    replace: Any
    replace_field: Any
    send_to: Any
    spawn: Any
    submit_to: Any
    swap: Any
    take: Any
    take_field: Any
    thread_scope: Any
    try_borrow: Any
    try_borrow_mut: Any
else:
    from owned import (
        Arc,
        Box,
        Cell,
        Condvar,
        Cow,
        LazyCell,
        Map,
        Mutex,
        OnceCell,
        Owned,
        Rc,
        Ref,
        RefCell,
        RefMut,
        RwLock,
        Scope,
        Str,
        String,
        Vec,
        Weak,
        borrow,
        borrow_mut,
        channel,
        clone,
        deref,
        drop,
        forget,
        into_inner,
        is_live,
        move,
        recv_from,
        register_drop,
        replace,
        replace_field,
        send_to,
        spawn,
        submit_to,
        swap,
        take,
        take_field,
        thread_scope,
        try_borrow,
        try_borrow_mut,
    )

__all__ = [
    "Arc",
    "Box",
    "Cell",
    "Condvar",
    "Cow",
    "LazyCell",
    "Map",
    "Mutex",
    "OnceCell",
    "Owned",
    "Rc",
    "Ref",
    "RefCell",
    "RefMut",
    "RwLock",
    "Scope",
    "Str",
    "String",
    "Vec",
    "Weak",
    "borrow",
    "borrow_mut",
    "channel",
    "clone",
    "deref",
    "drop",
    "forget",
    "into_inner",
    "is_live",
    "move",
    "recv_from",
    "register_drop",
    "replace",
    "replace_field",
    "send_to",
    "spawn",
    "submit_to",
    "swap",
    "take",
    "take_field",
    "thread_scope",
    "try_borrow",
    "try_borrow_mut",
]
