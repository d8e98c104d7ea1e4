"""What the functions, classes and methods of `owned` itself do to ownership."""

from typing import Final

from owned_mypy.effects import CallEffect, Effect, Gives, Param


def _verb(*effects: Effect, gives: Gives = Gives.NOTHING_SPECIAL, must_use: bool = False) -> CallEffect:
    names = ("x", "new") if len(effects) == 2 and effects[1] is Effect.CONSUMES else ("x", "b")
    return CallEffect(
        tuple(Param(name, at, effect) for at, (name, effect) in enumerate(zip(names, effects, strict=False))),
        gives=gives,
        must_use=must_use,
    )


def _method(
    receiver: Effect, *params: Effect, gives: Gives = Gives.NOTHING_SPECIAL, must_use: bool = False
) -> CallEffect:
    rows = tuple(Param("new" if at == 0 else f"argument {at}", at, effect) for at, effect in enumerate(params))
    return CallEffect(rows, receiver=receiver, gives=gives, must_use=must_use)


_MAKES = CallEffect(
    (Param("value", 0, Effect.CONSUMES), Param("drop", None, Effect.KEEPS), Param("name", None, Effect.READS)),
    gives=Gives.OWNER,
    must_use=True,
)
_ENTERS = CallEffect(
    (Param("cm", 0, Effect.CONSUMES), Param("acm", 0, Effect.CONSUMES)), gives=Gives.OWNER, must_use=True
)
_BORROW = _verb(Effect.BORROWS, gives=Gives.SHARED_BORROW, must_use=True)
_BORROW_MUT = _verb(Effect.BORROWS_MUT, gives=Gives.EXCLUSIVE_BORROW, must_use=True)
_READS = _verb(Effect.READS)
_PROJECTS = CallEffect(
    (
        Param("r", 0, Effect.CONSUMES),
        Param("m", 0, Effect.CONSUMES),
        Param("f", 1, Effect.READS),
    ),
    must_use=True,
)

