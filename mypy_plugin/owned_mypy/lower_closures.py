"""Nested functions and lambdas: bodies of their own, and closures that capture places of the body around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mypy.nodes import (
    ARG_STAR,
    ARG_STAR2,
    Argument,
    CallExpr,
    Decorator,
    FuncDef,
    FuncItem,
    LambdaExpr,
    RefExpr,
    TypeInfo,
    Var,
)
from mypy.types import CallableType, Instance, Type, get_proper_type

from owned_mypy.class_metadata import ENDINGS, METADATA_KEY
from owned_mypy.ir import (
    NOWHERE,
    Access,
    Assign,
    AssumeLive,
    BindView,
    Block,
    Body,
    BoolOp,
    Borrow,
    Condition,
    Copy,
    Effect,
    Escape,
    Field,
    For,
    If,
    Index,
    Jump,
    Leaf,
    Lend,
    LocalKind,
    Match,
    Move,
    MoveBy,
    Node,
    Not,
    Place,
    Projection,
    Role,
    Span,
    Through,
    Try,
    Use,
    Way,
    While,
    With,
)
from owned_mypy.lower_context import Capture, Closure, Context, Taking, Value, role_of
from owned_mypy.names import HandleKind
from owned_mypy.types import handle_of, holds_function, holds_guard


def lower_lambda(ctx: Context, node: LambdaExpr, returns_parts: bool = False) -> Value:
    defaults = [ctx.value(argument.initializer) for argument in node.arguments if argument.initializer is not None]
    given = [ctx.give(value, MoveBy.STORE) for value in defaults]
    inner = enter_function(node, "lambda", ctx, None, ctx)
    inner.returns_parts = returns_parts
    lower_body(inner, node)
    return make_closure(ctx, inner, node, ctx.type_of(node), given)


def lower_nested_def(
    ctx: Context, node: FuncDef, of_class: TypeInfo | None = None, lends_by_yield: bool = False
) -> Value:
    inner = enter_function(node, node.name, ctx, of_class, ctx)
    inner.lends_by_yield = lends_by_yield
    lower_body(inner, node)
    return make_closure(ctx, inner, node, None)


_LENDING_DECORATORS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})


def is_lent_by_yield(node: Decorator) -> bool:
    """Does what the generator yields come back to it (a context manager, a pytest fixture)?"""
    for decorator in node.original_decorators:
        called = decorator.callee if isinstance(decorator, CallExpr) else decorator
        name = called.fullname if isinstance(called, RefExpr) else ""
        if name in _LENDING_DECORATORS or name.startswith(("pytest.", "_pytest.")):
            return True
    return False


def enter_function(
    node: FuncDef | LambdaExpr, name: str, outer: Context | None, of_class: TypeInfo | None, like: Context
) -> Context:
    """A context for the body of a function, with its parameters bound."""
    inner = Context(
        like.source,
        like.type_of,
        name,
        outer=outer,
        function=node,
        lower_expression=like.lower_expression,
        lower_statement=like.lower_statement,
        consumed_parameters=like.consumed_parameters,
        consumed=like.consumed,
    )
    signature = get_proper_type(node.type) if node.type is not None else None
    for position, argument in enumerate(node.arguments):
        type = argument.variable.type
        if type is None and isinstance(signature, CallableType) and position < len(signature.arg_types):
            type = signature.arg_types[position]
        bind_parameter(inner, argument, type)
    if of_class is not None and node.arguments and isinstance(node, FuncDef) and not node.is_static:
        inner.self_node = node.arguments[0].variable
        inner.self_local = inner.variables[inner.self_node]
        inner.locals[inner.self_local].role = Role.PLAIN
        inner.way_of_self = None if not node.is_class and may_move_fields(node, of_class) else Way.SELF
    return inner


def may_move_fields(node: FuncDef, of_class: TypeInfo) -> bool:
    """May the method move owners out of `self`? Only where the object ends."""
    if node.name in ENDINGS:
        return True
    data = of_class.metadata.get(METADATA_KEY, {})
    return node.name in data.get("consuming", ())


def bind_parameter(inner: Context, argument: Argument, type: Type | None) -> None:
    variable = argument.variable
    kind = handle_of(type)
    role = role_of(type)
    if argument.kind in (ARG_STAR, ARG_STAR2) or kind is HandleKind.CONSUMABLE:
        role = Role.PLAIN
    index = inner.new_local(variable.name, LocalKind.PARAMETER, role, argument)
    inner.locals[index].packed = argument.kind in (ARG_STAR, ARG_STAR2)
    inner.locals[index].holds_guards = type is not None and holds_guard(type) and role is not Role.OWNER
    inner.variables[variable] = index
    if type is not None:
        inner.types[index] = type


def lower_body(inner: Context, node: FuncItem) -> None:
    for statement in node.body.body:
        inner.lower_statement(inner, statement)
    finish(inner)


def finish(ctx: Context) -> Body:
    """Fill in how the closures of this body capture, now that it is known which of them leave it."""
    closures = {id(c): c for c in ctx.closures.values()}.values()
    for closure in closures:
        capture(ctx, closure)
    if any(closure.stays for closure in closures):
        for local, type in ctx.types.items():
            if ctx.locals[local].kind is LocalKind.VARIABLE and holds_function(type):
                ctx.locals[local].is_closure = True
    if ctx.late_moves:
        move_late(ctx)
    body = Body(ctx.name, ctx.locals, ctx.out, ctx.tokens)
    ctx.nested.append(body)
    return body


def move_late(ctx: Context) -> None:
    """A closure has captured variables: what has come into one since then is moved by the call."""
    given: dict[int, int] = {}
    for effect in effects_in(ctx.out):
        if isinstance(effect, (Assign, AssumeLive)):
            given[effect.place.local] = given.get(effect.place.local, 0) + 1
    for slot, closure, span, label in ctx.late_moves:
        with ctx.into(slot):
            for captured in closure.captures:
                local = captured.place.local
                first = 1 if ctx.locals[local].kind is LocalKind.VARIABLE else 0
                if captured.taking is Taking.MOVE and given.get(local, 0) > first and local not in ctx.closures:
                    ctx.emit(Move(captured.place, None, MoveBy.CLOSURE_CALL, span, label, late=True))


def make_closure(
    ctx: Context, inner: Context, span: Span, type: Type | None, given: Sequence[int | None] = ()
) -> Value:
    """The closure itself: a temporary that will hold what it captures, and the values of its own parameters."""
    ctx.nested.extend(inner.nested)
    into = ctx.temp(span, name=inner.name)
    for held in given:
        ctx.carry(held, into)
    slot = Block()
    ctx.emit(slot)
    captures, looks, late = captures_of(ctx, inner)
    reached = list(types_reached(inner))
    ctx.closures[into] = Closure(into, span, captures, slot, dict(ctx.with_bound), reached, looks, late, ctx)
    ctx.closures[into].has_defaults = bool(given)
    return Value(type, span, temp=into)


def call_closure(ctx: Context, closure: Closure, span: Span, label: str) -> None:
    """A call of a closure uses the plain objects that it names, and what it names too early, as they are by then."""
    if closure.of is not ctx:
        return
    for place in closure.looks:
        ctx.emit(Use(place, Access.LOOK, span, label))
    for place, taking in closure.late.items():
        role = ctx.locals[place.local].role
        if taking is Taking.MOVE:
            ctx.emit(Move(place, None, MoveBy.CLOSURE_CALL, span, label, late=True))
        elif role is Role.REF and not place.path:
            ctx.emit(Use(place, Access.LOOK, span, label))
        else:
            target = place.then(Through(Way.REF_MUT)) if role is Role.REF_MUT and not place.path else place
            ctx.emit(Borrow(target, taking is Taking.EXCLUSIVE, ctx.temp(span), span, Lend.METHOD, label))
    if closure.consuming:
        slot = Block()
        ctx.emit(slot)
        ctx.late_moves.append((slot, closure, span, label))


def captures_of(ctx: Context, inner: Context) -> tuple[list[Capture], list[Place], dict[Place, Taking]]:
    """The places of `ctx` that the body of `inner` reaches: what it captures, in the strongest way, and the rest.

    What is not bound yet cannot be captured: it is used when the closure is called.
    """
    outer_of: dict[int, int] = {}
    for symbol, index in inner.variables.items():
        if inner.locals[index].kind is LocalKind.FREE:
            name = inner.locals[index].name
            is_var = isinstance(symbol, Var)
            outer_of[index] = ctx.local_of(symbol, name, symbol.type if is_var else None, NOWHERE, False)  # type: ignore[attr-defined]
    found: dict[Place, Taking] = {}
    looks: dict[Place, None] = {}
    late: dict[Place, Taking] = {}
    body = inner.nested[-1]
    for effect in effects_in(body.root):
        place, taking = _taken(effect)
        if place is None or place.local not in outer_of:
            continue
        outer = Place(outer_of[place.local], _until_through(place, taking))
        if taking is not Taking.MOVE and not _worth_capturing(ctx, inner, effect, place, outer):
            if outer.local in ctx.closures:
                looks.update(dict.fromkeys(ctx.closures[outer.local].looks))
                for unbound, how in ctx.closures[outer.local].late.items():
                    late[unbound] = _stronger(late.get(unbound), how)
                found.setdefault(outer, Taking.SHARED)
            elif taking is Taking.SHARED and ctx.locals[outer.local].kind is LocalKind.VARIABLE:
                looks[outer] = None
            continue
        if _is_unbound(ctx, outer):
            late[outer] = _stronger(late.get(outer), taking)
            continue
        found[outer] = _stronger(found.get(outer), taking)
    captures = [Capture(place, taking, ctx.types.get(place.local)) for place, taking in _merged(found).items()]
    return captures, list(looks), _merged(late)


def _is_unbound(ctx: Context, place: Place) -> bool:
    """Is a variable only bound after the closure that names it?"""
    local = ctx.locals[place.local]
    return local.kind is LocalKind.VARIABLE and not local.declared and place.local not in ctx.closures


def _merged(found: dict[Place, Taking]) -> dict[Place, Taking]:
    """Each place once: who captures a whole and a part of it captures the whole, in the stronger way."""
    merged: dict[Place, Taking] = {}
    for place, taking in sorted(found.items(), key=lambda item: len(item[0].path)):
        whole = next((other for other in merged if other.begins(place)), None)
        if whole is None or (taking is Taking.MOVE and merged[whole] is not Taking.MOVE):
            merged[place] = taking
        else:
            merged[whole] = _stronger(merged[whole], taking)
    return merged


def _worth_capturing(ctx: Context, inner: Context, effect: Effect, place: Place, outer: Place) -> bool:
    """What is plain is not borrowed by a closure that names it, unless it is a view, or an owner inside is used."""
    if isinstance(effect, Borrow):
        return True
    if inner.locals[place.local].role is not Role.PLAIN or ctx.view_of_local(outer.local):
        return True
    return leads_into_owner(ctx.types.get(outer.local), outer.path)


def leads_into_owner(type: Type | None, path: tuple[Projection, ...]) -> bool:
    """Does the path from something of this type come to an owner?"""
    for step in path:
        proper = get_proper_type(type) if type is not None else None
        if handle_of(proper) is HandleKind.OWNER:
            return True
        if not isinstance(proper, Instance):
            return False
        if isinstance(step, Field):
            symbol = proper.type.get(step.name)
            type = symbol.node.type if symbol is not None and isinstance(symbol.node, Var) else None
        else:
            type = proper.args[-1] if proper.args else None
    return handle_of(type) is HandleKind.OWNER


def types_reached(inner: Context) -> Iterator[Type]:
    """The types of the places outside itself that the body of `inner` names, as far as their fields tell."""
    for effect in effects_in(inner.nested[-1].root):
        place, _ = _taken(effect)
        if place is None or inner.locals[place.local].kind is not LocalKind.FREE:
            continue
        type = inner.types.get(place.local)
        if type is not None:
            yield type_of_part(type, place.path)


def type_of_part(type: Type, path: tuple[Projection, ...]) -> Type:
    """The type at the end of the path, or where it leaves the fields of plain objects."""
    for step in path:
        proper = get_proper_type(type)
        symbol = proper.type.get(step.name) if isinstance(step, Field) and isinstance(proper, Instance) else None
        if symbol is not None and isinstance(symbol.node, Var) and symbol.node.type is not None:
            type = symbol.node.type
        elif not isinstance(step, Through) or handle_of(type) is not None:
            break
    return type


def _until_through(place: Place, taking: Taking) -> tuple[Projection, ...]:
    path: list[Projection] = []
    for step in place.path:
        if isinstance(step, Through) or (isinstance(step, Index) and taking is not Taking.MOVE):
            break
        path.append(step)
    return tuple(path)


def _taken(effect: Effect) -> tuple[Place | None, Taking]:
    match effect:
        case Move(place=place):
            return place, Taking.MOVE if place.through is None else Taking.SHARED
        case Borrow(place=place, exclusive=exclusive):
            return place, Taking.EXCLUSIVE if exclusive else Taking.SHARED
        case Use(place=place, access=access):
            writes = access in (Access.WRITE, Access.ASSIGN)
            return place, Taking.EXCLUSIVE if writes else Taking.SHARED
        case Copy(place=place):
            return place, Taking.SHARED
        case Assign(place=place) | BindView(into=place):
            return place, Taking.EXCLUSIVE
        case _:
            return None, Taking.SHARED


_ORDER = (Taking.SHARED, Taking.EXCLUSIVE, Taking.MOVE)


def _stronger(known: Taking | None, taking: Taking) -> Taking:
    return taking if known is None else max(known, taking, key=_ORDER.index)


def capture(ctx: Context, closure: Closure) -> None:
    """Emit what making the closure does, into its slot."""
    ctx.with_bound = closure.bound
    with ctx.into(closure.slot):
        for captured in closure.captures:
            place, role = captured.place, ctx.locals[captured.place.local].role
            is_guard = not place.path and role in (Role.REF, Role.REF_MUT)
            if place.local in ctx.closures and captured.taking is not Taking.MOVE:
                ctx.emit(Copy(place, closure.into, closure.span))
                continue
            is_view = role is Role.PLAIN and captured.taking is not Taking.MOVE and ctx.view_of_local(place.local)
            if (is_guard and role is Role.REF) or is_view:
                ctx.emit(Copy(place, closure.into, closure.span))
                if is_guard and (closure.exit is None or closure.stays):
                    # It names the variable, and uses the guard that is in it then.
                    ctx.emit(Borrow(place, False, closure.into, closure.span, Lend.CAPTURE))
            elif captured.taking is Taking.MOVE or closure.exit is not None:
                if role is Role.PLAIN and not place.path and captured.taking is not Taking.MOVE:
                    continue
                if closure.exit is not None:
                    ctx.check_missing_move(Place(place.local), MoveBy.CAPTURE, closure.span)
                ctx.emit(Move(place, closure.into, MoveBy.CAPTURE, closure.span))
            else:
                exclusive = captured.taking is Taking.EXCLUSIVE
                target = place.then(Through(Way.REF_MUT)) if is_guard else place
                ctx.emit(Borrow(target, exclusive, closure.into, closure.span, Lend.CAPTURE))
        if closure.exit is not None and not closure.stays:
            ctx.emit(Escape(closure.into, closure.exit, closure.span, closure=True))


def effects_in(node: Node | Condition) -> Iterator[Effect]:
    """Every effect below a node, in no particular order of paths."""
    match node:
        case Block():
            for part in node.nodes:
                yield from effects_in(part)
        case If():
            yield from effects_in(node.condition)
            yield from effects_in(node.then)
            yield from effects_in(node.orelse)
        case While():
            yield from effects_in(node.condition)
            yield from effects_in(node.body)
            yield from effects_in(node.orelse)
        case For():
            yield from effects_in(node.each)
            yield from effects_in(node.body)
            yield from effects_in(node.orelse)
        case Match():
            for case in node.cases:
                yield from effects_in(case.bind)
                if case.guard is not None:
                    yield from effects_in(case.guard)
                yield from effects_in(case.body)
        case Try():
            for block in (node.body, *node.handlers, node.orelse, node.final):
                yield from effects_in(block)
        case With():
            yield from effects_in(node.body)
            yield from effects_in(node.leave)
        case Leaf():
            yield from effects_in(node.before)
            yield from node.when_true
            yield from node.when_false
        case BoolOp():
            yield from effects_in(node.left)
            yield from effects_in(node.right)
        case Not():
            yield from effects_in(node.inner)
        case _:
            if not isinstance(node, Jump):
                yield node
