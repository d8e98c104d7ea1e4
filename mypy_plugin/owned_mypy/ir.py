"""The intermediate representation that lowering produces and every analysis reads.

A `Body` is one function (or module, class body, lambda) as a tree of control-flow nodes whose leaves are *effects* on
*places*. A place is a local and the path that leads from it to a part: `p.a` is `Place(p, (Field("a"),))`. What a
type means for ownership has been decided by lowering: the analyses see effects only and never a type.

    def f(t: Owned[Token]) -> None:      Body f
        r = borrow(t)                        borrow t -> %1 (shared);  assign r from %1;  kill %1
        eat(t)                               move t -> %2 (call "eat");  kill %2
"""

from __future__ import annotations

from typing import Final, Protocol, TypeAlias

from owned_mypy.enums import Enum
from owned_mypy.records import field, record

# --- where things stand in the source ---------------------------------------------------------------------------


class Span(Protocol):
    """A range of the source: lines count from 1, columns from 0. A node of mypy's tree is one, too."""

    line: int
    column: int
    end_line: int | None
    end_column: int | None


@record(eq=True, frozen=False)
class Position:
    """A range that no node has."""

    line: int
    column: int
    end_line: int | None = None
    end_column: int | None = None


NOWHERE: Final[Span] = Position(0, 0)

# --- locals and places ------------------------------------------------------------------------------------------


class LocalKind(Enum):
    """Where a local comes from, and so how long it lives."""

    PARAMETER = "parameter"
    VARIABLE = "variable"
    TEMPORARY = "temporary"
    FREE = "free"  # belongs to an enclosing function
    GLOBAL = "global"


class Role(Enum):
    """What the declared type of a local makes of it."""

    OWNER = "owner"
    REF = "ref"
    REF_MUT = "ref_mut"
    PLAIN = "plain"


@record(frozen=False)
class Local:
    """A variable or a temporary of a body."""

    index: int
    name: str
    kind: LocalKind
    role: Role
    span: Span
    declared: bool = False
    """Bound or annotated somewhere in this body (so that it may be unbound on some path)."""
    holds_guards: bool = False
    """A parameter whose type is or holds guards of the caller."""
    returned: bool = False
    """Returned somewhere in the body: as rustc does, a borrow in it then counts on every path."""
    attempted: bool = False
    """Bound to what a `try_` verb gave."""
    packed: bool = False
    """A `*args` or `**kwargs`: the function's own tuple or dictionary."""
    found_in: set[int] | None = None
    """Set for a name that is bound to elements: the locals in which they were found. It owns nothing itself."""
    view: Way | None = None
    """A free variable that an enclosing function binds to a view."""
    is_closure: bool = False
    """Bound to functions that were made in this body: what they capture is borrowed until it is named last."""
    keeps_others: bool = False
    """Bound to other things as well, or to functions that keep more than they capture."""


class Way(Enum):
    """What one goes through when a path leaves the local's own memory."""

    REF = "a `Ref`"
    REF_MUT = "a `RefMut`"
    SHARED = "an `Rc` or `Arc`"
    SELF = "`self`"
    CALLER = "a parameter that the caller owns"
    ELEMENT = "a collection that lends its elements"


CONTENT_NAME = "*"


@record(eq=True)
class Field:
    """A projection to an attribute; the one named `CONTENT_NAME` leads to what a handle holds."""

    name: str

    def __str__(self) -> str:
        if self.name == CONTENT_NAME:
            return ".value"
        return f".{self.name}" if self.name else ""


@record(eq=True)
class Index:
    """A projection to an element. `local` is set when the index is a variable, which may change."""

    key: str
    local: int | None = None

    @property
    def is_constant(self) -> bool:
        return self.local is None and not self.key.startswith("?")

    def __str__(self) -> str:
        return f"[{self.key}]" if not self.key.startswith("?") else "[...]"


@record(eq=True)
class Through:
    """A projection through a borrow or a shared owner: what follows is not the local's own."""

    way: Way

    def __str__(self) -> str:
        return ""


Projection: TypeAlias = Field | Index | Through


