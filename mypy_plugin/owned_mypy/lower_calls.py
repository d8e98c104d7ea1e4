"""Calls to IR: what a call does to its receiver, to each argument, and what its result holds.

Three sources say so, in this order: the table of calls (`api`), the signature (a parameter annotated as an owner takes
ownership, `Ref` and `RefMut` borrow), and what is known of the method's body (`classes`). Whatever none of them knows
is only looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mypy.nodes import (
    ARG_STAR,
    ARG_STAR2,
    AssertTypeExpr,
    CallExpr,
    CastExpr,
    Decorator,
    DictExpr,
    Expression,
    FuncDef,
    LambdaExpr,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    RefExpr,
    RevealExpr,
    SetExpr,
    SuperExpr,
    SymbolNode,
    TupleExpr,
    TypeInfo,
    Var,
)
from mypy.types import CallableType, Overloaded, Type, TypeVarType, get_proper_type

from owned_mypy.api import CallEffect, Effect, Gives, effects_of_call
from owned_mypy.classes import NO_EFFECT, MethodEffect, effects_of_class, effects_of_method, method_effect
from owned_mypy.ir import (
    Access,
    Copy,
    Exit,
    Field,
    Index,
    Jump,
    JumpKind,
    Lend,
    LocalKind,
    Move,
    MoveBy,
    Place,
    Role,
    Share,
    Span,
    Through,
    Use,
    Way,
)
from owned_mypy.lower_closures import call_closure, lower_lambda
from owned_mypy.lower_context import Closure, Context, Value, collection_of, tracked, way_through
from owned_mypy.lower_objects import keep_views
from owned_mypy.lower_packed import is_container_here, pack, packed_in
from owned_mypy.lower_partial import can_be_called_once, use_up
from owned_mypy.lower_passing import (
    elements_held,
    elements_of_iterator,
    info_of,
    may_be_views,
    part_of_receiver,
    passed_on,
)
from owned_mypy.lower_places import element_at
from owned_mypy.lower_stacks import enter_in_stack
from owned_mypy.names import CHANGING_METHODS, INDEPENDENT, REF_CELL, THREAD_SCOPE, HandleKind
from owned_mypy.records import field, record
from owned_mypy.signatures import Formal, formal_types, returns_bare, signature_of
from owned_mypy.types import (
    gives_view,
    handle_instance,
    handle_name,
    handle_of,
    holds_guard,
    is_collection,
    is_coroutine,
    is_noreturn,
    is_transparent,
    not_scoped_send_part,
    not_send_part,
    wrapped,
)

_OWNERS = (HandleKind.OWNER, HandleKind.SHARED_OWNER)
_CLAIMED = (HandleKind.OWNER, HandleKind.SHARED_OWNER, HandleKind.CONSUMABLE)
_GUARDS = (HandleKind.REF, HandleKind.REF_MUT)
_LOOKING_METHODS = frozenset({"index", "count", "remove", "discard", "get"})
"""Methods of containers whose parameter has the element's type and yet keeps nothing."""
_FINDING_METHODS = frozenset({"get", "setdefault"})
"""Methods of containers that give an element without taking it out."""
_VALUES = frozenset({"values", "items"})
"""Methods of mappings that go over their values."""
_STORING_METHODS = frozenset(
    {"append", "appendleft", "add", "extend", "extendleft", "insert", "update", "setdefault", "__setitem__"}
)
"""Methods of containers that keep their arguments."""
_SPREADING_METHODS = frozenset({"extend", "extendleft", "update"})
"""Those of them that keep the elements of an argument, and not the argument itself."""
_CARRYING = frozenset({"functools.partial"})
"""Callables that hold what they are given for as long as the result lives, and no longer."""
_PROJECTING = frozenset({f"owned.guards.Ref.{name}" for name in ("map", "filter_map", "map_split")})
_CLONE = "owned.verbs.clone"
_MOVE = "owned.verbs.move"
_COPYING = frozenset({"owned.cow.Cow.owned"})
"""Functions that take an owner over, and copy what is only borrowed."""
_GIVING_BACK = frozenset({"owned.guards.Ref.filter_map", "owned.guards.RefMut.filter_map"})
"""Functions that leave their argument as it was when they give `None`."""
_LEFT_TO_SCOPE = frozenset({"owned.scopes.Scope.own", "owned.scopes.Scope.enter", "owned.scopes.Scope.aenter"})
_TASKS = ("create_task", "ensure_future", "run_coroutine_threadsafe")
_SENDING = (Effect.SENDS, Effect.SENDS_PROCESS)
_SENDING_ITEMS = (Effect.SENDS_ITEMS, Effect.SENDS_PROCESS_ITEMS)


