"""Objects that keep what their constructor is given: `Holder(r.items)` refers to the view for as long as it lives.

What a generated constructor takes becomes a field; of others it is read from `__init__` what they assign to `self`.
"""

from __future__ import annotations

from mypy.nodes import TypeInfo, Var
from mypy.types import Instance, TupleType, Type, get_proper_type

from owned_mypy.classes import kept_by_init
from owned_mypy.ir import Exit, LocalKind, Span
from owned_mypy.lower_context import Context, Value
from owned_mypy.signatures import Formal
from owned_mypy.types import gives_view, mentions_handle


def keep_views(
    ctx: Context, type: Type | None, given: list[tuple[Value, Formal]], span: Span, into: int | None
) -> int | None:
    """The views among the arguments are held by the new object; gives the temporary for it, if there are any."""
    info = _class_of(type)
    if info is None:
        return into
    for value, formal in given:
        closure = ctx.closure_of(value)
        if closure is not None and formal.name is not None and _is_kept(info, formal.name):
            into = ctx.temp(span) if into is None else into
            ctx.carry(ctx.hold(value), into)
            ctx.keeping.setdefault(into, []).append(closure)
        if value.at is None or formal.name is None or not gives_view(value.type) or mentions_handle(value.type):
            continue
        if not _is_kept(info, formal.name):
            continue
        held = ctx.hold(value)
        into = ctx.temp(span) if into is None else into
        ctx.carry(held, into, stored_at=span)
    return into


def name_keeper(ctx: Context, local: int, source: int | None) -> None:
    """A variable is bound to an object with closures in its fields, or to something else."""
    ctx.keeping.pop(local, None)
    kept = ctx.keeping.get(source) if source is not None else None
    if not kept:
        return
    ctx.keeping[local] = kept
    ctx.locals[local].is_closure = True
    if ctx.locals[local].kind in (LocalKind.FREE, LocalKind.GLOBAL):
        for closure in kept:
            closure.leave(Exit.KEPT)


def _class_of(type: Type | None) -> TypeInfo | None:
    proper = get_proper_type(type) if type is not None else None
    if isinstance(proper, TupleType):
        return proper.partial_fallback.type
    return proper.type if isinstance(proper, Instance) else None


def _is_kept(info: TypeInfo, name: str) -> bool:
    """Does the constructor put this argument into the object?"""
    for base in info.mro:
        symbol = base.names.get("__init__")
        if symbol is None and not base.is_named_tuple:
            continue
        if symbol is not None and not symbol.plugin_generated:
            return name in kept_by_init(base)
        if _is_converted(base, name):
            return False
        found = info.get(name)
        return found is not None and isinstance(found.node, Var)
    return False


def _is_converted(info: TypeInfo, name: str) -> bool:
    attributes = info.metadata.get("attrs", {}).get("attributes", ())
    return any(attribute["name"] == name and attribute["has_converter"] for attribute in attributes)
