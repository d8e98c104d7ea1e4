"""Whether a local may be named once more after a block: if not, nobody can ask for the view that it was."""

from __future__ import annotations

from collections.abc import Sequence

from owned_mypy.cfg import BasicBlock, Cfg
from owned_mypy.ir import Assign, Borrow, Carry, Copy, Effect, Escape, Move, Use


class LastNames:
    """Where each local is named last, in solving order, and which loops lead back from there."""

    def __init__(self, cfg: Cfg, steps: Sequence[Sequence[Effect]]) -> None:
        self.rank = cfg.rank
        self.last: dict[int, int] = {}
        self.loop_start = _loop_starts(cfg)
        for position, index in enumerate(cfg.order):
            for effect in steps[index]:
                for local in named_by(effect):
                    self.last[local] = position

    def is_named_after(self, local: int, block: BasicBlock) -> bool:
        """May an effect name the local after this block, or before it in a loop around both?"""
        rank = self.rank[block.index]
        last = self.last.get(local, -1)
        return last > rank or self.loop_start[rank] <= last


def _loop_starts(cfg: Cfg) -> list[int]:
    """Where the outermost loop around each block begins; beyond the last block where there is none."""
    ends: dict[int, int] = {}
    for position, index in enumerate(cfg.order):
        for following in cfg.blocks[index].successors:
            start = cfg.rank[following]
            if start <= position:
                ends[start] = position  # the last one that leads back is the end
    starts = [len(cfg.order)] * len(cfg.order)
    done = 0
    for start in sorted(ends):
        for inside in range(max(start, done), ends[start] + 1):
            starts[inside] = start
        done = max(done, ends[start] + 1)
    return starts


def named_by(effect: Effect) -> tuple[int, ...]:
    """The locals that an effect reads."""
    match effect:
        case Use() | Move() | Copy() | Borrow():
            return (effect.place.local,)
        case Carry() | Escape():
            return (effect.source,)
        case Assign():
            return (effect.place.local,) if effect.source is None else (effect.place.local, effect.source)
        case _:
            return ()
