"""Questions about values and types: what is copied freely, what changes its owner, which functions are the user's.

Every answer is about types, so that no question ever runs code of the value.
"""

from __future__ import annotations

import enum
import sys
from types import (
    BuiltinFunctionType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

PLAIN: frozenset[type] = frozenset(
    {int, float, complex, str, bytes, bool, type(None), type(NotImplemented), type(Ellipsis)}
)
"""Exact types whose values are Rust's `Copy`: they come out of a borrow bare."""

BARE: frozenset[type] = frozenset({FunctionType, ModuleType, type})
"""Code rather than data: handed out bare, too."""


def is_plain(value: Any) -> bool:
    """Is this an immutable plain value: a number, text, an enum member, or a tuple or frozenset of these?

    >>> is_plain((1, ("a", None))), is_plain((1, [])), is_plain([])
    (True, False, False)
    """
    kind = type(value)
    if kind in PLAIN:
        return True
    if kind is tuple or kind is frozenset:
        return all(map(is_plain, value))
    return issubclass(kind, enum.Enum)


def is_code(value: Any) -> bool:
    """Is this a function, a class or a module, which no borrow is about?"""
    kind = type(value)
    if kind in BARE or issubclass(kind, type):
        return True
    return kind is BuiltinFunctionType and (value.__self__ is None or type(value.__self__) is ModuleType)


MUTATORS: dict[str, frozenset[str]] = {
    name: frozenset(methods.split())
    for name, methods in {
        "builtins.list": "append extend insert remove pop clear sort reverse __init__",
        "builtins.dict": "clear pop popitem setdefault update __init__",
        "builtins.set": "add remove discard pop clear update intersection_update difference_update"
        " symmetric_difference_update __init__",
        "builtins.bytearray": "append extend insert remove pop clear reverse __init__",
        "collections.deque": "append appendleft extend extendleft insert remove pop popleft clear rotate reverse",
        "collections.OrderedDict": "clear pop popitem setdefault update move_to_end",
        "collections.Counter": "subtract update clear pop popitem setdefault",
        "collections.ChainMap": "clear pop popitem setdefault update",
        "collections.UserDict": "clear pop popitem setdefault update",
        "collections.UserList": "append extend insert remove pop clear sort reverse",
        "_collections_abc.MutableSequence": "append extend insert remove pop clear reverse",
        "_collections_abc.MutableMapping": "clear pop popitem setdefault update",
        "_collections_abc.MutableSet": "add remove discard pop clear",
        "array.array": "append extend insert remove pop byteswap frombytes fromfile fromlist fromunicode reverse clear",
        "weakref.WeakSet": "add remove discard pop clear update",
        "_weakrefset.WeakSet": "add remove discard pop clear update intersection_update difference_update"
        " symmetric_difference_update",
        "weakref.WeakKeyDictionary": "clear pop popitem setdefault update",
        "weakref.WeakValueDictionary": "clear pop popitem setdefault update",
    }.items()
}
DUNDER_MUTATORS = frozenset(
    "__setitem__ __delitem__ __setattr__ __delattr__ __iadd__ __isub__ __imul__ __imatmul__ __itruediv__ __ifloordiv__"
    " __imod__ __ipow__ __ilshift__ __irshift__ __iand__ __ixor__ __ior__".split()
)


def qualified_name(kind: type) -> str:
    """Name a class as the tables of this package do."""
    return f"{kind.__module__}.{kind.__qualname__}"


def mutators(kind: type) -> frozenset[str]:
    """Name the methods of a container type that change it."""
    return DUNDER_MUTATORS.union(*(MUTATORS.get(qualified_name(base), frozenset()) for base in kind.__mro__))


def changes(kind: type, method: str) -> bool:
    """Does this method of this container type change it?

    >>> changes(list, "append"), changes(list, "index"), changes(dict, "__setitem__")
    (True, False, True)
    """
    return method in mutators(kind)


_foreign_folders: list[tuple[str, ...]] = []


def _find_foreign_folders() -> tuple[str, ...]:
    import sysconfig  # Only here, and it takes long.

    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    _foreign_folders[:] = [tuple(folder for folder in folders if folder)]
    return _foreign_folders[0]


def is_users(function: Any) -> bool:
    """Is this a Python function of the user's own: neither of the standard library, nor installed, nor ours?"""
    if type(function) is not FunctionType:
        return False
    file = function.__code__.co_filename
    if file.startswith("<frozen"):
        return False
    if (function.__module__ or "").partition(".")[0] == __name__.partition(".")[0]:
        return file.startswith("<doctest")
    if file.startswith("<"):
        # Made by `dataclasses`, `attrs`, `namedtuple` and the like, or typed in: it is of the module that it names.
        module = sys.modules.get(function.__module__ or "")
        file = getattr(module, "__file__", None) or ""
    return not file.startswith(_foreign_folders[0] if _foreign_folders else _find_foreign_folders())


def is_foreign_class(base: type) -> bool:
    """Is this class written in C? `object` aside."""
    if base is object:
        return False
    return not base.__flags__ & 1 << 9 or any(type(member) in _C_MEMBERS for member in base.__dict__.values())


_C_MEMBERS = (WrapperDescriptorType, MethodDescriptorType)


def has_foreign_base(kind: type) -> bool:
    """Is this class built on one that is written in C: a list, a file, an exception?"""
    return any(map(is_foreign_class, kind.__mro__))


def runs_on_a_view(method: MethodType) -> bool:
    """Can this method run with a view in place of its `self`?

    Methods of the user's classes can, and then refuse what the view refuses. Those of foreign classes often pass `self`
    on to C functions, which accept no stand-in; and so do methods of a class with a C base that call `super()` or name
    that base.
    """
    function = method.__func__
    if not is_users(getattr(function, "__wrapped__", function)):
        return False
    kind = type(method.__self__)
    if has_foreign_base(kind) and type(function) is FunctionType:
        names = {base.__name__ for base in kind.__mro__ if base is object or is_foreign_class(base)}
        code = function.__code__
        return "__class__" not in code.co_freevars and not names.intersection(code.co_names)
    return True
