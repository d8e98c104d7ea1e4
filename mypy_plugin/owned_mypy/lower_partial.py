"""`functools.partial` with an owner that the function takes: what can be called once."""

from __future__ import annotations

from typing import Final

from mypy.argmap import map_actuals_to_formals
from mypy.nodes import CallExpr, RefExpr
from mypy.types import AnyType, CallableType, TypeOfAny, get_proper_type

from owned_mypy.api import Effect, effects_of_call
from owned_mypy.ir import Move, MoveBy
from owned_mypy.lower_context import Context, Value
from owned_mypy.types import OWNERS, handle_of

_UNKNOWN: Final = AnyType(TypeOfAny.special_form)
_TAKING: Final = (Effect.CONSUMES, Effect.DROPS)


def can_be_called_once(ctx: Context, node: CallExpr) -> bool:
    """Does the function of this `partial` take ownership of one of the owners that it is given with it?"""
    function = node.args[0] if node.args else None
    kinds, names = node.arg_kinds[1:], node.arg_names[1:]
    owners = {at for at, actual in enumerate(node.args[1:]) if handle_of(ctx.type_of(actual)) in OWNERS}
    if function is None or not owners:
        return False
    row = effects_of_call(function.fullname) if isinstance(function, RefExpr) else None
    if row is not None:
        params = [row.param(names[at], None if names[at] else at) for at in owners]
        return any(param is not None and param.effect in _TAKING for param in params)
    signature = get_proper_type(ctx.type_of(function))
    if not isinstance(signature, CallableType):
        return False
    formals = map_actuals_to_formals(kinds, names, signature.arg_kinds, signature.arg_names, lambda _: _UNKNOWN)
    return any(
        handle_of(signature.arg_types[position]) in OWNERS and not owners.isdisjoint(actuals)
        for position, actuals in enumerate(formals)
    )


def use_up(ctx: Context, called: Value | None, label: str) -> None:
    """The call of a variable with something that can be called once."""
    if called is not None and called.place is not None and called.place.local in ctx.once and not called.place.path:
        ctx.emit(Move(called.place, None, MoveBy.CLOSURE_CALL, called.span, label))
