"""Statements to IR, and the entry: one function or module of mypy's tree becomes bodies.

The dispatch is a dictionary on the node's class, because plugins cannot subclass mypy's visitors. A class that is not
in it lowers to nothing: what is not known moves nothing and borrows nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mypy.nodes import (
    AssertStmt,
    AssertTypeExpr,
    AssignmentExpr,
    AssignmentStmt,
    AwaitExpr,
    BreakStmt,
    BytesExpr,
    CallExpr,
    CastExpr,
    ClassDef,
    ComparisonExpr,
    ComplexExpr,
    ConditionalExpr,
    ContinueStmt,
    Decorator,
    DelStmt,
    DictExpr,
    DictionaryComprehension,
    EllipsisExpr,
    EnumCallExpr,
    Expression,
    ExpressionStmt,
    FloatExpr,
    ForStmt,
    FuncDef,
    GeneratorExpr,
    GlobalDecl,
    IfStmt,
    Import,
    ImportAll,
    ImportFrom,
    IndexExpr,
    IntExpr,
    LambdaExpr,
    ListComprehension,
    ListExpr,
    Lvalue,
    MatchStmt,
    MemberExpr,
    MypyFile,
    NamedTupleExpr,
    NameExpr,
    NewTypeExpr,
    NonlocalDecl,
    OperatorAssignmentStmt,
    OpExpr,
    OverloadedFuncDef,
    ParamSpecExpr,
    PassStmt,
    PromoteExpr,
    RaiseStmt,
    ReturnStmt,
    RevealExpr,
    SetComprehension,
    SetExpr,
    SliceExpr,
    StarExpr,
    Statement,
    StrExpr,
    SuperExpr,
    TempNode,
    TryStmt,
    TupleExpr,
    TypeAliasExpr,
    TypeAliasStmt,
    TypeApplication,
    TypedDictExpr,
    TypeVarExpr,
    TypeVarTupleExpr,
    UnaryExpr,
    Var,
    WhileStmt,
    WithStmt,
    YieldExpr,
    YieldFromExpr,
)
from mypy.nodes import Block as MypyBlock
from mypy.types import TupleType, get_proper_type

from owned_mypy.ir import (
    Access,
    Assign,
    Block,
    Body,
    EndView,
    Exit,
    For,
    If,
    Index,
    Jump,
    JumpKind,
    Kill,
    Move,
    MoveBy,
    Place,
    Role,
    Through,
    Try,
    Use,
    While,
)
from owned_mypy.lower_calls import lower_call, must_use
from owned_mypy.lower_closures import (
    effects_in,
    enter_function,
    finish,
    is_lent_by_yield,
    lower_body,
    lower_lambda,
    lower_nested_def,
)
from owned_mypy.lower_context import CONTENT, Bound, Context, Value, way_through
from owned_mypy.lower_expressions import (
    assign_target,
    bind,
    iterate,
    lower_await,
    lower_comparison,
    lower_condition,
    lower_conditional,
    lower_dict,
    lower_dict_comprehension,
    lower_display,
    lower_generator,
    lower_index,
    lower_list_comprehension,
    lower_member,
    lower_name,
    lower_operator,
    lower_reveal,
    lower_slice,
    lower_star,
    lower_unary,
    lower_walrus,
    lower_wrapped,
    lower_yield,
    lower_yield_from,
)
from owned_mypy.lower_match import lower_match
from owned_mypy.lower_passing import elements_held, may_be_views
from owned_mypy.lower_places import field_of_tuple
from owned_mypy.lower_with import lower_with
from owned_mypy.names import HandleKind
from owned_mypy.types import handle_of, is_collection, is_copy
from owned_mypy.types_source import TypeSource

# --- entries


def lower_function(node: FuncDef, source: TypeSource) -> list[Body]:
    """The bodies of a function or method: its nested functions first, itself last."""
    root = _context(source, "")
    ctx = enter_function(node, node.name, None, source.enclosing_class, root)
    names = source.tree.names if source.enclosing_class is None else source.enclosing_class.names
    symbol = names.get(node.name)
    if symbol is not None and isinstance(symbol.node, Decorator) and symbol.node.func is node:
        ctx.lends_by_yield = is_lent_by_yield(symbol.node)
    lower_body(ctx, node)
    return ctx.nested


def lower_module(tree: MypyFile, source: TypeSource) -> list[Body]:
    """The body of a module's top level, and of the lambdas in it; its functions are lowered on their own."""
    ctx = _context(source, source.module)
    for statement in tree.defs:
        lower_statement(ctx, statement)
    finish(ctx)
    return ctx.nested


