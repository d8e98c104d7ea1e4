"""Plain data classes that cost little to define and to make.

The plugin is loaded in every run of mypy, and makes tens of thousands of small values for a module. A frozen
dataclass takes ten times as long to define and three times as long to make as the classes that `record` gives; type
checkers treat both alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, field
from typing import Any, Final, TypeVar

from typing_extensions import dataclass_transform

__all__ = ["field", "record"]

T = TypeVar("T")

_DISPLAYS: Final[dict[object, str]] = {list: "[]", dict: "{}"}
"""What costs less than a call of the class."""


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(field,))
def record(*, eq: bool = False, frozen: bool = True) -> Callable[[type[T]], type[T]]:
    """Make a class of the annotated names, as `@dataclass(slots=True)` does; `frozen` is for type checkers only.

        @record(eq=True)
        class Span:
            line: int
            column: int = 0

    With `eq`, values are equal when all their parts are, and can be keys. Of what `field` can say, only the
    `default_factory` counts.
    """

    def make(cls: type[T]) -> type[T]:
        names = tuple(cls.__annotations__)
        defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
        kept = {key: value for key, value in cls.__dict__.items() if key not in (*names, "__dict__", "__weakref__")}
        made: dict[str, Any] = {f"_{name}": _default(value) for name, value in defaults.items()}
        exec(_methods(names, defaults, eq), made)  # as dataclasses do
        kept.update({name: made[name] for name in _GENERATED if name in made})
        kept.update(__slots__=names, __match_args__=names, __repr__=_repr)
        slotted: type[T] = type(cls.__name__, cls.__bases__, kept)
        return slotted

    return make


_GENERATED = ("__init__", "__eq__", "__hash__")


def _default(value: object) -> object:
    return value.default_factory if isinstance(value, Field) else value


def _methods(names: tuple[str, ...], defaults: dict[str, Any], eq: bool) -> str:
    parameters = ", ".join(f"{name}=_{name}" if name in defaults else name for name in names)
    stores = "; ".join(f"self.{name} = {_given(name, defaults.get(name))}" for name in names)
    source = f"def __init__(self, {parameters}): {stores}\n"
    if eq:
        same = " and ".join(f"self.{name} == other.{name}" for name in names)
        parts = ", ".join(f"self.{name}" for name in names)
        source += (
            "def __eq__(self, other):\n"
            f" return {same} if other.__class__ is self.__class__ else NotImplemented\n"
            f"def __hash__(self): return hash(({parts},))\n"
        )
    return source


def _given(name: str, default: object) -> str:
    """The expression for what an attribute is set to; a parameter left out has its factory for a value."""
    if not isinstance(default, Field) or default.default_factory is MISSING:
        return name
    return f"{_DISPLAYS.get(default.default_factory, f'_{name}()')} if {name} is _{name} else {name}"


def _repr(value: Any) -> str:
    parts = ", ".join(f"{name}={getattr(value, name)!r}" for name in value.__slots__)
    return f"{type(value).__name__}({parts})"
