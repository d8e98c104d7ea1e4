"""Expressions to IR, except calls and closures.

An expression gives a `Value`. One that names a place is not yet used: whoever asked for it decides whether it is
looked at, copied, borrowed or moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mypy.nodes import (
    GDEF,
    MDEF,
    AssertTypeExpr,
    AssignmentExpr,
    AwaitExpr,
    BytesExpr,
    CallExpr,
    CastExpr,
    ComparisonExpr,
    ConditionalExpr,
    Decorator,
    DictExpr,
    DictionaryComprehension,
    Expression,
    FuncDef,
    GeneratorExpr,
    IndexExpr,
    IntExpr,
    ListComprehension,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    OpExpr,
    OverloadedFuncDef,
    RefExpr,
    RevealExpr,
    SetComprehension,
    SetExpr,
    SliceExpr,
    StarExpr,
    StrExpr,
    SymbolNode,
    TupleExpr,
    TypeInfo,
    UnaryExpr,
    Var,
    YieldExpr,
    YieldFromExpr,
)
from mypy.types import Instance, Type, get_proper_type

from owned_mypy.api import Effect as ApiEffect
from owned_mypy.api import effects_of_call
from owned_mypy.ir import (
    NOWHERE,
    Access,
    Assign,
    AssumeLive,
    AssumeNone,
    Block,
    BoolOp,
    Borrow,
    Condition,
    Copy,
    Exit,
    Field,
    For,
    If,
    Index,
    Kill,
    Leaf,
    Lend,
    LocalKind,
    Move,
    MoveBy,
    Not,
    Place,
    Span,
    Through,
    Use,
    Way,
)
from owned_mypy.lower_closures import effects_in
from owned_mypy.lower_context import CONTENT, Context, Value, tracked
from owned_mypy.lower_objects import name_keeper
from owned_mypy.lower_packed import pack, packed_in
from owned_mypy.lower_passing import elements_held, may_be_views
from owned_mypy.lower_places import element_at, field_of_tuple, project
from owned_mypy.names import DRAIN, INDEPENDENT, OWNED, HandleKind
from owned_mypy.types import gives_view, handle_name, handle_of, holds_guard, is_collection, is_copy, wrapped

_CONSTANTS = {"builtins.True": True, "builtins.False": False, "builtins.None": False}


# --- names, attributes, items


def lower_name(ctx: Context, node: NameExpr) -> Value:
    type, symbol = ctx.type_of(node), node.node
    if symbol is None or node.fullname in _CONSTANTS:
        return Value(type, node)
    if isinstance(symbol, Var):
        local = ctx.variables[symbol] if symbol in ctx.variables else variable(ctx, node, symbol, node)
        return Value(type or symbol.type, node, Place(local))
    if isinstance(symbol, (FuncDef, Decorator, OverloadedFuncDef)) and (
        symbol in ctx.variables or ctx.belongs_to_outer(symbol)
    ):
        return Value(type, node, Place(ctx.local_of(symbol, node.name, None, node, is_global=False)))
    return Value(type, node)


def variable(ctx: Context, node: RefExpr, symbol: Var, span: Span) -> int:
    """The local for a variable that is named in this body."""
    return ctx.local_of(symbol, symbol.name, symbol.type, span, is_global=node.kind in (GDEF, MDEF))


def lower_member(ctx: Context, node: MemberExpr, assigned: bool = False) -> Value:
    type = ctx.type_of(node)
    if isinstance(node.expr, RefExpr) and isinstance(node.expr.node, MypyFile):
        if isinstance(node.node, Var):
            return Value(type, node, Place(variable(ctx, node, node.node, node)))
        return Value(type, node)
    if isinstance(node.expr, RefExpr) and isinstance(node.expr.node, TypeInfo):
        info = node.expr.node
        symbol = info.get(node.name)
        if symbol is None or not isinstance(symbol.node, Var) or info.is_enum:
            return Value(type, node)
        return Value(type, node, Place(ctx.local_of(info, info.name, None, node, is_global=True), (Field(node.name),)))
    base = ctx.value(node.expr)
    if not assigned and is_property(base.type, node.name):
        return computed(ctx, base, node.name, type, node)
    return project(ctx, base, attribute_step(base, node.name), type, node)


def computed(ctx: Context, base: Value, name: str, type: Type | None, span: Span) -> Value:
    """What a property or a `__getitem__` of a class computes: a guard that it gives is lent by the object."""
    ctx.look(base, name)
    if not tracked(type):
        return Value(type, span, temp=elements_held(ctx, base) if gives_view(type) else None)
    result = ctx.result(type, span)
    if result.temp is not None and holds_guard(type):
        if handle_name(base.type) in INDEPENDENT:
            ctx.carry(ctx.hold(base), result.temp)
        elif base.handle in (HandleKind.OWNER, HandleKind.REF, HandleKind.REF_MUT):
            exclusive = handle_of(type) is HandleKind.REF_MUT and base.handle is not HandleKind.REF
            ctx.borrow(base, exclusive, result.temp, Lend.METHOD, name)
        else:
            ctx.carry(ctx.hold(base), result.temp)
    return result


def attribute_step(base: Value, name: str) -> Field:
    if name == "value" and base.type is not None:
        proper = get_proper_type(base.type)
        if isinstance(proper, Instance) and proper.type.fullname == OWNED:
            return CONTENT
    return Field(name)


def is_property(type: Type | None, name: str) -> bool:
    """Is the attribute computed by a property of the class (or of the wrapped value's class)?"""
    if type is None:
        return False
    if handle_of(type) not in (None, HandleKind.CONSUMABLE):
        if name == "value" and attribute_step(Value(type, NOWHERE), name) is CONTENT:
            return False
        type = wrapped(type)
        if type is None:
            return False
    proper = get_proper_type(type)
    if not isinstance(proper, Instance):
        return False
    symbol = proper.type.get(name)
    node = symbol.node if symbol is not None else None
    if isinstance(node, Decorator):
        return node.var.is_property
    if isinstance(node, OverloadedFuncDef):
        return node.is_property
    return False


def lower_index(ctx: Context, node: IndexExpr, assigned: bool = False) -> Value:
    type = ctx.type_of(node)
    if node.analyzed is not None:
        return Value(type, node)
    base = ctx.value(node.base)
    held = ctx.hold_on(base)
    step, key = index_step(ctx, node.index)
    ctx.let_go(held)
    if isinstance(node.index, SliceExpr) and not assigned:
        if base.handle is not None and holds_guard(type):
            return computed(ctx, base, "[:]", type, node)
        ctx.look(base, "[:]")
        is_name = base.handle is None and base.place is not None and not base.place.path
        source = ctx.hold(base) if tracked(type) or is_name else elements_held(ctx, base) if gives_view(type) else None
        return ctx.result(type, node, source)
    ctx.may_raise()
    if base.handle is not None and holds_guard(type) and not holds_guard(wrapped(base.type)):
        return computed(ctx, base, "__getitem__", type, node)
    if not assigned and is_collection(base.type):
        return element_at(ctx, base, step, type, node)
    found = project(ctx, base, field_of_tuple(base.type, step.key) or step, type, node)
    if assigned and key is not None and holds_guard(key.type):
        found.temp = ctx.hold(key)  # A key that borrows stays in the dictionary, too.
    return found


def index_step(ctx: Context, index: Expression) -> tuple[Index, Value | None]:
    """How an element is told from others, and its index or key, if that is more than a constant."""
    if isinstance(index, IntExpr):
        return Index(str(index.value)), None
    if isinstance(index, (StrExpr, BytesExpr)):
        return Index(repr(index.value)), None
    if isinstance(index, UnaryExpr) and isinstance(index.expr, IntExpr) and index.op == "-":
        return Index(f"-{index.expr.value}"), None
    value = ctx.read(index)
    if isinstance(index, NameExpr) and value.place is not None:
        return Index(index.name, value.place.local), value
    return Index(ctx.unknown_index()), value


def lower_slice(ctx: Context, node: SliceExpr) -> Value:
    for part in (node.begin_index, node.end_index, node.stride):
        if part is not None:
            ctx.read(part)
    return Value(ctx.type_of(node), node)


# --- operators


def lower_operator(ctx: Context, node: OpExpr) -> Value:
    type = ctx.type_of(node)
    if node.analyzed is not None:
        return Value(type, node)
    if node.op in ("and", "or"):
        left = ctx.value(node.left)
        right_block, skip_block = Block(), Block()
        into = ctx.temp(node)
        condition = Leaf(Block(), span=node.left)
        ctx.look(left)
        is_and = node.op == "and"
        ctx.emit(If(condition, right_block if is_and else skip_block, skip_block if is_and else right_block))
        with ctx.into(right_block):
            right = ctx.value(node.right)
        return Value(type, node, temp=into, arms=((skip_block, left), (right_block, right)))
    ctx.read(node.left, node.op)
    ctx.read(node.right, node.op)
    ctx.may_raise()
    return Value(type, node)


def lower_comparison(ctx: Context, node: ComparisonExpr) -> Value:
    by_identity = all(operator in ("is", "is not") for operator in node.operators)
    for operand in node.operands:
        ctx.look(ctx.value(operand), access=Access.IDENTITY if by_identity else None)
    if any(operator not in ("is", "is not") for operator in node.operators):
        ctx.may_raise()
    return Value(ctx.type_of(node), node)


def lower_unary(ctx: Context, node: UnaryExpr) -> Value:
    ctx.read(node.expr, node.op)
    return Value(ctx.type_of(node), node)


def lower_conditional(ctx: Context, node: ConditionalExpr) -> Value:
    condition = lower_condition(ctx, node.cond)
    then, orelse = Block(), Block()
    type = ctx.type_of(node)
    into = ctx.temp(node)
    ctx.emit(If(condition, then, orelse))
    arms: list[tuple[Block, Value]] = []
    for block, expression in ((then, node.if_expr), (orelse, node.else_expr)):
        with ctx.into(block):
            arms.append((block, ctx.value(expression)))
    return Value(type, node, temp=into, arms=tuple(arms))


def lower_condition(ctx: Context, node: Expression) -> Condition:
    """A condition as control flow: what its right side binds is bound only where it was evaluated."""
    if isinstance(node, OpExpr) and node.op in ("and", "or") and node.analyzed is None:
        left = lower_condition(ctx, node.left)
        return BoolOp(left, lower_condition(ctx, node.right), node.op == "and")
    if isinstance(node, UnaryExpr) and node.op == "not":
        return Not(lower_condition(ctx, node.expr))
    leaf = Leaf(Block(), constant=constant(node), span=node)
    mark = len(ctx.temporaries)
    with ctx.into(leaf.before):
        asked = asked_if_live(ctx, node)
        if asked is not None:
            leaf.when_true.append(AssumeLive(asked))
        else:
            ctx.read(node)
            assume_none(ctx, node, leaf)
        ctx.end_temporaries(mark)
        ctx.may_raise()
    return leaf


def assume_none(ctx: Context, node: Expression, leaf: Leaf) -> None:
    """After `x is None` or `x is not None`, one side knows that `x` holds nothing."""
    if not isinstance(node, ComparisonExpr) or len(node.operands) != 2 or node.operators[0] not in ("is", "is not"):
        return
    asked, other = node.operands
    if not isinstance(other, NameExpr) or other.fullname != "builtins.None":
        return
    if isinstance(asked, AssignmentExpr):
        asked = asked.target
    if isinstance(asked, NameExpr) and isinstance(asked.node, Var):
        side = leaf.when_true if node.operators[0] == "is" else leaf.when_false
        local = variable(ctx, asked, asked.node, asked)
        side.append(AssumeNone(local))
        if local in ctx.given_back:
            side.append(AssumeLive(ctx.given_back[local]))


def asked_if_live(ctx: Context, node: Expression) -> Place | None:
    """The place of `is_live(place)`."""
    if not isinstance(node, CallExpr) or len(node.args) != 1 or not isinstance(node.callee, RefExpr):
        return None
    row = effects_of_call(node.callee.fullname)
    if row is None or not row.params or row.params[0].effect is not ApiEffect.LOOKS:
        return None
    return ctx.value(node.args[0]).place


def constant(node: Expression) -> bool | None:
    if isinstance(node, NameExpr):
        return _CONSTANTS.get(node.fullname)
    if isinstance(node, IntExpr):
        return bool(node.value)
    return None


# --- displays, comprehensions


def lower_display(ctx: Context, node: ListExpr | TupleExpr | SetExpr) -> Value:
    return _collect(ctx, node, [store(ctx, item) for item in node.items])


def lower_dict(ctx: Context, node: DictExpr) -> Value:
    sources: list[int | None] = []
    for key, item in node.items:
        if key is None:
            sources.append(spread(ctx, item))
        else:
            sources.extend((store(ctx, key), store(ctx, item)))
    return _collect(ctx, node, sources)


def _collect(ctx: Context, node: Expression, sources: list[int | None]) -> Value:
    type = ctx.type_of(node)
    if not any(source is not None for source in sources):
        return Value(type, node)
    into = ctx.temp(node)
    for source in sources:
        ctx.carry(source, into, fresh=True)
        pack(ctx, into, ctx.packed.get(source, []) if source is not None else [])
    return Value(type, node, temp=into)


def spread(ctx: Context, node: Expression) -> int | None:
    """`*items` and `**items` in a display: the items are copied out."""
    value = ctx.value(node)
    ctx.look(value)
    return ctx.hold(value) if value.type is not None and holds_guard(value.type) else None


def store(ctx: Context, node: Expression, what: str = "") -> int | None:
    """Put the value of an expression into something that keeps it."""
    if isinstance(node, StarExpr):
        return spread(ctx, node.expr)
    value = ctx.value(node)
    given = ctx.give(value, MoveBy.STORE, what)
    for closure in ctx.closures_in(value):
        closure.stay()
    pack(ctx, given, packed_in(ctx, value))
    return given


def lower_star(ctx: Context, node: StarExpr) -> Value:
    return ctx.value(node.expr)


def lower_list_comprehension(ctx: Context, node: ListComprehension | SetComprehension) -> Value:
    return _comprehension(ctx, node, node.generator, lambda: [store(ctx, node.generator.left_expr)], lazy=False)


def lower_dict_comprehension(ctx: Context, node: DictionaryComprehension) -> Value:
    parts = [part for part in (node.key, node.value) if part is not None]
    return _comprehension(ctx, node, node, lambda: [store(ctx, part) for part in parts], lazy=False)


def lower_generator(ctx: Context, node: GeneratorExpr) -> Value:
    """A generator expression is a closure: it holds what it goes over, and the guards and views that it names."""
    block, known = Block(), len(ctx.locals)
    with ctx.into(block):
        value = _comprehension(ctx, node, node, lambda: [store(ctx, node.left_expr)], lazy=True)
    ctx.emit(block)
    named = {effect.place.local for effect in effects_in(block) if isinstance(effect, (Borrow, Copy, Move, Use))}
    for local in sorted(named):
        if local < known and ctx.locals[local].kind is not LocalKind.TEMPORARY:
            ctx.carry(local, value.temp)
    return value


def _comprehension(
    ctx: Context,
    node: Expression,
    generator: GeneratorExpr | DictionaryComprehension,
    element: Callable[[], list[int | None]],
    lazy: bool,
) -> Value:
    into = ctx.temp(node)
    sources: list[int | None] = []

    def level(depth: int) -> None:
        if depth == len(generator.sequences):
            for source in element():
                ctx.carry(source, into, fresh=not lazy)
                pack(ctx, into, ctx.packed.get(source, []) if source is not None else [])
            return
        each, body = Block(), Block()
        sequence = generator.sequences[depth]
        held = iterate(ctx, sequence, generator.indices[depth], each)
        sources.append(held)
        ctx.emit(For(each, body, Block(), sequence))
        with ctx.into(body):
            inner_mark = len(ctx.temporaries)
            conditions(ctx, generator.condlists[depth], lambda: level(depth + 1))
            ctx.end_temporaries(inner_mark)

    mark = len(ctx.temporaries)
    level(0)
    for index in generator.indices:  # its variables end with it
        for name in names_in(index):
            if name in ctx.variables:
                ctx.emit(Kill(ctx.variables[name], ctx.locals[ctx.variables[name]].span))
    result = Value(ctx.type_of(node), node, temp=into)
    if lazy:
        result.elements = ctx.temp(node)
        ctx.carry(into, result.elements)
        for source in sources:
            ctx.carry(source, into)
    ctx.end_temporaries(mark, keep=result.elements)
    return result


def names_in(target: Expression) -> Iterator[Var]:
    """The variables that a target binds."""
    if isinstance(target, StarExpr):
        yield from names_in(target.expr)
    elif isinstance(target, (TupleExpr, ListExpr)):
        for item in target.items:
            yield from names_in(item)
    elif isinstance(target, NameExpr) and isinstance(target.node, Var):
        yield target.node


def conditions(ctx: Context, tests: list[Expression], then: Callable[[], None]) -> None:
    """Run `then` where all the tests are true."""
    if not tests:
        then()
        return
    condition = lower_condition(ctx, tests[0])
    block = Block()
    ctx.emit(If(condition, block, Block()))
    with ctx.into(block):
        conditions(ctx, tests[1:], then)


def iterate(ctx: Context, iterable: Expression, target: Expression, each: Block) -> int | None:
    """Evaluate an iterable and bind its target at the start of each iteration; gives what holds its borrows."""
    value = ctx.value(iterable)
    held: int | None = value.temp
    kind = value.handle
    shared = False
    if held is not None and held in ctx.going_over:
        value = ctx.going_over[held]
        shared = _lends_shared(iterable)
        ctx.borrow(value, False, held, Lend.ITERATION, "for")
    elif value.place is not None and (
        kind is HandleKind.OWNER or (kind is HandleKind.REF_MUT and is_collection(value.type))
    ):
        held = ctx.temp(iterable)
        ctx.borrow(value, False, held, Lend.ITERATION, "for")
    else:
        ctx.look(value, "for")
    ctx.hold_on(value)
    if held is None and value.place is not None and ctx.locals[value.place.local].kind is LocalKind.TEMPORARY:
        held = ctx.hold(value)
    ctx.may_raise()
    step = Index(ctx.unknown_index())
    if handle_name(value.type) == DRAIN:
        element = Value(None, iterable)
    elif is_collection(value.type):
        element = element_at(ctx, value, Through(Way.REF) if shared else step, None, iterable)
    elif value.temp is not None and value.temp in ctx.values_of:
        element = project(ctx, ctx.values_of[value.temp], step, None, iterable)
    else:
        element = project(ctx, value, step, None, iterable)
    with ctx.into(each):
        mark = len(ctx.temporaries)
        assign_target(ctx, target, element_of(ctx, element, target))
        ctx.end_temporaries(mark)
    return held


def _lends_shared(iterable: Expression) -> bool:
    """Does a map lend its values shared here, whatever borrow it is reached through?"""
    return (
        isinstance(iterable, CallExpr)
        and isinstance(iterable.callee, MemberExpr)
        and iterable.callee.name in ("keys", "values", "items")
    )


def element_of(ctx: Context, element: Value, target: Expression) -> Value:
    """One element, as a temporary that refers to its place."""
    type = target_type(ctx, target)
    if element.place is None or (type is not None and is_copy(type)):
        return Value(type, element.span, alias=frozenset())
    into = ctx.temp(element.span)
    part = type is None or not holds_guard(type)
    ctx.emit(Copy(element.place, into, element.span, part, element=True))
    pack(ctx, into, packed_in(ctx, element))
    return Value(type, element.span, temp=into, alias=frozenset({element.place.local}))


def target_type(ctx: Context, target: Expression) -> Type | None:
    if isinstance(target, NameExpr) and isinstance(target.node, Var):
        return target.node.type
    return ctx.type_of(target)


# --- others


def lower_walrus(ctx: Context, node: AssignmentExpr) -> Value:
    value = ctx.value(node.value)
    source = ctx.give(value, MoveBy.ASSIGNMENT)
    assign_target(ctx, node.target, Value(value.type, value.span, temp=source, alias=value.alias))
    return ctx.value(node.target)


def lower_await(ctx: Context, node: AwaitExpr) -> Value:
    value = ctx.value(node.expr)
    ctx.look(value, "await")
    ctx.may_raise()
    type = ctx.type_of(node)
    if not tracked(type):
        return Value(type, node)
    return ctx.result(type, node, ctx.hold(value) if type is not None and holds_guard(type) else None)


def lower_yield(ctx: Context, node: YieldExpr) -> Value:
    if node.expr is not None:
        value = ctx.value(node.expr)
        if ctx.lends_by_yield:
            ctx.look(value, "yield")
        else:
            ctx.escape(value, ctx.give(value, MoveBy.YIELD), Exit.YIELD)
    ctx.may_raise()
    type = ctx.type_of(node)
    return ctx.result(type, node) if tracked(type) else Value(type, node)


def lower_yield_from(ctx: Context, node: YieldFromExpr) -> Value:
    ctx.read(node.expr, "yield from")
    ctx.may_raise()
    type = ctx.type_of(node)
    return ctx.result(type, node) if tracked(type) else Value(type, node)


def lower_wrapped(ctx: Context, node: CastExpr | AssertTypeExpr) -> Value:
    value = ctx.value(node.expr)
    value.type = ctx.type_of(node) or value.type
    return value


def lower_reveal(ctx: Context, node: RevealExpr) -> Value:
    return ctx.value(node.expr) if node.expr is not None else Value(None, node)


# --- targets


def assign_target(ctx: Context, target: Expression, value: Value) -> None:
    """Bind a target to a value that is held by a temporary (or holds nothing)."""
    if isinstance(target, StarExpr):
        type = target_type(ctx, target.expr)
        if type is not None and not holds_guard(type):  # a new list, no view
            into = ctx.temp(value.span) if may_be_views(type) else None
            ctx.carry(value.temp, into, fresh=True)
            value = Value(type, value.span, temp=into)
        assign_target(ctx, target.expr, value)
    elif isinstance(target, (TupleExpr, ListExpr)):
        for item in target.items:
            part: int | None = None
            if value.temp is not None and not is_copy(target_type(ctx, item)):
                part = ctx.temp(value.span)
                ctx.carry(value.temp, part)
            assign_target(ctx, item, Value(None, value.span, temp=part, alias=value.alias))
    elif isinstance(target, NameExpr) and isinstance(target.node, Var):
        local = bind(ctx, target, target.node)
        if value.alias is not None:
            ctx.locals[local].found_in = set(value.alias) | (ctx.locals[local].found_in or set())
        ctx.emit(Assign(Place(local), value.temp, target))
        forget_name(ctx, local)
        ctx.locals[local].attempted |= value.temp in ctx.attempts
        ctx.unbind_from_block(local)
        if value.temp is not None and value.temp in ctx.left_to_scope:
            bound = ctx.left_to_scope[value.temp]
            ctx.bind_to_block(local, bound.leave, bound.span, on_this_path=True)
        ctx.given_back.pop(local, None)
        if value.temp is not None and value.temp in ctx.given_back:
            ctx.given_back[local] = ctx.given_back[value.temp]
        ctx.packed.pop(local, None)
        if value.temp is not None and value.temp in ctx.packed:
            ctx.packed[local] = ctx.packed[value.temp]
        ctx.once.discard(local)
        if value.temp in ctx.once:
            ctx.once.add(local)
        if ctx.keeping:
            name_keeper(ctx, local, value.temp)
        ctx.closures.pop(local, None)
        closure = ctx.closures.get(value.temp) if value.temp is not None else None
        if closure is not None:
            ctx.closures[local] = closure
            ctx.locals[local].is_closure = True
        if closure is None or closure.has_defaults:
            ctx.locals[local].keeps_others = True
    elif isinstance(target, (MemberExpr, IndexExpr)):
        assign_part(ctx, target, value)


def forget_name(ctx: Context, local: int) -> None:
    """A name is bound anew: what it stood for does not end with it, and it does not end with its other names."""
    for place in ctx.pattern_names.pop(local, ()):
        others = ctx.pattern_names.get(place.local)
        if others is not None:
            ctx.pattern_names[place.local] = [other for other in others if other != Place(local)]


def bind(ctx: Context, target: RefExpr, symbol: SymbolNode) -> int:
    assert isinstance(symbol, Var)
    local = variable(ctx, target, symbol, target)
    if ctx.locals[local].kind is LocalKind.VARIABLE:
        ctx.locals[local].declared = True
    return local


def assign_part(ctx: Context, target: MemberExpr | IndexExpr, value: Value) -> None:
    if isinstance(target, MemberExpr):
        part = lower_member(ctx, target, assigned=True)
    else:
        part = lower_index(ctx, target, assigned=True)
    source = value.temp
    for closure in ctx.closures_in(Value(value.type, value.span, temp=source)):
        closure.leave(Exit.KEPT)
    if part.place is None:
        return
    if part.temp is not None:
        source = ctx.temp(value.span) if source is None else source
        ctx.carry(part.temp, source)
    content = bool(part.place.path) and part.place.path[-1] == CONTENT
    ctx.emit(Assign(part.place, source, target, content))
    ctx.may_raise()