def _context(source: TypeSource, name: str) -> Context:
    return Context(
        source,
        source.type_of,
        name,
        lower_expression=lower_expression,
        lower_statement=lower_statement,
        consumed_parameters=consumed_parameters,
    )


def consumed_parameters(ctx: Context, node: FuncDef) -> frozenset[int]:
    """The parameters that the body moves from: what takes ownership though the signature does not say so."""
    known = ctx.consumed.get(node)
    if known is None:
        ctx.consumed[node] = frozenset()
        inner = enter_function(node, node.name, None, None, ctx)
        lower_body(inner, node)
        root = inner.nested[-1].root
        known = frozenset(
            effect.place.local for effect in effects_in(root) if isinstance(effect, Move) and not effect.place.path
        )
        ctx.consumed[node] = known
    return known


# --- dispatch

_NO_PARTS: Final = frozenset({"analyzed", "type", "type_annotation", "node", "info", "callee", "original_decorators"})
"""Attributes of nodes that lead elsewhere in the tree, or to types."""


def lower_expression(ctx: Context, node: Expression) -> Value:
    lower = _EXPRESSIONS.get(type(node))
    if lower is None:
        look_at_parts(ctx, node)
        return Value(ctx.type_of(node), node)
    return lower(ctx, node)


def look_at_parts(ctx: Context, node: Expression | Statement) -> None:
    """A class of node that is not known: it uses the expressions that it mentions, and moves nothing."""
    for name in sorted(set(dir(node)) - _NO_PARTS):
        found = getattr(node, name, None) if not name.startswith("_") else None
        parts = found if isinstance(found, (list, tuple)) else [found]
        for part in parts:
            if isinstance(part, Expression):
                ctx.read(part)


def lower_statement(ctx: Context, node: Statement) -> None:
    lower = _STATEMENTS.get(type(node))
    if lower is None:
        look_at_parts(ctx, node)
        return
    if _was_never_checked(ctx, node):
        ctx.emit(Jump(JumpKind.DEAD))
        return
    outer_mark, ctx.statement_mark = ctx.statement_mark, len(ctx.temporaries)
    lower(ctx, node)
    ctx.end_temporaries(ctx.statement_mark)
    ctx.may_raise()
    ctx.statement_mark = outer_mark


def _was_never_checked(ctx: Context, node: Statement) -> bool:
    """Did mypy find that this statement cannot be reached? Then its expressions have no types."""
    if ctx.function is None:
        return False
    match node:
        case ExpressionStmt():
            return ctx.type_of(node.expr) is None
        case ReturnStmt():
            return node.expr is not None and ctx.type_of(node.expr) is None
        case AssignmentStmt():
            return (
                isinstance(node.rvalue, (CallExpr, NameExpr))
                and not _is_definition(node)
                and (ctx.type_of(node.rvalue) is None)
            )
        case _:
            return False


def _is_definition(node: AssignmentStmt) -> bool:
    """Is this the definition of a type alias, a type variable, a named tuple, ...?"""
    return node.is_alias_def or getattr(node.rvalue, "analyzed", None) is not None


def lower_block(ctx: Context, block: MypyBlock | None) -> Block:
    lowered = Block()
    if block is not None:
        with ctx.into(lowered):
            if block.is_unreachable:  # not even analysed: its classes have no `TypeInfo`
                ctx.emit(Jump(JumpKind.DEAD))
                return lowered
            for statement in block.body:
                lower_statement(ctx, statement)
    return lowered


# --- simple statements


def lower_expression_statement(ctx: Context, node: ExpressionStmt) -> None:
    wasted = must_use(ctx, node.expr)
    if wasted is not None:
        ctx.fault("unused-owner", "must_use", node.expr, wasted)
    ctx.read(node.expr)


