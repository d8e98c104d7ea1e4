"""How values are dropped: the order in which hooks are looked for, and the table that they are looked up in.

The table is keyed by the full name of a class, so that the standard library's and other well-known types are in it
without being imported; its rows stand in `resource_table` and `resource_table_third_party`. A value's class and its
bases are looked up in the order of the MRO: the most specific wins, registered or known.
"""

from __future__ import annotations

import atexit
import weakref
from collections.abc import Callable, Mapping
from functools import partial
from types import BuiltinMethodType, FunctionType, MethodDescriptorType, MethodType, ModuleType
from typing import Any, NamedTuple, TypeVar

from .complaints import build
from .errors import DropHookError
from .plain import qualified_name
from .resource import Resource, Step
from .resource_table import STANDARD_LIBRARY
from .resource_table_third_party import THIRD_PARTY

T = TypeVar("T")

KNOWN: dict[str, Resource] = {name: row for row in (*STANDARD_LIBRARY, *THIRD_PARTY) for name in row.types}
"""The rows of the table by the full name of a class."""


def register_drop(kind: type[T], hook: Callable[[T], object]) -> None:
    """Say how values of a type, and of its subclasses, are dropped.

    The hook receives the bare value. It may be a coroutine function; then only `async with` can drop such values. A
    `__drop__` method and an owner's own `drop=` come before the table; a later registration replaces an earlier one.

    Raises `DropHookError` when the hook cannot be called with the value alone.

    >>> from owned import Owned, drop
    >>> class Lamp:
    ...     def off(self) -> None:
    ...         print("off")
    >>> register_drop(Lamp, Lamp.off)
    >>> drop(Owned(Lamp()))
    off
    >>> register_drop(Lamp, "off")
    Traceback (most recent call last):
    ...
    owned.errors.DropHookError: the drop hook of 'Lamp' is not callable: it is of type 'str'
      ...
    """
    if not isinstance(kind, type):
        raise build(
            DropHookError, f"register_drop() needs a class, not {kind!r}", "give it the class: register_drop(cls, hook)"
        )
    check_hook(hook, f"{kind.__name__!r}")
    _registered[kind] = hook
    _found.clear()
    _plans.clear()
    _rows.clear()
    _hookless.clear()
    for tell in when_registered:
        tell()


def check_hook(hook: Any, what: str) -> None:
    """Raise `DropHookError` unless the hook can be called with the value alone."""
    if not callable(hook):
        raise build(
            DropHookError,
            f"the drop hook of {what} is not callable: it is of type {type(hook).__name__!r}",
            "give a function of the value: drop=lambda value: ...",
        )
    if takes_one_argument(hook):
        return
    import inspect  # The rest of the package does without, and it takes long.

    try:
        inspect.signature(hook).bind(None)
    except TypeError as error:
        raise build(
            DropHookError,
            f"the drop hook of {what} cannot be called with the value alone: {error}",
            "give a function of one argument: drop=lambda value: ...",
        ) from None
    except ValueError:
        pass  # A C function without a signature: its call will tell.
    if (known := _method_in_c(hook)) is not None:
        _fitting.add(known)


_fitting: set[Any] = set()
"""Functions and methods written in C that can be called with the value alone; there are so many, and no more."""


def _method_in_c(hook: Any) -> Any:
    """What says the same of all methods like this one, if it is a method of a type written in C, or a function."""
    kind = type(hook)
    if kind is MethodDescriptorType:
        return hook
    if kind is BuiltinMethodType:
        owner = type(hook.__self__)
        if owner is ModuleType:
            return hook
        if not owner.__flags__ & 1 << 9:
            return owner, hook.__name__
    return None


def takes_one_argument(hook: Any) -> bool:
    """Can this be called with one argument, as a short look tells? The signature tells more, and takes longer."""
    kind = type(hook)
    if kind is not FunctionType:
        return (known := _method_in_c(hook)) is not None and known in _fitting
    if hook.__dict__:
        return False
    code = hook.__code__
    needed = code.co_argcount - len(hook.__defaults__ or ())
    return needed <= 1 and (code.co_argcount >= 1 or bool(code.co_flags & CO_VARARGS)) and code.co_kwonlyargcount == 0


class Hooks(NamedTuple):
    """The hooks of one value: what drops it at once, and what drops it where one can await."""

    now: Step | None
    awaiting: Step | None