_VERBS: Final = {
    "move": _verb(Effect.CONSUMES, gives=Gives.OWNER, must_use=True),
    "drop": _verb(Effect.DROPS),
    "borrow": _BORROW,
    "borrow_mut": _BORROW_MUT,
    "try_borrow": _BORROW,
    "try_borrow_mut": _BORROW_MUT,
    "clone": _verb(Effect.READS, gives=Gives.OWNER, must_use=True),
    "into_inner": _verb(Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "deref": _verb(Effect.READS, gives=Gives.VALUE),
    "replace": _verb(Effect.CHANGES, Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "take": _verb(Effect.CHANGES, gives=Gives.VALUE, must_use=True),
    "swap": CallEffect((Param("a", 0, Effect.CHANGES), Param("b", 1, Effect.CHANGES))),
    "forget": _verb(Effect.CONSUMES),
    "is_live": _verb(Effect.LOOKS),
}

_OWNED: Final = {
    "move": _method(Effect.CONSUMES, gives=Gives.OWNER, must_use=True),
    "drop": _method(Effect.DROPS),
    "borrow": _method(Effect.BORROWS, gives=Gives.SHARED_BORROW, must_use=True),
    "borrow_mut": _method(Effect.BORROWS_MUT, gives=Gives.EXCLUSIVE_BORROW, must_use=True),
    "into_inner": _method(Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "replace": _method(Effect.CHANGES, Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "value": _method(Effect.ASSIGNS, Effect.CONSUMES),
    "enter": _ENTERS,
    "aenter": _ENTERS,
}

_RC: Final = {
    "strong_count": CallEffect(rest=Effect.READS),
    "weak_count": CallEffect(rest=Effect.READS),
    "ptr_eq": CallEffect(rest=Effect.READS),
    "downgrade": CallEffect((Param("rc", 0, Effect.READS),), gives=Gives.OWNER, must_use=True),
    "get_mut": CallEffect((Param("rc", 0, Effect.BORROWS_MUT),), gives=Gives.EXCLUSIVE_BORROW, must_use=True),
    "make_mut": CallEffect((Param("rc", 0, Effect.BORROWS_MUT),), gives=Gives.EXCLUSIVE_BORROW, must_use=True),
    "try_unwrap": CallEffect((Param("rc", 0, Effect.CONSUMES),), gives=Gives.VALUE, must_use=True),
    "into_inner": CallEffect((Param("rc", 0, Effect.CONSUMES),), gives=Gives.VALUE, must_use=True),
    "new_cyclic": CallEffect((Param("f", 0, Effect.READS),), gives=Gives.OWNER, must_use=True),
}

# Interior mutability: changed through a shared borrow, so the receiver is only borrowed.
_CELL: Final = {
    "get": _method(Effect.READS),
    "set": _method(Effect.READS, Effect.CONSUMES),
    "replace": _method(Effect.READS, Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "take": _method(Effect.READS, gives=Gives.VALUE, must_use=True),
    "into_inner": _method(Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    # A guard of a cell borrows the cell itself shared, whatever it gives.
    "borrow": _method(Effect.BORROWS, gives=Gives.SHARED_BORROW, must_use=True),
    "borrow_mut": _method(Effect.BORROWS, gives=Gives.EXCLUSIVE_BORROW, must_use=True),
    "try_borrow": _method(Effect.BORROWS, gives=Gives.SHARED_BORROW, must_use=True),
    "try_borrow_mut": _method(Effect.BORROWS, gives=Gives.EXCLUSIVE_BORROW, must_use=True),
    "lock": _method(Effect.BORROWS, gives=Gives.EXCLUSIVE_BORROW, must_use=True),
    "try_lock": _method(Effect.BORROWS, gives=Gives.EXCLUSIVE_BORROW, must_use=True),
    "read": _method(Effect.BORROWS, gives=Gives.SHARED_BORROW, must_use=True),
    "write": _method(Effect.BORROWS, gives=Gives.EXCLUSIVE_BORROW, must_use=True),
    "try_read": _method(Effect.BORROWS, gives=Gives.SHARED_BORROW, must_use=True),
    "try_write": _method(Effect.BORROWS, gives=Gives.EXCLUSIVE_BORROW, must_use=True),
    "get_mut": _method(Effect.BORROWS_MUT, gives=Gives.EXCLUSIVE_BORROW, must_use=True),
}

OWNED_API: Final[dict[str, CallEffect]] = {
    **{f"owned.verbs.{name}": effect for name, effect in _VERBS.items()},
    **{f"owned.owners.Owned.{name}": effect for name, effect in _OWNED.items()},
    **{
        f"owned.shared.{kind}.{name}": effect
        for kind in ("_Shared", "Shared", "Rc", "Arc")
        for name, effect in _RC.items()
    },
    **{
        f"owned.{kind}.{name}": effect
        for kind in ("cells.Cell", "cells.RefCell", "cells.OnceCell", "cells.LazyCell", "locks.Mutex", "locks.RwLock")
        for name, effect in _CELL.items()
    },
    **dict.fromkeys(
        (
            "owned.owners.Owned",
            "owned.owners.Box",
            "owned.shared.Rc",
            "owned.shared.Arc",
            "owned.cells.Cell",
            "owned.cells.RefCell",
            "owned.locks.Mutex",
            "owned.locks.RwLock",
        ),
        _MAKES,
    ),
    "owned.cells.OnceCell": CallEffect(gives=Gives.OWNER, must_use=True),
    "owned.cells.LazyCell": CallEffect((Param("f", 0, Effect.KEEPS),), gives=Gives.OWNER, must_use=True),
    "owned.scopes.Scope": CallEffect(gives=Gives.OWNER, must_use=True),
    # What a scope owns may be left to it: the result need not be used.
    "owned.scopes.Scope.own": CallEffect((*_MAKES.params,), gives=Gives.OWNER),
    "owned.scopes.Scope.enter": CallEffect((Param("cm", 0, Effect.CONSUMES),), gives=Gives.OWNER),
    "owned.scopes.Scope.aenter": CallEffect((Param("acm", 0, Effect.CONSUMES),), gives=Gives.OWNER),
    "owned.owners.Box.leak": CallEffect((Param("b", 0, Effect.CONSUMES),), gives=Gives.VALUE),
    "owned.guards.Ref.map": _PROJECTS,
    "owned.guards.Ref.filter_map": _PROJECTS,
    "owned.guards.RefMut.map": _PROJECTS,
    "owned.guards.RefMut.map_split": _PROJECTS,
    "owned.shared.Weak.upgrade": CallEffect((Param("w", 0, Effect.READS),), gives=Gives.OWNER, must_use=True),
    "owned.shared.Weak.strong_count": CallEffect(rest=Effect.READS),
    "owned.shared.Weak": CallEffect(gives=Gives.OWNER, must_use=True),
    "owned.threads.spawn": CallEffect((Param("f", 0, Effect.SENDS),), rest=Effect.SENDS),
    # The threads of a scope may borrow; what owns is taken.
    "owned.threads.ThreadScope.spawn": CallEffect((Param("f", 0, Effect.READS),), rest=Effect.CONSUMES),
    "owned.channels.Sender.send": CallEffect((Param("value", 0, Effect.SENDS),), receiver=Effect.READS),
    "owned.channels.Sender.try_send": CallEffect((Param("value", 0, Effect.SENDS),), receiver=Effect.READS),
    "owned.processes.send_to": CallEffect((Param("target", 0, Effect.READS), Param("x", 1, Effect.CONSUMES))),
    "owned.processes.submit_to": CallEffect(
        (Param("pool", 0, Effect.READS), Param("f", 1, Effect.SENDS_PROCESS)), rest=Effect.CONSUMES
    ),
}
