"""When a closure has been named for the last time, and so borrows what it captures no longer.

    f = lambda: poke(borrow_mut(t))    {f: L1}
    f()                                {}          f is not named after this
    look(t)                            fine

Guards hold a borrow at run time until they die; closures do not, and a function that is not called any more hurts
nobody. rustc says the same of closures, which have no destructor.
"""

from __future__ import annotations

from collections.abc import Sequence

from owned_mypy.cfg import Cfg
from owned_mypy.ir import Assign, Effect
from owned_mypy.last_names import named_by


class LastCalls:
    """For each effect the closures that it is the last to name, for each block those that it does not come before."""

    def __init__(self, cfg: Cfg, steps: Sequence[Sequence[Effect]]) -> None:
        self.steps = steps
        self.after: dict[int, frozenset[int]] = {}
        self.at_entry: dict[int, frozenset[int]] = {}
        self.closures = frozenset(local.index for local in cfg.body.locals if local.is_closure)
        if not self.closures:
            return
        named: dict[int, frozenset[int]] = {index: frozenset() for index in cfg.order}
        changed = True
        while changed:
            changed = False
            for index in reversed(cfg.order):
                following = [named.get(successor, frozenset()) for successor in cfg.blocks[index].successors]
                before = self.go_back(index, frozenset[int]().union(*following))
                if before != named[index]:
                    named[index] = before
                    changed = True
        self.at_entry = {index: self.closures - named[index] for index in cfg.order}

    def go_back(self, index: int, later: frozenset[int]) -> frozenset[int]:
        """The closures that may be named from the start of a block on, given those that may be after it."""
        for effect in reversed(self.steps[index]):
            names = self.closures.intersection(named_by(effect))
            if isinstance(effect, Assign) and not effect.place.path:
                bound = self.closures.intersection((effect.place.local,))
                names -= bound
                self.after[id(effect)] = (names | bound) - later
                later -= bound
            else:
                self.after[id(effect)] = names - later
            later |= names
        return later
