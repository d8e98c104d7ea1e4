"""What a class's methods do to `self`, stored with the class: in `TypeInfo.metadata["owned"]`.

mypy serialises the metadata with the class, so that a change of it also re-checks who depends on it. `classes.py`
answers from there.
"""

from collections.abc import Iterator
from typing import Any, Final

from mypy.nodes import (
    GDEF,
    Decorator,
    Expression,
    FuncDef,
    IfStmt,
    MemberExpr,
    NameExpr,
    OverloadedFuncDef,
    Statement,
    SymbolTableNode,
    TypeInfo,
    Var,
)
from mypy.plugin import ClassDefContext, SemanticAnalyzerPluginInterface
from mypy.server.trigger import make_trigger
from mypy.types import LiteralType

from owned_mypy import names
from owned_mypy.self_effects import effects_on_self

METADATA_KEY: Final = "owned"
ENDINGS: Final = frozenset({"__drop__", "__exit__", "__aexit__", "__del__", "close", "aclose"})
CONSUMING_NAMES: Final = frozenset({names.CONSUMING, "owned.consuming"})
_NO_SELF: Final = frozenset({"staticmethod", "classmethod", "overload", "typing.overload"})


def describe_class(ctx: ClassDefContext) -> None:
    """Store in the class what its methods do to `self`."""
    if METADATA_KEY not in ctx.cls.info.metadata:  # mypy analyses a class several times
        ctx.cls.info.metadata[METADATA_KEY] = _description(ctx)
    if ctx.api.options.fine_grained_incremental or ctx.api.options.cache_fine_grained:
        _tell_daemon(ctx)


def _description(ctx: ClassDefContext) -> dict[str, Any]:
    consuming: list[str] = []
    changing: list[str] = []
    calls: dict[str, list[list[str]]] = {}
    endings: list[str] = []
    for name, items in _methods(ctx.cls.defs.body):
        if name in ENDINGS:
            endings.append(name)
        for item in items:
            func = item.func if isinstance(item, Decorator) else item
            if isinstance(item, Decorator):
                written = {_written(decorator) for decorator in item.original_decorators}
                if any(_is_consuming(name, item, ctx.api) for name in written):
                    consuming.append(name)
                if written & _NO_SELF:
                    continue
            effects = effects_on_self(func)
            if effects.changes:
                changing.append(name)
            elif effects.calls:
                calls.setdefault(name, []).extend(sorted(list(path) for path in effects.calls))
    found: dict[str, Any] = {"consuming": consuming, "changing": changing, "calls": calls, "endings": endings}
    return {key: value for key, value in found.items() if value}


def trigger_of(info: TypeInfo) -> str:
    """Name the event that makes the daemon re-check who knows what the methods of a class do."""
    return make_trigger(f"{info.module_name}.{_attribute_for(info)}")


def _attribute_for(info: TypeInfo) -> str:
    return f"__owned effects of {info.fullname.replace('.', ' ')}"  # with a dot it would be another module's name


def _tell_daemon(ctx: ClassDefContext) -> None:
    # The daemon compares the names in modules and their types, but no metadata: a name of a type that says it all.
    info = ctx.cls.info
    effects = LiteralType(repr(info.metadata.get(METADATA_KEY)), ctx.api.named_type("builtins.str"))
    variable = Var(_attribute_for(info), effects)
    variable._fullname = f"{info.module_name}.{variable.name}"
    ctx.api.modules[ctx.api.cur_mod_id].names[variable.name] = SymbolTableNode(GDEF, variable, plugin_generated=True)


def _methods(body: list[Statement]) -> Iterator[tuple[str, list[FuncDef | Decorator]]]:
    for statement in body:
        if isinstance(statement, FuncDef):
            yield statement.name, [statement]
        elif isinstance(statement, Decorator):
            yield statement.func.name, [statement]
        elif isinstance(statement, OverloadedFuncDef):
            items: list[FuncDef | Decorator] = [i for i in statement.items if isinstance(i, (FuncDef, Decorator))]
            if statement.impl is not None and statement.impl not in items:
                items.append(statement.impl)
            yield items[0].name if items else statement.name, items
        elif isinstance(statement, IfStmt):
            for block in [*statement.body, *([statement.else_body] if statement.else_body else [])]:
                yield from _methods(block.body)


def _written(decorator: Expression) -> str:
    if isinstance(decorator, NameExpr):
        return decorator.name
    if isinstance(decorator, MemberExpr) and isinstance(decorator.expr, NameExpr):
        return f"{decorator.expr.name}.{decorator.name}"
    return ""


def _is_consuming(written: str, place: Decorator, api: SemanticAnalyzerPluginInterface) -> bool:
    if not written or written in _NO_SELF:
        return False
    found = api.lookup_qualified(written, place, suppress_errors=True)
    if found is None or not found.fullname:
        return written.rpartition(".")[2] == "consuming"
    return found.fullname in CONSUMING_NAMES
