"""The one worklist solver: forward dataflow to a fixed point.

An analysis is an entry state, a transfer function over a basic block and a join. States are compared with `==` and
never changed in place once handed over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from owned_mypy.cfg import BasicBlock, Cfg

State = TypeVar("State")


def solve(
    cfg: Cfg,
    entry: State,
    transfer: Callable[[BasicBlock, State], State],
    join: Callable[[State, State], State],
) -> dict[int, State]:
    """The state before each reachable block."""
    order = cfg.order
    blocks = cfg.blocks
    rank = {index: position for position, index in enumerate(order)}
    before: dict[int, State] = {0: entry}
    # One byte for each block, in solving order: it waits to be solved (again). The first one that waits is next.
    waiting = bytearray(len(order))
    position = rank[0]
    waiting[position] = 1
    while position >= 0:
        waiting[position] = 0
        index = order[position]
        block = blocks[index]
        after = transfer(block, before[index])
        first = position
        for following in block.successors:
            if following in before:
                known = before[following]
                merged = join(known, after)
                if merged == known:
                    continue
                before[following] = merged
            else:
                before[following] = after
            target = rank[following]
            waiting[target] = 1
            first = min(first, target)
        position = waiting.find(1, first)
    return before