@record(eq=True)
class Place:
    """A local, or a part of what it holds."""

    local: int
    path: tuple[Projection, ...] = ()

    def then(self, *more: Projection) -> Place:
        return Place(self.local, self.path + more)

    @property
    def through(self) -> Way | None:
        """The last way by which the path leaves the local's own memory, or None."""
        for step in reversed(self.path):
            if isinstance(step, Through):
                return step.way
        return None

    def begins(self, other: Place) -> bool:
        """Is this place the other one, or does it contain it?"""
        return self.local == other.local and self.path == other.path[: len(self.path)]

    def overlaps(self, other: Place) -> bool:
        """May a change of one be seen through the other?"""
        return self.begins(other) or other.begins(self)


# --- effects ----------------------------------------------------------------------------------------------------


class Access(Enum):
    """How a place is used without being moved or borrowed."""

    COPY = "copy"  # reads a plain value
    LOOK = "look"  # looks at something that is not plain
    IDENTITY = "identity"  # asks whether it is None: no borrow hinders that
    WRITE = "write"  # changes it in place, by a method or an operator
    ASSIGN = "assign"  # rebinds an attribute or item of it


class MoveBy(Enum):
    """What takes a value away from its place."""

    CALL = "call"
    METHOD = "method"  # a `@consuming` method
    ASSIGNMENT = "assignment"
    RETURN = "return"
    YIELD = "yield"
    STORE = "store"  # a container, an attribute, a literal
    MOVE = "move"
    DROP = "drop"
    VERB = "verb"  # another verb or constructor of ours
    CAPTURE = "capture"  # a closure that moves or keeps it
    CLOSURE_CALL = "closure call"
    SCOPE_END = "scope end"


@record()
class Use:
    place: Place
    access: Access
    span: Span
    what: str = ""
    """For messages: the method, operator or callee that uses it."""


@record()
class Move:
    place: Place
    into: int | None
    by: MoveBy
    span: Span
    what: str = ""
    by_name: bool = False
    """Moved by moving a name that a pattern has given to it: an end of the value, but not a use of the place."""
    late: bool = False
    """Moved by the call of a closure that has captured the variable: whatever is in it by then."""


@record()
class Copy:
    """`into` refers to the same thing as the place: a copied `Ref`, an alias of a plain object.

    `part`: to something inside it that holds no borrow itself, and is a view if the place is reached through one.
    """

    place: Place
    into: int
    span: Span
    part: bool = False
    element: bool = False
    """To one of the elements that a loop goes over: moving it moves it out of what `place` belongs to."""
    surely: bool = False
    """A part whose type says that it is a view, and no plain value or `None`."""


class Lend(Enum):
    """Why a borrow is taken."""

    VERB = "verb"
    ATTEMPT = "attempt"  # a `try_` verb: a conflict is an answer, no mistake
    METHOD = "method"
    CAPTURE = "capture"
    ITERATION = "iteration"
    REBORROW = "reborrow"


@record()
class Borrow:
    place: Place
    exclusive: bool
    into: int
    span: Span
    by: Lend = Lend.VERB
    what: str = ""
    inside: bool | None = None
    """A guard of a cell or lock, which itself is borrowed shared: whether what is inside is borrowed exclusively."""


@record()
class Carry:
    """The borrows that `source` holds are held by `into`, too."""

    source: int
    into: int
    span: Span | None = None
    """Set where the source is stored in a container."""
    fresh: bool = False
    """`into` is a new container, which may be changed whatever its elements are."""


@record()
class Assign:
    """The place is bound to what the temporary `source` holds, or to something without borrows."""

    place: Place
    source: int | None
    span: Span
    content: bool = False
    """An assignment to `.value` of an owner: the owner itself stays."""


@record()
class Kill:
    """A local ceases to be: `del`, or a temporary at the end of its statement."""

    local: int
    span: Span


@record()
class BindView:
    """`into` is a view of what the guard `guard` borrows; `token` stands for the block."""

    guard: int
    into: Place
    token: int
    exclusive: bool
    span: Span


@record()
class EndView:
    """The block of a guard ends: its borrow, and every view of it."""

    guard: int
    token: int
    span: Span


@record()
class Hold:
    """From here on (`begins`), or until here, something holds the temporary for longer than its own expression."""

    local: int
    begins: bool


@record()
class Share:
    """`into` is one more handle on what the place shares."""

    place: Place
    into: int


