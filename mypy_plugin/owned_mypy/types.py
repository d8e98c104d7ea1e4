"""What the checker must know about types: mypy's types in, plain data out.

Answers about a class's fields are remembered until `forget_classes()`, which the pass calls for every module: in the
daemon, classes change under the same name.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mypy.maptype import map_instance_to_supertype
from mypy.nodes import TypeAlias, TypeInfo, Var
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    LiteralType,
    NoneType,
    ProperType,
    TupleType,
    TypeAliasType,
    TypedDictType,
    TypeVarType,
    UninhabitedType,
    UnionType,
    get_proper_type,
)
from mypy.types import Type as MypyType

from owned_mypy import names
from owned_mypy.classes import has_consuming_method
from owned_mypy.names import HandleKind

# The strongest kind first: what a union of handles is treated as.
_STRENGTH: Final = (
    HandleKind.OWNER,
    HandleKind.SHARED_OWNER,
    HandleKind.REF_MUT,
    HandleKind.REF,
    HandleKind.CONSUMABLE,
)
GUARDS: Final = frozenset({HandleKind.REF, HandleKind.REF_MUT})
OWNERS: Final = frozenset({HandleKind.OWNER, HandleKind.SHARED_OWNER})


def handle_base(info: TypeInfo) -> TypeInfo | None:
    """Give the handle class that a class is, or derives from."""
    try:
        return _handle_bases[info]
    except KeyError:
        base = next((base for base in (info, *info.mro[1:-1]) if base.fullname in names.HANDLES), None)
        _handle_bases[info] = base
        return base


_handle_bases: Final[dict[TypeInfo, TypeInfo | None]] = {}
_kinds: Final[dict[TypeInfo, HandleKind | None]] = {}


def kind_of_class(info: TypeInfo) -> HandleKind | None:
    """Give the kind of handle that instances of a class are."""
    try:
        return _kinds[info]
    except KeyError:
        base = handle_base(info)
        if base is not None:
            kind: HandleKind | None = names.HANDLES[base.fullname]
        else:
            kind = HandleKind.CONSUMABLE if has_consuming_method(info) else None
        _kinds[info] = kind
        return kind


def handle_of(type_: MypyType | None) -> HandleKind | None:
    """Give the kind of handle that a value of the type is; of a union, the strongest kind of any item."""
    if isinstance(type_, Instance):
        info = type_.type
        return _kinds[info] if info in _kinds else kind_of_class(info)
    proper = None if type_ is None else get_proper_type(type_)
    if isinstance(proper, Instance):
        return kind_of_class(proper.type)
    if isinstance(proper, UnionType):
        return HandleKind.REF if _is_any_text(proper) else _strongest(proper.items)
    if isinstance(proper, TypeVarType):
        return _strongest(proper.values) if proper.values else handle_of(proper.upper_bound)
    if isinstance(proper, TupleType):
        return handle_of(proper.partial_fallback)
    return None


def _is_any_text(union: UnionType) -> bool:
    """Is this what takes text of any kind, as Rust's `&str` does?"""
    return any(
        isinstance(item, Instance) and item.type.fullname == names.STR for item in map(get_proper_type, union.items)
    )


def _strongest(items: list[MypyType]) -> HandleKind | None:
    kinds = {handle_of(item) for item in items}
    return next((kind for kind in _STRENGTH if kind in kinds), None)


def handle_instance(type_: MypyType | None) -> Instance | None:
    """Give the handle that a value of the type is, seen as its base class; of a union, the strongest."""
    if type_ is None:
        return None
    proper = get_proper_type(type_)
    if isinstance(proper, Instance):
        base = handle_base(proper.type)
        return None if base is None else map_instance_to_supertype(proper, base)
    if isinstance(proper, TypeVarType):
        return handle_instance(UnionType(proper.values) if proper.values else proper.upper_bound)
    if isinstance(proper, UnionType):
        kind = handle_of(proper)
        return next(
            (handle_instance(item) for item in proper.items if kind is not None and handle_of(item) is kind), None
        )
    return None


