"""What is known about a class wherever its body cannot be seen: in other modules, and from mypy's cache.

What is stored with the class says which methods consume `self` (`class_metadata.py`), their bodies are read when it is
asked what they do to it (`class_reading.py`); the types that decide the rest are known by now.
"""

from collections.abc import Sequence
from typing import Final

from mypy.nodes import TypeInfo, Var
from mypy.types import Instance, TupleType, TypeVarType, UnionType, get_proper_type
from mypy.types import Type as MypyType

from owned_mypy import names
from owned_mypy.api import CallEffect, effects_of_call
from owned_mypy.class_metadata import ENDINGS, METADATA_KEY
from owned_mypy.class_reading import READER
from owned_mypy.records import record
from owned_mypy.self_effects import ELEMENT, SUPER, VERB_MARK, Path


@record(eq=True)
class MethodEffect:
    """What calling a method does to the object that it is called on."""

    consumes: bool = False
    mutates: bool = False


NO_EFFECT: Final = MethodEffect()
_asked_classes: Final[set[TypeInfo]] = set()


def method_effect(info: TypeInfo, name: str) -> MethodEffect:
    """Give what calling `name` on an instance of the class does to it."""
    return _effect(info, name, frozenset())


def gives_part(info: TypeInfo, name: str) -> bool:
    """Tell whether all that a method or property gives is a part of its object, read from its body."""
    for base in info.mro:
        if name in base.names:
            _asked_classes.add(base)
            return name in READER.description(base).get("parts", ())
    return False


def kept_by_init(info: TypeInfo) -> Sequence[str]:
    """Give the parameters that the class's own `__init__` assigns to attributes, read from its body."""
    _asked_classes.add(info)
    kept: Sequence[str] = READER.description(info).get("keeps", ())
    return kept


def consuming_methods(info: TypeInfo) -> frozenset[str]:
    """Give the names of the methods that consume `self`, inherited ones included."""
    found: set[str] = set()
    for base in info.mro:
        data = base.metadata.get(METADATA_KEY)
        if data is not None:
            found.update(data.get("consuming", ()))
    return frozenset(name for name in found if method_effect(info, name).consumes)


def has_consuming_method(info: TypeInfo) -> bool:
    """Tell whether the class, or a base of it, has a `@consuming` method: its instances are tracked as owners are."""
    return any("consuming" in base.metadata.get(METADATA_KEY, ()) for base in info.mro)


def endings(info: TypeInfo) -> frozenset[str]:
    """Give the names of the methods that end an object of the class: `__drop__`, `close`, `__exit__`, ..."""
    return frozenset(name for base in info.mro for name in ENDINGS & base.names.keys())


def effects_of_method(info: TypeInfo, name: str) -> CallEffect | None:
    """Give the row of the table of calls for a method, looked up along the bases."""
    for base in info.mro:
        effect = effects_of_call(f"{base.fullname}.{name}")
        if effect is not None:
            return effect
        if name in base.names:
            return None
    return None


def effects_of_class(info: TypeInfo) -> CallEffect | None:
    """Give the row of the table of calls for a constructor; an `__init__` of its own hides that of the base."""
    for base in info.mro:
        effect = effects_of_call(base.fullname)
        if effect is not None:
            return effect
        if "__init__" in base.names or "__new__" in base.names:
            return None
    return None


def take_asked_classes() -> set[TypeInfo]:
    """Give the classes whose methods were asked about since the last call."""
    asked = set(_asked_classes)
    _asked_classes.clear()
    return asked


def _effect(
    info: TypeInfo, name: str, asked: frozenset[tuple[str, str]], above: TypeInfo | None = None
) -> MethodEffect:
    """What a method does; with `above`, the one that `super()` means in that class."""
    bases = info.mro if above is None else info.mro[info.mro.index(above) + 1 :]
    for base in bases:
        _asked_classes.add(base)
        changing = names.CHANGING_METHODS.get(base.fullname)
        if changing is not None and name in changing:
            return MethodEffect(mutates=True)
        if name not in base.names:
            continue
        does = READER.description(base)
        return MethodEffect(
            consumes=name in base.metadata.get(METADATA_KEY, {}).get("consuming", ()),
            mutates=name in does.get("changing", ())
            or _calls_change(info, base, does.get("calls", {}).get(name, ()), asked | {(info.fullname, name)}),
        )
    return NO_EFFECT


def _calls_change(
    info: TypeInfo, base: TypeInfo, calls: Sequence[Sequence[str]], asked: frozenset[tuple[str, str]]
) -> bool:
    return any(
        _effect(info, path[1], asked, base).mutates if path[0] == SUPER else _path_changes(info, tuple(path), asked)
        for path in calls
    )


def _path_changes(info: TypeInfo, path: Path, asked: frozenset[tuple[str, str]]) -> bool:
    if len(path) == 1:
        return (info.fullname, path[0]) not in asked and _effect(info, path[0], asked).mutates
    field = info.get(path[0])
    if field is None or not isinstance(field.node, Var) or field.node.type is None:
        return False
    return _part_changes(field.node.type, path[1:], asked)


def _part_changes(of: MypyType, path: Path, asked: frozenset[tuple[str, str]]) -> bool:
    part = get_proper_type(of)
    if isinstance(part, UnionType):
        return any(_part_changes(item, path, asked) for item in part.items)
    if isinstance(part, TypeVarType):
        return _part_changes(part.upper_bound, path, asked)
    if isinstance(part, TupleType):
        return path[0] == ELEMENT and len(path) > 1 and any(_part_changes(i, path[1:], asked) for i in part.items)
    if not isinstance(part, Instance):
        return False
    fullname = part.type.fullname
    if fullname in names.INTERIOR or fullname in (names.REF, names.RC, names.ARC, names.WEAK):
        return False
    step = path[0]
    if step.startswith(VERB_MARK):
        return fullname in (names.OWNED, names.BOX, names.REF_MUT)
    if fullname == names.OWNED:
        if len(path) == 1:
            return step in ("borrow_mut", "replace")
        return step == "value" and bool(part.args) and _part_changes(part.args[0], path[1:], asked)
    if fullname in (names.BOX, names.REF_MUT) and part.args:
        return _part_changes(part.args[0], path, asked)
    if len(path) == 1:
        return (part.type.fullname, step) not in asked and _effect(part.type, step, asked).mutates
    if step == ELEMENT:
        return bool(part.args) and _part_changes(part.args[-1], path[1:], asked)
    return _path_changes(part.type, path, asked)
