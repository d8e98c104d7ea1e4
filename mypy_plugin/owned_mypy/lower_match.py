"""`match` to IR: what the patterns bind, the guards, and whether one case always matches."""

from __future__ import annotations

from mypy.nodes import MatchStmt, MemberExpr, NameExpr, TypeInfo, Var
from mypy.patterns import (
    AsPattern,
    ClassPattern,
    MappingPattern,
    OrPattern,
    Pattern,
    SequencePattern,
    SingletonPattern,
    StarredPattern,
    ValuePattern,
)
from mypy.types import Instance, LiteralType, NoneType, ProperType, TupleType, Type, UnionType, get_proper_type

from owned_mypy.ir import AssumeNone, Block, Case, Copy, Field, Index, Match, Place, Through
from owned_mypy.lower_context import Context, Value
from owned_mypy.lower_expressions import assign_target, lower_condition
from owned_mypy.lower_places import way_of_local
from owned_mypy.names import HandleKind
from owned_mypy.types import holds_guard, is_copy


def lower_match(ctx: Context, node: MatchStmt) -> None:
    mark = len(ctx.temporaries)
    subject = ctx.value(node.subject)
    ctx.look(subject, "match")
    guard = subject.handle in (HandleKind.REF, HandleKind.REF_MUT)
    ctx.end_temporaries(mark, keep=None if guard else subject.temp, owners=False)
    if guard and subject.place is None:
        subject = Value(subject.type, subject.span)
    cases: list[Case] = []
    for pattern, test, body in zip(node.patterns, node.guards, node.bodies, strict=True):
        bind, names_outside = Block(), dict(ctx.pattern_names)
        with ctx.into(bind):
            inner = len(ctx.temporaries)
            bind_pattern(ctx, pattern, subject, _some(subject.place), top=True)
            if is_none(pattern) and subject.place is not None and not subject.place.path:
                ctx.emit(AssumeNone(subject.place.local))
            ctx.end_temporaries(inner)
        condition = lower_condition(ctx, test) if test is not None else None
        lowered = Block()
        with ctx.into(lowered):
            for statement in body.body:
                ctx.lower_statement(ctx, statement)
        cases.append(Case(bind, condition, lowered, pattern.line))
        ctx.pattern_names = names_outside
    ctx.emit(Match(cases, is_exhaustive(ctx, node)))


def bind_pattern(ctx: Context, pattern: Pattern | None, subject: Value, parts: list[Place], top: bool) -> None:
    """Bind the names of a pattern; each refers to the subject or to a part of it: to `parts`, where they are known.

    There are several where `as` has given a name to something around the part.
    """
    match pattern:
        case AsPattern():
            inner = parts
            if pattern.name is not None:
                bind_name(ctx, pattern.name, subject, parts, top)
                if isinstance(pattern.name.node, Var) and pattern.name.node in ctx.variables:
                    inner = [*parts, Place(ctx.variables[pattern.name.node])]
            bind_pattern(ctx, pattern.pattern, subject, inner, top)
        case OrPattern():
            for option in pattern.patterns:
                bind_pattern(ctx, option, subject, parts, top)
        case StarredPattern():
            if pattern.capture is not None:
                bind_name(ctx, pattern.capture, subject, [], top=False)
        case SequencePattern():
            starred = False
            for position, item in enumerate(pattern.patterns):
                starred = starred or isinstance(item, StarredPattern)
                element = [] if starred else [_part(ctx, part, Index(str(position))) for part in parts]
                bind_pattern(ctx, item, subject, element, top=False)
        case MappingPattern():
            for value in pattern.values:
                bind_pattern(ctx, value, subject, [], top=False)
            if pattern.rest is not None:
                bind_name(ctx, pattern.rest, subject, [], top=False)
        case ClassPattern():
            names = [*_positional_names(pattern), *pattern.keyword_keys]
            for name, item in zip(names, [*pattern.positionals, *pattern.keyword_values], strict=True):
                field = [] if name is None else [_part(ctx, part, Field(name)) for part in parts]
                bind_pattern(ctx, item, subject, field, top=False)
        case ValuePattern():
            ctx.read(pattern.expr)
        case _:
            pass


def _some(place: Place | None) -> list[Place]:
    return [] if place is None else [place]


def _part(ctx: Context, part: Place, step: Field | Index) -> Place:
    way = None if part.path else way_of_local(ctx, part.local)
    return part.then(step) if way is None else part.then(Through(way), step)


