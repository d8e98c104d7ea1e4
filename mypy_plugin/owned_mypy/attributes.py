"""Exact types for what is reached through a transparent handle: `box.name` has the type of `value.name`.

Every checker sees the handles' `__getattr__` and `__getitem__`, which give `Any`. Under mypy the hooks here ask mypy
itself for the attribute of the wrapped type, so that unions, properties, generics, descriptors, nested handles and
typos (`"Token" has no attribute "valeu"`) come out as they would without the handle.
"""

from collections.abc import Callable
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import Context, MemberExpr
from mypy.plugin import AttributeContext, MethodSigContext
from mypy.typeops import make_simplified_union
from mypy.types import AnyType, FunctionLike, Instance, Type, TypeVarType, UnionType, get_proper_type

from owned_mypy import names
from owned_mypy.types import handle_instance, is_transparent, wrapped
from owned_mypy.writes import Writes

# Methods that every checker sees with `Any`, and that are the wrapped value's own.
DEEPEST: Final = 16
"""How many handles in one another are looked through: an alias may nest a handle in itself."""
FORWARDED: Final = frozenset({"__getitem__", "__setitem__", "__delitem__", "__call__"})


class Attributes:
    """Answers what mypy asks about the attributes of handles."""

    def __init__(self) -> None:
        self._writes = Writes()
        self._depth = 0

    def report_writes(self, checker: TypeChecker) -> None:
        """Report what is wrong with the assignments through handles in a module that is through."""
        self._writes.report(checker)

    def hook(self, fullname: str) -> Callable[[AttributeContext], Type]:
        """Answer for `owned.x.Handle.name`, which mypy asks when it finds a name only through `__getattr__`."""
        owner, _, name = fullname.rpartition(".")

        def exact_attribute(ctx: AttributeContext) -> Type:
            if not isinstance(get_proper_type(ctx.default_attr_type), AnyType) or self._depth == DEEPEST:
                return ctx.default_attr_type
            values = _wrapped_values(ctx.type, owner, "__getattr__")
            if not values:
                return ctx.default_attr_type
            self._depth += 1
            try:
                exact = make_simplified_union([_attribute(ctx, value, name) for value in values])
            finally:
                self._depth -= 1
            if isinstance(ctx.context, MemberExpr) and isinstance(ctx.api, TypeChecker):
                self._writes.follow(ctx.api, ctx.context, [_innermost(value) for value in values], exact)
            return exact

        return exact_attribute

    def method_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        """Answer for `owned.x.Handle.__getitem__` and its like with the wrapped type's own method."""
        owner, _, name = fullname.rpartition(".")
        if name not in FORWARDED:
            return None

        def exact_method(ctx: MethodSigContext) -> FunctionLike:
            values = _wrapped_values(ctx.type, owner, name)
            if len(values) != 1 or not any(isinstance(get_proper_type(t), AnyType) for t in _declared(ctx)):
                return ctx.default_signature
            found = get_proper_type(_member(ctx.api, name, _innermost(values[0]), ctx.context))
            return found if isinstance(found, FunctionLike) else ctx.default_signature

        return exact_method


def _declared(ctx: MethodSigContext) -> list[Type]:
    return [*ctx.default_signature.arg_types, ctx.default_signature.ret_type]


def _innermost(value: Type) -> Type:
    for _ in range(DEEPEST):
        inner = wrapped(value) if is_transparent(value) else None
        if inner is None:
            break
        value = inner
    return value


def _wrapped_values(type_: Type, owner: str, method: str) -> list[Type]:
    """Give what the handles among the items of a type wrap, as far as they have the method from that class."""
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):
        return [value for item in proper.items for value in _wrapped_values(item, owner, method)]
    if isinstance(proper, TypeVarType):
        return _wrapped_values(proper.upper_bound, owner, method)
    if not isinstance(proper, Instance):
        return []
    handle = handle_instance(proper)
    if handle is None or handle.type.fullname not in names.TRANSPARENT or not handle.args:
        return []
    defined = proper.type.get_method(method)
    return [handle.args[0]] if defined is not None and defined.info.fullname == owner else []


def _attribute(ctx: AttributeContext, value: Type, name: str) -> Type:
    if ctx.context.line < 0:  # mypy asks for itself, e.g. whether an `await` is missing
        assert isinstance(ctx.api, TypeChecker)
        with ctx.api.msg.filter_errors() as errors:
            found = _member(ctx.api, name, value, ctx.context)
        return ctx.default_attr_type if errors.has_new_errors() else found
    return _member(ctx.api, name, value, ctx.context)


def _member(api: object, name: str, value: Type, context: Context) -> Type:
    assert isinstance(api, TypeChecker)
    return api.expr_checker.analyze_external_member_access(name, value, context)
