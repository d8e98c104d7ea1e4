"""Which owners and guards may be unbound: forward, may, one bit for each tracked variable.

    n: Owned[Token]      {n}     declared, not bound
    if cond():
        n = make()       {}      bound on this path
    return n             {n}     may be unbound: E0381

Reported once for each variable and path: a report takes the variable out of the state.
"""

from __future__ import annotations

from collections.abc import Iterator

from owned_mypy.cfg import BasicBlock, Cfg
from owned_mypy.ir import (
    Assign,
    BindView,
    Borrow,
    Copy,
    Effect,
    Kill,
    LocalKind,
    Move,
    Place,
    Role,
    Span,
    Use,
)
from owned_mypy.solve import solve
from owned_mypy.violation import Reason, Violation

_TRACKED = (LocalKind.VARIABLE, LocalKind.PARAMETER)


class Init:
    """The may-be-unbound analysis of one graph. States are integers: a set of locals."""

    def __init__(self, cfg: Cfg) -> None:
        self.cfg = cfg
        self.tracked = 0
        self.entry = 0
        for local in cfg.body.locals:
            if local.role is not Role.PLAIN and local.kind in _TRACKED:
                self.tracked |= 1 << local.index
                if local.kind is LocalKind.VARIABLE and local.declared:
                    self.entry |= 1 << local.index

    def solve(self) -> dict[int, int]:
        """The variables that may be unbound before each reachable block."""
        return solve(self.cfg, self.entry, self.transfer_block, int.__or__)

    def transfer_block(self, block: BasicBlock, state: int) -> int:
        for effect in block.effects:
            state = self.after(effect, state)
        return state

    def after(self, effect: Effect, state: int) -> int:
        place = used_place(effect)
        if place is not None:
            state &= ~(1 << place.local)
        match effect:
            case Assign(place=Place(local=local, path=())) | BindView(into=Place(local=local, path=())):
                state &= ~(1 << local)
            case Kill(local=local):
                state |= (1 << local) & self.tracked
            case _:
                pass
        return state

    def violations(self) -> Iterator[Violation]:
        """Every first use of a variable that may be unbound."""
        if not self.tracked:
            return
        before = self.solve()
        for index in sorted(before):
            state = before[index]
            for effect in self.cfg.blocks[index].effects:
                place = used_place(effect)
                if place is not None and state >> place.local & 1:
                    span: Span = getattr(effect, "span")  # noqa: B009  (each effect that uses a place has a span)
                    yield Violation("use-before-init", "E0381", span, Reason.UNBOUND, Place(place.local))
                state = self.after(effect, state)


def used_place(effect: Effect) -> Place | None:
    """The place that the effect needs to be bound, if any."""
    match effect:
        case Move(by_name=True):
            return None
        case Use() | Move() | Copy() | Borrow():
            return effect.place
        case Assign():
            return effect.place if effect.place.path else None
        case _:
            return None