def lower_assignment(ctx: Context, node: AssignmentStmt) -> None:
    if isinstance(node.rvalue, TempNode):
        for target in node.lvalues:
            if isinstance(target, NameExpr) and isinstance(target.node, Var) and ctx.function is not None:
                bind(ctx, target, target.node)
        return
    if _is_definition(node) and not isinstance(node.rvalue, (CallExpr, OpExpr)):
        return
    if len(node.lvalues) == 1 and _is_parallel(node.lvalues[0], node.rvalue):
        _assign_in_parallel(ctx, node.lvalues[0], node.rvalue)
        return
    value = ctx.value(node.rvalue)
    if len(node.lvalues) == 1 and _take_apart(ctx, node.lvalues[0], value):
        return
    if len(node.lvalues) == 1 and _unpack_owner(ctx, node.lvalues[0], value):
        return
    by = MoveBy.ASSIGNMENT
    if isinstance(node.lvalues[0], (MemberExpr, IndexExpr)):
        by = MoveBy.STORE
    if isinstance(node.lvalues[0], IndexExpr) and is_collection(ctx.type_of(node.lvalues[0].base)):
        by = MoveBy.VERB  # it takes over what is put in
    source = ctx.give(value, by, "[]" if by is MoveBy.VERB else "")
    held = Value(value.type, value.span, temp=source, alias=value.alias)
    bound = ctx.bound_to_block(value) if source is not None and ctx.with_bound else None
    if source is not None and bound is not None:
        ctx.left_to_scope[source] = bound
    closure = ctx.closure_of(value)
    if closure is not None and source is not None:
        ctx.closures[source] = closure
    if ctx.keeping and source is not None:
        ctx.keeping.setdefault(source, []).extend(ctx.closures_in(value) if value.place is not None else ())
    if ctx.packed and source is not None and value.place is not None and value.place.local in ctx.packed:
        ctx.packed[source] = ctx.packed[value.place.local]
    for position, target in enumerate(node.lvalues):
        if position < len(node.lvalues) - 1 and source is not None:
            shared = ctx.temp(value.span)
            ctx.carry(source, shared)
            assign_target(ctx, target, Value(value.type, value.span, temp=shared))
        else:
            assign_target(ctx, target, held)
    if len(node.lvalues) > 1 and value.handle in (HandleKind.OWNER, HandleKind.SHARED_OWNER):
        _share_names(ctx, node.lvalues)


def _share_names(ctx: Context, targets: list[Lvalue]) -> None:
    """`a = b = make()`: whatever ends one of the names ends the others."""
    names = [target.node for target in targets if isinstance(target, NameExpr) and isinstance(target.node, Var)]
    places = [Place(ctx.variables[name]) for name in names if name in ctx.variables]
    for place in places:
        ctx.pattern_names[place.local] = [other for other in places if other != place]


def _take_apart(ctx: Context, target: Expression, value: Value) -> bool:
    """`a, b = pair`, where the items are owners: each item moves out of its place."""
    proper = get_proper_type(value.type) if value.type is not None else None
    if not isinstance(proper, TupleType) or value.place is None or not isinstance(target, (TupleExpr, ListExpr)):
        return False
    if len(target.items) != len(proper.items) or not any(handle_of(item) is not None for item in proper.items):
        return False
    if any(isinstance(item, StarExpr) for item in target.items):
        return False
    parts = [
        Value(item, value.span, value.place.then(field_of_tuple(proper, str(position)) or Index(str(position))))
        for position, item in enumerate(proper.items)
    ]
    sources = [Value(part.type, part.span, temp=ctx.give(part, MoveBy.ASSIGNMENT)) for part in parts]
    for item, source in zip(target.items, sources, strict=True):
        assign_target(ctx, item, source)
    return True


def _unpack_owner(ctx: Context, target: Expression, value: Value) -> bool:
    """`first, *rest = box` goes over what the box holds, which stays there."""
    if not isinstance(target, (TupleExpr, ListExpr)) or value.place is None:
        return False
    if value.handle not in (HandleKind.OWNER, HandleKind.SHARED_OWNER) or is_collection(value.type):
        return False
    ctx.look(value, "=")
    assign_target(ctx, target, Value(None, value.span, temp=elements_held(ctx, value)))
    return True


