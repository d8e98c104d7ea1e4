"""Which borrows may be alive and who keeps them: forward, may.

    r = borrow(t)       {r: L1}          L1 borrows `t` shared, since line 1; `r` holds it
    v = View(r)         {r: L1, v: L1}   what holds a guard holds its borrow
    drop(r)             {v: L1}          alive as long as anything holds it
    poke(borrow_mut(t))                  conflict: E0502

A borrow lives as long as a variable holds it, which is what the run time does: there is no last use. The state maps
each holder to the set of loans that it may hold, as bits. Besides the borrows of this body there are the ones that
its caller lent to it (one for each parameter that holds guards) and the tokens of the views that `with` binds, which
turn into an ended token at the end of the block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from owned_mypy.cfg import BasicBlock, Cfg
from owned_mypy.holders import may_hold
from owned_mypy.ir import (
    Access,
    Assign,
    AssumeNone,
    BeginScope,
    BindView,
    Borrow,
    Carry,
    Copy,
    Effect,
    EndScope,
    EndView,
    Escape,
    Exit,
    Index,
    Kill,
    Lend,
    Local,
    LocalKind,
    Move,
    MoveBy,
    Place,
    Role,
    Span,
    Through,
    Use,
    Way,
)
from owned_mypy.last_calls import LastCalls
from owned_mypy.last_names import LastNames
from owned_mypy.parts import Bits, Elements, Parts
from owned_mypy.reach import overlap, through_guard, until_shared
from owned_mypy.records import record
from owned_mypy.solve import solve
from owned_mypy.violation import Lent, Reason, Violation

State: TypeAlias = dict[int, int]
Report: TypeAlias = Callable[[Violation], None]

_LEAVES_SELF = (MoveBy.CALL, MoveBy.METHOD, MoveBy.RETURN, MoveBy.YIELD, MoveBy.MOVE, MoveBy.VERB)
"""How the name of an element takes it away from `self`; a list of some of them may be made."""
_BORROWED_WAYS = (Way.REF, Way.REF_MUT, Way.SHARED, Way.SELF, Way.CALLER)


@record(eq=True)
class Loan:
    """A borrow that one effect of the body issues."""

    bit: int
    detached: int
    """The bit that stands for it when its place was found by a name (of an element, of an index) that has changed."""
    place: Place
    exclusive: bool
    span: Span
    by: Lend


@record(eq=True)
class Token:
    """The views of one `with` block: a bit while it runs and another one after its end."""

    bit: int
    ended: int
    exclusive: bool
    span: Span


def _join(left: State, right: State) -> State:
    merged = dict(left)
    for holder, bits in right.items():
        merged[holder] = merged.get(holder, 0) | bits
    return merged


class Loans:
    """The live-borrows analysis of one graph."""

    def __init__(self, cfg: Cfg) -> None:
        self.cfg = cfg
        self.body = cfg.body
        self.bits = Bits()
        self.loans: list[Loan] = []
        self.loan_of: dict[int, Loan] = {}
        self.on_local: dict[int, list[Loan]] = {}
        self.by_bit: dict[int, Loan] = {}
        self.bits_on: dict[int, int] = {}
        """The loans of each local, as a set of bits."""
        self.exclusive = 0
        self.indexed_by: dict[int, list[Loan]] = {}
        self.tokens: dict[int, Token] = {}
        self.shared_part = self.new_bit()
        self.exclusive_part = self.new_bit()
        self.self_part = self.new_bit()
        self.fresh = self.new_bit()
        """Containers that views were put into."""
        self.in_field = self.new_bit()
        """Objects that views were assigned to a field of; nobody knows which."""
        """Names of elements of what `self` holds."""
        self.lent_elements: set[int] = set()
        """The locals for `self` whose elements a loop names."""
        self.begun: dict[int, int] = {}
        """A bit for each block that drops only what it began with: held by its name while that still is it."""
        self.begun_bits = 0
        self.shared_tokens = self.shared_part
        self.exclusive_tokens = 0
        self.live_tokens = 0
        self.ended_tokens = 0
        self.lent_by_caller: dict[int, int] = {}
        self.caller_bits = 0
        self.refused: set[int] = set()
        self.moved_out: set[int] = set()
        self.with_guards: set[int] = set()
        self.guards_of: dict[int, list[int]] = {}
        """For a name that `with` binds to a view: the guards that it may stand for."""
        self.parts = Parts(self.body)
        copies: list[Copy] = []
        moves: list[Move] = []
        holding: list[int] = []
        for _, effect in cfg.notable:
            match effect:
                case Move():
                    moves.append(effect)
                case Borrow(into=into):
                    self.add_loan(effect)
                    holding.append(into)
                case Copy(place=place, into=into):
                    copies.append(effect)
                    if effect.part and any(isinstance(step, Through) for step in place.path):
                        holding.append(into)
                    if effect.element and Through(Way.SELF) in place.path:
                        self.lent_elements.add(place.local)
                case BindView(into=place):
                    self.add_token(effect)
                    holding.append(place.local)
                    if not place.path:
                        self.guards_of.setdefault(place.local, []).append(effect.guard)
                case EndView(guard=guard):
                    self.with_guards.add(guard)
                case BeginScope(place=place, scope=scope):
                    self.begun[scope] = self.begun.get(scope) or self.new_bit()
                    self.begun_bits |= self.begun[scope]
                    holding.append(place.local)
                case _:
                    pass
        self.from_outside: State = {}
        """What the locals hold when the function begins."""
        for local in self.body.locals:
            if local.holds_guards and local.kind is LocalKind.PARAMETER:
                self.lent_by_caller[local.index] = self.from_outside[local.index] = self.new_bit()
                self.caller_bits |= self.lent_by_caller[local.index]
            if local.view is not None:
                self.from_outside[local.index] = self.shared_part if local.view is Way.REF else self.exclusive_part
        views = any(copy.part for copy in copies)
        if views:
            self.parts.number(copies, moves, [loan.place for loan in self.loans], self.bits)
        views_in = {e.into.local for _, e in cfg.notable if isinstance(e, BindView) and e.exclusive and not e.into.path}
        self.elements = Elements(copies if views else (), views_in, self.bits)
        self.holders = may_hold([*self.from_outside, *holding], cfg.flows)
        self.steps = [list(filter(self.concerns, block.effects)) for block in cfg.blocks]
        """The effects of each block without those that leave every state as it is and can break no rule."""
        self.found: dict[int, list[Violation]] = {}
        """What each block does wrong, as it was found when it was solved last."""
        self.last_names: LastNames | None = None
        self.guards = {local.index for local in self.body.locals if local.role in (Role.REF, Role.REF_MUT)}
        self.closures = {local.index for local in self.body.locals if local.is_closure}
        self.captured = 0
        for loan in self.loans:
            if loan.by is Lend.CAPTURE:
                self.captured |= loan.bit | loan.detached
        self.last_calls = LastCalls(cfg, self.steps) if self.captured else None

    # --- tables

    def new_bit(self) -> int:
        return self.bits.new()

    def add_loan(self, effect: Borrow) -> None:
        if id(effect) in self.loan_of:
            return
        alias = self.body.locals[effect.place.local].found_in is not None
        indices = [step.local for step in effect.place.path if isinstance(step, Index) and step.local is not None]
        detached = self.new_bit() if alias or indices else 0
        loan = Loan(self.new_bit(), detached, effect.place, effect.exclusive, effect.span, effect.by)
        self.loans.append(loan)
        self.loan_of[id(effect)] = loan
        self.by_bit[loan.bit] = loan
        self.bits_on[loan.place.local] = self.bits_on.get(loan.place.local, 0) | loan.bit
        if loan.exclusive:
            self.exclusive |= loan.bit
        for index in indices:
            self.indexed_by.setdefault(index, []).append(loan)
        self.on_local.setdefault(effect.place.local, []).append(loan)

    def add_token(self, effect: BindView) -> None:
        if effect.token in self.tokens:
            return
        token = Token(self.new_bit(), self.new_bit(), effect.exclusive, effect.span)
        self.tokens[effect.token] = token
        self.live_tokens |= token.bit
        self.ended_tokens |= token.ended
        if effect.exclusive:
            self.exclusive_tokens |= token.bit
        else:
            self.shared_tokens |= token.bit

    def concerns(self, effect: Effect) -> bool:
        """May the effect change a state, or break a rule?"""
        match effect:
            case Assign(place=place, source=source):
                return source in self.holders or self.is_asked_about(place) or place.local in self.indexed_by
            case Use(place=place, access=access):
                return access is not Access.IDENTITY and self.is_asked_about(place)
            case Kill(local=local):
                return local in self.holders or local in self.on_local or local in self.parts.of
            case Move(place=place) | Copy(place=place) | EndScope(place=place):
                return self.is_asked_about(place) or (isinstance(effect, EndScope) and effect.scope in self.begun)
            case Carry(source=source) | Escape(source=source):
                return source in self.holders
            case AssumeNone(local=local):
                return local in self.holders
            case EndView(guard=guard, token=token):
                return guard in self.holders or token in self.tokens
            case _:
                return isinstance(effect, (Borrow, BindView, BeginScope))

    def is_asked_about(self, place: Place) -> bool:
        """May the place be lent or held by a borrow, or is it reached through one?"""
        local = place.local
        if local in self.holders or local in self.bits_on or local in self.lent_elements or local in self.parts.of:
            return True
        return any(isinstance(step, Through) for step in place.path)

    # --- dataflow

    def entry(self) -> State:
        return self.from_outside.copy()

    def solve(self) -> dict[int, State]:
        """The borrows alive before each reachable block, by holder."""
        return solve(self.cfg, self.entry(), self.steps, self.transfer_block, _join)

    def transfer_block(self, block: BasicBlock, state: State) -> State:
        working = dict(state)
        found = self.found[block.index] = []
        self.run(block, working, found.append)
        return working

    def run(self, block: BasicBlock, state: State, report: Report | None) -> None:
        """Go through a block."""
        last = self.last_calls
        if last is None:
            for effect in self.steps[block.index]:
                self.step(effect, state, block, report)
            return
        self.end_captures(last.at_entry.get(block.index, ()), state)
        for effect in self.steps[block.index]:
            self.step(effect, state, block, report)
            self.end_captures(last.after.get(id(effect), ()), state)

    def end_captures(self, closures: Iterable[int], state: State) -> None:
        for closure in closures:
            if closure in state:
                state[closure] &= ~self.captured if self.body.locals[closure].keeps_others else 0

    def violations(self) -> list[Violation]:
        """Every broken rule about borrows.

        `refused` then names the moves of something borrowed, `moved_out` those out of something borrowed.
        """
        found: list[Violation] = []
        before = self.solve()
        for index in sorted(before):
            if index == self.cfg.exit:
                working = dict(before[index])
                self.run(self.cfg.blocks[index], working, found.append)
                self.leave(working, found.append)
            else:
                found.extend(self.found.get(index, ()))
        return found

    # --- questions

    def alive(self, state: State) -> int:
        every = 0
        for bits in state.values():
            every |= bits
        return every

    def conflicting(self, state: State, place: Place, only_exclusive: bool) -> Loan | None:
        """The first live borrow that overlaps `place`."""
        candidates = self.bits_on.get(place.local, 0)
        if not candidates:
            return None
        found = self.alive(state) & (candidates & self.exclusive if only_exclusive else candidates)
        return next((loan for loan in self.loans_in(found) if overlap(loan.place, place)), None)

    def behind_part(self, state: State, place: Place, only_exclusive: bool) -> Loan | None:
        """The borrow of the guard that `place` was read through; but a loop over it lends what it gives."""
        through = self.parts.read_through(state.get(place.local, 0))
        found = filter(None, (self.conflicting(state, at, only_exclusive) for at in through))
        return next((loan for loan in found if loan.by is not Lend.ITERATION), None)

    def loans_in(self, bits: int) -> Iterator[Loan]:
        """The loans of a set, in the order of their borrows."""
        while bits:
            low = bits & -bits
            yield self.by_bit[low]
            bits ^= low

    def holder_of(self, state: State, loan: Loan) -> str | None:
        for holder, bits in state.items():
            local = self.body.locals[holder]
            if bits & loan.bit and local.kind is not LocalKind.TEMPORARY:
                return local.name
        return None

    def lent(self, state: State, loan: Loan) -> Lent:
        in_block = any(state.get(guard, 0) & loan.bit for guard in self.with_guards)
        return Lent(loan.place, loan.span, loan.exclusive, loan.by, self.holder_of(state, loan), in_block)

    def is_read_only(self, state: State, place: Place, own: int = 0) -> Way | None:
        """Is `place` reached through something that may only be read? `own`: how far a container itself reaches."""
        held = state.get(place.local, 0)
        shared = place.path[until_shared(place, bool(held & self.exclusive_tokens)) :]
        if shared and isinstance(shared[0], Through):
            return shared[0].way
        if not held & self.shared_tokens or held & self.in_field or (held & self.fresh and len(place.path) <= own):
            return None
        return Way.REF

    def ends_here(self, loan: Loan) -> bool:
        """Does what is lent end with this function? The guard in a variable that a closure names may leave it."""
        is_guard = loan.by is Lend.CAPTURE and not loan.place.path and self.is_ref(loan.place)
        return not is_guard and self.dies_here(loan.place)

    def is_ref(self, place: Place) -> bool:
        return self.body.locals[place.local].role is Role.REF

    def dies_here(self, place: Place) -> bool:
        """Does what `place` belongs to end with this function?"""
        local = self.body.locals[place.local]
        if place.path[:1] == (Through(Way.REF_MUT),) and local.kind is LocalKind.VARIABLE and not local.found_in:
            return True  # a borrow of a borrow ends with the guard that it came from
        if any(isinstance(step, Through) and step.way in _BORROWED_WAYS for step in place.path):
            return False
        if local.found_in is not None:
            return bool(local.found_in) and all(self.dies_here(Place(root)) for root in local.found_in - {place.local})
        if local.kind is LocalKind.PARAMETER:
            return local.role is Role.OWNER
        return local.kind in (LocalKind.VARIABLE, LocalKind.TEMPORARY)

    # --- transitions

    def step(self, effect: Effect, state: State, block: BasicBlock, report: Report | None) -> None:
        match effect:
            case Use():
                self.use(effect, state, report)
            case Move():
                self.move(effect, state, report)
            case Copy():
                self.check_view(effect.place, effect.span, state, report)
                if not effect.element:  # the loop itself has asked
                    self.check_read(effect.place, Access.LOOK, effect.span, "", state, report)
                _add(state, effect.into, self.copied(effect, state))
                if effect.part and self.elements.every:
                    _add(state, effect.into, self.elements.read(effect))
            case Borrow():
                self.borrow(effect, state, report)
            case Carry():
                held = state.get(effect.source, 0)
                is_put = effect.fresh or effect.span is not None
                if held and is_put and not self.is_only_view(effect.into, state):
                    held |= self.fresh if effect.fresh else self.in_field
                if effect.span is not None:
                    held = self.kept(Place(effect.into), held, effect.span, report)
                    held = self.put_into_view(Place(effect.into), held, effect.span, state, report)
                _add(state, effect.into, held)
            case Assign():
                self.assign(effect, state, report)
            case Kill():
                self.kill(effect, state, None if block.unwinding else report)
            case AssumeNone(local=local):
                found = self.body.locals[local]
                if found.attempted or not found.returned:
                    state.pop(local, None)
                elif local in state:
                    state[local] &= ~self.self_part
            case BindView():
                self.bind_view(effect, state, report)
            case EndView():
                self.end_view(effect, state, block)
            case BeginScope(place=place, scope=scope):
                _add(state, place.local, self.begun[scope])
            case EndScope():
                self.end_scope(effect, state, block, report)
            case Escape():
                self.escape(effect, state, report)
            case _:
                pass

    def use(self, effect: Use, state: State, report: Report | None) -> None:
        if effect.access is Access.IDENTITY:
            return
        changes = effect.access in (Access.WRITE, Access.ASSIGN)
        if not (changes and not effect.place.path and state.get(effect.place.local, 0) & self.fresh):
            self.check_view(effect.place, effect.span, state, report)
        if changes:
            self.check_write(effect, state, report)
            self.forget_elements(effect.place, state)
            self.elements.change(effect, state)
        else:
            self.check_read(effect.place, effect.access, effect.span, effect.what, state, report)

    def copied(self, effect: Copy, state: State) -> int:
        held = state.get(effect.place.local, 0) & ~(self.ended_tokens | self.parts.ended | self.elements.ended)
        if not effect.part:
            return held
        part = self.parts.of.get(effect.place.local, 0) if self.parts.is_part(effect.place) else 0
        if self.is_nameless_guard(effect.place) or self.parts.keeps_borrow(effect.place):
            return held | self.view_of_path(effect, held) | part
        if held & (self.shared_part | self.exclusive_part):
            return held & ~(self.fresh | self.in_field) | self.view_of_path(effect, held)
        held &= self.live_tokens | self.shared_part | self.exclusive_part | self.self_part | self.elements.every
        return held | self.view_of_path(effect, held) | part

    def is_nameless_guard(self, place: Place) -> bool:
        """`borrow(x).part`: as nobody else can end the guard, the part keeps the borrow."""
        local = self.body.locals[place.local]
        return local.kind is LocalKind.TEMPORARY and local.role in (Role.REF, Role.REF_MUT)

    def view_of_path(self, effect: Copy, at_first: int) -> int:
        """What going along the path, from what holds so much at first, makes of the part at its end."""
        held, until = 0, until_shared(effect.place, bool(at_first & self.exclusive_tokens))
        for at, step in enumerate(effect.place.path):
            if at == until:
                return held | self.shared_part
            if isinstance(step, Through) and step.way is Way.REF_MUT:
                held |= self.exclusive_part
            elif isinstance(step, Through) and step.way is Way.SELF and effect.element:
                held |= self.self_part
        return held

    def forget_elements(self, place: Place, state: State) -> None:
        """What is changed in `self` may be that an element is taken out, which then may be moved."""
        if place.local in self.lent_elements:
            for holder, bits in state.items():
                state[holder] = bits & ~self.self_part

    def check_view(self, place: Place, span: Span, state: State, report: Report | None) -> None:
        ended = state.get(place.local, 0) & self.ended_tokens
        if ended:
            if report is not None:
                token = next(token for token in self.tokens.values() if token.ended & ended)
                lent = Lent(Place(place.local), token.span, token.exclusive, Lend.VERB, None)
                reason = Reason.VIEW_ENDED
                report(Violation("borrow-outlives-owner", "E0597", span, reason, Place(place.local), lent=lent))
            state[place.local] &= ~self.ended_tokens
        ended = state.get(place.local, 0) & self.parts.ended
        if ended:
            if report is not None:
                report(self.parts.violation(place, span, ended))
            state[place.local] &= ~self.parts.ended
        if state.get(place.local, 0) & self.elements.ended:
            if report is not None:
                report(self.elements.violation(place, span, state[place.local]))
            state[place.local] &= ~self.elements.ended

    def check_read(
        self, place: Place, access: Access, span: Span, what: str, state: State, report: Report | None
    ) -> None:
        if report is None:
            return
        loan = self.conflicting(state, place, only_exclusive=True) or self.behind_part(state, place, True)
        if loan is not None:
            code = "E0503" if access is Access.COPY else "E0502"
            reason, lent = Reason.USED_WHILE_EXCLUSIVE, self.lent(state, loan)
            report(Violation("borrow-conflict", code, span, reason, place, what=what, lent=lent, access=access))

    def check_write(self, effect: Use, state: State, report: Report | None) -> None:
        if report is None:
            return
        way = self.is_read_only(state, effect.place)
        if way is not None:
            assigns = effect.access is Access.ASSIGN
            reason = Reason.ASSIGNED_THROUGH_SHARED if assigns else Reason.MUTATED_THROUGH_SHARED
            code = "E0594" if assigns else "E0596"
            report(Violation("mutate-through-ref", code, effect.span, reason, effect.place, what=effect.what, way=way))
            return
        loan = self.conflicting(state, effect.place, only_exclusive=False)
        loan = loan or self.behind_part(state, effect.place, False)
        if loan is not None:
            code = "E0499" if loan.exclusive else "E0502"
            reason = Reason.TWO_EXCLUSIVE if loan.exclusive else Reason.EXCLUSIVE_OVER_SHARED
            report(
                Violation(
                    "borrow-conflict",
                    code,
                    effect.span,
                    reason,
                    effect.place,
                    what=effect.what,
                    lent=self.lent(state, loan),
                    access=effect.access,
                )
            )

    def move(self, effect: Move, state: State, report: Report | None) -> None:
        place, span = effect.place, effect.span
        way = self.moved_out_of(effect, state)
        if effect.by_name and way is Way.CALLER:
            return
        if effect.by_name and way is not None and way is not Way.SELF:  # the name was refused, too
            self.moved_out.add(id(effect))
            return
        self.check_view(place, span, state, report)
        if way is not None:
            self.moved_out.add(id(effect))
            if report is not None:
                reason = Reason.MOVED_OUT
                report(Violation("move-out-of-borrow", "E0507", span, reason, place, what=effect.what, way=way))
            return
        loan = self.conflicting(state, place, only_exclusive=False)
        if loan is not None:
            self.refused.add(id(effect))
            if report is not None:
                reason, lent = Reason.MOVED_WHILE_BORROWED, self.lent(state, loan)
                rule = "move-while-borrowed"
                report(Violation(rule, "E0505", span, reason, place, what=effect.what, lent=lent))
            self.end_loans(place, state)
        held = state.get(place.local, 0)
        if not place.path and held & self.live_tokens and place.local in self.guards_of:
            held = 0  # What goes on, or ends, is the guard.
            for guard in self.guards_of[place.local]:
                held |= state.pop(guard, 0)
        if loan is None:
            self.parts.end(effect, held, state)
        if not place.path:
            state.pop(place.local, None)
            if loan is None and effect.by is MoveBy.DROP and place.local in self.guards:
                for closure in self.closures & state.keys():  # They name the variable, and have no guard of their own.
                    state[closure] &= ~held
        if effect.into is not None and held:
            _add(state, effect.into, held)

    def moved_out_of(self, effect: Move, state: State) -> Way | None:
        way: Way | None = effect.place.through
        if way is Way.SELF and effect.by is MoveBy.DROP:
            return None
        if way is not None and isinstance(effect.place.path[-1], Through):
            return way
        held = state.get(effect.place.local, 0)
        if way is not None or not held or (effect.place.path and held & self.in_field):
            return way
        if not effect.place.path and effect.place.local in self.guards_of:
            held &= ~self.live_tokens  # The view stands for its guard.
        if held & (self.live_tokens | self.shared_part):
            return Way.REF
        if held & self.exclusive_part:
            return Way.REF_MUT
        if effect.by in _LEAVES_SELF and held & self.self_part:
            return Way.SELF
        return way

    def borrow(self, effect: Borrow, state: State, report: Report | None) -> None:
        place = effect.place
        self.check_view(place, effect.span, state, report)
        if report is not None:
            way = self.is_read_only(state, place) if effect.exclusive else None
            loan = self.conflicting(state, place, only_exclusive=not effect.exclusive)
            if way is not None:
                reason = Reason.MUTATED_THROUGH_SHARED
                report(Violation("mutate-through-ref", "E0596", effect.span, reason, place, what=effect.what, way=way))
            elif loan is not None and effect.by is not Lend.ATTEMPT:
                report(self.conflict_of_borrows(effect, loan, state))
        self.elements.change(effect, state)
        # A borrow of a `Ref` is a copy of it, which outlives the first one.
        is_copy = effect.by is Lend.VERB and place.path == (Through(Way.REF),)
        own = 0 if is_copy else self.loan_of[id(effect)].bit
        inherited = (
            state.get(place.local, 0) & ~self.ended_tokens
            if through_guard(place) or _is_view(self, place, state)
            else state.get(place.local, 0) & self.begun_bits
        )
        _add(state, effect.into, own | inherited)

    def conflict_of_borrows(self, effect: Borrow, loan: Loan, state: State) -> Violation:
        if effect.exclusive and loan.exclusive:
            code, reason = "E0499", Reason.TWO_EXCLUSIVE
        elif effect.exclusive:
            code, reason = "E0502", Reason.EXCLUSIVE_OVER_SHARED
        else:
            code, reason = "E0502", Reason.SHARED_OVER_EXCLUSIVE
        return Violation(
            "borrow-conflict",
            code,
            effect.span,
            reason,
            effect.place,
            what=effect.what,
            lent=self.lent(state, loan),
            exclusive=effect.exclusive,
            previous_iteration=loan is self.loan_of[id(effect)],
        )

    def assign(self, effect: Assign, state: State, report: Report | None) -> None:
        place, span = effect.place, effect.span
        bare = not place.path
        way: Way | None = None
        if not bare:
            self.check_view(place, span, state, report)
            way = self.is_read_only(state, place, own=1)
            if way is not None and report is not None:
                reason = Reason.ASSIGNED_THROUGH_SHARED
                report(Violation("mutate-through-ref", "E0594", span, reason, place, way=way))
        if bare and self.body.locals[place.local].found_in is not None:
            self.detach(self.on_local.get(place.local, []), state)
        if bare and place.local in self.indexed_by:
            self.detach(self.indexed_by[place.local], state)
        if bare:
            self.parts.let_go(place.local, state)
            self.elements.let_go(place.local, state)
        loan = self.conflicting(state, place, only_exclusive=False) if way is None else None
        if not bare and way is None:
            loan = loan or self.behind_part(state, place, False)
        if loan is not None:
            if report is not None:
                reason, lent = Reason.ASSIGNED_WHILE_BORROWED, self.lent(state, loan)
                report(Violation("borrow-conflict", "E0506", span, reason, place, lent=lent, access=Access.ASSIGN))
            self.end_loans(place, state)
        if not bare:
            self.forget_elements(place, state)
            self.elements.change(effect, state)
        held = state.pop(effect.source, 0) if effect.source is not None else 0
        held = self.kept(place, held, span, report)
        if not bare and held:
            held = self.put_into_view(place, held, span, state, report)
        if bare:
            state.pop(place.local, None)
        elif held and not self.is_only_view(place.local, state):
            held |= self.fresh if isinstance(place.path[-1], Index) and len(place.path) == 1 else self.in_field
        _add(state, place.local, held)

    def put_into_view(self, place: Place, held: int, span: Span, state: State, report: Report | None) -> int:
        """What `place` may hold, if it is reached through an exclusive borrow: no view goes on in what is borrowed.

        Views of the same borrow, alone or in a new container, are unwrapped by the run time.
        """
        local = state.get(place.local, 0)
        in_guard = self.body.locals[place.local].role is Role.REF_MUT
        own = local & self.live_tokens
        if not in_guard and (not own or own & self.shared_tokens or local & (self.fresh | self.in_field)):
            return held
        views = held & self.live_tokens & ~own
        if views and report is not None:
            report(Violation("borrow-outlives-owner", "E0597", span, Reason.VIEW_KEPT, place))
        return held & ~views

    def is_only_view(self, local: int, state: State) -> bool:
        """Is it a view, and not something of ours that views were put into?"""
        held = state.get(local, 0)
        return bool(held & self.shared_tokens) and not held & (self.fresh | self.in_field)

    def kept(self, place: Place, held: int, span: Span, report: Report | None) -> int:
        """What `place` may hold of `held`: the caller's borrows, and views, must not be kept outside the function."""
        local = self.body.locals[place.local]
        outside = local.kind in (LocalKind.FREE, LocalKind.GLOBAL)
        if held & self.live_tokens and self.outlives(local):
            if report is not None:
                reason = Reason.VIEW_KEPT
                report(Violation("borrow-outlives-owner", "E0597", span, reason, place))
            held &= ~self.live_tokens
        if not outside or not held & self.caller_bits:
            return held
        if report is not None:
            reason = Reason.CALLERS_BORROW_KEPT
            report(Violation("borrow-outlives-owner", "E0521", span, reason, place))
        return held & ~self.caller_bits

    def kill(self, effect: Kill, state: State, report: Report | None) -> None:
        local = self.body.locals[effect.local]
        state.pop(effect.local, None)
        self.parts.let_go(effect.local, state)
        self.elements.let_go(effect.local, state)
        is_lender = local.role is Role.OWNER or (local.role is Role.REF_MUT and local.kind is LocalKind.VARIABLE)
        if is_lender and local.found_in is None and effect.local in self.on_local:
            temporary = local.kind is LocalKind.TEMPORARY
            reason = Reason.TEMPORARY_ENDS_FIRST if temporary else Reason.OWNER_ENDS_FIRST
            code = "E0716" if temporary else "E0597"
            self.end_of_owner(Place(effect.local), code, reason, effect.span, state, report)

    def end_of_owner(
        self, place: Place, code: str, reason: Reason, span: Span, state: State, report: Report | None, begun: int = 0
    ) -> None:
        """The owner at `place` ends: whoever still holds a borrow of it has kept it too long.

        With `begun`, only a borrow that was taken while the place still was what its block began with.
        """
        alive = self.alive({h: bits for h, bits in state.items() if bits & begun} if begun else state)
        for loan in self.loans_in(alive & self.bits_on.get(place.local, 0)):
            if place.begins(loan.place) and report is not None:
                lent = Lent(loan.place, span, loan.exclusive, loan.by, self.holder_of(state, loan))
                report(Violation("borrow-outlives-owner", code, loan.span, reason, loan.place, lent=lent))
        self.end_loans(place, state, alive)

    def end_loans(self, place: Place, state: State, alive: int | None = None) -> None:
        ended = 0
        alive = self.alive(state) if alive is None else alive
        for loan in self.loans_in(alive & self.bits_on.get(place.local, 0)):
            if overlap(loan.place, place):
                ended |= loan.bit
        if ended:
            for holder in list(state):
                state[holder] &= ~ended

    def detach(self, loans: list[Loan], state: State) -> None:
        """The name of an element goes on to another one: what was borrowed of the old one is no longer under it."""
        for loan in loans:
            for holder, bits in state.items():
                if bits & loan.bit:
                    state[holder] = bits & ~loan.bit | loan.detached

    def bind_view(self, effect: BindView, state: State, report: Report | None) -> None:
        place = effect.into
        loan = self.conflicting(state, place, only_exclusive=False)
        if loan is not None:
            if report is not None:
                reason, lent = Reason.ASSIGNED_WHILE_BORROWED, self.lent(state, loan)
                report(Violation("borrow-conflict", "E0506", effect.span, reason, place, lent=lent))
            self.end_loans(place, state)
        token = self.tokens[effect.token]
        if not place.path:
            state.pop(place.local, None)
        _add(state, place.local, token.bit)

    def end_view(self, effect: EndView, state: State, block: BasicBlock) -> None:
        state.pop(effect.guard, None)
        token = self.tokens.get(effect.token)
        if token is not None:
            for holder in list(state):
                if state[holder] & token.bit:
                    ended = token.ended if self.is_named_after(holder, block) else 0
                    state[holder] = state[holder] & ~token.bit | ended
                    if not state[holder]:
                        del state[holder]

    def is_named_after(self, local: int, block: BasicBlock) -> bool:
        """May the local be named once more after this block?"""
        if self.last_names is None:
            self.last_names = LastNames(self.cfg, self.steps)
        return self.last_names.is_named_after(local, block)

    def end_scope(self, effect: EndScope, state: State, block: BasicBlock, report: Report | None) -> None:
        local = effect.place.local
        begun = self.begun.get(effect.scope, 0)
        if begun and not state.get(local, 0) & begun:
            return
        if not effect.place.path and not begun:
            state.pop(local, None)
        on_its_way = None if block.unwinding else report
        self.end_of_owner(effect.place, "E0597", Reason.OWNER_ENDS_FIRST, effect.span, state, on_its_way, begun)
        for holder in state if begun else ():
            state[holder] &= ~begun

    def escape(self, effect: Escape, state: State, report: Report | None) -> None:
        held = state.get(effect.source, 0)
        if report is None or not held:
            return
        if effect.exit is Exit.THREAD:
            if held & self.live_tokens:
                report(Violation("not-send", "E0277", effect.span, Reason.TYPE_FAULT, None, subject="Ref"))
            return
        if effect.exit in (Exit.TASK, Exit.KEPT) and held & self.caller_bits:
            place = self.place_of_caller_bits(held)
            reason = Reason.CALLERS_BORROW_KEPT
            report(Violation("borrow-outlives-owner", "E0521", effect.span, reason, place, what=effect.what))
        if held & self.live_tokens:
            self.report_escape(effect, None, report)
            return
        for loan in self.held_loans(held):
            if self.ends_here(loan):
                self.report_escape(effect, self.lent(state, loan), report)
                return

    def report_escape(self, effect: Escape, lent: Lent | None, report: Report) -> None:
        code, span, reason = "E0515", effect.span, Reason.LEAVES_FUNCTION
        if effect.closure:
            code, reason = "E0373", Reason.LEAVES_THROUGH_CAPTURE
        elif lent is not None and lent.by is Lend.CAPTURE:
            code, span, reason = "E0373", lent.span, Reason.LEAVES_THROUGH_CAPTURE
        elif effect.exit in (Exit.TASK, Exit.KEPT):
            code, reason = "E0597", Reason.LEAVES_FUNCTION
            span = lent.span if lent is not None else span
        place = lent.place if lent is not None else None
        report(
            Violation("borrow-outlives-owner", code, span, reason, place, what=effect.what, lent=lent, exit=effect.exit)
        )

    def held_loans(self, held: int) -> Iterator[Loan]:
        for loan in self.loans:
            if (loan.bit | loan.detached) & held:
                yield loan

    def outlives(self, local: Local) -> bool:
        """Does the local name something that goes on after the function's end?"""
        if local.kind in (LocalKind.FREE, LocalKind.GLOBAL):
            return True
        return local.kind is LocalKind.PARAMETER and local.role is Role.PLAIN and not local.packed

    def place_of_caller_bits(self, held: int) -> Place | None:
        for local, bit in self.lent_by_caller.items():
            if bit & held:
                return Place(local)
        return None

    def leave(self, state: State, report: Report) -> None:
        """The function returns: what outlives it must not hold borrows of what dies with it."""
        for holder, bits in state.items():
            local = self.body.locals[holder]
            if not self.outlives(local):
                continue
            for loan in self.held_loans(bits):
                if self.ends_here(loan):
                    lent = Lent(loan.place, loan.span, loan.exclusive, loan.by, local.name)
                    reason = Reason.LEAVES_FUNCTION
                    report(Violation("borrow-outlives-owner", "E0597", loan.span, reason, loan.place, lent=lent))


def _add(state: State, holder: int, bits: int) -> None:
    if bits:
        state[holder] = state.get(holder, 0) | bits


def _is_view(loans: Loans, place: Place, state: State) -> bool:
    return bool(state.get(place.local, 0) & loans.live_tokens)
