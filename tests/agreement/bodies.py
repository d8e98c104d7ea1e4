"""Small function bodies as plain data, which are printed both as Rust and as Python.

The variables of a body are fixed: two owners and a pair of owners that come as arguments, two more owners, and two
guards of each kind. A `Place` is written as in the source: `a`, `p.left`. Every statement and every condition of a
branch or loop has a number of its own, `at`, which the printers turn into a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Union

Place = str

ARGUMENTS = ("a", "b")
OWNERS = ("a", "b", "c", "d")
PAIR = "p"
FIELDS = ("p.left", "p.right")
SHARED_ARGUMENT = "x"
EXCLUSIVE_ARGUMENT = "y"
SHARED_GUARDS = ("r", "s")
EXCLUSIVE_GUARDS = ("m", "n")
GUARDS = (*SHARED_GUARDS, *EXCLUSIVE_GUARDS)


def is_view(place: Place) -> bool:
    """A name that a `with` block binds to a view: `v3` shared, `w3` exclusive."""
    return place[0] in "vw" and place[1:].isdigit()


def is_exclusive(place: Place) -> bool:
    """Is the name a guard or view that may write?"""
    return place in EXCLUSIVE_GUARDS or place == EXCLUSIVE_ARGUMENT or (is_view(place) and place[0] == "w")


def is_part(place: Place) -> bool:
    """A name for a part that was read through a guard or view: `t3`."""
    return place[0] == "t" and place[1:].isdigit()


def is_guard(place: Place) -> bool:
    """Is the name that of a guard, a parameter that is one included?"""
    return place in GUARDS or place in (SHARED_ARGUMENT, EXCLUSIVE_ARGUMENT)


class How(Enum):
    """What a call does to an argument."""

    EAT = "eat"  # takes ownership
    LOOK = "look"  # looks at the owner
    NOTE = "note"  # reads a number in it
    PEEK = "peek"  # borrows it shared, or reads through a guard
    POKE = "poke"  # borrows it exclusively, or writes through a guard


@dataclass(frozen=True)
class Arg:
    how: How
    place: Place
    with_move: bool = False
    """For `EAT`: written with the verb `move`."""


@dataclass(frozen=True)
class Call:
    """`eat(a)`, `peek(borrow(a))`, `eat_and_poke(a, m)`."""

    at: int
    args: tuple[Arg, ...]


@dataclass(frozen=True)
class Assign:
    """An owner is bound to a new one (`source` is None) or to what another place gives up."""

    at: int
    target: Place
    source: Place | None
    with_move: bool = False


@dataclass(frozen=True)
class Bind:
    """A guard is bound to a borrow of a place, which may be a guard itself."""

    at: int
    guard: Place
    place: Place


@dataclass(frozen=True)
class Pass:
    """`s = r` copies a shared guard, `n = m` moves an exclusive one."""

    at: int
    target: Place
    source: Place
    with_verb: bool = False
    """Written with the verb `clone` or `move`, which the run time sees."""


class Change(Enum):
    """Ways to change what is in a place."""

    FIELD = "field"  # assign to an attribute of the value
    METHOD = "method"  # call a method that assigns to self
    REPLACE = "replace"
    SWAP = "swap"


@dataclass(frozen=True)
class Alter:
    at: int
    how: Change
    place: Place
    other: Place = ""
    """For `SWAP`: the other owner."""


class Ending(Enum):
    """Verbs that end an owner."""

    DROP = "drop"
    FORGET = "forget"
    UNWRAP = "into_inner"
    DELETE = "del"  # only for the run time


@dataclass(frozen=True)
class End:
    at: int
    how: Ending
    place: Place


@dataclass(frozen=True)
class Condition:
    """Chance, or chance joined with the answer of a call."""

    arg: Arg | None = None
    joined: str = ""
    """`and`, `or`, or nothing."""
    negated: bool = False


@dataclass(frozen=True)
class If:
    at: int
    condition: Condition
    then: Block
    orelse: Block


@dataclass(frozen=True)
class While:
    at: int
    condition: Condition
    body: Block


@dataclass(frozen=True)
class Loop:
    """`while True`."""

    at: int
    body: Block


@dataclass(frozen=True)
class For:
    at: int
    body: Block


@dataclass(frozen=True)
class Match:
    at: int
    arms: tuple[Block, ...]


@dataclass(frozen=True)
class WithBorrow:
    at: int
    view: Place
    place: Place
    body: Block


@dataclass(frozen=True)
class WithOwner:
    at: int
    name: Place
    body: Block


class Leave(Enum):
    """Ways to leave a block or loop."""

    BREAK = "break"
    CONTINUE = "continue"
    RAISE = "raise"


@dataclass(frozen=True)
class Jump:
    at: int
    how: Leave


@dataclass(frozen=True)
class Return:
    """Gives an owner or a guard; `place` is None where nothing, or a new owner, is returned."""

    at: int
    place: Place | None
    with_move: bool = False


@dataclass(frozen=True)
class Risk:
    """A call that may raise an ordinary exception."""

    at: int


@dataclass(frozen=True)
class Try:
    """Only for the run time: Rust has no counterpart."""

    at: int
    body: Block
    handler: Block | None
    final: Block


@dataclass(frozen=True)
class IfLive:
    """`if is_live(a):`, only for the run time."""

    at: int
    place: Place
    then: Block
    orelse: Block


@dataclass(frozen=True)
class WithExisting:
    """`with a:` drops a variable's owner at the end of the block; only for the run time."""

    at: int
    place: Place
    body: Block


