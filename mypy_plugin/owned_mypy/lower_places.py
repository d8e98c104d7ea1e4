"""Parts of values: where an attribute, an item or an element stands, and what one goes through to reach it."""

from __future__ import annotations

from mypy.types import TupleType, Type, get_proper_type

from owned_mypy.ir import Field, LocalKind, Projection, Role, Span, Through, Way
from owned_mypy.lower_context import Context, Value, way_through
from owned_mypy.names import HandleKind


def project(ctx: Context, base: Value, step: Projection, type: Type | None, span: Span) -> Value:
    """A part of `base`, or what it leads to."""
    for block, arm in base.arms:
        with ctx.into(block):
            ctx.look(arm)
    at = base.at
    if at is None:
        return Value(type, span)
    kind = base.handle
    way = way_through(kind)
    if way is None and kind in (None, HandleKind.CONSUMABLE) and not at.path:
        way = way_of_local(ctx, at.local)
    place = at.then(Through(way), step) if way is not None else at.then(step)
    return Value(type, span, place)


def field_of_tuple(type: Type | None, position: str) -> Field | None:
    """The field of a named tuple that stands at this position."""
    proper = get_proper_type(type) if type is not None else None
    if not isinstance(proper, TupleType) or not position.isdecimal():
        return None
    for base in proper.partial_fallback.type.mro:
        names = base.metadata.get("namedtuple", {}).get("fields", ())
        if int(position) < len(names):
            return Field(names[int(position)])
    return None


def way_of_local(ctx: Context, local: int) -> Way | None:
    """Whose the fields of a plain local are."""
    if local == ctx.self_local:
        return ctx.way_of_self
    found = ctx.locals[local]
    if found.kind is LocalKind.FREE and found.role is Role.PLAIN:
        node = next(node for node, index in ctx.variables.items() if index == local)
        outer = ctx.outer
        while outer is not None and node not in outer.variables:
            outer = outer.outer
        return way_of_local(outer, outer.variables[node]) if outer is not None else None
    if found.kind is LocalKind.PARAMETER and found.role is Role.PLAIN and not found.packed:
        return Way.CALLER
    return None


def element_at(ctx: Context, base: Value, step: Projection, type: Type | None, span: Span) -> Value:
    """An element of one of our collections, which lends it."""
    inner = project(ctx, base, Through(Way.ELEMENT), None, span)
    return Value(type, span, inner.place.then(step) if inner.place is not None else None)
