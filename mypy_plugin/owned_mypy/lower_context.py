"""What lowering one body needs to know and to build: its locals, its temporaries, the block being filled.

Lowering reads mypy's tree and types and writes IR; it decides what each type means for ownership, so that the
analyses never see a type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mypy.nodes import Expression, FuncDef, LambdaExpr, Statement, SymbolNode
from mypy.types import Instance, Type

from owned_mypy.enums import Enum
from owned_mypy.ir import (
    CONTENT_NAME,
    Access,
    BeginScope,
    Block,
    Body,
    Borrow,
    Carry,
    Copy,
    Effect,
    EndScope,
    Escape,
    Exit,
    Fault,
    Field,
    Hold,
    Kill,
    Lend,
    Local,
    LocalKind,
    MayRaise,
    Move,
    MoveBy,
    Node,
    Place,
    Role,
    Span,
    Through,
    Use,
    Way,
)
from owned_mypy.names import HandleKind
from owned_mypy.records import field, record
from owned_mypy.tree import names_bound
from owned_mypy.types import gives_view, handle_of, holds_guard, is_copy
from owned_mypy.types_source import TypeSource

_ELEMENT = Through(Way.ELEMENT)
CONTENT = Field(CONTENT_NAME)
"""The projection to what an `Owned` holds, so that `o.value = x` is an assignment inside `o`."""

_ROLES = {
    HandleKind.OWNER: Role.OWNER,
    HandleKind.SHARED_OWNER: Role.OWNER,
    HandleKind.CONSUMABLE: Role.OWNER,
    HandleKind.REF: Role.REF,
    HandleKind.REF_MUT: Role.REF_MUT,
}
_WAYS = {
    HandleKind.REF: Way.REF,
    HandleKind.REF_MUT: Way.REF_MUT,
    HandleKind.SHARED_OWNER: Way.SHARED,
}


@record(frozen=False)
class Value:
    """What an expression gives: a place that can be used again, or a temporary, or nothing worth tracking."""

    type: Type | None
    span: Span
    place: Place | None = None
    temp: int | None = None
    alias: frozenset[int] | None = None
    """Set for one more name of something that others own: the locals through which it was found, if any."""
    arms: tuple[tuple[Block, Value], ...] = ()
    """The values between which a branch has chosen, each with the block that chose it."""
    elements: int | None = None
    """Set for an iterator: a temporary that holds what its elements hold, and not what it goes over."""

    @property
    def handle(self) -> HandleKind | None:
        return handle_of(self.type) if self.type is not None else None

    @property
    def at(self) -> Place | None:
        """Where the value is: its place, or the temporary that holds it."""
        if self.place is not None:
            return self.place
        return Place(self.temp) if self.temp is not None else None

    def inside(self, *more: Field | Through) -> Place | None:
        at = self.at
        return at.then(*more) if at is not None else None


class Taking(Enum):
    """How a closure takes what it captures."""

    SHARED = "shared"
    EXCLUSIVE = "exclusive"
    MOVE = "move"


@record(frozen=False)
class Capture:
    """One place of the enclosing body that a closure captures."""

    place: Place
    taking: Taking
    type: Type | None


@record(frozen=False)
class Closure:
    """A function or lambda that was defined in this body.

    How it captures is only known at the end of the body (a closure that leaves takes what it captures), so that its
    effects are filled in then, into the block that stands where the closure was made.
    """

    into: int
    span: Span
    captures: list[Capture]
    slot: Block
    bound: dict[int, Bound] = field(default_factory=dict)
    """The owners that `with` blocks around the closure drop."""
    reached: list[Type] = field(default_factory=list)
    """The types of everything that its body reaches outside itself."""
    looks: list[Place] = field(default_factory=list)
    """The plain objects that it names: used whenever it is called."""
    late: dict[Place, Taking] = field(default_factory=dict)
    """What it names that was not bound yet when it was made: used by its calls."""
    of: Context | None = None
    """The body in which it was made."""
    exit: Exit | None = None
    has_defaults: bool = False
    """Its parameters have values, which it keeps as long as it lives."""
    stays: bool = False
    """Kept by a container of this function: it takes along what it captures, but has not left with it."""

    def leave(self, exit: Exit) -> None:
        """Somebody keeps the closure after the statement in which it was made."""
        self.exit = exit if self.exit is None or self.stays else self.exit
        self.stays = False

    def stay(self) -> None:
        """A container of this function keeps the closure."""
        if self.exit is None:
            self.exit, self.stays = Exit.KEPT, True

    @property
    def consuming(self) -> bool:
        """Its body moves something that it captured: it can be called once."""
        return any(capture.taking is Taking.MOVE for capture in self.captures)


@record(frozen=False)
class Bound:
    """What an enclosing `with` block drops when it ends, in `leave`, and where that was bound."""

    span: Span
    leave: Block
    scope: int
    begin: Block


class Filling:
    """While it is entered, a context fills another block. A class, because it is entered for every statement."""

    __slots__ = ("block", "ctx", "saved")

    def __init__(self, ctx: Context, block: Block) -> None:
        self.ctx = ctx
        self.block = block

    def __enter__(self) -> None:
        self.saved, self.ctx.out = self.ctx.out, self.block

    def __exit__(self, *error: object) -> None:
        self.ctx.out = self.saved


@record(frozen=False)
class Context:
    """The state of lowering one body."""

    source: TypeSource
    type_of: Callable[[Expression], Type | None]
    """The one of the source."""
    name: str
    lower_expression: Callable[[Context, Expression], Value]
    lower_statement: Callable[[Context, Statement], None]
    consumed_parameters: Callable[[Context, FuncDef], frozenset[int]]
    """The positions of the parameters that a function of the same module consumes in its body."""
    outer: Context | None = None
    function: FuncDef | LambdaExpr | None = None
    way_of_self: Way | None = None
    """What moving a field of `self` means in this method; None: it may be moved."""
    returns_parts: bool = False
    """A function given to `map`, which may return a part without moving it."""
    locals: list[Local] = field(default_factory=list)
    variables: dict[SymbolNode, int] = field(default_factory=dict)
    self_local: int | None = None
    self_node: SymbolNode | None = None
    out: Block = field(default_factory=Block)
    temporaries: list[int] = field(default_factory=list)
    guarded: int = 0
    """How many `with` blocks and `try` statements are around what is being lowered."""
    statement_mark: int = 0
    """Where the temporaries of the current statement begin."""
    with_bound: dict[int, Bound] = field(default_factory=dict)
    """The variables that the end of an enclosing `with` block drops."""
    left_to_scope: dict[int, Bound] = field(default_factory=dict)
    """Temporaries with what `Scope.own` gave: the scope's block drops it."""
    attempts: set[int] = field(default_factory=set)
    """Temporaries with what a `try_` verb gave: `None` means that nothing is borrowed."""
    lends_by_yield: bool = False
    """A generator that is a context manager or a fixture: what it yields comes back."""
    closures: dict[int, Closure] = field(default_factory=dict)
    """By the temporary or the variable that holds it."""
    keeping: dict[int, list[Closure]] = field(default_factory=dict)
    """The closures in the fields of an object that was made here, by the temporary or the variable that holds it."""
    late_moves: list[tuple[Block, Closure, Span, str]] = field(default_factory=list)
    """The calls of closures that move what they have captured, each with the block that stands for it."""
    packed: dict[int, list[Type | None]] = field(default_factory=dict)
    """What a `partial` or a closure holds, or a container of these, by the temporary or the variable that holds it:
    its own type does not tell."""
    of_self: set[int] = field(default_factory=set)
    """Temporaries with what a container in `self` has found among its elements."""
    types: dict[int, Type] = field(default_factory=dict)
    """The declared types of the locals that have one."""
    view_names: dict[SymbolNode, bool] = field(default_factory=dict)
    """Variables that `with` binds to a view, and whether it is exclusive."""
    pattern_names: dict[int, list[Place]] = field(default_factory=dict)
    """What the names stand for that the pattern of the present `case` binds."""
    given_back: dict[int, Place] = field(default_factory=dict)
    """The guards that are still there when what holds the result of `filter_map` is `None`."""
    going_over: dict[int, Value] = field(default_factory=dict)
    """Temporaries that go over the elements of a collection, once a loop asks them to."""
    values_of: dict[int, Value] = field(default_factory=dict)
    """Temporaries with the values of a dictionary that `self` holds."""
    stacks: dict[int, Bound] = field(default_factory=dict)
    """The variables with an `ExitStack`, whose block drops what it has entered."""
    once: set[int] = field(default_factory=set)
    """Variables and temporaries with something that can be called once."""
    binds: frozenset[SymbolNode] | None = None
    """What the function binds somewhere, once a nested function has asked for it."""
    nested: list[Body] = field(default_factory=list)
    tokens: int = 0
    scopes: int = 0
    unknown_indices: int = 0
    consumed: dict[FuncDef, frozenset[int]] = field(default_factory=dict)
    """What `consumed_parameters` has found so far."""

    # --- emission

    def emit(self, node: Node) -> None:
        self.out.nodes.append(node)
        if self.pattern_names and isinstance(node, Move):
            for place in self.pattern_names.get(node.place.local, ()):
                part = place.then(*node.place.path)
                self.out.nodes.append(Move(part, None, node.by, node.span, node.what, by_name=True))

    def into(self, block: Block) -> Filling:
        """Fill `block` for a while: `with ctx.into(block):`."""
        return Filling(self, block)

    def fault(self, rule: str, code: str, at: Span, subject: str, detail: str = "") -> None:
        self.emit(Fault(rule, code, at, subject, detail))

    # --- locals

    def new_local(self, name: str, kind: LocalKind, role: Role, span: Span) -> int:
        self.locals.append(Local(len(self.locals), name, kind, role, span))
        return len(self.locals) - 1

    def local_of(self, node: SymbolNode, name: str, type: Type | None, span: Span, is_global: bool) -> int:
        """The local for a variable; one that no enclosing part of this body binds is free or global."""
        known = self.variables.get(node)
        if known is not None:
            return known
        if is_global and self.outer is None and self.function is None:
            kind = LocalKind.VARIABLE
        elif is_global:
            kind = LocalKind.GLOBAL
        elif self.belongs_to_outer(node):
            kind = LocalKind.FREE
        else:
            kind = LocalKind.VARIABLE
        index = self.new_local(name, kind, role_of(type), span)
        self.variables[node] = index
        if type is not None:
            self.types[index] = type
        if kind is LocalKind.FREE:
            exclusive = self.is_view(node)
            if exclusive is not None:
                self.locals[index].view = Way.REF_MUT if exclusive else Way.REF
        if kind is LocalKind.FREE and self.outer is not None and node is self.outer.self_node:
            self.self_local, self.self_node, self.way_of_self = index, node, self.outer.way_of_self
        return index

    def belongs_to_outer(self, node: SymbolNode) -> bool:
        outer = self.outer
        while outer is not None:
            if node in outer.variables or node in outer.bound_somewhere():
                return True
            outer = outer.outer
        return False

    def bound_somewhere(self) -> frozenset[SymbolNode]:
        """The variables that the function binds, be it after the nested function that names them."""
        if self.binds is None:
            is_def = isinstance(self.function, FuncDef)
            self.binds = frozenset(names_bound(self.function.body.body)) if is_def and self.function else frozenset()
        return self.binds

    def is_view(self, node: SymbolNode) -> bool | None:
        """Is the variable bound by an enclosing function to a view (True: exclusive)?"""
        outer = self.outer
        while outer is not None:
            if node in outer.view_names:
                return outer.view_names[node]
            outer = outer.outer
        return None

    def bind_to_block(self, local: int, leave: Block, span: Span, on_this_path: bool = False) -> None:
        """The variable names, from here on, what the end of a block drops; or only `on_this_path`, inside the block."""
        begin = Block([BeginScope(Place(local), self.scopes + 1)] if on_this_path else [])
        self.emit(begin)
        self.scopes += 1
        self.with_bound[local] = Bound(span, leave, self.scopes, begin)
        leave.nodes.append(EndScope(Place(local), span, self.scopes))

    def unbind_from_block(self, local: int) -> None:
        """The variable is assigned anew: on this path it no longer names what the block drops."""
        bound = self.with_bound.pop(local, None)
        if bound is not None:
            bound.begin.nodes[:] = [BeginScope(Place(local), bound.scope)]

    def bound_to_block(self, value: Value) -> Bound | None:
        """The block that drops the value, or one of the values between which a branch has chosen: the innermost."""
        found = [self.bound_to_block(arm) for _, arm in value.arms]
        if value.place is not None and not value.place.path:
            found.append(self.with_bound.get(value.place.local))
        return max((bound for bound in found if bound is not None), key=lambda bound: bound.scope, default=None)

    def view_of_local(self, local: int) -> bool:
        """Is the local bound by `with` to a view, here or further out?"""
        if self.locals[local].view is not None:
            return True
        return any(self.variables.get(node) == local for node in self.view_names)

    # --- temporaries

    def temp(self, span: Span, role: Role = Role.PLAIN, name: str = "") -> int:
        index = self.new_local(name or "a temporary", LocalKind.TEMPORARY, role, span)
        self.temporaries.append(index)
        return index

    def end_temporaries(
        self, mark: int, keep: int | None = None, owners: bool = True, keep_too: int | None = None
    ) -> None:
        """End the temporaries made since `mark`, newest first; those that stay are still to be ended later."""
        if len(self.temporaries) == mark:
            return
        staying: list[int] = []
        for index in reversed(self.temporaries[mark:]):
            if index in (keep, keep_too) or (not owners and self.locals[index].role is Role.OWNER):
                staying.append(index)
            else:
                self.emit(Kill(index, self.locals[index].span))
        self.temporaries[mark:] = reversed(staying)

    # --- using values

    def value(self, expression: Expression) -> Value:
        return self.lower_expression(self, expression)

    def look(self, value: Value, what: str = "", access: Access | None = None) -> None:
        """The value is used and stays where it is."""
        for block, arm in value.arms:
            with self.into(block):
                self.look(arm, what, access)
        place = value.place
        if place is None:
            return
        copied = value.type is not None and is_copy(value.type)
        if copied and not place.path and self.locals[place.local].role is Role.PLAIN:
            return
        if access is None:
            access = Access.COPY if copied else Access.LOOK
        self.emit(Use(place, access, value.span, what))

    def read(self, expression: Expression, what: str = "") -> Value:
        """Evaluate and look at the result."""
        value = self.value(expression)
        self.look(value, what)
        return value

    def hold(self, value: Value) -> int | None:
        """A temporary that holds the borrows which `value` holds, without moving it."""
        for block, arm in value.arms:
            with self.into(block):
                self.carry(self.hold(arm), value.temp)
        if value.place is None:
            return value.temp
        if value.type is not None and is_copy(value.type):
            self.look(value)
            return None
        part = bool(value.place.path) and value.type is not None and not tracked(value.type)
        if part and not gives_view(value.type):
            self.look(value)
            return None
        into = self.temp(value.span)
        self.emit(Copy(value.place, into, value.span, part, surely=part and isinstance(value.type, Instance)))
        if _ELEMENT in value.place.path and gives_view(value.type):  # it keeps its collection lent
            collection = collection_of(value.place)
            if not self.is_exclusive(collection):
                self.emit(Borrow(collection, False, into, value.span, Lend.REBORROW))
        return into

    def is_exclusive(self, collection: Place) -> bool:
        """Is a collection borrowed exclusively? What it lends then is a view, which ends when it is used again."""
        if collection.path:
            return collection.path[-1] == Through(Way.REF_MUT)
        return any(self.view_names.get(node) for node, local in self.variables.items() if local == collection.local)

    def give(self, value: Value, by: MoveBy, what: str = "") -> int | None:
        """Hand the value over: owners and `RefMut` move, a `Ref` and plain objects are referred to."""
        for block, arm in value.arms:
            with self.into(block):
                self.carry(self.give(arm, by, what), value.temp)
        kind = value.handle
        if value.place is None:
            if value.temp in self.of_self and by in (MoveBy.RETURN, MoveBy.YIELD, MoveBy.CALL):
                self.emit(Move(Place(value.temp), None, by, value.span, what))
            return value.temp
        place = value.place
        if kind is None or kind is HandleKind.REF or (kind is HandleKind.CONSUMABLE and self.is_found(place, by)):
            return self.hold(value)
        self.check_missing_move(place, by, value.span)
        into = self.temp(value.span)
        self.emit(Move(place, into, by, value.span, what))
        return into

    def is_found(self, place: Place, by: MoveBy) -> bool:
        """Is an object only named once more, which something else goes on holding?"""
        found = self.locals[place.local].found_in is not None
        return place.through is not None or (found and by in (MoveBy.RETURN, MoveBy.YIELD))

    def check_missing_move(self, place: Place, by: MoveBy, span: Span) -> None:
        """An owner bound by `with` must be handed on with `move`, or its block still drops it."""
        if place.path or place.local not in self.with_bound:
            return
        if by in (MoveBy.RETURN, MoveBy.YIELD, MoveBy.STORE, MoveBy.CALL, MoveBy.CAPTURE):
            self.fault("missing-move", "must_move", span, self.locals[place.local].name, by.value)

    def carry(self, source: int | None, into: int | None, stored_at: Span | None = None, fresh: bool = False) -> None:
        if source is not None and into is not None and source != into:
            self.emit(Carry(source, into, stored_at, fresh))

    def borrow(
        self,
        value: Value,
        exclusive: bool,
        into: int,
        by: Lend,
        what: str = "",
        of_handle: bool = False,
        inside: bool | None = None,
    ) -> None:
        """Borrow what the handle `value` gives access to; or the handle itself, as `Rc.get_mut` does.

        A guard of a cell or lock borrows the cell shared, and what is `inside` exclusively or not.
        """
        at = value.at
        if at is None:
            return
        way = _WAYS.get(value.handle) if value.handle is not None and not of_handle else None
        place = at.then(Through(way)) if way is not None else at
        self.emit(Borrow(place, exclusive, into, value.span, by, what, inside))

    def hold_on(self, value: Value) -> int | None:
        """Something holds a guard without a name for longer than its own expression; gives its temporary."""
        if value.temp is None or value.handle not in (HandleKind.REF, HandleKind.REF_MUT):
            return None
        self.emit(Hold(value.temp, True))
        return value.temp

    def let_go(self, held: int | None) -> None:
        if held is not None:
            self.emit(Hold(held, False))

    def closure_of(self, value: Value) -> Closure | None:
        if not self.closures and self.outer is None:
            return None
        at = value.at
        if at is None or at.path:
            return None
        known = self.closures.get(at.local)
        if known is None and self.outer is not None and self.locals[at.local].kind is LocalKind.FREE:
            node = next((node for node, index in self.variables.items() if index == at.local), None)
            local = self.outer.variables.get(node) if node is not None else None
            known = self.outer.closure_of(Value(None, value.span, Place(local))) if local is not None else None
        return known

    def closures_in(self, value: Value) -> Sequence[Closure]:
        """The closure that the value is, or those that an object made here has in its fields."""
        closure = self.closure_of(value)
        if closure is not None:
            return (closure,)
        at = value.at
        return self.keeping.get(at.local, ()) if self.keeping and at is not None and not at.path else ()

    def escape(self, value: Value, source: int | None, exit: Exit, what: str = "") -> None:
        """The value leaves the function; `source` holds what it holds."""
        closures = self.closures_in(value)
        for closure in closures:
            closure.leave(exit)
        if closures and not holds_guard(value.type):
            return  # what they have captured is reported at their heads
        if source is not None:
            self.emit(Escape(source, exit, value.span, what))

    def may_raise(self) -> None:
        """An exception may leave from here: said where something in this body waits for one."""
        if self.guarded:
            self.out.nodes.append(MayRaise(tuple(self.temporaries[self.statement_mark :])))

    def result(self, type: Type | None, span: Span, *sources: int | None) -> Value:
        """The result of a call or a literal, which holds what its sources hold."""
        into = self.temp(span, role_of(type) if type is not None else Role.PLAIN)
        for source in sources:
            self.carry(source, into)
        return Value(type, span, temp=into)

    def unknown_index(self) -> str:
        self.unknown_indices += 1
        return f"?{self.unknown_indices}"

    def new_token(self) -> int:
        self.tokens += 1
        return self.tokens - 1


def role_of(type: Type | None) -> Role:
    """What a declared type makes of its variable."""
    if type is None:
        return Role.PLAIN
    kind = handle_of(type)
    return _ROLES[kind] if kind is not None else Role.PLAIN


def way_through(kind: HandleKind | None) -> Way | None:
    """What one goes through to reach the value of a handle of this kind; None: it is the handle's own."""
    return _WAYS.get(kind) if kind is not None else None


def collection_of(element: Place) -> Place:
    """The collection of ours that lends an element."""
    return Place(element.local, element.path[: element.path.index(_ELEMENT)])


def tracked(type: Type | None) -> bool:
    """Is a value of this type worth a temporary?"""
    return type is not None and (handle_of(type) is not None or holds_guard(type))


__all__ = [
    "CONTENT",
    "Closure",
    "Context",
    "Effect",
    "Value",
    "role_of",
    "tracked",
    "way_through",
]