@dataclass(frozen=True)
class Define:
    """A function within the function; in its body are calls, changes and endings, all numbered as the function is."""

    at: int
    name: Place
    body: Block
    consumes: bool
    """It ends or gives away something that it captures: Rust's `FnOnce`."""
    as_lambda: bool = False
    rebinds: Place = ""
    """An owner of the function around it to which it assigns."""


@dataclass(frozen=True)
class Invoke:
    """A call of such a function."""

    at: int
    name: Place
    consumes: bool


@dataclass(frozen=True)
class Keep:
    """Such a function goes into a list that outlives the body; only for the run time."""

    at: int
    name: Place


@dataclass(frozen=True)
class Gather:
    """A comprehension, or a generator expression that is used up at once."""

    at: int
    arg: Arg
    is_lazy: bool
    filtered: bool


@dataclass(frozen=True)
class TakePart:
    """`t1 = r.sub`: a part of what a guard or view gives; only for the run time."""

    at: int
    name: Place
    place: Place


Statement = Union[
    Call,
    Assign,
    Bind,
    Pass,
    Alter,
    End,
    If,
    While,
    Loop,
    For,
    Match,
    WithBorrow,
    WithOwner,
    Jump,
    Return,
    Risk,
    Try,
    IfLive,
    WithExisting,
    Define,
    Invoke,
    Keep,
    Gather,
    TakePart,
]
Block = tuple[Statement, ...]


class Gives(Enum):
    """What a function returns."""

    NOTHING = "nothing"
    OWNER = "owner"
    SHARED_GUARD = "shared guard"


@dataclass(frozen=True)
class Body:
    """A function: `seed` names it."""

    seed: int
    gives: Gives
    handle: str
    """The class of its owners in Python: `Owned` or `Box`."""
    unbound: frozenset[Place]
    """The variables that are declared without a value."""
    block: Block

    @property
    def functions(self) -> dict[Place, bool]:
        """The functions inside it, and whether they can be called only once."""
        return {found.name: found.consumes for found in statements(self.block) if isinstance(found, Define)}

    @property
    def name(self) -> str:
        return f"body_{self.seed}"


def parts(statement: Statement) -> Iterator[Block]:
    """The blocks inside a statement."""
    match statement:
        case If() | IfLive():
            yield statement.then
            yield statement.orelse
        case While() | Loop() | For() | WithBorrow() | WithOwner() | WithExisting():
            yield statement.body
        case Match():
            yield from statement.arms
        case Define():
            yield statement.body
        case Try():
            yield statement.body
            yield statement.handler or ()
            yield statement.final
        case _:
            pass


def statements(block: Block) -> Iterator[Statement]:
    """Every statement of a block and of the blocks inside it, in the order of the source."""
    for statement in block:
        yield statement
        for part in parts(statement):
            yield from statements(part)