def hooks_of(value: Any, given: Step | None) -> Hooks:
    """Find a value's hooks: the given one, `__drop__`, the table, `close()`; `aclose()` before it where one can await.

    Looks at the class alone, so that a value that makes attributes up as it is asked for them is not asked.
    """
    kind = type(value)
    if given is None:
        plan = _plans.get(weakref.ref(kind))
        if plan is not None and plan.holds_for(kind):
            return plan.hooks
        if is_hookless(kind):
            return NO_HOOKS
    first = given or own_hook(kind, "__drop__") or registered(kind)
    if first is not None:
        if is_asynchronous(first):
            return Hooks(None, first)
        return Hooks(first, (method(kind, "__adrop__") if given is None else None) or first)
    hooks = _hooks_by_name(value, kind)
    if hooks is not NO_HOOKS and not hasattr(kind, "__getattr__"):
        _plans[weakref.ref(kind, _forget_plan)] = Plan(kind, hooks)
    return hooks


def _hooks_by_name(value: Any, kind: type) -> Hooks:
    """Find the hooks of a value that nobody has given or registered one for: `close`, and `aclose`."""
    close = own_hook(kind, "close") or delegated(value, "close")
    aclose = method(kind, "aclose")
    if close is None and aclose is None and not hasattr(kind, "__getattr__"):
        _note_hookless(kind)
        return NO_HOOKS
    if close is not None and is_asynchronous(close):
        return Hooks(None, aclose or close)
    return Hooks(close, aclose or close)


NO_HOOKS = Hooks(None, None)

when_registered: list[Callable[[], object]] = []
"""Told that a hook was registered: what was known about types may be wrong now."""


def hooks_by_class(kind: type) -> tuple[str, Hooks] | None:
    """The hooks of all values of a type, and by which method; nothing, if anything else decides."""
    if hasattr(kind, "__getattr__"):
        return None
    own = own_hook(kind, "__drop__")
    if own is not None:
        return "__drop__", Hooks(None, own) if is_asynchronous(own) else Hooks(own, own)
    return None if registered(kind) is not None else ("close", _hooks_by_name(None, kind))


class Plan:
    """The hooks of a class that has them by name, kept as long as the class has the same methods by these names."""

    __slots__ = ("aclose", "close", "drop", "hooks")

    def __init__(self, kind: type, hooks: Hooks) -> None:
        self.hooks = hooks
        self.drop = getattr(kind, "__drop__", None)
        self.close = getattr(kind, "close", None)
        self.aclose = getattr(kind, "aclose", None)

    def holds_for(self, kind: type) -> bool:
        """Has the class not been changed since?"""
        return (
            getattr(kind, "close", None) is self.close
            and getattr(kind, "aclose", None) is self.aclose
            and getattr(kind, "__drop__", None) is self.drop
        )


_plans: dict[Any, Plan] = {}
"""By weak references to classes, so that a common class of resources is not asked for its methods at every drop."""


def _forget_plan(reference: Any) -> None:
    _plans.pop(reference, None)


_hookless: set[Any] = set()
"""Types without any hook, so that the end of their values costs next to nothing: C types themselves, others weakly."""


def is_hookless(kind: type) -> bool:
    """Is it known that values of this type have nothing to run at their end?"""
    return kind in _hookless or (weakref.ref(kind) in _hookless and not name_a_hook(bodies_of(kind)))


def bodies_of(kind: type) -> list[Mapping[str, Any]]:
    """Give the names of a class and its bases, as far as they can be changed."""
    return [vars(base) for base in kind.__mro__ if base.__flags__ & 1 << 9]


def name_a_hook(bodies: list[Mapping[str, Any]]) -> bool:
    """Has a class that had no hook been given one since?"""
    return any("close" in names or "__drop__" in names or "aclose" in names for names in bodies)


def _note_hookless(kind: type) -> None:
    _hookless.add(weakref.ref(kind, _hookless.discard) if kind.__flags__ & 1 << 9 else kind)


def method(kind: type, name: str) -> Step | None:
    """Find a method of a class by name; what is not callable is no method."""
    found = getattr(kind, name, None)
    return found if callable(found) else None


def own_hook(kind: type, name: str) -> Step | None:
    """Find a class's own hook; one that cannot be called with the value alone becomes one that says so."""
    found = getattr(kind, name, None)
    if type(found) is FunctionType:
        code, given = found.__code__, len(found.__defaults__ or ())
        takes_it = code.co_argcount - given <= 1 and (code.co_argcount or code.co_flags & CO_VARARGS)
        if not takes_it or code.co_kwonlyargcount > len(found.__kwdefaults__ or ()):
            return _unusable(kind, f"{name}()", "cannot be called with the value alone")
    elif not callable(found):
        if found is None or name != "__drop__":
            return None
        return _unusable(kind, name, "is not callable")
    own: Step = found
    return own


