"""The table of calls: what a call does to ownership beyond what its signature says.

Signatures say most of it: a parameter annotated as an owner takes ownership, a `Ref` borrows. The table holds what they
cannot say: that `drop` ends its argument, that `replace` needs exclusive access, that a thread keeps what it is given.
Other libraries' functions can be added as rows, without touching the analyses.

>>> effects_of_call("owned.verbs.drop").params[0].effect
<Effect.DROPS: 'ends it'>
>>> effects_of_call("threading.Thread").param("target", None).effect
<Effect.SENDS: 'keeps it on another thread'>
>>> effects_of_call("builtins.print") is None
True
"""

from typing import Final

from owned_mypy.api_owned import OWNED_API
from owned_mypy.api_stdlib import STDLIB_API
from owned_mypy.effects import CallEffect, Effect, Gives, Param

__all__ = ["CallEffect", "Effect", "Gives", "Param", "effects_of_call"]

_TABLE: Final = {**OWNED_API, **STDLIB_API}


def effects_of_call(fullname: str) -> CallEffect | None:
    """Give what a call of this function, class or `Class.method` does; None for unknown names."""
    return _TABLE.get(fullname)