def _is_parallel(target: Expression, rvalue: Expression) -> bool:
    if not isinstance(target, (TupleExpr, ListExpr)) or not isinstance(rvalue, (TupleExpr, ListExpr)):
        return False
    items = [*target.items, *rvalue.items]
    return len(target.items) == len(rvalue.items) and not any(isinstance(item, StarExpr) for item in items)


def _assign_in_parallel(ctx: Context, target: Expression, rvalue: Expression) -> None:
    assert isinstance(target, (TupleExpr, ListExpr))
    assert isinstance(rvalue, (TupleExpr, ListExpr))
    sources: list[Value] = []
    for item in rvalue.items:
        value = ctx.value(item)
        sources.append(Value(value.type, value.span, temp=ctx.give(value, MoveBy.ASSIGNMENT)))
    for item, value in zip(target.items, sources, strict=True):
        assign_target(ctx, item, value)


def lower_operator_assignment(ctx: Context, node: OperatorAssignmentStmt) -> None:
    if isinstance(node.lvalue, IndexExpr):
        target = lower_index(ctx, node.lvalue, assigned=True)
    else:
        target = ctx.value(node.lvalue)
    place = target.place
    operator = f"{node.op}="
    copied = target.type is not None and is_copy(target.type)
    if place is None or (not place.path and copied):
        ctx.read(node.rvalue, operator)
        if place is not None:
            ctx.look(target)
            ctx.emit(Assign(place, None, target.span))
    elif not place.path:
        value = ctx.read(node.rvalue, operator)
        if node.op == "+" and target.handle is None and value.place is None and may_be_views(value.type):
            ctx.carry(elements_held(ctx, value), place.local, value.span, fresh=True)
        way = way_through(target.handle)
        access = Access.WRITE if target.handle is not None and way is None else Access.ASSIGN
        ctx.emit(Use(place.then(Through(way)) if way is not None else place, access, target.span, operator))
    else:
        ctx.look(target, operator)
        ctx.read(node.rvalue, operator)
        ctx.may_raise()
        ctx.emit(Assign(place, None, target.span, place.path[-1] == CONTENT))


def lower_return(ctx: Context, node: ReturnStmt) -> None:
    if node.expr is not None and ctx.returns_parts:
        for part in node.expr.items if isinstance(node.expr, TupleExpr) else [node.expr]:
            ctx.read(part)
    elif node.expr is not None:
        value = ctx.value(node.expr)
        if value.place is not None:
            ctx.locals[value.place.local].returned = True
        source = ctx.give(value, MoveBy.RETURN)
        ctx.escape(Value(value.type, node, value.place, value.temp), source, Exit.RETURN)
    ctx.emit(Jump(JumpKind.RETURN))


def lower_raise(ctx: Context, node: RaiseStmt) -> None:
    for part in (node.expr, node.from_expr):
        if part is not None:
            ctx.read(part, "raise")
    ctx.emit(Jump(JumpKind.RAISE))


def lower_assert(ctx: Context, node: AssertStmt) -> None:
    condition = lower_condition(ctx, node.expr)
    failed = Block()
    with ctx.into(failed):
        if node.msg is not None:
            ctx.read(node.msg)
        ctx.emit(Jump(JumpKind.RAISE))
    ctx.emit(If(condition, Block(), failed))


def lower_delete(ctx: Context, node: DelStmt) -> None:
    items = node.expr.items if isinstance(node.expr, TupleExpr) else [node.expr]
    for item in items:
        value = lower_index(ctx, item, assigned=True) if isinstance(item, IndexExpr) else ctx.value(item)
        if value.place is None:
            continue
        if isinstance(item, NameExpr):
            ctx.emit(Kill(value.place.local, value.span))
        else:
            ctx.emit(Assign(value.place, None, value.span))


# --- compound statements


