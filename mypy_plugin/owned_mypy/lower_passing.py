"""What is passed through a call as it is: the elements of a view through `sorted`, `next`, `zip`, `list`.

The elements of a view are views with the same end, whatever they were passed through. An iterator may hold more than
its elements do: `map(f, view)` reads the view for as long as it runs, and gives what `f` gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy.nodes import TypeInfo
from mypy.types import Instance, TupleType, Type, TypeVarType, UnionType, get_proper_type

from owned_mypy.classes import gives_part
from owned_mypy.ir import Copy, Index, Span, Through, Way
from owned_mypy.lower_context import Context, Value, way_through
from owned_mypy.names import LAZY_CELL, ONCE_CELL, HandleKind
from owned_mypy.types import gives_view, handle_name, is_copy, is_transparent, mentions_handle, wrapped

_OPAQUE: Final = frozenset(
    {"typing.Iterator", "typing.Generator", "typing.AsyncIterator", "typing.Iterable", "builtins.map"}
    | {"itertools.starmap", "itertools.accumulate", "typing.AsyncGenerator"}
)
"""Classes of iterators of which nobody knows where their elements come from."""
_PASSING_ITERATORS: Final = frozenset(
    {f"builtins.{name}" for name in ("enumerate", "zip", "reversed", "iter", "filter")}
    | {f"itertools.{name}" for name in ("chain", "islice", "takewhile", "dropwhile", "filterfalse", "cycle")}
    | {f"itertools.{name}" for name in ("pairwise", "zip_longest", "chain.from_iterable")}
)
"""Those of which it is known: from what they were given."""


_SEEN_IN_CELL: Final = frozenset({"get", "get_or_init", "try_insert", "force"})
"""What lets its caller read the value of a cell that is filled once: a part of the cell, which ends with it."""


def elements_held(ctx: Context, value: Value) -> int | None:
    """A temporary that holds what the elements of `value` hold, if that is known."""
    if value.elements is not None:
        return value.elements
    if value.handle is HandleKind.OWNER or value.type is None or is_copy(value.type):
        return None
    if value.arms or is_opaque(value.type):
        return None
    at = value.at
    if at is None:
        return None
    way = way_through(value.handle)
    if way is None and value.place is None:
        return value.temp
    into = ctx.temp(value.span)
    element = Index(ctx.unknown_index())
    ctx.emit(Copy(at.then(Through(way), element) if way is not None else at.then(element), into, value.span, True))
    return into


def elements_of_iterator(ctx: Context, fullname: str, passed: Sequence[Value], span: Span) -> int:
    """A temporary that holds what the elements of a new iterator hold: those of its arguments, or nothing known."""
    into = ctx.temp(span)
    if fullname in _PASSING_ITERATORS:
        for value in passed:
            ctx.carry(elements_held(ctx, value), into)
    return into


def passed_on(
    ctx: Context,
    passed: Sequence[Value],
    type: Type | None,
    span: Span,
    found_in: frozenset[int] | None,
    is_new: bool,
) -> Value:
    """The result of a function that gives what it was given, or a new container with the elements of that."""
    into = ctx.temp(span)
    for value in passed:
        ctx.carry(elements_held(ctx, value), into, fresh=is_new)
    return Value(type, span, temp=into, alias=found_in)


_DEEPEST = 16
"""How many handles within handles are looked through: an alias may nest them for ever."""


def info_of(type: Type | None, deepest: int = _DEEPEST) -> TypeInfo | None:
    """The class of a value, seen through `None` in unions and through nested handles."""
    if type is None or not deepest:
        return None
    proper = get_proper_type(type)
    if isinstance(proper, Instance):
        if is_transparent(proper):
            return info_of(wrapped(proper), deepest - 1)
        return proper.type
    if isinstance(proper, TypeVarType):
        return info_of(proper.upper_bound, deepest)
    items = getattr(proper, "items", None)
    if isinstance(items, list) and hasattr(proper, "length"):
        for item in items:
            info = info_of(item, deepest)
            if info is not None and info.fullname != "builtins.None":
                return info
    fallback = getattr(proper, "partial_fallback", None) or getattr(proper, "fallback", None)
    return fallback.type if isinstance(fallback, Instance) else None


def part_of_receiver(ctx: Context, receiver: Value | None, name: str, type: Type | None) -> int | None:
    """A temporary that holds what a method gives, if that is known to be a part of its object."""
    if receiver is None or receiver.at is None or not gives_view(type):
        return None
    if name in _SEEN_IN_CELL and handle_name(receiver.type) in (ONCE_CELL, LAZY_CELL):
        into = ctx.temp(receiver.span)
        ctx.emit(Copy(receiver.at.then(Through(Way.SHARED)), into, receiver.span, part=True))
        return into
    way = way_through(receiver.handle)
    info = info_of(wrapped(receiver.type) if way is not None else receiver.type)
    if info is None or info.module_name == "builtins" or not gives_part(info, name):
        return None
    return elements_held(ctx, receiver)


def is_opaque(type: Type) -> bool:
    proper = get_proper_type(type)
    return isinstance(proper, Instance) and proper.type.fullname in _OPAQUE


def may_be_views(type: Type | None, deepest: int = _DEEPEST) -> bool:
    """May the result of a function that passes elements on be, or have in it, views?"""
    proper = get_proper_type(type) if type is not None and deepest else None
    if isinstance(proper, UnionType):
        return any(may_be_views(item, deepest - 1) for item in proper.items)
    if isinstance(proper, TupleType):
        return any(may_be_views(item, deepest - 1) for item in proper.items)
    if isinstance(proper, Instance) and proper.type.module_name.partition(".")[0] == "owned":
        return False
    if isinstance(proper, Instance) and proper.args and proper.type.module_name in _CONTAINERS:
        return any(may_be_views(argument, deepest - 1) for argument in proper.args)
    return gives_view(proper) and not mentions_handle(proper)


_CONTAINERS: Final = frozenset({"builtins", "collections", "typing"})