def handle_name(type_: MypyType | None) -> str | None:
    """Give the full name of the handle class that a value of the type is, e.g. `owned.owners.Box`."""
    instance = handle_instance(type_)
    return None if instance is None else instance.type.fullname


def wrapped(type_: MypyType | None) -> MypyType | None:
    """Give the T of a handle on a T."""
    instance = handle_instance(type_)
    return instance.args[0] if instance is not None and instance.args else None


def is_transparent(type_: MypyType | None) -> bool:
    """Tell whether attributes of a value of the type are those of the value that it wraps."""
    return handle_name(type_) in names.TRANSPARENT


def is_collection(type_: MypyType | None) -> bool:
    """Tell whether a value of the type, seen through handles, is one of our collections: its elements stay there."""
    for _ in range(_DEEPEST):
        proper = None if type_ is None else get_proper_type(type_)
        if isinstance(proper, UnionType):
            return any(is_collection(item) for item in proper.items)
        if not isinstance(proper, Instance):
            return False
        if any(base.fullname in names.COLLECTIONS for base in proper.type.mro):
            return True
        if not is_transparent(proper):
            return False
        type_ = wrapped(proper)
    return False


_DEEPEST: Final = 16
"""How many handles within handles are looked through: an alias may nest them for ever."""


def is_copy(type_: MypyType | None) -> bool:
    """Tell whether values of the type are immutable plain values, Rust's `Copy`; not for unknown types."""
    if type_ is None:
        return False
    key = _key(type_)
    known = _copies.get(key)
    if known is None:
        known = _copies[key] = _is_copy(type_, set())
    return known


def _key(type_: MypyType) -> MypyType | TypeInfo:
    """What an answer about a type is remembered by: where that says it all, the class, which is much faster to find."""
    return type_.type if isinstance(type_, Instance) and not type_.args else type_


_copies: Final[dict[MypyType | TypeInfo, bool]] = {}


def _is_copy(type_: MypyType, asked: set[TypeInfo | TypeAlias]) -> bool:
    if _asked_before(type_, asked):
        return True
    proper = get_proper_type(type_)
    if isinstance(proper, (NoneType, LiteralType)):
        return True
    if isinstance(proper, Instance):
        if proper.type.fullname in names.PLAIN or proper.type.is_enum:
            return True
        return proper.type.fullname in names.PLAIN_CONTAINERS and _are_copy(proper.args, asked)
    if isinstance(proper, TupleType):
        return proper.partial_fallback.type.fullname == "builtins.tuple" and _are_copy(proper.items, asked)
    if isinstance(proper, UnionType):
        return _are_copy(proper.items, asked)
    if isinstance(proper, TypeVarType):
        return bool(proper.values) and _are_copy(proper.values, asked)
    return False


def _are_copy(types: Sequence[MypyType], asked: set[TypeInfo | TypeAlias]) -> bool:
    return all(_is_copy(type_, asked) for type_ in types)


def is_unknown(type_: MypyType | None) -> bool:
    """Tell whether nothing is known about the type."""
    return type_ is None or isinstance(get_proper_type(type_), AnyType)


def gives_view(type_: MypyType | None) -> bool:
    """Tell whether what is read through a borrow is known to be a view: no plain value, function or class."""
    proper = None if type_ is None else get_proper_type(type_)
    if isinstance(proper, UnionType):
        return any(gives_view(item) for item in proper.items)
    if isinstance(proper, Instance):
        return proper.type.fullname not in _NO_VIEWS and not is_copy(proper)
    return isinstance(proper, (TupleType, TypedDictType)) and not is_copy(proper)


_NO_VIEWS: Final = frozenset(
    {
        "builtins.object",
        "builtins.function",
        "builtins.type",
        "types.FunctionType",
        "types.ModuleType",
        "typing.Callable",
    }
)


def is_coroutine(type_: MypyType | None) -> bool:
    """Tell whether values of the type are coroutines, as a call of an `async def` gives."""
    proper = None if type_ is None else get_proper_type(type_)
    if not isinstance(proper, Instance):
        return False
    known = _coroutines.get(proper.type)
    if known is None:
        known = _coroutines[proper.type] = any(base.fullname in names.COROUTINES for base in proper.type.mro)
    return known


