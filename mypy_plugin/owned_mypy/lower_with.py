"""`with` to IR: an owner is dropped at the end of the block, a guard ends there and so do its views."""

from __future__ import annotations

from mypy.nodes import (
    Decorator,
    Expression,
    FuncDef,
    IndexExpr,
    ListExpr,
    MemberExpr,
    NameExpr,
    StarExpr,
    TupleExpr,
    Var,
    WithStmt,
)
from mypy.types import CallableType, Instance, LiteralType, Type, get_proper_type

from owned_mypy.ir import (
    Assign,
    BindView,
    Block,
    Copy,
    EndScope,
    EndView,
    Place,
    With,
)
from owned_mypy.lower_context import Context, Value, tracked
from owned_mypy.lower_expressions import assign_target, bind
from owned_mypy.lower_stacks import begin_stack
from owned_mypy.names import LOCKING, THREAD_SCOPE, HandleKind
from owned_mypy.types import holds_guard, is_copy, wrapped

_OWNERS = (HandleKind.OWNER, HandleKind.SHARED_OWNER)
_GUARDS = (HandleKind.REF, HandleKind.REF_MUT)


def lower_with(ctx: Context, node: WithStmt) -> None:
    _items(ctx, node, 0)


def _items(ctx: Context, node: WithStmt, position: int) -> None:
    if position == len(node.expr):
        for statement in node.body.body:
            ctx.lower_statement(ctx, statement)
        return
    expression, target = node.expr[position], node.target[position]
    mark = len(ctx.temporaries)
    value = locking(ctx.value(expression))
    leave = Block()
    bound_before = dict(ctx.with_bound)
    if value.handle in _OWNERS:
        _enter_owner(ctx, value, target, leave)
    elif value.handle in _GUARDS:
        _enter_guard(ctx, value, target, leave)
    else:
        _enter_other(ctx, value, target, leave)
    ctx.may_raise()
    ctx.end_temporaries(mark, keep=value.temp, owners=False)
    body = Block()
    ctx.guarded += 1
    with ctx.into(body):
        _items(ctx, node, position + 1)
    ctx.guarded -= 1
    ctx.emit(With(body, leave, swallows(value.type, node.is_async)))
    ctx.with_bound = bound_before


def _enter_owner(ctx: Context, value: Value, target: Expression | None, leave: Block) -> None:
    span = target if target is not None else value.span
    places: list[Place] = []
    if value.place is not None:
        ctx.look(value, "with")
        if not value.place.path:
            ctx.bind_to_block(value.place.local, leave, span)
        else:
            places.append(value.place)
    if isinstance(target, NameExpr) and isinstance(target.node, Var):
        source = value.temp
        if value.place is not None:
            source = ctx.temp(value.span)
            ctx.emit(Copy(value.place, source, value.span))
        assign_target(ctx, target, Value(value.type, value.span, temp=source))
        ctx.bind_to_block(bind(ctx, target, target.node), leave, span)
    elif isinstance(target, (MemberExpr, IndexExpr)):
        part = ctx.value(target)
        if part.place is not None:
            ctx.emit(Assign(part.place, value.temp, span))
            places.append(part.place)
    elif target is not None:
        assign_target(ctx, target, value)
    elif value.temp is not None:
        places.append(Place(value.temp))
    with ctx.into(leave):
        for place in places:
            ctx.emit(EndScope(place, span))


def _enter_guard(ctx: Context, value: Value, target: Expression | None, leave: Block) -> None:
    at = value.at
    if at is None:
        return
    exclusive = value.handle is HandleKind.REF_MUT
    guard = at.local
    ctx.look(value, "with")
    ctx.hold_on(value)
    token = ctx.new_token()
    if target is not None:
        _bind_view(ctx, value, target, guard, token, exclusive)
    with ctx.into(leave):
        ctx.emit(EndView(guard, token, value.span))
        if value.place is not None:
            ctx.emit(EndScope(value.place, value.span))


def _bind_view(ctx: Context, value: Value, target: Expression, guard: int, token: int, exclusive: bool) -> None:
    held = wrapped(value.type)
    if held is not None and is_copy(held):
        assign_target(ctx, target, Value(held, value.span))
        return
    if isinstance(target, NameExpr) and isinstance(target.node, Var):
        local = bind(ctx, target, target.node)
        ctx.view_names[target.node] = exclusive
        ctx.emit(BindView(guard, Place(local), token, exclusive, target))
    elif isinstance(target, (MemberExpr, IndexExpr)):
        part = ctx.value(target)
        if part.place is not None:
            ctx.emit(BindView(guard, part.place, token, exclusive, target))
    elif isinstance(target, (TupleExpr, ListExpr)):
        for item in target.items:
            _bind_view_part(ctx, value, item, guard, token, exclusive)
    else:
        assign_target(ctx, target, Value(held, value.span))


def _bind_view_part(ctx: Context, value: Value, item: Expression, guard: int, token: int, exclusive: bool) -> None:
    """One target of `with borrow(pair) as (a, b)`: a view, too, unless it is plain."""
    type = item.node.type if isinstance(item, NameExpr) and isinstance(item.node, Var) else None
    if isinstance(item, StarExpr) or is_copy(type):
        assign_target(ctx, item, Value(type, value.span))
    else:
        _bind_view(ctx, value, item, guard, token, exclusive)


def locking(value: Value) -> Value:
    """`async with mutex.lock()`: as with the guard itself."""
    proper = get_proper_type(value.type) if value.type is not None else None
    if isinstance(proper, Instance) and proper.type.fullname == LOCKING and proper.args:
        return Value(proper.args[0], value.span, value.place, value.temp)
    return value


def _enter_other(ctx: Context, value: Value, target: Expression | None, leave: Block) -> None:
    """Any other context manager: what it gives may hold what it holds."""
    ctx.look(value, "with")
    if target is None:
        return
    type = target.node.type if isinstance(target, NameExpr) and isinstance(target.node, Var) else ctx.type_of(target)
    source = ctx.hold(value) if type is not None and holds_guard(type) else None
    held = ctx.result(type, value.span, source) if tracked(type) else Value(type, value.span)
    assign_target(ctx, target, held)
    if isinstance(target, NameExpr):
        begin_stack(ctx, target, type, leave)
    proper = get_proper_type(type) if type is not None else None
    if isinstance(proper, Instance) and proper.type.fullname == THREAD_SCOPE and isinstance(target, NameExpr):
        if isinstance(target.node, Var):  # its threads have ended, and their borrows with them
            leave.nodes.append(Assign(Place(bind(ctx, target, target.node)), None, value.span))


def swallows(type: Type | None, is_async: bool) -> bool:
    """May the exit of this context manager suppress an exception? It says so by returning `bool`."""
    proper = get_proper_type(type) if type is not None else None
    if not isinstance(proper, Instance):
        return False
    symbol = proper.type.get("__aexit__" if is_async else "__exit__")
    node = symbol.node if symbol is not None else None
    if isinstance(node, Decorator):
        node = node.func
    if not isinstance(node, FuncDef) or not isinstance(node.type, CallableType):
        return False
    returned = get_proper_type(node.type.ret_type)
    if is_async and isinstance(returned, Instance) and len(returned.args) == 3:
        returned = get_proper_type(returned.args[2])
    if isinstance(returned, LiteralType):
        return returned.value is True
    return isinstance(returned, Instance) and returned.type.fullname == "builtins.bool"
