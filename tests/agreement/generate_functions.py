"""The functions inside a body: what they capture, when they are called, and what else is made in one expression."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from tests.agreement.bodies import (
    OWNERS,
    PAIR,
    Alter,
    Arg,
    Assign,
    Call,
    Change,
    Condition,
    Define,
    End,
    Ending,
    Gather,
    How,
    If,
    Invoke,
    Keep,
    Place,
    Statement,
    TakePart,
    is_exclusive,
    is_guard,
    is_view,
)


@dataclass
class State:
    """What the generator believes: which places are usable, and what each guard borrows."""

    gone: set[Place] = field(default_factory=set)
    lent: dict[Place, Place] = field(default_factory=dict)

    def copy(self) -> State:
        return State(set(self.gone), dict(self.lent))

    def join(self, other: State) -> None:
        self.gone |= other.gone
        self.lent |= other.lent

    def is_lent(self, place: Place) -> bool:
        return any(overlap(place, lent) for lent in self.lent.values())

    def is_lent_exclusively(self, place: Place) -> bool:
        return any(is_exclusive(guard) and overlap(place, lent) for guard, lent in self.lent.items())


def overlap(one: Place, other: Place) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


class Functions(ABC):
    """The part of the generator that makes functions, comprehensions and parts."""

    random: random.Random
    for_rust: bool
    carelessness: float

    def __init__(self) -> None:
        self.functions: dict[Place, bool] = {}
        """Those that may be called here, and whether only once."""
        self.parts: list[Place] = []
        self.views: list[Place] = []
        self.scoped: list[Place] = []

    @abstractmethod
    def at(self) -> int: ...

    @abstractmethod
    def chance(self, probability: float) -> bool: ...

    @abstractmethod
    def new_name(self, letter: str) -> Place: ...

    @abstractmethod
    def arg(self, state: State) -> Arg: ...

    @abstractmethod
    def guards(self, state: State, exclusive: bool | None) -> list[Place]: ...

    @abstractmethod
    def lendable(self, state: State, exclusive: bool, *, guards: bool = True) -> Place: ...

    def function(self, state: State) -> Statement:
        """Define one, or do something with one that is there."""
        if not self.functions or self.chance(0.4):
            return self.define(state)
        name = self.random.choice(list(self.functions))
        consumes = self.functions[name]
        if not self.for_rust and self.chance(0.1):
            del self.functions[name]
            return Keep(self.at(), name)
        if not self.for_rust and self.chance(0.1):
            del self.functions[name]
            return End(self.at(), Ending.DELETE, name)
        if consumes and not self.chance(self.carelessness):
            del self.functions[name]
        return Invoke(self.at(), name, consumes)

    def define(self, state: State) -> Statement:
        at, name = self.at(), self.new_name("f")
        if self.chance(0.15):
            target = self.random.choice(OWNERS)
            self.lend_to_function(state, target, exclusive=True)
            self.functions[name] = False
            return Define(at, name, (Assign(at, target, None),), consumes=False, rebinds=target)
        body = tuple(self.inner(at, state) for _ in range(self.random.choice((1, 1, 2))))
        consumes = any(map(_consumes, body))
        single = body[0]
        is_call = len(body) == 1 and isinstance(single, Call) and len(single.args) == 1
        self.functions[name] = consumes
        return Define(at, name, body, consumes, as_lambda=is_call and self.chance(0.5))

    def inner(self, at: int, state: State) -> Statement:
        statement = self.inner_step(at, state)
        if self.chance(0.2):
            return If(at, Condition(), (statement,), ())
        return statement

    def inner_step(self, at: int, state: State) -> Statement:
        kind = self.random.random()
        if kind < 0.15:
            place = self.lendable(state, True, guards=False)
            self.lend_to_function(state, place, exclusive=True)
            return Alter(at, self.random.choice((Change.FIELD, Change.METHOD, Change.REPLACE)), place)
        if kind < 0.25:
            arg = self.arg_of(How.EAT, state)
            return End(at, self.random.choice((Ending.DROP, Ending.FORGET, Ending.UNWRAP)), arg.place)
        how = self.random.choices(list(How), (4, 4, 3, 6, 4))[0]
        return Call(at, (self.arg_of(how, state),))

    def arg_of(self, how: How, state: State) -> Arg:
        """An argument inside a function, which captures its place."""
        while True:
            arg = self.arg(state)
            if arg.how is not how:
                if how is not How.EAT and arg.how is How.EAT:
                    state.gone.discard(arg.place)
                continue
            # rustc does not capture the guard, but what it refers to.
            if how is How.NOTE and self.for_rust and (is_guard(arg.place) or is_view(arg.place)):
                continue
            # Plain objects are not borrowed by a function that names them: it uses them when it is called.
            if self.for_rust and arg.place == PAIR:
                continue
            # The variables of a function are declared before the views of the blocks in it.
            if self.for_rust and is_view(arg.place):
                continue
            break
        if how is not How.EAT:
            self.lend_to_function(state, arg.place, exclusive=how is How.POKE)
        return arg

    def lend_to_function(self, state: State, place: Place, *, exclusive: bool) -> None:
        state.lent[self.new_name("w" if exclusive else "v")] = place

    def gather(self, state: State) -> Statement:
        at = self.at()
        arg = self.arg(state)
        return Gather(at, arg, is_lazy=self.chance(0.4), filtered=self.chance(0.4))

    def take_part(self, state: State) -> Statement:
        sources = [*self.guards(state, None), *self.views]
        name = self.new_name("t")
        statement = TakePart(self.at(), name, self.random.choice(sources))
        self.parts.append(name)
        return statement


def _consumes(statement: Statement) -> bool:
    match statement:
        case Call(args=args):
            return any(arg.how is How.EAT for arg in args)
        case End():
            return True
        case If(then=then):
            return any(map(_consumes, then))
        case _:
            return False
