"""What cells, locks, channels and threads of `owned` do to ownership."""

from typing import Final

from owned_mypy.api_rows import MAKES, method
from owned_mypy.effects import CallEffect, Effect, Gives, Param

_LENDS: Final = method(Effect.BORROWS, gives=Gives.SHARED_BORROW, must_use=True)
_LENDS_MUT: Final = method(Effect.BORROWS, gives=Gives.EXCLUSIVE_BORROW, must_use=True)
"""A guard of a cell or lock borrows the cell itself shared, whatever it gives."""
_GET_MUT: Final = method(Effect.BORROWS_MUT, gives=Gives.EXCLUSIVE_BORROW, must_use=True)
_INTO_INNER: Final = method(Effect.CONSUMES, gives=Gives.VALUE, must_use=True)
_LOOKS: Final = method(Effect.READS)
_SWAPS: Final = CallEffect((Param("other", 0, Effect.READS),), receiver=Effect.EXCHANGES)

# Interior mutability: changed through a shared borrow, so that the cell itself is only borrowed.
_CELL: Final = {
    "get": _LOOKS,
    "set": method(Effect.READS, Effect.CONSUMES),
    "replace": method(Effect.READS, Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "take": method(Effect.READS, gives=Gives.VALUE, must_use=True),
    "swap": CallEffect((Param("other", 0, Effect.READS),), receiver=Effect.READS),
    "update": _LOOKS,
    "get_mut": _GET_MUT,
    "into_inner": _INTO_INNER,
}
_REF_CELL: Final = {
    "borrow": _LENDS,
    "borrow_mut": _LENDS_MUT,
    "try_borrow": _LENDS,
    "try_borrow_mut": _LENDS_MUT,
    "replace": method(Effect.EXCHANGES, Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "replace_with": method(Effect.EXCHANGES, gives=Gives.VALUE),
    "take": method(Effect.EXCHANGES, gives=Gives.VALUE, must_use=True),
    "swap": _SWAPS,
    "get_mut": _GET_MUT,
    "into_inner": _INTO_INNER,
}
_ONCE_CELL: Final = {
    "get": _LOOKS,
    "set": method(Effect.READS, Effect.CONSUMES),
    "try_insert": method(Effect.READS, Effect.CONSUMES),
    "get_or_init": _LOOKS,
    "get_mut": _GET_MUT,
    "take": method(Effect.CHANGES, gives=Gives.VALUE, must_use=True),
    "into_inner": _INTO_INNER,
}
_LAZY_CELL: Final = {"force": _LOOKS, "force_mut": _GET_MUT, "into_inner": _INTO_INNER}
_MUTEX: Final = {
    "lock": _LENDS_MUT,
    "try_lock": _LENDS_MUT,
    "set": method(Effect.EXCHANGES, Effect.CONSUMES),
    "replace": method(Effect.EXCHANGES, Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "get_mut": _GET_MUT,
    "into_inner": _INTO_INNER,
    "is_poisoned": _LOOKS,
    "clear_poison": _LOOKS,
}
_RW_LOCK: Final = {
    "read": _LENDS,
    "write": _LENDS_MUT,
    "try_read": _LENDS,
    "try_write": _LENDS_MUT,
    "get_mut": _GET_MUT,
    "into_inner": _INTO_INNER,
    "is_poisoned": _LOOKS,
    "clear_poison": _LOOKS,
}
_SENDS: Final = CallEffect((Param("value", 0, Effect.SENDS),), receiver=Effect.READS)
_SENDS_TO_TASK: Final = CallEffect((Param("value", 0, Effect.KEEPS),), receiver=Effect.READS)

_METHODS: Final = {
    "cells.Cell": _CELL,
    "cells.RefCell": _REF_CELL,
    "cells.OnceCell": _ONCE_CELL,
    "cells.LazyCell": _LAZY_CELL,
    "locks.Mutex": _MUTEX,
    "locks.RwLock": _RW_LOCK,
    # Their `lock`, `read` and `write` give what is to be awaited: it holds a borrow of the lock.
    "aio.Mutex": {"lock": _LENDS_MUT, "into_inner": _INTO_INNER},
    "aio.RwLock": {"read": _LENDS, "write": _LENDS_MUT, "into_inner": _INTO_INNER},
    "channels.Sender": {"send": _SENDS, "try_send": _SENDS},
    "channels.Receiver": {"recv": _LOOKS, "try_recv": _LOOKS},
    "aio.Sender": {"send": _SENDS_TO_TASK},
    "aio.Receiver": {"recv": _LOOKS},
}

SHARING_API: Final[dict[str, CallEffect]] = {
    **{f"owned.{kind}.{name}": effect for kind, methods in _METHODS.items() for name, effect in methods.items()},
    **dict.fromkeys(
        (
            "owned.cells.Cell",
            "owned.cells.RefCell",
            "owned.locks.Mutex",
            "owned.locks.RwLock",
            "owned.aio.Mutex",
            "owned.aio.RwLock",
        ),
        MAKES,
    ),
    "owned.cells.OnceCell": CallEffect(gives=Gives.OWNER, must_use=True),
    "owned.cells.LazyCell": CallEffect((Param("f", 0, Effect.KEEPS),), gives=Gives.OWNER, must_use=True),
    "owned.locks.RwLock.downgrade": CallEffect((Param("m", 0, Effect.CONSUMES),), must_use=True),
    "owned.threads.spawn": CallEffect(
        (Param("f", 0, Effect.SENDS), Param("name", None, Effect.READS)), rest=Effect.SENDS
    ),
    # The threads of a scope may borrow until it ends; what owns is taken.
    "owned.threads.ThreadScope.spawn": CallEffect(
        (Param("f", 0, Effect.RUNS_SCOPED), Param("name", None, Effect.READS)), rest=Effect.SENDS_SCOPED
    ),
}
