"""Which owners and guards may be unbound: forward, may, one bit for each tracked variable.

    n: Owned[Token]      {n}     declared, not bound
    if cond():
        n = make()       {}      bound on this path
    return n             {n}     may be unbound: E0381

Reported once for each variable and path: a report takes the variable out of the state.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from owned_mypy.cfg import BasicBlock, Cfg
from owned_mypy.ir import (
    Assign,
    BindView,
    Borrow,
    Copy,
    Effect,
    Kill,
    Local,
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


class _Step(Enum):
    """What an effect does to a variable; a report of a use counts as binding it."""

    USES = "uses"
    BINDS = "binds"
    UNBINDS = "unbinds"


class Init:
    """The may-be-unbound analysis of one graph. States are integers: a set of places in `tracked`."""

    def __init__(self, cfg: Cfg) -> None:
        self.cfg = cfg
        self.tracked = [local for local in cfg.body.locals if local.role is not Role.PLAIN and local.kind in _TRACKED]
        self.position = {local.index: position for position, local in enumerate(self.tracked)}
        self.entry = 0
        for position, local in enumerate(self.tracked):
            if local.kind is LocalKind.VARIABLE and local.declared:
                self.entry |= 1 << position
        self.steps = [self.steps_of(block) if self.tracked else [] for block in cfg.blocks]

    def unbound(self, state: int) -> list[Local]:
        """The variables of a state."""
        return [local for position, local in enumerate(self.tracked) if state >> position & 1]

    def steps_of(self, block: BasicBlock) -> list[tuple[_Step, int, Effect]]:
        """What the effects of a block do to variables that are tracked, with the place of each."""
        return [(*step, effect) for effect in block.effects if (step := self.step_of(effect)) is not None]

    def step_of(self, effect: Effect) -> tuple[_Step, int] | None:
        place = used_place(effect)
        if place is not None:
            step, local = _Step.USES, place.local
        elif isinstance(effect, Kill):
            step, local = _Step.UNBINDS, effect.local
        elif isinstance(effect, Assign):
            step, local = _Step.BINDS, effect.place.local
        elif isinstance(effect, BindView) and not effect.into.path:
            step, local = _Step.BINDS, effect.into.local
        else:
            return None
        position = self.position.get(local)
        return None if position is None else (step, position)

    def after(self, effect: Effect, state: int) -> int:
        step = self.step_of(effect)
        return state if step is None else _after(*step, state)

    def solve(self) -> dict[int, int]:
        """The variables that may be unbound before each reachable block."""
        return solve(self.cfg, self.entry, self.transfer_block, int.__or__)

    def transfer_block(self, block: BasicBlock, state: int) -> int:
        for step, position, _ in self.steps[block.index]:
            state = _after(step, position, state)
        return state

    def violations(self) -> Iterator[Violation]:
        """Every first use of a variable that may be unbound."""
        if not self.tracked:
            return
        before = self.solve()
        for index in sorted(before):
            state = before[index]
            for step, position, effect in self.steps[index]:
                place = used_place(effect) if step is _Step.USES and state >> position & 1 else None
                if place is not None:
                    span: Span = getattr(effect, "span")  # noqa: B009  (each effect that uses a place has a span)
                    yield Violation("use-before-init", "E0381", span, Reason.UNBOUND, Place(place.local))
                state = _after(step, position, state)


def _after(step: _Step, position: int, state: int) -> int:
    if step is _Step.UNBINDS:
        return state | 1 << position
    return state & ~(1 << position) if state >> position & 1 else state


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
