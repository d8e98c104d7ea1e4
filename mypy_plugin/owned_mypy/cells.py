"""Borrows of a cell or lock that certainly conflict, which rustc cannot see: forward, must.

    a = c.borrow_mut()      {a: {c}}     certainly alive from here on: `a` has a name
    b = c.borrow()                       conflict: raises in every run, E0502

The guard of a `RefCell` or a lock borrows the cell itself shared: whether two guards conflict is decided at run time.
A conflict is reported where every path that leads here holds the first guard, and the cell is the same one. The state
maps each holder to the guards that it certainly holds, and each handle to the one that it is a clone of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from owned_mypy.cfg import BasicBlock, Cfg
from owned_mypy.ir import (
    Access,
    Assign,
    BindView,
    Borrow,
    Carry,
    Copy,
    Effect,
    EndScope,
    EndView,
    Hold,
    Index,
    Kill,
    Lend,
    LocalKind,
    Move,
    MoveBy,
    Place,
    Share,
    Use,
)
from owned_mypy.solve import solve
from owned_mypy.violation import Lent, Reason, Violation

Holders: TypeAlias = dict[int, frozenset[int]]
State: TypeAlias = tuple[Holders, dict[int, Place], frozenset[int]]
"""Who holds which guards, what is a clone of what, and which temporaries are held by something."""


_REASONS = {
    ("E0499", True): Reason.TWO_EXCLUSIVE,
    ("E0502", True): Reason.EXCLUSIVE_OVER_SHARED,
    ("E0502", False): Reason.SHARED_OVER_EXCLUSIVE,
}


def _join(left: State, right: State) -> State:
    holders = {local: guards & right[0][local] for local, guards in left[0].items() if local in right[0]}
    same = {local: place for local, place in left[1].items() if right[1].get(local) == place}
    return {local: guards for local, guards in holders.items() if guards}, same, left[2] & right[2]


class Cells:
    """The certainly-alive guards of cells in one graph."""

    def __init__(self, cfg: Cfg) -> None:
        self.cfg = cfg
        self.guards: list[tuple[Borrow, Place]] = []
        self.number_of: dict[tuple[int, Place], int] = {}
        self.guards_of: dict[int, set[int]] = {}
        """For a name that `with` binds to a view: the guards that it may stand for."""
        self.wanted = self.may_conflict()

    def may_conflict(self) -> bool:
        """Are there two guards of cells of one local, or of clones, at least one of them exclusive?"""
        found = {id(e): e for _, e in self.cfg.notable if isinstance(e, Borrow) and e.inside is not None}
        inside = list(found.values())
        return len(inside) > 1 and any(effect.inside for effect in inside)

    def violations(self) -> list[Violation]:
        """Every borrow of a cell that certainly conflicts with a live one."""
        if not self.wanted:
            return []
        for _, effect in self.cfg.notable:
            if isinstance(effect, BindView) and not effect.into.path:
                self.guards_of.setdefault(effect.into.local, set()).add(effect.guard)
        found: list[Violation] = []
        nothing: State = ({}, {}, frozenset())
        steps = [block.effects for block in self.cfg.blocks]
        before = solve(self.cfg, nothing, steps, self.transfer_block, _join)
        for index in sorted(before):
            self.run(self.cfg.blocks[index], before[index], found.append)
        return found

    def transfer_block(self, block: BasicBlock, state: State) -> State:
        return self.run(block, state, None)

    def run(self, block: BasicBlock, state: State, report: Callable[[Violation], None] | None) -> State:
        holders, same, held = dict(state[0]), dict(state[1]), set(state[2])
        for effect in block.effects:
            self.step(effect, holders, same, held, report)
        return holders, same, frozenset(held)

    def step(
        self,
        effect: Effect,
        holders: Holders,
        same: dict[int, Place],
        held: set[int],
        report: Callable[[Violation], None] | None,
    ) -> None:
        match effect:
            case Borrow(inside=None, into=into, place=place):
                _add(holders, into, holders.get(place.local))
            case Borrow(into=into):
                place = _canonical(effect.place, same)
                self.check(effect, place, holders, held, report)
                if effect.by is not Lend.ATTEMPT:
                    _add(holders, into, frozenset({self.number(effect, place)}))
            case Hold(local=local, begins=begins):
                (held.add if begins else held.discard)(local)
            case Share(place=place, into=into):
                same[into] = _canonical(place, same)
            case Carry(source=source, into=into):
                _add(holders, into, holders.get(source))
            case Copy(place=Place(local=source), into=into, part=part, surely=surely):
                if not part or surely or self.cfg.body.locals[source].kind is LocalKind.TEMPORARY:
                    _add(holders, into, holders.get(source))
            case Move(place=Place(local=source, path=()), into=into):
                self.move(effect, source, into, holders, same)
            case Move(place=place) | EndScope(place=place):
                self.forget(place, holders, same)
            case Assign(place=place, source=source):
                guards = holders.pop(source, None) if source is not None else None
                other = same.get(source) if source is not None else None
                self.forget(place, holders, same)
                if not place.path:
                    holders.pop(place.local, None)
                    _add(holders, place.local, guards)
                    if other is not None and other.local != place.local:
                        same[place.local] = other
            case BindView(into=place):
                self.forget(place, holders, same)
                holders.pop(place.local, None)
            case Use(place=place, access=Access.WRITE | Access.ASSIGN):
                self.forget(place, holders, same)
            case Kill(local=local) | EndView(guard=local):
                if isinstance(effect, EndView):
                    self.end(holders.get(local), holders)
                holders.pop(local, None)
                same.pop(local, None)
                held.discard(local)
            case _:
                pass

    def move(self, effect: Move, source: int, into: int | None, holders: Holders, same: dict[int, Place]) -> None:
        guards = holders.pop(source, None)
        for guard in self.guards_of.get(source, ()):
            guards = (guards or frozenset()) | holders.pop(guard, frozenset())
        other = same.get(source, Place(source))
        self.forget(Place(source), {}, same)
        if effect.by is MoveBy.DROP or effect.what == "downgrade":  # the borrow ends, or is shared from here on
            self.end(guards, holders)
        elif into is not None:
            _add(holders, into, guards)
            same[into] = other

    def end(self, guards: frozenset[int] | None, holders: Holders) -> None:
        """The guards end: whoever holds a part of them holds nothing."""
        for holder in list(holders) if guards else ():
            holders[holder] -= guards or frozenset()

    def number(self, effect: Borrow, place: Place) -> int:
        key = (id(effect), place)
        if key not in self.number_of:
            self.number_of[key] = len(self.guards)
            self.guards.append((effect, place))
        return self.number_of[key]

    def forget(self, place: Place, holders: Holders, same: dict[int, Place]) -> None:
        """What is at the place may be another cell from here on, and its index another one."""
        gone = {number for guards in holders.values() for number in guards if _may_be_at(self.guards[number][1], place)}
        if gone:
            for local in list(holders):
                holders[local] -= gone
        for local in [local for local, cell in same.items() if cell.overlaps(place) or local == place.local]:
            del same[local]

    def check(
        self,
        effect: Borrow,
        place: Place,
        holders: Holders,
        held: set[int],
        report: Callable[[Violation], None] | None,
    ) -> None:
        if report is None or effect.by is Lend.ATTEMPT:
            return
        if any(isinstance(step, Index) and not (step.is_constant or step.local is not None) for step in place.path):
            return
        for holder, guards in holders.items():
            local = self.cfg.body.locals[holder]
            if local.kind is LocalKind.TEMPORARY and holder not in held:
                continue
            for number in sorted(guards):
                first, cell = self.guards[number]
                if cell == place and first is not effect and (first.inside or effect.inside):
                    name = local.name if local.kind is not LocalKind.TEMPORARY else None
                    report(self.violation(effect, first, name))
                    return

    def violation(self, effect: Borrow, first: Borrow, holder: str | None) -> Violation:
        code = "E0499" if effect.inside and first.inside else "E0502"
        lent = Lent(first.place, first.span, bool(first.inside), first.by, holder)
        return Violation(
            "borrow-conflict",
            code,
            effect.span,
            _REASONS[code, bool(effect.inside)],
            effect.place,
            what=effect.what,
            lent=lent,
            exclusive=bool(effect.inside),
        )


def _canonical(place: Place, same: dict[int, Place]) -> Place:
    """The same place, named by the first handle that is known to share it."""
    first = same.get(place.local)
    return place if first is None else Place(first.local, first.path + place.path)


def _may_be_at(cell: Place, place: Place) -> bool:
    """May another value at `place` mean another cell at the place `cell`?"""
    if cell.overlaps(place):
        return True
    return not place.path and any(isinstance(step, Index) and step.local == place.local for step in cell.path)


def _add(holders: Holders, local: int, guards: frozenset[int] | None) -> None:
    if guards:
        holders[local] = holders.get(local, frozenset()) | guards
