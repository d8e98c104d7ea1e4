"""What stripped modules call, where the value has to be asked what it is.

At level `off` a `Box` may be its value, and the owner that a block borrows may have been lent by a method. So stripped
code takes the short way only where it is certain, and comes here otherwise.
"""

from __future__ import annotations

import sys
from typing import Any

from .abandoned import settle
from .handles import Handle
from .ledger import FREE
from .owners import BoxLayout, Owned, OwnedLayout

__all__ = ["Owned", "exclusive", "kind", "shared"]

kind = type

_getframe = sys._getframe


def shared(x: Any) -> Any:
    """Give the bare value of an owner, as a block of `borrow(x)` and `deref(x)` do at level `off`."""
    cls: Any = type(x)
    return cls._owned_deref(x, _getframe(1)) if issubclass(cls, Handle) else x


def exclusive(x: Any) -> Any:
    """Give the bare value of an owner, as a block of `borrow_mut(x)` does at level `off`; refuse what is borrowed."""
    cls: Any = type(x)
    if not issubclass(cls, Handle):
        return x
    if issubclass(cls, (OwnedLayout, BoxLayout)) and not cls._owned_dead:
        ledger = cls._owned_ledger(x)
        if ledger.state != FREE and not settle(ledger):
            cls._owned_lend_mut(x, _getframe(1))
    return cls._owned_deref(x, _getframe(1))
