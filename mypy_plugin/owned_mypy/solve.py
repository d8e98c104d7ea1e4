"""The one worklist solver: forward dataflow to a fixed point.

An analysis is an entry state, what it does in each block (its steps), a transfer function over a basic block and a
join. Through a block without steps a state goes as it is. States are compared with `==` and never changed in place once
handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from owned_mypy.cfg import BasicBlock, Cfg

State = TypeVar("State")


def solve(
    cfg: Cfg,
    entry: State,
    steps: Sequence[object],
    transfer: Callable[[BasicBlock, State], State],
    join: Callable[[State, State], State],
) -> dict[int, State]:
    """The state before each reachable block; `steps` has one entry for each block of the graph, false if empty."""
    order = cfg.order
    blocks = cfg.blocks
    rank = cfg.rank
    before: dict[int, State] = {0: entry}
    # One byte for each block, in solving order: it waits to be solved (again). The first one that waits is next.
    waiting = bytearray(len(order))
    position = rank[0]
    waiting[position] = 1
    while position >= 0:
        waiting[position] = 0
        index = order[position]
        block = blocks[index]
        after = transfer(block, before[index]) if steps[index] else before[index]
        first = position
        for following in block.successors:
            if following in before:
                known = before[following]
                if known is after:
                    continue
                merged = join(known, after)
                if merged == known:
                    continue
                before[following] = merged
            else:
                before[following] = after
            target = rank[following]
            waiting[target] = 1
            if target < first:
                first = target
        position = waiting.find(1, first)
    return before
