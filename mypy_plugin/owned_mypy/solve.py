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
    """The state before each reachable block; `steps` has one entry for each block of the graph, false if empty.

    All blocks are solved once, in order; and once more those to which a loop has led back with another state, and what
    follows from them.
    """
    order, rank, blocks = cfg.order, cfg.rank, cfg.blocks
    before: dict[int, State] = {0: entry}
    # One byte for each block, in solving order: it waits to be solved again.
    waiting = bytearray(len(order))
    for position, index in enumerate(order):
        state = before[index]
        after = transfer(blocks[index], state) if steps[index] else state
        for following in blocks[index].successors:
            if following not in before:
                before[following] = after
            elif before[following] is not after:
                merged = join(before[following], after)
                if merged != before[following]:
                    before[following] = merged
                    if rank[following] <= position:
                        waiting[rank[following]] = 1
    position = waiting.find(1)
    while position >= 0:
        waiting[position] = 0
        index = order[position]
        after = transfer(blocks[index], before[index]) if steps[index] else before[index]
        first = position
        for following in blocks[index].successors:
            merged = join(before[following], after)
            if merged != before[following]:
                before[following] = merged
                waiting[rank[following]] = 1
                first = min(first, rank[following])
        position = waiting.find(1, first)
    return before
