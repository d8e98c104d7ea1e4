"""Enumerations whose members cost no more than any other name.

The lowering and the analyses ask hundreds of thousands of times which member something is. Before Python 3.12 naming a
member of the standard library's enumerations costs as much as several calls, and so does its hash. Here members are
plain attributes of the class, equal only to themselves. Type checkers take it for the standard library's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["Enum"]

if TYPE_CHECKING:
    from enum import Enum
else:

    class _Members(type):
        """Makes a member of every string in the body of a class."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Members:
            made = super().__new__(cls, name, bases, {**body, "__slots__": ()} if bases else body)
            for key, value in body.items():
                if bases and isinstance(value, str) and not key.startswith("_"):
                    member = object.__new__(made)
                    member.name, member.value = key, value
                    setattr(made, key, member)
            return made

    class Enum(metaclass=_Members):
        """A closed set of named members, each with the words that tell what it is."""

        __slots__ = ("name", "value")

        def __repr__(self) -> str:
            return f"<{type(self).__name__}.{self.name}: {self.value!r}>"