def lower_if(ctx: Context, node: IfStmt) -> None:
    orelse = node.else_body
    lowered_else: Block | None = None
    bound_before, bound_after = ctx.with_bound, dict[int, Bound]()

    def branch(body: MypyBlock | None) -> Block:
        ctx.with_bound = dict(bound_before)
        lowered = lower_block(ctx, body)
        if not any(isinstance(part, Jump) for part in lowered.nodes):
            bound_after.update(ctx.with_bound)
        ctx.with_bound = bound_before
        return lowered

    for test, body in reversed(list(zip(node.expr, node.body, strict=True))):
        block = Block()
        with ctx.into(block):
            condition = lower_condition(ctx, test)
            then = branch(body)
            if lowered_else is None:
                lowered_else = branch(orelse)
            ctx.emit(If(condition, then, lowered_else))
        lowered_else = block
    if lowered_else is not None:
        ctx.emit(lowered_else)
    ctx.with_bound = bound_after


def lower_while(ctx: Context, node: WhileStmt) -> None:
    condition = lower_condition(ctx, node.expr)
    body = lower_block(ctx, node.body)
    ctx.emit(While(condition, body, lower_block(ctx, node.else_body), node))


def lower_for(ctx: Context, node: ForStmt) -> None:
    each = Block()
    held = iterate(ctx, node.expr, node.index, each)
    body = lower_block(ctx, node.body)
    orelse = lower_block(ctx, node.else_body)
    if held is not None and ctx.locals[held].role is not Role.OWNER:
        orelse.nodes.insert(0, Kill(held, node))  # the iterator is gone by then
    ctx.emit(For(each, body, orelse, node))
    if goes_over_collection(ctx, node.expr):
        for target in node.index.items if isinstance(node.index, TupleExpr) else [node.index]:
            if isinstance(target, NameExpr) and isinstance(target.node, Var):
                ctx.emit(EndView(bind(ctx, target, target.node), -1, node))


def goes_over_collection(ctx: Context, iterable: Expression) -> bool:
    """Does the loop go over a `Vec` or `Map`, which ends what it has lent to the loop?"""
    if isinstance(iterable, CallExpr) and isinstance(iterable.callee, MemberExpr):
        iterable = iterable.callee.expr
    return is_collection(ctx.type_of(iterable))


def lower_try(ctx: Context, node: TryStmt) -> None:
    ctx.guarded += 1
    body = lower_block(ctx, node.body)
    handlers: list[Block] = []
    catches_all = False
    for variable, kind, handler in zip(node.vars, node.types, node.handlers, strict=True):
        entry = Block()
        with ctx.into(entry):
            if kind is None:
                catches_all = True
            else:
                ctx.read(kind)
            if variable is not None and isinstance(variable.node, Var):
                ctx.emit(Assign(Place(bind(ctx, variable, variable.node)), None, variable))
            ctx.emit(lower_block(ctx, handler))
        catches_all = catches_all or (isinstance(kind, NameExpr) and kind.fullname == "builtins.BaseException")
        handlers.append(entry)
    orelse = lower_block(ctx, node.else_body)
    ctx.guarded -= 1
    final = lower_block(ctx, node.finally_body)
    ctx.emit(Try(body, handlers, orelse, final, catches_all))


def lower_inner_block(ctx: Context, node: MypyBlock) -> None:
    ctx.emit(lower_block(ctx, node))


def lower_def(ctx: Context, node: FuncDef) -> None:
    if ctx.function is None:
        return
    for argument in node.arguments:
        if argument.initializer is not None:
            value = ctx.value(argument.initializer)
            ctx.escape(value, ctx.give(value, MoveBy.STORE), Exit.KEPT)
    local = ctx.local_of(node, node.name, None, node, is_global=False)
    closure = lower_nested_def(ctx, node)
    bind_closure(ctx, local, closure)


def bind_closure(ctx: Context, local: int, closure: Value) -> None:
    if closure.temp is not None:
        ctx.closures[local] = ctx.closures[closure.temp]
        ctx.locals[local].is_closure = True
    ctx.emit(Assign(Place(local), closure.temp, closure.span))


def lower_decorator(ctx: Context, node: Decorator) -> None:
    for decorator in node.original_decorators:
        ctx.read(decorator)
    if ctx.function is None:
        return
    local = ctx.local_of(node, node.func.name, None, node, is_global=False)
    ctx.variables[node.var] = local
    ctx.variables[node.func] = local
    closure = lower_nested_def(ctx, node.func, lends_by_yield=is_lent_by_yield(node))
    bind_closure(ctx, local, closure)