def _positional_names(pattern: ClassPattern) -> list[str | None]:
    """The attributes that the positional patterns of a class look at, None where that is not known."""
    info = pattern.class_ref.node
    symbol = info.get("__match_args__") if isinstance(info, TypeInfo) else None
    type = get_proper_type(symbol.type) if symbol is not None and symbol.type is not None else None
    names: list[str | None] = []
    for item in type.items if isinstance(type, TupleType) else ():
        literal = get_proper_type(item)
        if isinstance(literal, Instance) and literal.last_known_value is not None:
            literal = literal.last_known_value
        names.append(literal.value if isinstance(literal, LiteralType) and isinstance(literal.value, str) else None)
    count = len(pattern.positionals)
    return (names + [None] * count)[:count]


def is_none(pattern: Pattern) -> bool:
    return isinstance(pattern, SingletonPattern) and pattern.value is None


def bind_name(ctx: Context, name: NameExpr, subject: Value, parts: list[Place], top: bool) -> None:
    type = name.node.type if isinstance(name.node, Var) else None
    at = subject.at
    if type is not None and is_copy(type):
        assign_target(ctx, name, Value(type, subject.span))
        return
    known = ctx.pattern_names.get(ctx.variables[name.node], []) if name.node in ctx.variables else []
    if at is None:
        assign_target(ctx, name, Value(type, subject.span))
    else:
        into = ctx.temp(subject.span)
        place = at if top else at.then(Index(ctx.unknown_index()))
        ctx.emit(Copy(place, into, subject.span, not top and (type is None or not holds_guard(type))))
        assign_target(ctx, name, Value(type, subject.span, temp=into, alias=frozenset({at.local})))
    if parts and isinstance(name.node, Var):
        ctx.pattern_names[ctx.variables[name.node]] = [*known, *parts]


# --- exhaustiveness


def is_exhaustive(ctx: Context, node: MatchStmt) -> bool:
    """Does some case match whatever the subject is, as far as its type tells?"""
    unguarded = [pattern for pattern, test in zip(node.patterns, node.guards, strict=True) if test is None]
    if any(_matches_all(pattern) for pattern in unguarded):
        return True
    type = ctx.type_of(node.subject)
    if type is None:
        return False
    items = _items(get_proper_type(type))
    return bool(items) and all(any(_matches(pattern, item) for pattern in unguarded) for item in items)


def _matches_all(pattern: Pattern) -> bool:
    match pattern:
        case AsPattern():
            return pattern.pattern is None or _matches_all(pattern.pattern)
        case OrPattern():
            return any(_matches_all(option) for option in pattern.patterns)
        case _:
            return False


def _items(type: ProperType) -> list[ProperType]:
    """The alternatives of a type, as far as they can be counted."""
    if isinstance(type, UnionType):
        return [part for item in type.items for part in _items(get_proper_type(item))]
    if isinstance(type, Instance) and type.type.is_enum:
        members = type.type.enum_members
        return [LiteralType(name, type) for name in members]
    if isinstance(type, Instance) and type.type.fullname == "builtins.bool":
        return [LiteralType(True, type), LiteralType(False, type)]
    return [type]


def _matches(pattern: Pattern, item: ProperType) -> bool:
    match pattern:
        case AsPattern():
            return pattern.pattern is None or _matches(pattern.pattern, item)
        case OrPattern():
            return any(_matches(option, item) for option in pattern.patterns)
        case SingletonPattern():
            if pattern.value is None:
                return isinstance(item, NoneType)
            return isinstance(item, LiteralType) and item.value is pattern.value
        case ValuePattern():
            expression = pattern.expr
            if isinstance(item, LiteralType) and isinstance(expression, (NameExpr, MemberExpr)):
                return bool(expression.name == item.value)
            value: object = getattr(expression, "value", None)
            return isinstance(item, LiteralType) and value is not None and value == item.value
        case ClassPattern():
            positionals = [p for p in pattern.positionals if not _matches_all(p)]
            if positionals or any(not _matches_all(p) for p in pattern.keyword_values):
                return False
            info = pattern.class_ref.node
            instance: Type = item.fallback if isinstance(item, LiteralType) else item
            instance = get_proper_type(instance)
            return isinstance(info, TypeInfo) and isinstance(instance, Instance) and info in instance.type.mro
        case _:
            return False
