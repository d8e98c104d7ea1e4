"""What containers, partials and closures hold, which their types do not tell: noted where they are made.

jobs = [partial(use, rc)]        `jobs` has an `Rc` in it
Thread(target=run, args=(jobs,)) which must not go to another thread
"""

from __future__ import annotations

from collections.abc import Sequence

from mypy.types import Type

from owned_mypy.ir import LocalKind
from owned_mypy.lower_context import Context, Value


def packed_in(ctx: Context, value: Value) -> Sequence[Type | None]:
    """The types of what is known to be in a value."""
    closure = ctx.closure_of(value)
    if closure is not None:
        return closure.reached
    at = value.at
    return ctx.packed.get(at.local, ()) if at is not None else ()


def pack(ctx: Context, into: int | None, types: Sequence[Type | None]) -> None:
    """Something with these types in it goes into what a local holds."""
    if types and into is not None:
        ctx.packed[into] = [*ctx.packed.get(into, ()), *types]


def is_container_here(ctx: Context, value: Value) -> bool:
    """Does the container end with this function?"""
    at = value.at
    return at is not None and not at.path and ctx.locals[at.local].kind in (LocalKind.VARIABLE, LocalKind.TEMPORARY)