def lower_overloaded(ctx: Context, node: OverloadedFuncDef) -> None:
    if ctx.function is None:
        return
    if isinstance(node.impl, Decorator):
        lower_decorator(ctx, node.impl)
    elif node.impl is not None:
        lower_def(ctx, node.impl)


def lower_class(ctx: Context, node: ClassDef) -> None:
    for decorator in node.decorators:
        ctx.read(decorator)
    for statement in node.defs.body:
        if isinstance(statement, (FuncDef, Decorator)):
            if ctx.function is not None:
                function = statement.func if isinstance(statement, Decorator) else statement
                lower_nested_def(ctx, function, node.info)
        elif not isinstance(statement, OverloadedFuncDef):
            lower_statement(ctx, statement)


def lower_break(ctx: Context, node: BreakStmt) -> None:
    ctx.emit(Jump(JumpKind.BREAK))


def lower_continue(ctx: Context, node: ContinueStmt) -> None:
    ctx.emit(Jump(JumpKind.CONTINUE))


def lower_nothing(ctx: Context, node: Statement) -> None:
    """A statement without effect on ownership."""


def lower_constant(ctx: Context, node: Expression) -> Value:
    """An expression that names nothing which could be owned."""
    return Value(ctx.type_of(node), node)


_WITHOUT_EFFECT: Final = (GlobalDecl, Import, ImportAll, ImportFrom, NonlocalDecl, PassStmt, TypeAliasStmt)
_CONSTANTS: Final = (
    BytesExpr,
    ComplexExpr,
    EllipsisExpr,
    EnumCallExpr,
    FloatExpr,
    IntExpr,
    NamedTupleExpr,
    NewTypeExpr,
    ParamSpecExpr,
    PromoteExpr,
    StrExpr,
    SuperExpr,
    TempNode,
    TypeAliasExpr,
    TypeApplication,
    TypeVarExpr,
    TypeVarTupleExpr,
    TypedDictExpr,
)
_STATEMENTS: Final[dict[type, Callable[[Context, Any], None]]] = {
    AssertStmt: lower_assert,
    AssignmentStmt: lower_assignment,
    MypyBlock: lower_inner_block,
    BreakStmt: lower_break,
    ClassDef: lower_class,
    ContinueStmt: lower_continue,
    Decorator: lower_decorator,
    DelStmt: lower_delete,
    ExpressionStmt: lower_expression_statement,
    ForStmt: lower_for,
    FuncDef: lower_def,
    IfStmt: lower_if,
    MatchStmt: lower_match,
    OperatorAssignmentStmt: lower_operator_assignment,
    OverloadedFuncDef: lower_overloaded,
    RaiseStmt: lower_raise,
    ReturnStmt: lower_return,
    TryStmt: lower_try,
    WhileStmt: lower_while,
    WithStmt: lower_with,
    **dict.fromkeys(_WITHOUT_EFFECT, lower_nothing),
}

_EXPRESSIONS: Final[dict[type, Callable[[Context, Any], Value]]] = {
    AssertTypeExpr: lower_wrapped,
    AssignmentExpr: lower_walrus,
    AwaitExpr: lower_await,
    CallExpr: lower_call,
    CastExpr: lower_wrapped,
    ComparisonExpr: lower_comparison,
    ConditionalExpr: lower_conditional,
    DictExpr: lower_dict,
    DictionaryComprehension: lower_dict_comprehension,
    GeneratorExpr: lower_generator,
    IndexExpr: lower_index,
    LambdaExpr: lower_lambda,
    ListComprehension: lower_list_comprehension,
    ListExpr: lower_display,
    MemberExpr: lower_member,
    NameExpr: lower_name,
    OpExpr: lower_operator,
    RevealExpr: lower_reveal,
    SetComprehension: lower_list_comprehension,
    SetExpr: lower_display,
    SliceExpr: lower_slice,
    StarExpr: lower_star,
    TupleExpr: lower_display,
    UnaryExpr: lower_unary,
    YieldExpr: lower_yield,
    YieldFromExpr: lower_yield_from,
    **dict.fromkeys(_CONSTANTS, lower_constant),
}
