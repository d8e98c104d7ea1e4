"""Which locals may ever hold a borrow: a coarse answer for a whole body, which spares the analysis most of its effects.

n = len(names)       never holds anything: no step of the analysis
r = borrow(t)        `r` may hold, and so may what is made of it
"""

from __future__ import annotations

from collections.abc import Iterable

from owned_mypy.cfg import Cfg
from owned_mypy.ir import (
    Assign,
    BeginScope,
    BindView,
    Borrow,
    Carry,
    Copy,
    Move,
    Through,
)


def may_hold(cfg: Cfg, from_the_start: Iterable[int]) -> set[int]:
    """The locals that may hold a borrow or a view at some point of a graph."""
    holding = set(from_the_start)
    flows: list[tuple[int, int]] = []
    for _, effect in cfg.notable:
        match effect:
            case Assign(place=place, source=source):
                if source is not None:
                    flows.append((source, place.local))
            case Move(place=place, into=into):
                if into is not None:
                    flows.append((place.local, into))
            case Borrow(into=into):
                holding.add(into)
            case Carry(source=source, into=into):
                flows.append((source, into))
            case Copy(place=place, into=into, part=part):
                if part and any(isinstance(step, Through) for step in place.path):
                    holding.add(into)
                flows.append((place.local, into))
            case BindView(into=place) | BeginScope(place=place):
                holding.add(place.local)
            case _:
                pass
    changed = bool(holding)
    while changed:
        changed = False
        for source, into in flows:
            if source in holding and into not in holding:
                holding.add(into)
                changed = True
    return holding