def _unusable(kind: type, name: str, why: str) -> Step:
    def refuse(value: Any) -> None:
        raise build(
            DropHookError,
            f"the {name} of {kind.__name__!r} {why}, so that it is no drop hook",
            "say how it is dropped: Owned(x, drop=lambda value: ...), or register_drop(cls, hook)",
        )

    return refuse


def delegated(value: Any, name: str) -> Step | None:
    """Find a method that a value passes through from what it wraps, as some of the standard library's files do."""
    kind = type(value)
    if not hasattr(kind, "__getattr__") or isinstance(value, type):
        return None
    try:
        found = getattr(value, name, None)
    except Exception:
        return None
    return (lambda _: found()) if callable(found) else None


CO_VARARGS, CO_COROUTINE = 0x04, 0x80
"""As in `inspect`, which takes long to import."""


def is_asynchronous(hook: Any) -> bool:
    """Does calling this only begin to drop, so that the result must be awaited?"""
    if type(hook) is FunctionType and not hook.__dict__:  # Nothing is marked and nothing wrapped: the code tells.
        return bool(hook.__code__.co_flags & CO_COROUTINE) or hook.__name__ == "aclose"
    if type(hook) is BuiltinMethodType or type(hook) is MethodDescriptorType:
        return bool(hook.__name__ == "aclose")
    seen = 0
    while isinstance(hook, FunctionType) and hasattr(hook, "__wrapped__") and seen < DEEP:
        hook, seen = hook.__wrapped__, seen + 1
    if _makes_coroutines(hook) or getattr(hook, "_owned_asynchronous", False):
        return True
    call = getattr(type(hook), "__call__", None)  # noqa: B004 (is the call itself asynchronous?)
    return _makes_coroutines(call) or getattr(hook, "__name__", None) == "aclose"


DEEP = 100
"""How many wrappers around a hook to look through."""


def _makes_coroutines(hook: Any) -> bool:
    """What `inspect.iscoroutinefunction` says: at the interpreter's exit, that can no longer be imported."""
    while type(hook) is MethodType:
        hook = hook.__func__
    while isinstance(hook, partial):
        hook = hook.func
    if type(hook) is MethodType:
        hook = hook.__func__
    if not isinstance(hook, FunctionType):
        return False
    return bool(hook.__code__.co_flags & CO_COROUTINE) or getattr(hook, "_is_coroutine_marker", None) is not None


_registered: weakref.WeakKeyDictionary[type, Step] = weakref.WeakKeyDictionary()
_found: weakref.WeakKeyDictionary[type, tuple[Step | None]] = weakref.WeakKeyDictionary()
_rows: weakref.WeakKeyDictionary[type, tuple[Resource | None]] = weakref.WeakKeyDictionary()


def registered(kind: type) -> Step | None:
    """Look a class and its bases up: what was registered, else what the table has; nothing for a plain `close()`."""
    known = _found.get(kind)
    if known is None:
        known = _found[kind] = (_look_up(kind),)
    return known[0]


@atexit.register
def _let_modules_go() -> None:
    """Refer to no function of the program at its exit: it keeps its module, and that its owners, which are to end.

    Hooks that were registered are needed still, and are left with their classes.
    """
    _plans.clear()
    _found.clear()
    for kind, hook in list(_registered.items()):
        try:
            setattr(kind, _LEFT, hook)
        except Exception:
            continue  # A type written in C, or one that refuses: its hook stays where it is.
        del _registered[kind]


_LEFT = "_owned_registered"


def _look_up(kind: type) -> Step | None:
    for base in kind.__mro__:
        hook = _registered.get(base) or base.__dict__.get(_LEFT)
        if hook is not None:
            return hook
        row = KNOWN.get(qualified_name(base))
        if row is not None:
            return None if row.is_plain else row.hook()
    return None


def resource_of(kind: type) -> Resource | None:
    """Find the row of the table that a class belongs to; none, if a hook was registered for something closer to it."""
    known = _rows.get(kind)
    if known is None:
        known = _rows[kind] = (_find_row(kind),)
    return known[0]


