"""From a seed to a body.

Most random bodies break a rule at once, and then again and again. So that rules are also kept, broken late or broken on
one path only, the generator remembers roughly what is moved and lent, and each body has its own carelessness: how often
a statement may ignore that.
"""

from __future__ import annotations

import random

from tests.agreement.bodies import (
    ARGUMENTS,
    EXCLUSIVE_ARGUMENT,
    EXCLUSIVE_GUARDS,
    FIELDS,
    GUARDS,
    OWNERS,
    PAIR,
    SHARED_ARGUMENT,
    SHARED_GUARDS,
    Alter,
    Arg,
    Assign,
    Bind,
    Block,
    Body,
    Call,
    Change,
    Condition,
    End,
    Ending,
    For,
    Gives,
    How,
    If,
    IfLive,
    Jump,
    Leave,
    Loop,
    Match,
    Pass,
    Place,
    Return,
    Risk,
    Statement,
    Try,
    While,
    WithBorrow,
    WithExisting,
    WithOwner,
    is_exclusive,
)
from tests.agreement.generate_functions import Functions, State, overlap

DEPTH = 3
SIZES = range(5, 22)


def generate(seed: int, *, for_rust: bool = True, functions: bool = False) -> Body:
    """Make the body of this seed. `for_rust`: only what Rust has, too. `functions`: with functions inside."""
    return _Generator(seed, for_rust, functions).body()


