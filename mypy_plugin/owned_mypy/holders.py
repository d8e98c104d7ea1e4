"""Which locals may ever hold a borrow: a coarse answer for a whole body, which spares the analysis most of its effects.

n = len(names)       never holds anything: no step of the analysis
r = borrow(t)        `r` may hold, and so may what is made of it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def may_hold(begun: Iterable[int], flows: Sequence[tuple[int, int]]) -> set[int]:
    """The locals that may hold something at some point: those where that begins, and where it goes from there."""
    holding = set(begun)
    changed = bool(holding)
    while changed:
        changed = False
        for source, into in flows:
            if source in holding and into not in holding:
                holding.add(into)
                changed = True
    return holding
