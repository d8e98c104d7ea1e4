"""Exact types for `take_field(x, "name")` and `replace_field(x, "name", new)`: those of the field.

A field that is named by a string is `Any` for every checker. Where the string is a literal, mypy is asked for it.
"""

from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import Expression, StrExpr
from mypy.plugin import FunctionSigContext
from mypy.types import AnyType, FunctionLike, Instance, Type, get_proper_type

from owned_mypy.attributes import DEEPEST
from owned_mypy.types import handle_instance, wrapped

FIELD_MOVES: Final = frozenset({"owned.field_moves.take_field", "owned.field_moves.replace_field"})


def exact_field(ctx: FunctionSigContext) -> FunctionLike:
    """Answer for a call: with the field's type as the result, and as what may be put in its place."""
    signature, api = ctx.default_signature, ctx.api
    named = _arguments(ctx)
    if named is None or not isinstance(api, TypeChecker):
        return signature
    holder, name = named
    value = get_proper_type(_innermost(api.expr_checker.accept(holder)))
    if isinstance(value, AnyType) or not isinstance(value, Instance):
        return signature
    field = api.expr_checker.analyze_external_member_access(name.value, value, name)
    types = [*signature.arg_types[:2], *(field for _ in signature.arg_types[2:])]
    return signature.copy_modified(arg_types=types, ret_type=field)


def _arguments(ctx: FunctionSigContext) -> tuple[Expression, StrExpr] | None:
    if len(ctx.args) < 2 or len(ctx.args[0]) != 1 or len(ctx.args[1]) != 1:
        return None
    holder, name = ctx.args[0][0], ctx.args[1][0]
    return (holder, name) if isinstance(name, StrExpr) else None


def _innermost(type: Type) -> Type:
    """What the handles lead to that a field may be reached through."""
    for _ in range(DEEPEST):
        handle = handle_instance(type)
        inner = wrapped(type) if handle is not None else None
        if inner is None:
            break
        type = inner
    return type