_coroutines: Final[dict[TypeInfo, bool]] = {}


def is_noreturn(type_: MypyType | None) -> bool:
    """Tell whether a call that gives this type never returns."""
    if type_ is None or isinstance(type_, Instance):
        return False
    proper = get_proper_type(type_)
    return isinstance(proper, UninhabitedType) and not proper.ambiguous


# --- what is inside a type --------------------------------------------------------------------------------------------

_fields_of: dict[TypeInfo, list[MypyType]] = {}
_answers: dict[tuple[str, TypeInfo], bool] = {}


def forget_classes() -> None:
    """Forget what is remembered about classes; they may have changed."""
    _kinds.clear()
    _handle_bases.clear()
    _fields_of.clear()
    _answers.clear()
    _holding_guards.clear()
    _mentioning.clear()
    _copies.clear()
    _coroutines.clear()


def fields_of(info: TypeInfo) -> list[MypyType]:
    """Give the types of the fields of a class, inherited and inferred ones included."""
    known = _fields_of.get(info)
    if known is None:
        known = [
            symbol.node.type
            for base in info.mro
            for symbol in base.names.values()
            if isinstance(symbol.node, Var) and symbol.node.type is not None
        ]
        _fields_of[info] = known
    return known


def _is_foreign(info: TypeInfo) -> bool:
    """Tell whether a class's fields say nothing: the standard library's hold what their type arguments say."""
    module = info.module_name
    return module in _PLAIN_MODULES or module.partition(".")[0] == "owned"


_PLAIN_MODULES: Final = frozenset(
    {
        "builtins",
        "typing",
        "collections",
        "collections.abc",
        "types",
        "enum",
        "abc",
        "queue",
        "datetime",
        "pathlib",
        "threading",
    }
)


_WITH_PARTS: Final = (Instance, UnionType, TupleType, TypedDictType, TypeVarType, TypeAliasType)
"""The types that may hold something; of them a function's, which is slow to compare, is none."""


def _parts(proper: ProperType) -> Iterator[MypyType]:
    if isinstance(proper, Instance):
        yield from proper.args
    elif isinstance(proper, (UnionType, TupleType)):
        yield from proper.items
        if isinstance(proper, TupleType) and proper.partial_fallback.type.fullname != "builtins.tuple":
            yield proper.partial_fallback
    elif isinstance(proper, TypedDictType):
        yield from proper.items.values()
    elif isinstance(proper, TypeVarType):
        yield from proper.values or [proper.upper_bound]


def _asked_before(type_: MypyType, asked: set[TypeInfo | TypeAlias]) -> bool:
    """Tell whether the type is an alias that leads back to itself, met for the second time."""
    if not isinstance(type_, TypeAliasType) or type_.alias is None or not type_.is_recursive:
        return False
    if type_.alias in asked:
        return True
    asked.add(type_.alias)
    return False


def _holds(
    question: str, wanted: Callable[[TypeInfo], bool], type_: MypyType, asked: set[TypeInfo | TypeAlias]
) -> bool:
    if _asked_before(type_, asked):
        return False
    proper = get_proper_type(type_)
    if isinstance(proper, Instance):
        info = proper.type
        if wanted(info):
            return True
        if any(_holds(question, wanted, arg, asked) for arg in proper.args):
            return True
        if info in asked or _is_foreign(info):
            return False
        known = _answers.get((question, info))
        if known is None:
            outermost = not asked
            asked.add(info)
            known = any(_holds(question, wanted, field, asked) for field in fields_of(info))
            if known or outermost:  # within a cycle a "no" is not final
                _answers[question, info] = known
        return known
    return any(_holds(question, wanted, part, asked) for part in _parts(proper))


def _is_guard_class(info: TypeInfo) -> bool:
    base = handle_base(info)
    return base is not None and (names.HANDLES[base.fullname] in GUARDS or base.fullname in names.BORROWING_OWNERS)


def _is_owner_class(info: TypeInfo) -> bool:
    base = handle_base(info)
    return base is not None and names.HANDLES[base.fullname] in OWNERS


