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
from owned_mypy.enums import Enum
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
    Use,
)
from owned_mypy.records import record
from owned_mypy.solve import solve
from owned_mypy.violation import Reason, Violation

_TRACKED = (LocalKind.VARIABLE, LocalKind.PARAMETER)


class _Step(Enum):
    """What an effect does to a variable; a report of a use counts as binding it."""

    USES = "uses"
    BINDS = "binds"
    UNBINDS = "unbinds"


@record()
class _Steps:
    """What the effects of a block do to variables that are tracked, and all of them together to a state."""

    steps: list[tuple[_Step, int, Effect]]
    used: int
    ended: int
    """What some effect of the block unbinds, and another one may bind again."""
    kept: int
    unbound: int

    def after(self, state: int) -> int:
        return state & self.kept | self.unbound


class Init:
    """The may-be-unbound analysis of one graph. States are integers: a set of places in `tracked`."""

    def __init__(self, cfg: Cfg) -> None:
        self.cfg = cfg
        self.tracked = [local for local in cfg.body.locals if local.role is not Role.PLAIN and local.kind in _TRACKED]
        self.bit = {local.index: 1 << position for position, local in enumerate(self.tracked)}
        self.entry = 0
        for local in self.tracked:
            if local.kind is LocalKind.VARIABLE and local.declared:
                self.entry |= self.bit[local.index]
        self.steps: list[_Steps | None] = []
        """Of each block, once they are needed."""

    def unbound(self, state: int) -> list[Local]:
        """The variables of a state."""
        return [local for position, local in enumerate(self.tracked) if state >> position & 1]

    def steps_of(self, block: BasicBlock) -> _Steps | None:
        """What the effects of a block do to variables that are tracked; None: nothing."""
        steps = [(*found, effect) for effect in block.effects if (found := self.step_of(effect)) is not None]
        if not steps:
            return None
        used, ended, kept, unbound = 0, 0, -1, 0
        for step, bit, _ in steps:
            if step is _Step.UNBINDS:
                ended |= bit
                unbound |= bit
            else:
                kept &= ~bit
                unbound &= ~bit
                if step is _Step.USES:
                    used |= bit
        return _Steps(steps, used, ended, kept, unbound)

    def step_of(self, effect: Effect) -> tuple[_Step, int] | None:
        match effect:
            case Assign(place=place):
                step, local = _Step.USES if place.path else _Step.BINDS, place.local
            case Move(by_name=True):
                return None
            case Use(place=place) | Move(place=place) | Borrow(place=place) | Copy(place=place):
                step, local = _Step.USES, place.local
            case Kill(local=local):
                step = _Step.UNBINDS
            case BindView(into=place) if not place.path:
                step, local = _Step.BINDS, place.local
            case _:
                return None
        bit = self.bit.get(local)
        return None if bit is None else (step, bit)

    def after(self, effect: Effect, state: int) -> int:
        step = self.step_of(effect)
        return state if step is None else _after(*step, state)

    def solve(self) -> dict[int, int]:
        """The variables that may be unbound before each reachable block."""
        self.steps = [self.steps_of(block) if self.tracked and block.effects else None for block in self.cfg.blocks]
        return solve(self.cfg, self.entry, self.steps, self.transfer_block, int.__or__)

    def transfer_block(self, block: BasicBlock, state: int) -> int:
        steps = self.steps[block.index]
        return state if steps is None else steps.after(state)

    def violations(self) -> Iterator[Violation]:
        """Every first use of a variable that may be unbound."""
        if self.may_be_unbound_later():
            before = self.solve()
            for index in sorted(before):
                yield from self.violations_in(self.steps[index], before[index])
        elif self.entry:
            yield from self.violations_in(self.steps_of(self.cfg.blocks[0]), self.entry)

    def may_be_unbound_later(self) -> bool:
        """May a variable be unbound after the first block?"""
        if any(isinstance(effect, Kill) and effect.local in self.bit for _, effect in self.cfg.notable):
            return True
        if not self.entry:
            return False
        first = self.steps_of(self.cfg.blocks[0])
        return first is None or first.after(self.entry) != 0

    def violations_in(self, steps: _Steps | None, state: int) -> Iterator[Violation]:
        """The uses in a block of what may be unbound, given the state before it."""
        if steps is None or not (state | steps.ended) & steps.used:
            return
        for step, bit, effect in steps.steps:
            if step is _Step.USES and state & bit:
                yield _violation(effect)
            state = _after(step, bit, state)


def _after(step: _Step, bit: int, state: int) -> int:
    return state | bit if step is _Step.UNBINDS else state & ~bit


def _violation(effect: Effect) -> Violation:
    assert isinstance(effect, (Use, Move, Copy, Borrow, Assign))
    return Violation("use-before-init", "E0381", effect.span, Reason.UNBOUND, Place(effect.place.local))