def _find_row(kind: type) -> Resource | None:
    for base in kind.__mro__:
        row = KNOWN.get(qualified_name(base))
        if row is not None:
            return row
        if base in _registered:
            return None
    return None


def thread_bound(value: Any) -> bool:
    """Does this resource refuse to be dropped here, because it belongs to another thread?"""
    row = resource_of(type(value))
    return row is not None and row.elsewhere is not None and row.elsewhere(value)


def may_be_elsewhere(kind: type) -> bool:
    """May resources of this type refuse to be used in another thread, and not only to be dropped?"""
    row = resource_of(kind)
    return row is not None and row.confined


def loop_of(value: Any) -> Any:
    """Give the event loop that this resource is bound to, as far as it says; `None` for any other value."""
    row = resource_of(type(value))
    if row is None or "loop" not in row.bound:
        return None
    return getattr(value, "_loop", None)


class Description(NamedTuple):
    """What would run at the end of a value, and where that is said.

    `said_by` is one of `drop=`, `__drop__`, `register_drop`, `the table`, `the class`, `nothing`; `resource` is the row
    of the table that the class belongs to, if there is one.
    """

    type: str
    said_by: str
    steps: tuple[str, ...]
    awaited: bool
    resource: Resource | None

    def __str__(self) -> str:
        runs = ", then ".join(self.steps) if self.steps else "nothing"
        lines = [f"{self.type}: {runs}", f"  said by {self.said_by}" + (", to be awaited" if self.awaited else "")]
        row = self.resource
        if row is not None:
            lines.append(f"  closing it again is {'harmless' if row.again else 'an error'}")
            if row.bound:
                lines.append(f"  bound to its {', its '.join(row.bound)}")
            lines += [f"  owned by {row.owned_by}"] if row.owned_by else []
            lines += [f"  {row.note}"] if row.note else []
        return "\n".join(lines)


def describe(x: Any) -> Description:
    """Say what would run at the end of an object: of an owner's value, of a bare value, or of a class's instances.

    Runs nothing, and takes nothing over. A handle that was moved or dropped raises as in every use.

    >>> import subprocess, threading
    >>> print(describe(threading.Timer))
    threading.Timer: cancel(), then join()
      said by the table
      closing it again is harmless
      bound to its process
    >>> describe([]).steps
    ()
    >>> from owned import Owned
    >>> describe(Owned([], drop=list.clear)).said_by
    'drop='
    >>> taken = Owned([])
    >>> taken.drop()
    >>> describe(taken)
    Traceback (most recent call last):
    ...
    owned.errors.UseAfterDropError: use of dropped value: Owned[list] (E0382)
      ...
    """
    kind: Any = type(x)
    given: Any = None
    if getattr(kind, "_owned_dead", False):
        raise kind._owned_error(x)
    if hasattr(kind, "_owned_root") and (ledger := kind._owned_root(x)) is not None:
        given, x = ledger.hook, ledger.value
        kind = type(x)
    elif isinstance(x, type):
        kind = x
    if hasattr(given, "leave"):
        manager = type(given.manager).__name__
        return Description(kind.__name__, "Owned.enter", (f"__exit__() of {manager}",), given.asynchronous, None)
    return describe_class(kind, given)


def describe_class(kind: type, given: Step | None = None) -> Description:
    """Say what would run at the end of a class's instances, or what the given hook would do."""
    row = resource_of(kind)
    name = qualified_name(kind).removeprefix("builtins.")
    if given is not None:
        return Description(name, "drop=", (name_of_hook(given),), is_asynchronous(given), row)
    if (own := method(kind, "__drop__")) is not None:
        return Description(name, "__drop__", ("__drop__()",), is_asynchronous(own), row)
    for base in kind.__mro__:
        if (hook := _registered.get(base)) is not None:
            return Description(name, "register_drop", (name_of_hook(hook),), is_asynchronous(hook), row)
        if qualified_name(base) in KNOWN:
            break
    if row is not None and row.steps and not (row.is_plain and method(kind, "close") is None):
        return Description(name, "the table", row.steps, row.awaited, row)
    for closing in ("close", "aclose"):
        if (found := method(kind, closing)) is not None:
            return Description(name, "the class", (f"{closing}()",), is_asynchronous(found), row)
    return Description(name, "nothing", (), False, row)


def name_of_hook(hook: Any) -> str:
    """Name a hook: a function by its name."""
    return f"{getattr(hook, '__qualname__', None) or type(hook).__name__}(value)"