@record(frozen=False)
class _Callee:
    """What is called."""

    label: str
    effect: CallEffect | None = None
    type: CallableType | None = None
    receiver: Value | None = None
    method: str = ""
    method_effect: MethodEffect = NO_EFFECT
    stores: bool = False
    """A method of a container that keeps what it is given."""
    is_constructor: bool = False
    fullname: str = ""
    closure: Closure | None = None
    value: Value | None = None
    definition: SymbolNode | None = None
    """Where it is defined, if that is known."""
    through_class: bool = False
    """A method called on its class: the first argument is the object."""

    @property
    def function(self) -> FuncDef | None:
        function = self.definition.func if isinstance(self.definition, Decorator) else self.definition
        return function if isinstance(function, FuncDef) else None


@record(frozen=False)
class _Arguments:
    """What the lowered arguments hold."""

    held: list[int] = field(default_factory=list)
    borrowed: list[tuple[Value, bool]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    """What the call took away, or made another handle of."""
    passed: list[Value] = field(default_factory=list)
    """What a function that passes its arguments on, or their elements, has got."""
    given: list[tuple[Value, Formal]] = field(default_factory=list)
    """What a constructor has got, with the parameters."""


def lower_call(ctx: Context, node: CallExpr) -> Value:
    analyzed = node.analyzed
    if isinstance(analyzed, (CastExpr, AssertTypeExpr, RevealExpr)):
        return ctx.value(analyzed)
    if analyzed is not None:
        return Value(ctx.type_of(node), node)
    mark = len(ctx.temporaries)
    callee = resolve(ctx, node)
    arguments = _Arguments()
    formals = formal_types(node, callee.type, callee.definition)
    receiver, names, last = callee.receiver, node.arg_names, len(node.args) - 1
    held = [ctx.hold_on(receiver)] if receiver is not None and node.args else []
    for position, actual in enumerate(node.args):
        formal, effect = _what_happens_to(node, callee, position, formals)
        if effect is None and _is_consumed(ctx, callee, position, formals.get(position)):
            effect = Effect.CONSUMES
        value = lower_argument(ctx, actual, callee, formal, effect, arguments)
        if names[position] in (None, "default"):
            arguments.passed.append(value)
        if callee.is_constructor and position in formals:
            arguments.given.append((value, formals[position]))
        if callee.stores and receiver is not None and receiver.at is not None:
            pack(ctx, receiver.at.local, [*types_inside(ctx, actual), *packed_in(ctx, value)])
        if position < last:
            held.append(ctx.hold_on(value))
    receive(ctx, callee, arguments)
    ctx.may_raise()
    result = make_result(ctx, node, callee, arguments)
    for temporary in held:
        ctx.let_go(temporary)
    ctx.end_temporaries(mark, keep=result.temp, owners=False, keep_too=result.elements)
    if is_noreturn(result.type):
        ctx.emit(Jump(JumpKind.NEVER))
    return result


# --- who is called


def resolve(ctx: Context, node: CallExpr) -> _Callee:
    """Find out what is called, and evaluate the object whose method it is."""
    callee = node.callee
    signature = signature_of(ctx.type_of(callee), node, ctx.type_of)
    if isinstance(callee, MemberExpr) and not _is_module_or_class(callee.expr):
        return resolve_method(ctx, callee, signature)
    if isinstance(callee, SuperExpr):
        return _Callee(callee.name, type=signature, method=callee.name)
    if isinstance(callee, (NameExpr, MemberExpr)):
        label = callee.name
        fullname = callee.fullname
        if isinstance(callee, MemberExpr) and isinstance(callee.expr, RefExpr):
            base = callee.expr.node
            if isinstance(base, TypeInfo):
                effect = effects_of_method(base, callee.name)
                return _Callee(
                    label,
                    effect,
                    signature,
                    method_effect=method_effect(base, label),
                    fullname=f"{base.fullname}.{label}",
                    definition=callee.node,
                    through_class=True,
                )
        if isinstance(callee.node, TypeInfo):
            effect = effects_of_class(callee.node)
            return _Callee(label, effect, signature, is_constructor=True, fullname=callee.node.fullname)
        value = ctx.value(callee)
        ctx.look(value, label)
        is_constructor = signature is not None and signature.is_type_obj()
        return _Callee(
            label,
            effects_of_call(fullname),
            signature,
            is_constructor=is_constructor,
            fullname=fullname,
            closure=ctx.closure_of(value),
            value=value,
            definition=callee.node,
        )
    value = ctx.value(callee)
    ctx.look(value)
    return _Callee("this call", type=signature, closure=ctx.closure_of(value), value=value)


def _is_module_or_class(node: Expression) -> bool:
    return isinstance(node, RefExpr) and isinstance(node.node, (MypyFile, TypeInfo))


def resolve_method(ctx: Context, callee: MemberExpr, signature: CallableType | None) -> _Callee:
    receiver = ctx.value(callee.expr)
    name = callee.name
    found = _Callee(name, type=signature, receiver=receiver, method=name)
    instance = handle_instance(receiver.type)
    if instance is not None and not is_transparent(receiver.type):
        found.effect = effects_of_method(instance.type, name)
        found.fullname = f"{instance.type.fullname}.{name}"
        return found
    info = info_of(wrapped(receiver.type) if instance is not None else receiver.type)
    if info is not None:
        found.effect = effects_of_method(info, name)
        found.method_effect = method_effect(info, name)
        found.stores = name in _STORING_METHODS and any(base.fullname in CHANGING_METHODS for base in info.mro)
        found.fullname = f"{info.fullname}.{name}"
        symbol = info.get(name)
        found.definition = symbol.node if symbol is not None else None
    return found


def _what_happens_to(
    node: CallExpr, callee: _Callee, position: int, formals: dict[int, Formal]
) -> tuple[Type | None, Effect | None]:
    formal = formals.get(position)
    effect: Effect | None = None
    if callee.effect is not None:
        name = node.arg_names[position] or (formal.name if formal is not None else None)
        at = None if node.arg_names[position] else position
        row = callee.effect.param(name, at)
        effect = row.effect if row is not None else None
    if node.arg_kinds[position] in (ARG_STAR, ARG_STAR2):
        return None, effect if effect in _SENDING else None
    return (formal.type if formal is not None else None), effect


# --- arguments


def lower_argument(
    ctx: Context, actual: Expression, callee: _Callee, formal: Type | None, effect: Effect | None, into: _Arguments
) -> Value:
    if isinstance(actual, LambdaExpr):
        returns_parts = callee.effect is not None and callee.effect.params and callee.effect.params[0].name == "r"
        value = lower_lambda(ctx, actual, returns_parts=bool(returns_parts))
    else:
        value = _lower_items(ctx, actual, callee, effect) if effect in _SENDING_ITEMS else ctx.value(actual)
        if effect in _SENDING:
            report_not_send(ctx, [*types_inside(ctx, actual), *packed_in(ctx, value)], value.span)
    held: int | None
    match effect:
        case None:
            held = pass_argument(ctx, value, callee, formal)
        case Effect.LOOKS:
            return value
        case Effect.READS:
            ctx.look(value, callee.label)
            held = ctx.hold(value) if _holds(ctx, value) else None
            if callee.fullname == _CLONE and value.handle is HandleKind.SHARED_OWNER and value.place is not None:
                into.places.append(value.place)
        case Effect.BORROWS | Effect.BORROWS_MUT:
            # A cell is borrowed shared by the verb, too; what is inside is what may be changed.
            into.borrowed.append((value, effect is Effect.BORROWS_MUT and handle_name(value.type) != REF_CELL))
            return value
        case Effect.ITERATES:
            held = go_over(ctx, value, callee)
        case Effect.CHANGES:
            change(ctx, value, callee.label)
            held = None
        case Effect.RUNS_SCOPED:
            ctx.look(value, callee.label)
            report_not_send(ctx, reached_by(ctx, value), value.span, not_scoped_send_part)
            held = ctx.hold(value)
        case Effect.CONSUMES | Effect.SENDS_SCOPED:
            if effect is Effect.SENDS_SCOPED:
                report_not_send(ctx, reached_by(ctx, value), value.span, not_scoped_send_part)
            held = consume(ctx, value, callee)
            if value.handle is HandleKind.REF and callee.fullname in _COPYING:
                held = None
            into.places.extend([value.place] if value.place is not None else [])
        case Effect.DROPS:
            take_away(ctx, value, MoveBy.DROP, callee.label)
            return value
        case Effect.KEEPS if callee.fullname in _CARRYING:
            held = ctx.give(value, MoveBy.STORE, callee.label)
        case Effect.KEEPS | Effect.SENDS | Effect.SENDS_PROCESS:
            keep_beyond(ctx, value, callee, effect, _exit_of(callee, effect))
            return value
        case _:
            held = pass_argument(ctx, value, callee, formal)
    if held is not None:
        into.held.append(held)
    return value


def _exit_of(callee: _Callee, effect: Effect | None) -> Exit:
    if effect in _SENDING or effect in _SENDING_ITEMS:
        return Exit.THREAD
    return Exit.TASK if callee.label in _TASKS else Exit.KEPT


def _holds(ctx: Context, value: Value) -> bool:
    if value.temp is not None:
        return True
    if value.type is not None and holds_guard(value.type):
        return True
    return ctx.closure_of(value) is not None


def pass_argument(ctx: Context, value: Value, callee: _Callee, formal: Type | None) -> int | None:
    """An argument for which only the signature speaks."""
    wanted = handle_of(formal) if formal is not None else None
    if formal is not None and callee.is_constructor and isinstance(get_proper_type(formal), TypeVarType):
        wanted = value.handle
    if callee.method in _LOOKING_METHODS and callee.receiver is not None:
        wanted = None
    if wanted in _OWNERS and value.handle in _CLAIMED:
        is_store = callee.receiver is not None and callee.receiver.handle is None and not callee.effect
        return ctx.give(value, MoveBy.STORE if is_store and callee.stores else MoveBy.CALL, callee.label)
    if wanted is HandleKind.REF and value.handle is HandleKind.OWNER and value.at is not None:
        lent = ctx.temp(value.span)  # a function that takes text of any kind borrows it
        ctx.borrow(value, False, lent, Lend.VERB, callee.label)
        return lent
    if wanted is HandleKind.REF_MUT and value.handle is HandleKind.REF_MUT:
        if callee.is_constructor or callee.stores:
            return ctx.give(value, MoveBy.STORE, callee.label)
        if value.place is None:
            return value.temp
        lent = ctx.temp(value.span)
        ctx.borrow(value, True, lent, Lend.REBORROW, callee.label)
        return lent
    if callee.stores:
        stays = callee.receiver is not None and is_container_here(ctx, callee.receiver)
        for kept in ctx.closures_in(value):
            kept.stay() if stays else kept.leave(Exit.KEPT)
    closure = ctx.closure_of(value)
    if closure is not None and isinstance(get_proper_type(formal), CallableType):
        call_closure(ctx, closure, value.span, callee.label)
        if closure.consuming and value.place is not None:
            return take_closure(ctx, value, callee)
    if callee.method in _SPREADING_METHODS and callee.stores and not holds_guard(value.type):
        ctx.look(value, callee.label)
        return elements_held(ctx, value) if may_be_views(value.type) or value.elements is not None else None
    if value.place is None and not value.arms:
        return value.temp
    if _holds(ctx, value) or value.arms or callee.stores:
        if value.handle is HandleKind.REF_MUT or value.handle in _OWNERS:
            ctx.look(value, callee.label)
        return ctx.hold(value)
    ctx.look(value, callee.label)
    return None


def take_closure(ctx: Context, value: Value, callee: _Callee) -> int:
    """A closure that can be called once is handed over to who may call it."""
    assert value.place is not None
    into = ctx.temp(value.span)
    ctx.emit(Move(value.place, into, MoveBy.CALL, value.span, callee.label))
    return into


def go_over(ctx: Context, value: Value, callee: _Callee) -> int | None:
    """What runs over one of our collections lends it for as long as it lives."""
    if value.temp is not None and value.temp in ctx.going_over:
        value = ctx.going_over[value.temp]
    if value.handle is None and value.place is not None:
        ctx.look(value, callee.label)
        return ctx.hold(value)
    if value.handle is not HandleKind.OWNER or value.at is None or not is_collection(value.type):
        return pass_argument(ctx, value, callee, None)
    lent = ctx.temp(value.span)
    ctx.borrow(value, False, lent, Lend.ITERATION, callee.label)
    return lent


def consume(ctx: Context, value: Value, callee: _Callee) -> int | None:
    by = {"move": MoveBy.MOVE}.get(callee.label, MoveBy.VERB)
    if callee.label == "move" and may_be_view(ctx, value):
        return take_away(ctx, value, by, callee.label)
    if value.handle is HandleKind.REF and (callee.label in ("move", "forget") or callee.fullname in _PROJECTING):
        return take_away(ctx, value, by, callee.label)
    return ctx.give(value, by, callee.label)


def take_away(ctx: Context, value: Value, by: MoveBy, what: str) -> int | None:
    """Move even what assignment would only copy."""
    for block, arm in value.arms:
        with ctx.into(block):
            take_away(ctx, arm, by, what)
    if value.place is None:
        if value.temp is not None and value.handle is not None:
            into = ctx.temp(value.span)
            ctx.emit(Move(Place(value.temp), into, by, value.span, what))
            return into
        return value.temp
    if value.handle is None and not may_be_view(ctx, value):
        ctx.look(value, what)
        return None
    into = ctx.temp(value.span)
    ctx.emit(Move(value.place, into, by, value.span, what))
    return into


def may_be_view(ctx: Context, value: Value) -> bool:
    """May the value stand for a guard, which the verbs end, or be a part of what one borrows, which they refuse?"""
    place = value.place
    if value.handle is not None or place is None or place.path:
        return False
    is_variable = ctx.locals[place.local].kind is LocalKind.VARIABLE
    return ctx.view_of_local(place.local) or (is_variable and gives_view(value.type))


def change(ctx: Context, value: Value, what: str) -> None:
    """Exclusive access to what a handle gives access to, for the time of the call."""
    at = value.at
    if at is None:
        return
    way = way_through(value.handle)
    ctx.emit(Use(at.then(Through(way)) if way is not None else at, Access.WRITE, value.span, what))


def keep_beyond(ctx: Context, value: Value, callee: _Callee, effect: Effect, exit: Exit) -> int | None:
    """The callee keeps the argument after it returned, on this thread or on another one."""
    if effect in _SENDING:
        check_send(ctx, value)
    held = ctx.give(value, MoveBy.STORE, callee.label)
    ctx.escape(value, held, exit, callee.label)
    return held


def check_send(ctx: Context, value: Value) -> None:
    report_not_send(ctx, reached_by(ctx, value), value.span)


def reached_by(ctx: Context, value: Value) -> Sequence[Type | None]:
    """The types of what the value holds: of a closure, of all that its body names outside itself."""
    closure = ctx.closure_of(value)
    return [value.type] if closure is None else closure.reached


def report_not_send(
    ctx: Context,
    types: Sequence[Type | None],
    span: Span,
    part_of: Callable[[Type | None], str | None] = not_send_part,
) -> None:
    for type in types:
        part = part_of(type)
        if part is not None:
            ctx.fault("not-send", "E0277", span, part)
            return


def types_inside(ctx: Context, node: Expression) -> list[Type | None]:
    """The types of what a display, a partial or a bound method holds, which its own type does not tell."""
    parts: list[Expression] = []
    match node:
        case TupleExpr() | ListExpr() | SetExpr():
            parts = list(node.items)
        case DictExpr():
            parts = [item for _, item in node.items]
        case CallExpr(callee=RefExpr(fullname=fullname)) if fullname in _CARRYING:
            parts = list(node.args)
        case NameExpr(node=Var() as symbol) if symbol in ctx.variables:
            return list(ctx.packed.get(ctx.variables[symbol], []))
        case MemberExpr() if not _is_module_or_class(node.expr) and _is_method(ctx.type_of(node)):
            return [ctx.type_of(node.expr)]
        case _:
            return []
    return [type for part in parts for type in (ctx.type_of(part), *types_inside(ctx, part))]


def _is_method(type: Type | None) -> bool:
    return type is not None and isinstance(get_proper_type(type), (CallableType, Overloaded))


def _lower_items(ctx: Context, actual: Expression, callee: _Callee, effect: Effect | None) -> Value:
    """`args=(a, b)`: each item is handed over; the tuple itself is nothing."""
    items: list[Expression] = []
    if isinstance(actual, (TupleExpr, ListExpr)):
        items = list(actual.items)
    elif isinstance(actual, DictExpr):
        items = [item for _, item in actual.items]
    else:
        value = ctx.value(actual)
        check_send(ctx, value)
        report_not_send(ctx, packed_in(ctx, value), value.span)
        return value
    send = Effect.SENDS if effect is Effect.SENDS_ITEMS else Effect.SENDS_PROCESS
    for item in items:
        value = ctx.value(item)
        keep_beyond(ctx, value, callee, send, Exit.THREAD)
        report_not_send(ctx, [*types_inside(ctx, item), *packed_in(ctx, value)], item)
    return Value(ctx.type_of(actual), actual)


# --- the receiver and the result


def receive(ctx: Context, callee: _Callee, arguments: _Arguments) -> None:
    """What the call does to the object whose method it is, or to the closure that is called."""
    closure, called = callee.closure, callee.value
    if closure is not None and called is not None:
        ctx.look(called, callee.label)
        call_closure(ctx, closure, called.span, callee.label)
    if closure is not None and closure.consuming and called is not None and called.place is not None:
        into = ctx.temp(called.span)
        ctx.emit(Move(called.place, into, MoveBy.CLOSURE_CALL, called.span, callee.label))
        callee.value = Value(called.type, called.span, temp=into)
    use_up(ctx, called, callee.label)
    value = callee.receiver
    if value is None:
        return
    effect = callee.effect.receiver if callee.effect is not None else None
    match effect:
        case Effect.CONSUMES:
            arguments.held.extend(_some(consume(ctx, value, callee)))
        case Effect.DROPS:
            take_away(ctx, value, MoveBy.DROP, callee.label)
        case Effect.CHANGES:
            change(ctx, value, callee.label)
            if value.at is not None and holds_guard(value.type):
                for held in arguments.held:
                    ctx.carry(held, value.at.local, stored_at=value.span)
        case Effect.BORROWS | Effect.BORROWS_MUT:
            arguments.borrowed.append((value, effect is Effect.BORROWS_MUT))
        case Effect.EXCHANGES:
            ctx.borrow(value, False, ctx.temp(value.span), Lend.VERB, callee.label, inside=True)
        case _ if callee.method_effect.consumes:
            consume_receiver(ctx, value, callee.label)
        case _ if callee.method_effect.mutates:
            change(ctx, value, callee.label)
            at = value.at
            if at is not None and (callee.stores or holds_guard(value.type)):
                for held in arguments.held:
                    ctx.carry(held, at.local, stored_at=value.span, fresh=callee.stores and not at.path)
        case _:
            ctx.look(value, callee.label)
            if callee.fullname == f"{THREAD_SCOPE}.spawn" and value.at is not None:
                for held in arguments.held:  # until the scope ends, and its threads with it
                    ctx.carry(held, value.at.local)


def _is_consumed(ctx: Context, callee: _Callee, position: int, formal: Formal | None) -> bool:
    """Does the callee's body, in this module, consume this parameter, whose class has `@consuming` methods?"""
    if position == 0 and callee.through_class and callee.method_effect.consumes:
        return True
    if callee.function is None or formal is None or handle_of(formal.type) is not HandleKind.CONSUMABLE:
        return False
    if not callee.function.fullname.startswith(f"{ctx.source.module}."):
        return False
    shift = 0 if callee.receiver is None else 1
    return formal.position + shift in ctx.consumed_parameters(ctx, callee.function)


def _some(held: int | None) -> list[int]:
    return [] if held is None else [held]


def consume_receiver(ctx: Context, value: Value, label: str) -> None:
    """A `@consuming` method takes the object itself: through a borrow that is a move out of it."""
    at = value.at
    if at is None:
        return
    way = way_through(value.handle)
    if way is None and at.path == () and at.local == ctx.self_local and ctx.way_of_self is not None:
        way = ctx.way_of_self
    place = at.then(Through(way), Field("")) if way is not None else at
    ctx.emit(Move(place, None, MoveBy.METHOD, value.span, label))


def make_result(ctx: Context, node: CallExpr, callee: _Callee, arguments: _Arguments) -> Value:
    type = ctx.type_of(node)
    gives = callee.effect.gives if callee.effect is not None else Gives.NOTHING_SPECIAL
    if gives in (Gives.SHARED_BORROW, Gives.EXCLUSIVE_BORROW) and arguments.borrowed:
        role = Role.REF if gives is Gives.SHARED_BORROW else Role.REF_MUT
        into = ctx.temp(node, role)
        attempt = callee.label.startswith("try_")
        for value, exclusive in arguments.borrowed:
            lender = Value(value.type, node if value is callee.receiver else value.span, value.place, value.temp)
            by = Lend.ATTEMPT if attempt else Lend.VERB
            inside = None if exclusive or not is_cell(callee, value) else gives is Gives.EXCLUSIVE_BORROW
            ctx.borrow(lender, exclusive, into, by, callee.label, of_handle=callee.through_class, inside=inside)
        if attempt:
            ctx.attempts.add(into)
        return Value(type, node, temp=into)
    for value, exclusive in arguments.borrowed:
        ctx.borrow(value, exclusive, ctx.temp(value.span), Lend.VERB, callee.label)
    if gives is Gives.ELEMENT and callee.receiver is not None and not holds_guard(type):
        return found_element(ctx, callee.receiver, type, node)
    if gives is Gives.ELEMENTS and callee.receiver is not None:
        going_over = ctx.result(type, node)
        if going_over.temp is not None:
            ctx.going_over[going_over.temp] = callee.receiver
        return going_over
    carries = _runs_later(callee, type)
    if gives is Gives.PASSED_ON and may_be_views(type):
        found_in = _found_in(callee)
        return passed_on(ctx, arguments.passed, type, node, found_in, is_new=not returns_bare(callee.definition))
    if callee.method in _VALUES and callee.receiver is not None and belongs_to_self(callee.receiver):
        values = ctx.result(type, node)
        if values.temp is not None:
            ctx.values_of[values.temp] = callee.receiver
        return values
    if ctx.stacks:
        given = arguments.passed[0] if arguments.passed else None
        entered = enter_in_stack(ctx, callee.fullname, callee.receiver, given, type, node)
        if entered is not None:
            return entered
    if callee.fullname == _MOVE and not tracked(type) and arguments.held:
        return Value(type, node, temp=arguments.held[0])
    if not tracked(type) and not carries:
        part = part_of_receiver(ctx, callee.receiver, callee.method, type)
        return Value(type, node, temp=keep_views(ctx, type, arguments.given, node, part) if arguments.given else part)
    result = ctx.result(type, node)
    assert result.temp is not None
    into = result.temp
    if callee.fullname in _LEFT_TO_SCOPE and callee.receiver is not None and callee.receiver.place is not None:
        bound = ctx.with_bound.get(callee.receiver.place.local)
        if bound is not None:
            ctx.left_to_scope[into] = bound
    if callee.closure is not None and callee.value is not None:
        ctx.carry(ctx.hold(callee.value), into)
    if callee.fullname == _CLONE and arguments.places:
        ctx.emit(Share(arguments.places[0], into))
    if arguments.given and callee.effect is None:
        keep_views(ctx, type, arguments.given, node, into)
    if not carries and not holds_guard(type):
        note_element_of_self(ctx, callee, type, into, node)
        return Value(type, node, temp=into, alias=_found_in(callee))
    if lend_receiver(ctx, callee, type, into):
        return Value(type, node, temp=into)
    for held in arguments.held:
        ctx.carry(held, into)
    elements = elements_of_iterator(ctx, callee.fullname, arguments.passed, node) if carries else None
    if callee.fullname in _CARRYING:
        ctx.packed[into] = types_inside(ctx, node)
        if can_be_called_once(ctx, node):
            ctx.once.add(into)
    if callee.fullname in _GIVING_BACK and arguments.places:
        ctx.given_back[into] = arguments.places[0]
    return Value(type, node, temp=into, elements=elements)


def note_element_of_self(ctx: Context, callee: _Callee, type: Type | None, into: int, span: Span) -> None:
    """`self.by_name.get(name)` of an owner: the dictionary still has it, so it must not be given away."""
    receiver = callee.receiver
    if callee.method not in _FINDING_METHODS or receiver is None or receiver.place is None or callee.effect:
        return
    info = info_of(receiver.type)
    is_mapping = info is not None and any(base.fullname == "typing.Mapping" for base in info.mro)
    if is_mapping and belongs_to_self(receiver) and handle_of(type) in _OWNERS:
        path = "".join(map(str, receiver.place.path))
        ctx.locals[into].name = f"{ctx.locals[receiver.place.local].name}{path}.{callee.method}(...)"
        ctx.emit(Copy(receiver.place.then(Index(ctx.unknown_index())), into, span, part=True, element=True))
        ctx.of_self.add(into)


def is_cell(callee: _Callee, lender: Value) -> bool:
    """Is it decided at run time whether what is inside the lender may be borrowed?"""
    if callee.receiver is not None:
        return True  # its own method, which borrows the cell itself shared
    return handle_name(lender.type) == REF_CELL


def belongs_to_self(value: Value) -> bool:
    """Is it reached through `self` and through nothing else?"""
    ways = [step.way for step in value.place.path if isinstance(step, Through)] if value.place is not None else []
    return ways == [Way.SELF] and value.handle is None


def found_element(ctx: Context, collection: Value, type: Type | None, span: Span) -> Value:
    """What a collection has found among its elements: one more name for it, or a plain value."""
    element = element_at(ctx, collection, Index(ctx.unknown_index()), type, span)
    if element.place is None or not gives_view(type):
        return Value(type, span)
    into = ctx.temp(span)
    ctx.emit(Copy(element.place, into, span, part=True))
    if collection.at is not None and not ctx.is_exclusive(collection_of(element.place)):
        ctx.borrow(collection, False, into, Lend.REBORROW)
    return Value(type, span, temp=into, alias=frozenset({element.place.local}))


def _runs_later(callee: _Callee, type: Type | None) -> bool:
    """Does the result use the arguments later: a coroutine, a generator, a `partial`?"""
    is_generator = callee.function is not None and callee.function.is_generator
    goes_over = callee.effect is not None and callee.effect.rest is Effect.ITERATES
    return is_coroutine(type) or is_generator or goes_over or callee.fullname in _CARRYING


def _found_in(callee: _Callee) -> frozenset[int] | None:
    """`d.get(key)` gives another name for what the container owns; these are the containers, as far as they are known.

    So does what gives back one of the things that it was given: `next(it)`, `max(ts)`.
    """
    receiver = callee.receiver
    passes = callee.effect is not None and callee.effect.gives is Gives.PASSED_ON
    if receiver is None and (passes or not callee.effect) and returns_bare(callee.definition):
        return frozenset()
    if callee.method not in _FINDING_METHODS or receiver is None or receiver.handle is not None or callee.effect:
        return None
    return frozenset() if receiver.at is None else frozenset({receiver.at.local})


def lend_receiver(ctx: Context, callee: _Callee, type: Type | None, into: int) -> bool:
    """A method that gives a guard lends its receiver, if that is a handle (Rust's elision: `self` first).

    It lends it exclusively for a `RefMut`, unless its body shows that this is the guard of a cell or lock.
    """
    value = callee.receiver
    if value is None or value.at is None or (callee.effect and callee.effect.receiver is Effect.CONSUMES):
        return False
    kind = value.handle
    if handle_name(value.type) in INDEPENDENT:
        ctx.carry(ctx.hold(value), into)
        return True
    if kind in _GUARDS or kind is HandleKind.OWNER:
        exclusive = handle_of(type) is HandleKind.REF_MUT and kind is not HandleKind.REF
        later = _runs_later(callee, type)
        changes = callee.method_effect.mutates or callee.function is None or callee.function.is_trivial_body
        ctx.borrow(value, exclusive and changes and not later, into, Lend.METHOD, callee.label)
        return not later
    if value.type is not None and holds_guard(value.type):
        ctx.carry(ctx.hold(value), into)
        return not _runs_later(callee, type)
    return False


def must_use(ctx: Context, node: Expression) -> str | None:
    """The name of the call whose result must not be discarded, if this is one."""
    if not isinstance(node, CallExpr) or node.analyzed is not None:
        return None
    callee = node.callee
    effect: CallEffect | None = None
    label = getattr(callee, "name", "")
    if isinstance(callee, RefExpr) and isinstance(callee.node, TypeInfo):
        effect = effects_of_class(callee.node)
    elif isinstance(callee, MemberExpr) and isinstance(callee.expr, RefExpr) and isinstance(callee.expr.node, TypeInfo):
        effect = effects_of_method(callee.expr.node, callee.name)
    elif isinstance(callee, RefExpr) and effects_of_call(callee.fullname) is not None:
        effect = effects_of_call(callee.fullname)
    elif isinstance(callee, MemberExpr):
        instance = handle_instance(ctx.type_of(callee.expr))
        if instance is not None:
            if is_transparent(instance):
                info = info_of(wrapped(instance))
                effect = effects_of_method(info, callee.name) if info is not None else None
            else:
                effect = effects_of_method(instance.type, callee.name)
    if effect is None or not effect.must_use:
        return None
    return label
