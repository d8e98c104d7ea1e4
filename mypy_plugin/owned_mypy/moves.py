"""Which places may have been moved from: forward, may, one bit for each move in the body.

    eat(t)           {}            before
                     {t @1}        after: the value of `t` was moved on line 1
    if again():
        t = make()   {}            assignment makes the place live again
    look(t)          {t @1}        still moved on the path around the branch: E0382

As in rustc one move is reported once: a report takes its moves out of the state, so that only the first use on each
path speaks. A use that is itself a move starts anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from owned_mypy.cfg import Arm, BasicBlock, Cfg
from owned_mypy.ir import (
    Access,
    Assign,
    AssumeLive,
    BeginScope,
    BindView,
    Borrow,
    Copy,
    Effect,
    EndScope,
    Index,
    Kill,
    LocalKind,
    Move,
    MoveBy,
    Place,
    Span,
    Through,
    Use,
    Way,
)
from owned_mypy.records import record
from owned_mypy.solve import solve
from owned_mypy.violation import MovedAt, Reason, Violation

_KEEPING_ELEMENTS = frozenset({"append", "extend", "setdefault"})
"""Methods that change a container and leave each element under its index."""


@record(eq=True)
class MoveSite:
    """A place in the program where something may be moved from."""

    bit: int
    place: Place
    span: Span
    by: MoveBy
    what: str
    arms: tuple[Arm, ...]
    refused: bool
    """The move itself was refused (E0505): only a loop that repeats it sees its value moved."""


@record()
class _Step:
    """An effect: the moves that it may see or undo, and those it adds. Where it meets none, it only adds."""

    effect: Effect
    met: int
    added: int


@record()
class _Steps:
    """The effects of a block that may change a state, or be a use of something moved."""

    steps: list[_Step]
    met: int
    added: int


class Moves:
    """The may-be-moved analysis of one graph. States are integers: a set of move sites."""

    def __init__(
        self, cfg: Cfg, refused: frozenset[int] = frozenset(), moved_out: frozenset[int] = frozenset()
    ) -> None:
        self.cfg = cfg
        self.sites: list[MoveSite] = []
        self.site_of: dict[int, MoveSite] = {}
        self.of_local: dict[int, int] = {}
        self.indexed_by: dict[int, int] = {}
        begun: list[BeginScope] = []
        for block, effect in cfg.notable:
            if isinstance(effect, Move):
                if id(effect) not in moved_out:
                    self.add(effect, effect.by, effect.what, block.arms, id(effect) in refused)
            elif isinstance(effect, EndScope):
                self.add(effect, MoveBy.SCOPE_END, "", block.arms, False)
            elif isinstance(effect, BeginScope):
                begun.append(effect)
        self.every_site = (1 << len(self.sites)) - 1
        self.begun: dict[int, int] = {}
        """A bit for each block that drops only what it began with: set while its name still is that."""
        self.begun_of: dict[int, int] = {}
        for effect in begun:
            bit = self.begun.setdefault(effect.scope, 1 << (len(self.sites) + len(self.begun)))
            self.begun_of[effect.place.local] = self.begun_of.get(effect.place.local, 0) | bit
        self.steps = [self.steps_of(block) if self.sites and block.effects else None for block in cfg.blocks]

    def steps_of(self, block: BasicBlock) -> _Steps | None:
        """What the effects of a block may do; None: they leave every state as it is."""
        steps: list[_Step] = []
        met, added = 0, 0
        for effect in block.effects:
            step = self.step_of(effect)
            if step is not None:
                steps.append(step)
                met |= step.met
                added |= step.added
        return _Steps(steps, met, added) if steps else None

    def step_of(self, effect: Effect) -> _Step | None:
        """What an effect does, unless it leaves every state as it is and uses nothing that may be moved."""
        match effect:
            case Assign(place=place) | BindView(into=place) if not place.path:
                met, added = self.assigned(place, 0), 0
            case Use(place=place) | Assign(place=place) | Borrow(place=place) | Copy(place=place):
                met, added = self.of_local.get(place.local, 0), 0
            case AssumeLive(place=place) | BindView(into=place):
                met, added = self.of_local.get(place.local, 0), 0
            case Kill(local=local):
                met, added = self.of_local.get(local, 0), 0
            case Move(place=place):
                met, added = self.of_local.get(place.local, 0), self.bit_of(effect)
            case BeginScope(scope=scope):
                met, added = 0, self.begun[scope]
            case EndScope(scope=scope) if scope in self.begun:
                met, added = self.begun[scope], 0
            case EndScope():
                met, added = 0, self.bit_of(effect)
            case _:
                return None
        return _Step(effect, met, added) if met or added else None

    def bit_of(self, effect: Effect) -> int:
        site = self.site_of.get(id(effect))
        return 0 if site is None else 1 << site.bit

    def add(self, effect: Move | EndScope, by: MoveBy, what: str, arms: tuple[Arm, ...], refused: bool) -> None:
        place = effect.place
        if id(effect) in self.site_of:
            return
        if self.cfg.body.locals[place.local].kind is LocalKind.TEMPORARY:
            return
        site = MoveSite(len(self.sites), place, effect.span, by, what, arms, refused)
        self.sites.append(site)
        self.site_of[id(effect)] = site
        self.of_local[place.local] = self.of_local.get(place.local, 0) | 1 << site.bit
        for step in place.path:
            if isinstance(step, Index) and step.local is not None:
                self.indexed_by[step.local] = self.indexed_by.get(step.local, 0) | 1 << site.bit

    def solve(self) -> dict[int, int]:
        """The moves that may have happened before each reachable block."""
        return solve(self.cfg, 0, self.steps, self.transfer_block, int.__or__)

    def transfer_block(self, block: BasicBlock, state: int) -> int:
        steps = self.steps[block.index]
        if steps is None:
            return state
        if not (state | steps.added) & steps.met:
            return state | steps.added
        for step in steps.steps:
            state = self.after(step.effect, state) if state & step.met else state | step.added
        return state

    def sites_in(self, state: int) -> Iterator[MoveSite]:
        while state:
            low = state & -state
            yield self.sites[low.bit_length() - 1]
            state ^= low

    def maybe_moved_before(self, effect: Effect, state: int) -> int:
        """The moves in `state` that make this effect a use of something moved."""
        place = _used_place(effect)
        if place is None:
            return 0
        found = 0
        part_only = isinstance(effect, Assign)
        late = isinstance(effect, Move) and effect.late
        for site in self.sites_in(state & self.of_local.get(place.local, 0)):
            if late and site.by is MoveBy.CAPTURE:
                continue
            if site.place.begins(place):
                if not part_only or len(site.place.path) < len(place.path):
                    found |= 1 << site.bit
            elif not part_only and place.begins(site.place):
                rest = site.place.path[len(place.path) :]
                dropped_of_self = site.by is MoveBy.DROP and rest[:1] == (Through(Way.SELF),)
                if not dropped_of_self and not any(isinstance(step, Index) for step in rest):
                    found |= 1 << site.bit
        return found

    def after(self, effect: Effect, state: int) -> int:
        state &= ~self.maybe_moved_before(effect, state)
        match effect:
            case BeginScope(scope=scope):
                state |= self.begun[scope]
            case EndScope(scope=scope) if scope in self.begun and not state & self.begun[scope]:
                pass
            case Move() | EndScope():
                site = self.site_of.get(id(effect))
                if site is not None:
                    state |= 1 << site.bit
                if isinstance(effect, Move) and effect.into is not None:
                    state &= ~self.of_local.get(effect.into, 0)
            case Assign(place=place):
                state &= ~self.assigned(place, state)
            case BindView(into=place):
                state &= ~self.assigned(place, state)
            case AssumeLive(place=place):
                for site in self.sites_in(state & self.of_local.get(place.local, 0)):
                    if site.place.overlaps(place):
                        state &= ~(1 << site.bit)
            case Kill(local=local):
                state &= ~self.of_local.get(local, 0)
            case Use(access=Access.WRITE, place=place, what=what) if what not in _KEEPING_ELEMENTS:
                state &= ~self.elements_of(place, state)
            case _:
                pass
        return state

    def assigned(self, place: Place, state: int) -> int:
        """The moves that an assignment to `place` undoes or makes unknowable."""
        if not place.path:
            of_local = self.of_local.get(place.local, 0) | self.begun_of.get(place.local, 0)
            return of_local | self.indexed_by.get(place.local, 0)
        undone = 0
        for site in self.sites_in(state & self.of_local.get(place.local, 0)):
            if place.begins(site.place) or _may_be_inside(place, site.place):
                undone |= 1 << site.bit
        return undone

    def elements_of(self, place: Place, state: int) -> int:
        """The moves out of elements of `place`: after a change it is not known which elements they are."""
        elements = 0
        for site in self.sites_in(state & self.of_local.get(place.local, 0)):
            rest = site.place.path[len(place.path) :]
            if rest and isinstance(rest[0], Index) and place.begins(site.place):
                elements |= 1 << site.bit
        return elements

    def violations(self) -> Iterator[Violation]:
        """Every first use of something that may be moved."""
        if not self.sites:
            return
        before = self.solve()
        for index in sorted(before):
            state, steps, block = before[index], self.steps[index], self.cfg.blocks[index]
            if steps is None or not (state | steps.added) & steps.met:
                continue
            for step in steps.steps:
                if not state & step.met:
                    state |= step.added
                    continue
                effect = step.effect
                found = [*self.sites_in(self.maybe_moved_before(effect, state))]
                told = [site for site in found if not site.refused or self.site_of.get(id(effect)) is site]
                if told:
                    yield self.violation(effect, block, told)
                state = self.after(effect, state)

    def violation(self, effect: Effect, block: BasicBlock, sites: Iterable[MoveSite]) -> Violation:
        place = _used_place(effect)
        assert place is not None
        span: Span = getattr(effect, "span")  # noqa: B009  (each effect that uses a place has a span)
        moves = tuple(
            MovedAt(
                site.place,
                site.span,
                site.by,
                site.what,
                tuple(arm for arm in site.arms if arm not in block.arms),
                (site.span.line, site.span.column) >= (span.line, span.column),
            )
            for site in sites
        )
        if isinstance(effect, Assign) and not effect.content:
            reason = Reason.ASSIGN_TO_PART_OF_MOVED
        elif all(len(move.place.path) > len(place.path) for move in moves):
            reason = Reason.USE_OF_PARTLY_MOVED
        else:
            reason = Reason.USE_OF_MOVED
        return Violation("use-after-move", "E0382", span, reason, place, what=_what(effect), moves=moves)


def _may_be_inside(element: Place, moved: Place) -> bool:
    """May `moved` be a part of `element`, an element whose index is known to be neither the same nor another one?"""
    last = len(element.path) - 1
    step = element.path[last]
    if not isinstance(step, Index) or not Place(element.local, element.path[:last]).begins(moved):
        return False
    other = moved.path[last] if len(moved.path) > last else None
    return isinstance(other, Index) and not (step.is_constant and other.is_constant)


def _used_place(effect: Effect) -> Place | None:
    match effect:
        case Move(by_name=True):
            return None
        case Use() | Move() | Copy() | Borrow():
            return effect.place
        case Assign():
            return effect.place if effect.place.path else None
        case _:
            return None


def _what(effect: Effect) -> str:
    match effect:
        case Use(access=Access.ASSIGN):
            return "assignment"
        case Use() | Move() | Borrow():
            return effect.what
        case _:
            return ""
