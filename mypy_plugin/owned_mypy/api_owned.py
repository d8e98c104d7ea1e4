"""What the functions, classes and methods of `owned` itself do to ownership."""

from typing import Final

from owned_mypy.api_collections import COLLECTIONS_API
from owned_mypy.api_rows import MAKES, method, verb
from owned_mypy.api_sharing import SHARING_API
from owned_mypy.effects import CallEffect, Effect, Gives, Param

_ENTERS = CallEffect(
    (Param("cm", 0, Effect.CONSUMES), Param("acm", 0, Effect.CONSUMES)), gives=Gives.OWNER, must_use=True
)
_BORROW = verb(Effect.BORROWS, gives=Gives.SHARED_BORROW, must_use=True)
_BORROW_MUT = verb(Effect.BORROWS_MUT, gives=Gives.EXCLUSIVE_BORROW, must_use=True)
_READS = verb(Effect.READS)
_PROJECTS = CallEffect(
    (
        Param("r", 0, Effect.CONSUMES),
        Param("m", 0, Effect.CONSUMES),
        Param("f", 1, Effect.READS),
    ),
    must_use=True,
)

_VERBS: Final = {
    "move": verb(Effect.CONSUMES, gives=Gives.OWNER, must_use=True),
    "drop": verb(Effect.DROPS),
    "borrow": _BORROW,
    "borrow_mut": _BORROW_MUT,
    "try_borrow": _BORROW,
    "try_borrow_mut": _BORROW_MUT,
    "clone": verb(Effect.READS, gives=Gives.OWNER, must_use=True),
    "into_inner": verb(Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "deref": verb(Effect.READS, gives=Gives.VALUE),
    "replace": verb(Effect.CHANGES, Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "take": verb(Effect.CHANGES, gives=Gives.VALUE, must_use=True),
    "swap": CallEffect((Param("a", 0, Effect.CHANGES), Param("b", 1, Effect.CHANGES))),
    "forget": verb(Effect.CONSUMES),
    "is_live": verb(Effect.LOOKS),
}

_OWNED: Final = {
    "move": method(Effect.CONSUMES, gives=Gives.OWNER, must_use=True),
    "drop": method(Effect.DROPS),
    "borrow": method(Effect.BORROWS, gives=Gives.SHARED_BORROW, must_use=True),
    "borrow_mut": method(Effect.BORROWS_MUT, gives=Gives.EXCLUSIVE_BORROW, must_use=True),
    "into_inner": method(Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "replace": method(Effect.CHANGES, Effect.CONSUMES, gives=Gives.VALUE, must_use=True),
    "value": method(Effect.ASSIGNS, Effect.CONSUMES),
    "derive": CallEffect(
        (Param("value", 0, Effect.CONSUMES), Param("drop", None, Effect.KEEPS), Param("name", None, Effect.READS)),
        receiver=Effect.READS,
        gives=Gives.OWNER,
        must_use=True,
    ),
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
    "unwrap_or_clone": CallEffect((Param("rc", 0, Effect.CONSUMES),), gives=Gives.VALUE, must_use=True),
    "new_cyclic": CallEffect((Param("f", 0, Effect.READS),), gives=Gives.OWNER, must_use=True),
}

OWNED_API: Final[dict[str, CallEffect]] = {
    **{f"owned.verbs.{name}": effect for name, effect in _VERBS.items()},
    **{f"owned.owners.Owned.{name}": effect for name, effect in _OWNED.items()},
    **{
        f"owned.shared.{kind}.{name}": effect
        for kind in ("_Shared", "Shared", "Rc", "Arc")
        for name, effect in _RC.items()
    },
    **SHARING_API,
    **COLLECTIONS_API,
    **dict.fromkeys(("owned.owners.Owned", "owned.owners.Box", "owned.shared.Rc", "owned.shared.Arc"), MAKES),
    **{
        f"owned.makers.Makers.{name}": CallEffect(gives=Gives.OWNER, must_use=True)
        for name in ("call", "fd", "mkstemp", "tempdir", "popen")
    },
    "owned.scopes.Scope": CallEffect(gives=Gives.OWNER, must_use=True),
    # What a scope owns may be left to it: the result need not be used.
    "owned.scopes.Scope.own": CallEffect((*MAKES.params,), gives=Gives.OWNER),
    "owned.scopes.Scope.enter": CallEffect((Param("cm", 0, Effect.CONSUMES),), gives=Gives.OWNER),
    "owned.scopes.Scope.aenter": CallEffect((Param("acm", 0, Effect.CONSUMES),), gives=Gives.OWNER),
    "owned.owners.Box.derive": CallEffect(
        (Param("b", 0, Effect.READS), Param("value", 1, Effect.CONSUMES), Param("drop", None, Effect.KEEPS)),
        gives=Gives.OWNER,
        must_use=True,
    ),
    "owned.owners.Box.leak": CallEffect((Param("b", 0, Effect.CONSUMES),), gives=Gives.VALUE),
    "owned.guards.Ref.map": _PROJECTS,
    "owned.guards.Ref.filter_map": _PROJECTS,
    "owned.guards.Ref.map_split": _PROJECTS,
    "owned.guards.Ref.clone": CallEffect((Param("r", 0, Effect.READS),), must_use=True),
    "owned.guards.RefMut.map": _PROJECTS,
    "owned.guards.RefMut.filter_map": _PROJECTS,
    "owned.guards.RefMut.map_split": _PROJECTS,
    "owned.shared.Weak.upgrade": CallEffect((Param("w", 0, Effect.READS),), gives=Gives.OWNER, must_use=True),
    "owned.shared.Weak.strong_count": CallEffect(rest=Effect.READS),
    "owned.shared.Weak": CallEffect(gives=Gives.OWNER, must_use=True),
    "owned.processes.send_to": CallEffect((Param("target", 0, Effect.READS), Param("x", 1, Effect.CONSUMES))),
    "owned.processes.submit_to": CallEffect(
        (Param("pool", 0, Effect.READS), Param("f", 1, Effect.SENDS_PROCESS)), rest=Effect.CONSUMES
    ),
}