def holds_guard(type_: MypyType | None) -> bool:
    """Tell whether a value of the type is, or holds, a `Ref` or `RefMut`: in type arguments, items or fields."""
    if not isinstance(type_, _WITH_PARTS):
        return False
    key = _key(type_)
    known = _holding_guards.get(key)
    if known is None:
        known = _holding_guards[key] = _holds("guard", _is_guard_class, type_, set())
    return known


_holding_guards: Final[dict[MypyType | TypeInfo, bool]] = {}


def holds_function(type_: MypyType | None, deepest: int = 4) -> bool:
    """Tell whether a value of the type is, or has in it, a function."""
    proper = None if type_ is None or not deepest else get_proper_type(type_)
    if isinstance(proper, CallableType):
        return True
    return proper is not None and any(holds_function(part, deepest - 1) for part in _parts(proper))


def holds_owner(type_: MypyType | None) -> bool:
    """Tell whether a value of the type is, or holds, an owner or shared owner: in type arguments, items or fields."""
    return type_ is not None and _holds("owner", _is_owner_class, type_, set())


def mentions_handle(type_: MypyType | None) -> bool:
    """Tell whether ownership plays a part in the type: a handle, something with handles inside, a consumable object."""
    if not isinstance(type_, _WITH_PARTS):
        return False
    key = _key(type_)
    known = _mentioning.get(key)
    if known is None:
        known = _mentioning[key] = _holds("handle", lambda info: kind_of_class(info) is not None, type_, set())
    return known


_mentioning: Final[dict[MypyType | TypeInfo, bool]] = {}


# --- threads ----------------------------------------------------------------------------------------------------------


def not_send_part(type_: MypyType | None) -> str | None:
    """Give the name of what keeps a value of the type from being handed to another thread, if anything known does."""
    return None if type_ is None else _not_send(type_, set(), shared=False, resources=True)


def not_scoped_send_part(type_: MypyType | None) -> str | None:
    """The same for a thread that ends before what it borrows: guards may go there, of what threads may share."""
    instance = handle_instance(type_)
    if instance is None or handle_of(type_) not in GUARDS:
        return not_send_part(type_)
    return _first(instance.args, set(), handle_of(type_) is HandleKind.REF, True)


def _not_send(
    type_: MypyType, asked: set[tuple[TypeInfo | TypeAlias, bool]], *, shared: bool, resources: bool
) -> str | None:
    """Look for what is not `Send`; when the value is shared with the other thread, also for what is not `Sync`.

    A resource that is bound to its thread counts where it is handed over itself or by a handle; in a field of an
    ordinary object it may be one that the other thread has opened.
    """
    if isinstance(type_, TypeAliasType) and type_.alias is not None and type_.is_recursive:
        if (type_.alias, shared) in asked:
            return None
        asked.add((type_.alias, shared))
    proper = get_proper_type(type_)
    if not isinstance(proper, Instance):
        return _first(_parts(proper), asked, shared, resources)
    info = proper.type
    base = handle_base(info)
    fullname = info.fullname if base is None else base.fullname
    if fullname in (names.RC, names.REF, names.REF_MUT, names.STR):
        return fullname.rpartition(".")[2]
    if shared and fullname in names.NOT_SYNC:
        return fullname.rpartition(".")[2]
    if resources and any(b.fullname in names.THREAD_BOUND for b in info.mro):
        return info.name
    if base is not None:
        # Of a mutex, only one thread at a time sees what is inside.
        shared = False if fullname == names.MUTEX else shared or fullname in (names.ARC, names.RW_LOCK)
        return _first(proper.args, asked, shared, True)
    found = _first(proper.args, asked, shared, resources)
    if found is not None or (info, shared) in asked or _is_foreign(info):
        return found
    asked.add((info, shared))
    return _first(fields_of(info), asked, shared, False)


def _first(
    parts: Iterator[MypyType] | list[MypyType] | tuple[MypyType, ...],
    asked: set[tuple[TypeInfo | TypeAlias, bool]],
    shared: bool,
    resources: bool,
) -> str | None:
    for part in parts:
        found = _not_send(part, asked, shared=shared, resources=resources)
        if found is not None:
            return found
    return None