@record()
class BeginScope:
    """From here on the place is what the block `scope` drops, until something else is assigned to it.

    Only there for blocks in which that happens.
    """

    place: Place
    scope: int


@record()
class EndScope:
    """The block of an owner ends: what was not moved is dropped."""

    place: Place
    span: Span
    scope: int = -1


class Exit(Enum):
    """How a value leaves the function."""

    RETURN = "return"
    YIELD = "yield"
    TASK = "task"
    THREAD = "thread"
    KEPT = "kept"  # by a function that is known to keep it


@record()
class Escape:
    source: int
    exit: Exit
    span: Span
    what: str = ""
    closure: bool = False
    """The source is a closure, which takes along what it has captured."""


@record()
class AssumeLive:
    """On this path `is_live(place)` was true."""

    place: Place


@record()
class AssumeNone:
    """On this path the local is `None`: it holds no borrow."""

    local: int


@record()
class MayRaise:
    """An exception may leave from here: what was done so far stays done, and these temporaries end."""

    temporaries: tuple[int, ...] = ()
    span: Span = NOWHERE


@record()
class Fault:
    """A rule broken by the types alone; reported if it can be reached."""

    rule: str
    code: str
    span: Span
    subject: str
    detail: str = ""


Effect: TypeAlias = (
    Use
    | Move
    | Copy
    | Borrow
    | Carry
    | Assign
    | Kill
    | BindView
    | EndView
    | Hold
    | Share
    | BeginScope
    | EndScope
    | Escape
    | AssumeLive
    | AssumeNone
    | MayRaise
    | Fault
)

# --- control flow -----------------------------------------------------------------------------------------------


@record(frozen=False)
class Block:
    """Nodes that run one after the other."""

    nodes: list[Node] = field(default_factory=list)


@record(frozen=False)
class Leaf:
    """A condition without inner control flow; `constant` when it is known."""

    before: Block
    when_true: list[Effect] = field(default_factory=list)
    when_false: list[Effect] = field(default_factory=list)
    constant: bool | None = None
    span: Span = NOWHERE


@record(frozen=False)
class BoolOp:
    """`left and right`, or `left or right`."""

    left: Condition
    right: Condition
    is_and: bool


@record(frozen=False)
class Not:
    inner: Condition


Condition: TypeAlias = Leaf | BoolOp | Not


@record(frozen=False)
class If:
    condition: Condition
    then: Block
    orelse: Block


@record(frozen=False)
class While:
    condition: Condition
    body: Block
    orelse: Block
    span: Span


@record(frozen=False)
class For:
    """The iterable was evaluated before; `each` binds the target at the start of each iteration."""

    each: Block
    body: Block
    orelse: Block
    span: Span


@record(frozen=False)
class Case:
    bind: Block
    guard: Condition | None
    body: Block
    line: int = 0


@record(frozen=False)
class Match:
    cases: list[Case]
    exhaustive: bool


@record(frozen=False)
class Try:
    body: Block
    handlers: list[Block]
    orelse: Block
    final: Block
    catches_all: bool = False


@record(frozen=False)
class With:
    """`leave` runs however the body ends; `swallows` when the exit may suppress the exception."""

    body: Block
    leave: Block
    swallows: bool


class JumpKind(Enum):
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"
    RAISE = "raise"
    NEVER = "never"  # after a call that does not return
    DEAD = "dead"  # what follows was not checked, because it cannot be reached


@record(frozen=False)
class Jump:
    kind: JumpKind


Node: TypeAlias = (
    Use
    | Move
    | Copy
    | Borrow
    | Carry
    | Assign
    | Kill
    | BindView
    | EndView
    | Hold
    | Share
    | BeginScope
    | EndScope
    | Escape
    | AssumeLive
    | AssumeNone
    | MayRaise
    | Fault
    | Block
    | If
    | While
    | For
    | Match
    | Try
    | With
    | Jump
)


@record(frozen=False)
class Body:
    """One lowered function, module, class body or lambda."""

    name: str
    locals: list[Local]
    root: Block
    tokens: int = 0
    """How many view tokens `BindView` uses."""
    span: Span = NOWHERE

    def describe(self, place: Place) -> str:
        """The place as the user wrote it: `p.a`, `v[0]`."""
        return self.locals[place.local].name + "".join(str(step) for step in place.path)