class _Generator(Functions):
    def __init__(self, seed: int, for_rust: bool, functions: bool) -> None:
        super().__init__()
        self.random = random.Random(f"{seed} {for_rust}")
        self.seed = seed
        self.for_rust = for_rust
        self.number = 0
        self.names = 0
        self.left = self.random.choice(SIZES)
        self.carelessness = self.random.choice((0.02, 0.08, 0.15, 0.3, 0.5))
        self.gives = self.random.choices(list(Gives), (6, 3, 2))[0]
        self.ended_views: list[Place] = []
        self.with_functions = functions
        self.entered: list[Place] = []

    def at(self) -> int:
        self.number += 1
        return self.number

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def body(self) -> Body:
        handle = self.random.choice(("Owned", "Owned", "Box"))
        unbound = {name for name in OWNERS if name not in ARGUMENTS and self.chance(0.2)}
        state = State(gone={*unbound, *GUARDS})
        nodes = self.block(state, 0, in_loop=False)
        return Body(self.seed, self.gives, handle, frozenset(unbound), nodes)

    def block(self, state: State, depth: int, in_loop: bool) -> Block:
        nodes: list[Statement] = []
        most = self.random.randint(1, 5) if depth else self.left
        functions, parts = dict(self.functions), list(self.parts)
        while self.left > 0 and most > 0:
            self.left -= 1
            most -= 1
            statement = self.statement(state, depth, in_loop)
            nodes.append(statement)
            if isinstance(statement, (Jump, Return)):
                break
        # Those that were defined in the block may not be there after it.
        self.functions = {name: once for name, once in functions.items() if name in self.functions}
        self.parts = parts
        return tuple(nodes)

    # --- statements

    def statement(self, state: State, depth: int, in_loop: bool) -> Statement:
        if depth < DEPTH and self.chance(0.28):
            return self.compound(state, depth, in_loop)
        if depth and self.chance(0.12):
            return self.leave(state, in_loop)
        if self.with_functions and self.chance(0.3):
            kinds = (self.function, self.gather, self.take_part)
            return self.random.choices(kinds, (3, 1, 0 if self.for_rust else 1))[0](state)
        makers = (self.call, self.assign, self.bind, self.pass_on, self.alter, self.end, self.risk)
        make = self.random.choices(makers, (10, 5, 6, 2, 3, 5, 0 if self.for_rust else 2))[0]
        return make(state)

    def compound(self, state: State, depth: int, in_loop: bool) -> Statement:
        kinds = ["if"] * 6 + ["while", "for", "for", "loop", "match", "borrow", "borrow", "owner"]
        if not self.for_rust:
            kinds += ["try"] * 3 + ["live", "existing"]
        at = self.at()
        match self.random.choice(kinds):
            case "if":
                condition = self.condition(state)
                other = state.copy()
                then = self.block(state, depth + 1, in_loop)
                orelse = self.block(other, depth + 1, in_loop) if self.chance(0.5) else ()
                state.join(other)
                return If(at, condition, then, orelse)
            case "while":
                condition = self.condition(state)
                return While(at, condition, self.loop(state, depth))
            case "for":
                return For(at, self.loop(state, depth))
            case "loop":
                body = self.loop(state, depth)
                way_out: Statement = If(self.at(), Condition(), (Jump(self.at(), Leave.BREAK),), ())
                return Loop(at, (way_out, *body) if self.chance(0.5) else (*body, way_out))
            case "match":
                arms: list[Block] = []
                before = state.copy()
                for _ in range(3):
                    arm = before.copy()
                    arms.append(self.block(arm, depth + 1, in_loop))
                    state.join(arm)
                return Match(at, tuple(arms))
            case "borrow":
                return self.with_borrow(at, state, depth, in_loop)
            case "owner":
                name = self.new_name("o")
                self.scoped.append(name)
                body = self.block(state, depth + 1, in_loop)
                self.scoped.remove(name)
                for guard, lent in list(state.lent.items()):
                    if lent == name:
                        del state.lent[guard]
                        state.gone.add(guard)
                return WithOwner(at, name, body)
            case "try":
                before = state.copy()
                body = self.block(state, depth + 1, in_loop)
                before.join(state)
                handler = self.block(before, depth + 1, in_loop) if self.chance(0.7) else None
                state.join(before)
                final = self.block(state, depth + 1, False) if handler is None or self.chance(0.3) else ()
                return Try(at, body, handler, final)
            case "live":
                place = self.random.choice(OWNERS)
                dead = state.copy()
                state.gone.discard(place)
                then = self.block(state, depth + 1, in_loop)
                orelse = self.block(dead, depth + 1, in_loop) if self.chance(0.4) else ()
                state.join(dead)
                return IfLive(at, place, then, orelse)
            case _:
                # Entered once: the block drops the owner that it was given, whatever its name is given inside.
                place = self.random.choice([place for place in (*OWNERS, *FIELDS) if place not in self.entered])
                self.entered.append(place)
                body = self.block(state, depth + 1, in_loop)
                self.entered.remove(place)
                state.gone.add(place)
                return WithExisting(at, place, body)

    def loop(self, state: State, depth: int) -> Block:
        before = state.copy()
        body = self.block(state, depth + 1, in_loop=True)
        state.join(before)
        return body

    def with_borrow(self, at: int, state: State, depth: int, in_loop: bool) -> Statement:
        exclusive = self.chance(0.4)
        view = self.new_name("w" if exclusive else "v")
        place = self.lendable(state, exclusive)
        state.lent[view] = place
        self.views.append(view)
        body = self.block(state, depth + 1, in_loop)
        self.views.remove(view)
        self.ended_views.append(view)
        state.lent.pop(view, None)
        return WithBorrow(at, view, place, body)

    def new_name(self, letter: str) -> Place:
        self.names += 1
        return f"{letter}{self.names}"

    def leave(self, state: State, in_loop: bool) -> Statement:
        if in_loop and self.chance(0.6):
            return Jump(self.at(), self.random.choice((Leave.BREAK, Leave.CONTINUE)))
        if not self.for_rust and self.chance(0.3):
            return Jump(self.at(), Leave.RAISE)
        if self.gives is Gives.OWNER and self.chance(0.7):
            place = self.owner(state, moving=True)
            return Return(self.at(), place, place in self.scoped or not self.for_rust or self.chance(0.2))
        if self.gives is Gives.SHARED_GUARD and self.chance(0.7):
            return Return(self.at(), self.random.choice(self.guards(state, False) or [SHARED_ARGUMENT]))
        return Return(self.at(), None)

    def call(self, state: State) -> Statement:
        args = [self.arg(state)]
        # A look does not last until the call in Python, as a reference does in Rust: it stays alone.
        if args[0].how is not How.LOOK and self.chance(0.25):
            second = self.arg(state)
            if second.how is not How.LOOK:
                args.append(second)
        return Call(self.at(), tuple(args))

    def arg(self, state: State) -> Arg:
        how = self.random.choices(list(How), (5, 5, 3, 5, 4))[0]
        match how:
            case How.EAT:
                place = self.owner(state, moving=True)
                state.gone.add(place)
                return Arg(how, place, place in self.scoped or not self.for_rust or self.chance(0.2))
            case How.LOOK:
                if self.chance(0.15):
                    return Arg(how, PAIR)
                return Arg(how, self.owner(state))
            case How.NOTE:
                guards = self.guards(state, None) + self.views
                if not self.for_rust and self.chance(self.carelessness):
                    guards += self.ended_views
                if self.parts and self.chance(0.5):
                    return Arg(how, self.random.choice(self.parts))
                if guards and self.chance(0.4):
                    return Arg(how, self.random.choice(guards))
                return Arg(how, self.owner(state))
            case How.PEEK | How.POKE:
                exclusive = how is How.POKE
                guards = self.guards(state, exclusive)
                if guards and self.chance(0.4):
                    return Arg(how, self.random.choice(guards))
                return Arg(how, self.lendable(state, exclusive))

    def assign(self, state: State) -> Statement:
        at = self.at()
        source: Place | None = None
        if self.chance(0.4):
            source = self.owner(state, moving=True)
        targets = [PAIR, *FIELDS] if self.chance(0.25) else [name for name in OWNERS if name != source]
        if source is None and self.chance(0.7):
            targets = [target for target in targets if target in state.gone] or targets
        if not self.chance(self.carelessness):
            targets = [target for target in targets if not state.is_lent(target)] or targets
        entered = [place for place in self.entered if place not in targets or place not in OWNERS]
        targets = [target for target in targets if not any(overlap(target, place) for place in entered)]
        if not targets:
            return self.call(state)
        target = self.random.choice(targets)
        if target == PAIR or target == source:
            source = None
        if source is not None:
            state.gone.add(source)
        state.gone.discard(target)
        if target == PAIR:
            state.gone.difference_update(FIELDS)
        with_move = source in self.scoped or not self.for_rust or self.chance(0.2)
        return Assign(at, target, source, with_move and source is not None)

    def bind(self, state: State) -> Statement:
        exclusive = self.chance(0.45)
        place = self.lendable(state, exclusive)
        guards = [name for name in (EXCLUSIVE_GUARDS if exclusive else SHARED_GUARDS) if name != place]
        if place in EXCLUSIVE_GUARDS and exclusive:
            # A guard must be declared after the one that it borrows from.
            place, guards = EXCLUSIVE_GUARDS[0], [EXCLUSIVE_GUARDS[1]]
        elif place in SHARED_GUARDS:
            place, guards = SHARED_GUARDS[0], [SHARED_GUARDS[1]]
        guard = self.random.choice([name for name in guards if name in state.gone] or guards)
        state.gone.discard(guard)
        state.lent[guard] = place
        return Bind(self.at(), guard, place)

    def pass_on(self, state: State) -> Statement:
        exclusive = self.chance(0.5)
        first, second = self.random.sample(EXCLUSIVE_GUARDS if exclusive else SHARED_GUARDS, 2)
        if second in state.gone and not self.chance(self.carelessness):
            return self.bind(state)
        state.gone.discard(first)
        if second in state.lent:
            state.lent[first] = state.lent[second]
        if exclusive:
            state.gone.add(second)
            state.lent.pop(second, None)
        return Pass(self.at(), first, second, not self.for_rust or self.chance(0.3))

    def alter(self, state: State) -> Statement:
        how = self.random.choice(list(Change))
        exclusive = [*self.guards(state, True), *(view for view in self.views if is_exclusive(view))]
        anything = [*self.guards(state, None), *self.views]
        if how in (Change.FIELD, Change.METHOD) and anything and self.chance(0.4):
            careful = exclusive and not self.chance(self.carelessness)
            return Alter(self.at(), how, self.random.choice(exclusive if careful else anything))
        place = self.lendable(state, True, guards=False)
        if how is not Change.SWAP:
            return Alter(self.at(), how, place)
        others = [name for name in OWNERS if name != place and name not in state.gone and not state.is_lent(name)]
        other = self.random.choice(others or [name for name in OWNERS if name != place])
        return Alter(self.at(), how, place, other)

    def end(self, state: State) -> Statement:
        held = [guard for guard in GUARDS if guard not in state.gone]
        if held and self.chance(0.6):
            guard = self.random.choice(held)
            state.gone.add(guard)
            state.lent.pop(guard, None)
            return End(self.at(), Ending.DELETE if not self.for_rust and self.chance(0.3) else Ending.DROP, guard)
        place = self.owner(state, moving=True)
        state.gone.add(place)
        may_delete = not self.for_rust and place in OWNERS
        how = self.random.choices(list(Ending), (4, 1, 1, 1 if may_delete else 0))[0]
        return End(self.at(), how, place)

    def risk(self, _: State) -> Statement:
        return Risk(self.at())

    # --- conditions and places

    def condition(self, state: State) -> Condition:
        if self.chance(0.6):
            return Condition(negated=self.chance(0.2))
        return Condition(self.arg(state), self.random.choice(("", "and", "or")), self.chance(0.2))

    def owner(self, state: State, *, moving: bool = False) -> Place:
        """An owner to use; careful ones are live, and not lent in a way that forbids the use."""
        places = [*OWNERS, *OWNERS, *FIELDS, *self.scoped, *self.scoped]
        if not self.chance(self.carelessness):
            forbidden = state.is_lent if moving else state.is_lent_exclusively
            places = [place for place in places if place not in state.gone and not forbidden(place)] or places
        return self.random.choice(places)

    def lendable(self, state: State, exclusive: bool, *, guards: bool = True) -> Place:
        """Something to borrow: an owner, or a guard to borrow again from."""
        if guards and self.chance(0.1):
            held = self.guards(state, True) if exclusive else self.guards(state, None)
            if held:
                return self.random.choice(held)
        return self.owner(state, moving=exclusive)

    def guards(self, state: State, exclusive: bool | None) -> list[Place]:
        """The guards to use: shared ones, exclusive ones or both."""
        names = [SHARED_ARGUMENT, EXCLUSIVE_ARGUMENT, *GUARDS]
        names = [name for name in names if exclusive is None or is_exclusive(name) is exclusive]
        if self.chance(self.carelessness):
            return names
        return [name for name in names if name not in state.gone]
