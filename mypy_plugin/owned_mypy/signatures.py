"""Which signature a call uses, and which parameter each argument goes to."""

from collections.abc import Callable
from typing import Final, TypeAlias

from mypy.argmap import map_actuals_to_formals
from mypy.erasetype import erase_typevars
from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import (
    ARG_OPT,
    ARG_POS,
    ARG_STAR,
    ARG_STAR2,
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    OverloadedFuncDef,
    SymbolNode,
    TypeInfo,
)
from mypy.subtypes import is_subtype
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    Overloaded,
    Type,
    TypeOfAny,
    TypeVarType,
    UnionType,
    get_proper_type,
)

from owned_mypy.records import record
from owned_mypy.types import handle_of, is_transparent, wrapped

TypeOf: TypeAlias = Callable[[Expression], Type | None]

_UNKNOWN: Final = AnyType(TypeOfAny.special_form)
_PARTIAL_ATTRIBUTE: Final = "__mypy_partial"
"""Where mypy keeps the remaining signature of a `functools.partial`."""


@record(frozen=False)
class Formal:
    """The parameter that an argument goes to."""

    type: Type
    name: str | None
    position: int


def signature_of(type: Type | None, node: CallExpr, type_of: TypeOf) -> CallableType | None:
    """Give the signature that a call of a value of this type uses; of overloads, the first that takes the arguments."""
    proper = get_proper_type(type) if type is not None else None
    if isinstance(proper, CallableType):
        return proper
    if isinstance(proper, Overloaded):
        return proper.items[_overload(proper, node, type_of)]
    if isinstance(proper, Instance):
        remaining = proper.extra_attrs.attrs.get(_PARTIAL_ATTRIBUTE) if proper.extra_attrs is not None else None
        if remaining is not None:
            return signature_of(remaining, node, type_of)
        if is_transparent(proper):
            return signature_of(wrapped(proper), node, type_of)
        symbol = proper.type.get("__call__")
        declared = _type_of_function(symbol.node) if symbol is not None else None
        if symbol is not None and isinstance(declared, (CallableType, Overloaded)):
            definer = _class_of(symbol.node)
            instance = map_instance_to_supertype(proper, definer) if definer is not None else proper
            expanded = get_proper_type(expand_type_by_instance(declared, instance))
            if isinstance(expanded, CallableType):
                return _without_self(expanded)
            if isinstance(expanded, Overloaded):
                return signature_of(Overloaded([_without_self(item) for item in expanded.items]), node, type_of)
    return None


def _class_of(method: SymbolNode | None) -> TypeInfo | None:
    if isinstance(method, (FuncDef, OverloadedFuncDef)) and method.info:
        return method.info
    return None


def _without_self(signature: CallableType) -> CallableType:
    return signature.copy_modified(
        arg_types=signature.arg_types[1:], arg_kinds=signature.arg_kinds[1:], arg_names=signature.arg_names[1:]
    )


def _overload(overloaded: Overloaded, node: CallExpr, type_of: TypeOf) -> int:
    """The position of the first overload that the arguments fit; of those that only their number fits, if none does."""
    by_number: int | None = None
    for position, item in enumerate(overloaded.items):
        formals = formal_types(node, item)
        if len(formals) < len(node.args) and not any(kind in (ARG_STAR, ARG_STAR2) for kind in node.arg_kinds):
            continue
        if item.min_args > len(node.args) and not any(kind in (ARG_STAR, ARG_STAR2) for kind in node.arg_kinds):
            continue
        by_number = position if by_number is None else by_number
        if all(_fits(type_of(node.args[actual]), formal.type) for actual, formal in formals.items()):
            return position
    return by_number or 0


def _fits(actual: Type | None, formal: Type) -> bool:
    if actual is None:
        return True
    if isinstance(actual, Instance) and isinstance(formal, Instance) and not formal.args:
        if formal.type in actual.type.mro:
            return True
    return is_subtype(actual, erase_typevars(formal))


def formal_types(
    node: CallExpr, signature: CallableType | None, definition: SymbolNode | None = None
) -> dict[int, Formal]:
    """Give the parameter of each argument, by the argument's position.

    mypy replaces a function's own type variables by what it inferred; where the definition has a bare one, that stays,
    because what may be anything takes no ownership.
    """
    if signature is None or not node.args:
        return {}
    declared = _declared(signature, definition)
    if declared is None and _are_positional(node, signature):
        names, types = signature.arg_names, signature.arg_types
        return {position: Formal(types[position], names[position], position) for position in range(len(node.args))}
    mapping = map_actuals_to_formals(
        node.arg_kinds, node.arg_names, signature.arg_kinds, signature.arg_names, lambda _: _UNKNOWN
    )
    formals: dict[int, Formal] = {}
    for position, actuals in enumerate(mapping):
        if not actuals:
            continue
        type = signature.arg_types[position]
        if declared is not None and _is_bare(declared[position]):
            type = declared[position]
        for actual in actuals:
            if actual not in formals:
                formals[actual] = Formal(type, signature.arg_names[position], position)
    return formals


def _are_positional(node: CallExpr, signature: CallableType) -> bool:
    """Does each argument go to the parameter at its own position?"""
    count, kinds = len(node.args), signature.arg_kinds
    if count > len(kinds) or any(kind is not ARG_POS for kind in node.arg_kinds):
        return False
    return all(kind is ARG_POS or kind is ARG_OPT for kind in kinds[:count])


def _declared(signature: CallableType, definition: SymbolNode | None) -> list[Type] | None:
    """The types that a generic definition gives to the parameters of `signature`, if they correspond."""
    declared = _type_of_function(definition)
    if not isinstance(declared, CallableType) or not declared.variables:
        return None
    receiver = len(declared.arg_types) - len(signature.arg_types)
    if receiver not in (0, 1) or declared.arg_names[receiver:] != signature.arg_names:
        return None
    return declared.arg_types[receiver:]


def _type_of_function(node: SymbolNode | None) -> Type | None:
    type: Type | None = None
    if isinstance(node, (FuncDef, OverloadedFuncDef)):
        type = node.type
    elif isinstance(node, Decorator):
        type = node.var.type
    return get_proper_type(type) if type is not None else None


def returns_bare(definition: SymbolNode | None) -> bool:
    """Does the function give back a type variable of its own, and so perhaps a thing that it was given?"""
    type = _type_of_function(definition)
    items = type.items if isinstance(type, Overloaded) else [type]
    return any(isinstance(item, CallableType) and _is_bare(item.ret_type) for item in items)


def _is_bare(declared: Type) -> bool:
    """Is the parameter a type variable of the function itself, or one among other types that are no handles?"""
    proper = get_proper_type(declared)
    if handle_of(proper) is not None:
        return False
    items = proper.items if isinstance(proper, UnionType) else [proper]
    return any(isinstance(item, TypeVarType) and item.id.raw_id < 0 for item in map(get_proper_type, items))
