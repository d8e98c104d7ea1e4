"""What is stored with a class when mypy analyses it: in `TypeInfo.metadata`.

Always: which of its methods are `@consuming`. For a class that somebody has asked about: what its methods do to `self`,
too. mypy serialises the metadata with the class, so that a change of it also re-checks who depends on it. `classes.py`
answers from there.
"""

from typing import Final

from mypy.nodes import GDEF, Decorator, SymbolTableNode, TypeInfo, Var
from mypy.plugin import ClassDefContext, SemanticAnalyzerPluginInterface
from mypy.server.trigger import make_trigger
from mypy.types import LiteralType

from owned_mypy import names
from owned_mypy.class_reading import DESCRIPTION_KEY, READER, methods_in, written

METADATA_KEY: Final = "owned"
ENDINGS: Final = frozenset({"__drop__", "__exit__", "__aexit__", "__del__", "close", "aclose"})
CONSUMING_NAMES: Final = frozenset({names.CONSUMING, "owned.consuming"})
_OTHERS: Final = frozenset({"", "property", "staticmethod", "classmethod", "overload", "typing.overload"})


def note_consuming_methods(ctx: ClassDefContext) -> None:
    """Store in the class which of its methods consume `self`."""
    if METADATA_KEY in ctx.cls.info.metadata:  # mypy analyses a class several times
        return
    consuming = [
        name
        for name, items in methods_in(ctx.cls.defs.body)
        for item in items
        if isinstance(item, Decorator)
        for decorator in {written(expression) for expression in item.original_decorators}
        if _is_consuming(decorator, item, ctx.api)
    ]
    if consuming:
        ctx.cls.info.metadata[METADATA_KEY] = {"consuming": consuming}


def describe_class(ctx: ClassDefContext) -> None:
    """Store in the class what its methods do to `self`."""
    note_consuming_methods(ctx)
    READER.description(ctx.cls.info)
    if ctx.api.options.fine_grained_incremental or ctx.api.options.cache_fine_grained:
        _tell_daemon(ctx)


def trigger_of(info: TypeInfo) -> str:
    """Name the event that makes the daemon re-check who knows what the methods of a class do."""
    return make_trigger(f"{info.module_name}.{_attribute_for(info)}")


def _attribute_for(info: TypeInfo) -> str:
    return f"__owned effects of {info.fullname.replace('.', ' ')}"  # with a dot it would be another module's name


def _tell_daemon(ctx: ClassDefContext) -> None:
    # The daemon compares the names in modules and their types, but no metadata: a name of a type that says it all.
    info = ctx.cls.info
    effects = LiteralType(repr(info.metadata.get(DESCRIPTION_KEY)), ctx.api.named_type("builtins.str"))
    variable = Var(_attribute_for(info), effects)
    variable._fullname = f"{info.module_name}.{variable.name}"
    ctx.api.modules[ctx.api.cur_mod_id].names[variable.name] = SymbolTableNode(GDEF, variable, plugin_generated=True)


def _is_consuming(decorator: str, place: Decorator, api: SemanticAnalyzerPluginInterface) -> bool:
    if decorator in _OTHERS:
        return False
    found = api.lookup_qualified(decorator, place, suppress_errors=True)
    if found is None or not found.fullname:
        return decorator.rpartition(".")[2] == "consuming"
    return found.fullname in CONSUMING_NAMES
