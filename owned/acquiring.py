"""From acquisition to ownership, without a moment in between.

    f = open(path)          # the file is open
                            # Ctrl-C here: nobody owns it
    owner = Owned(f)        # now somebody does

Python handles signals between two instructions of Python code, so a `KeyboardInterrupt` can come after `open` has
returned and before its result is anywhere. `try` does not help: the result was never bound to a name. What works is to
leave no Python instruction in between. The owner is made first, still pending, and the call is made by C code that
stores what it gave into the owner's ledger: `map` over the ledger and `starmap` over the call, consumed by a `deque`.
From then on the pending owner drops the value, should anything go wrong before it is an owner like any other.

What remains is the acquiring function's own: one written in Python can be interrupted inside, before it returns.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import starmap
from types import FrameType
from typing import Any

from . import accounts
from .drops import Dropping, Exit, drop_now, is_only_asynchronous, warn_of_leak
from .errors import OwnerDied
from .ledger import GONE, Ledger, end_at, open_ledger

_store: Callable[[Ledger, Any], None] = Ledger.__dict__["value"].__set__
_NO_ARGUMENTS = ((),)


def open_pending(hook: Any, name: str | None, frame: FrameType) -> Ledger:
    """Begin the ledger of a value that is still to be acquired: it has none, and counts as gone until it has."""
    ledger = open_ledger(None, hook, name, frame)
    ledger.state = GONE
    del ledger.value
    return ledger


def acquire(ledger: Ledger, function: Callable[[], Any]) -> Any:
    """Call a function, and have what it gives in the ledger before any other Python code runs."""
    deque(map(_store, (ledger,), starmap(function, _NO_ARGUMENTS)), 0)
    return ledger.value


def let_go(ledger: Ledger, kind: str, error: BaseException | None) -> None:
    """End a pending owner: drop what it has acquired, if it has."""
    ledger.state = GONE
    try:
        value = ledger.value
    except AttributeError:  # There is none: nothing was ever owned.
        next(accounts.ended)
        accounts.ended_without_drop("moved")
        return
    hook = ledger.hook
    ledger.retire(end_at("dropped"))
    dropping = Dropping(error)
    if type(hook) is Exit and error is None:
        dropping.error = OwnerDied(f"the owner of {ledger.describe()} died while it was made")
    if is_only_asynchronous(value, hook):
        warn_of_leak(ledger, kind, True)
    else:
        drop_now(value, hook, dropping)
    failure = dropping.result()
    if error is None and failure is not None:
        raise failure
    dropping.conclude()
