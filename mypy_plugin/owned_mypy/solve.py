"""The one worklist solver: forward dataflow to a fixed point.

An analysis is an entry state, a transfer function over a basic block and a join. States are compared with `==` and
never changed in place once handed over.
"""

from __future__ import annotations

import heapq
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
    rank = {index: position for position, index in enumerate(order)}
    before: dict[int, State] = {0: entry}
    waiting = [0]
    queued = {0}
    while waiting:
        index = order[heapq.heappop(waiting)]
        queued.discard(index)
        after = transfer(cfg.blocks[index], before[index])
        for following in cfg.blocks[index].successors:
            known = before.get(following)
            merged = after if known is None else join(known, after)
            if known is None or merged != known:
                before[following] = merged
                if following not in queued:
                    queued.add(following)
                    heapq.heappush(waiting, rank[following])
    return before
