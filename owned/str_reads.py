"""What can be asked of text without changing it, and without a slice of it as the answer: `str`'s own questions.

`Reads` is the base of `Str` and `String`. Each has its bytes in `view`. The answers are those of `str`, but lengths and
positions are bytes.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar, Union

from . import utf8
from .proxies import bare
from .utf8 import encoded

T = TypeVar("T")


def bytes_of(x: Any) -> bytes:
    """Give the UTF-8 of any text: of a `str`, a `String`, a `Str`, or a borrow of one of these."""
    if type(x) is str:
        return encoded(x)
    text = bare(x)
    if isinstance(text, str):
        return encoded(text)
    if issubclass(type(text), Reads):
        return bytes(text.view)
    raise TypeError(f"text is needed: a str, a String or a Str, not {type(text).__name__!r}")


def str_of(x: Any) -> str:
    """Give any text as a `str`."""
    text = bare(x)
    return text if isinstance(text, str) else bytes_of(text).decode()


class Reads:
    """Questions about text. Positions are bytes, and must be boundaries of characters."""

    __slots__ = ()

    view: memoryview

    # Lengths and places

    def __len__(self) -> int:
        """Give the length in bytes, as Rust's `len`; `char_count()` counts characters."""
        return len(self.view)

    def is_empty(self) -> bool:
        """Is there nothing? Rust: `is_empty`."""
        return not len(self.view)

    def char_count(self) -> int:
        """Count the characters, which takes one pass over the text. Rust: `chars().count()`."""
        return utf8.count_chars(self.view)

    def is_char_boundary(self, index: int) -> bool:
        """May the text be cut at this byte? A constant question. Rust: `is_char_boundary`."""
        return utf8.is_boundary(self.view, index)

    # Searches

    def find(self, part: StrLike, start: int | None = None, end: int | None = None) -> int:
        """Find the first place of a part, in bytes, or -1.

        >>> from owned import String
        >>> String("né, né").find("né", 1)
        5
        """
        view = self.view
        wanted = encoded(part) if type(part) is str else bytes_of(part)
        if start is None and end is None:
            return utf8.find(view, wanted)
        return self._search(utf8.find, wanted, start, end)

    def rfind(self, part: StrLike, start: int | None = None, end: int | None = None) -> int:
        """Find the last place of a part, in bytes, or -1."""
        return self._search(utf8.find_last, bytes_of(part), start, end)

    def index(self, part: StrLike, start: int | None = None, end: int | None = None) -> int:
        """Find the first place of a part; raises `ValueError` when there is none."""
        return _found(self.find(part, start, end))

    def rindex(self, part: StrLike, start: int | None = None, end: int | None = None) -> int:
        """Find the last place of a part; raises `ValueError` when there is none."""
        return _found(self.rfind(part, start, end))

    def count(self, part: StrLike, start: int | None = None, end: int | None = None) -> int:
        """Count the places of a part; they do not overlap."""
        view = self._range(start, end)
        return 0 if view is None else utf8.count(view, bytes_of(part))

    def startswith(
        self, prefix: StrLike | tuple[StrLike, ...], start: int | None = None, end: int | None = None
    ) -> bool:
        """Does the text begin with this, or with one of these?"""
        if start is None and end is None:
            view = self.view
        elif (view := self._range(start, end)) is None:
            return False
        if type(prefix) is str:
            wanted = encoded(prefix)
            return view[: len(wanted)].tobytes() == wanted
        return any(view[: len(one)].tobytes() == one for one in map(bytes_of, _either(prefix)))

    def endswith(self, suffix: StrLike | tuple[StrLike, ...], start: int | None = None, end: int | None = None) -> bool:
        """Does the text end with this, or with one of these?"""
        if start is None and end is None:
            view = self.view
        elif (view := self._range(start, end)) is None:
            return False
        size = len(view)
        if type(suffix) is str:
            wanted = encoded(suffix)
            return len(wanted) <= size and view[size - len(wanted) :].tobytes() == wanted
        return any(
            len(one) <= size and view[size - len(one) :].tobytes() == one for one in map(bytes_of, _either(suffix))
        )

    def __contains__(self, part: object) -> bool:
        view = self.view
        if not len(view):
            return not bytes_of(part)
        return utf8.find(view, bytes_of(part)) >= 0

    def _search(
        self,
        search: Callable[[memoryview, builtins.bytes], int],
        wanted: builtins.bytes,
        start: int | None,
        end: int | None,
    ) -> int:
        view = self._range(start, end)
        if view is None:
            return -1
        found = search(view, wanted)
        return found if found < 0 else found + slice(start, end).indices(len(self.view))[0]

    def _range(self, start: int | None, end: int | None) -> Any:
        view = self.view
        if start is None and end is None:
            return view
        if start is not None and start > len(view):
            return None  # Not even nothing is there.
        first, last, _ = slice(start, end).indices(len(view))
        return None if first > last else utf8.cut(view, slice(first, last))

    # Pieces

    def bytes(self) -> Iterator[int]:
        """Iterate over the bytes. Rust: `bytes`."""
        return _bytes(self, self.view[:])

    def chars(self) -> Iterator[str]:
        """Iterate over the characters; only a few thousand are decoded at a time. Rust: `chars`."""
        return _chars(self, self.view[:])

    def char_indices(self) -> Iterator[tuple[int, str]]:
        """Iterate over the characters, each with the byte that it begins at. Rust: `char_indices`.

        >>> from owned import String
        >>> list(String("né!").char_indices())
        [(0, 'n'), (1, 'é'), (3, '!')]
        """
        return _char_indices(self, self.view[:])

    def __iter__(self) -> Iterator[str]:
        return self.chars()

    def as_bytes(self) -> memoryview:
        """Give the bytes, read-only and not copied. Who holds them borrows the text. Rust: `as_bytes`."""
        return self.view.toreadonly()

    def parse(self, kind: Callable[[str], T]) -> T:
        """Make a value of the text: `parse(int)`, `parse(float)`; raises what `kind` raises. Rust: `parse`.

        >>> from owned import String
        >>> String("42").parse(int), String("x").try_parse(int)
        (42, None)
        """
        return kind(self.view.tobytes().decode())

    def try_parse(self, kind: Callable[[str], T]) -> T | None:
        """Make a value of the text, or give `None` where `kind` raises `ValueError`."""
        try:
            return kind(self.view.tobytes().decode())
        except ValueError:
            return None

    # As `str`

    def __str__(self) -> str:
        try:
            return str(self.view, "utf-8")
        except TypeError:  # It was cut in steps.
            return self.view.tobytes().decode()

    def __repr__(self) -> str:
        return repr(str(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __hash__(self) -> int:
        return hash(self.view.tobytes().decode())

    def __eq__(self, other: object) -> bool:
        view = self.view
        if type(other) is str:
            size = len(view)
            if size <= utf8.FIRST:
                return view.tobytes().decode() == other
            return len(other) <= size <= 4 * len(other) and utf8.equal(view, encoded(other))
        return utf8.equal(view, other.view) if isinstance(other, Reads) else NotImplemented

    def __lt__(self, other: StrLike) -> bool:
        return NotImplemented if is_no_text(other) else bytes(self.view) < bytes_of(other)

    def __le__(self, other: StrLike) -> bool:
        return NotImplemented if is_no_text(other) else bytes(self.view) <= bytes_of(other)

    def __gt__(self, other: StrLike) -> bool:
        return NotImplemented if is_no_text(other) else bytes(self.view) > bytes_of(other)

    def __ge__(self, other: StrLike) -> bool:
        return NotImplemented if is_no_text(other) else bytes(self.view) >= bytes_of(other)

    def __add__(self, other: StrLike) -> str:
        return NotImplemented if is_no_text(other) else str(self) + str_of(other)

    def __radd__(self, other: str) -> str:
        return other + str(self) if isinstance(other, str) else NotImplemented

    def __mul__(self, times: int) -> str:
        return str(self) * times

    __rmul__ = __mul__

    def __mod__(self, values: object) -> str:
        return str(self).__mod__(values)

    def eq_ignore_ascii_case(self, other: StrLike) -> bool:
        """Is this the same text, whatever the case of the letters of ASCII? Rust: `eq_ignore_ascii_case`."""
        there = bytes_of(other)
        return len(self.view) == len(there) and self.view.tobytes().lower() == there.lower()

    def isalnum(self) -> bool:
        """As `str.isalnum`."""
        return self.view.tobytes().decode().isalnum()

    def isalpha(self) -> bool:
        """As `str.isalpha`."""
        return self.view.tobytes().decode().isalpha()

    def isascii(self) -> bool:
        """As `str.isascii`. Rust: `is_ascii`."""
        return self.view.tobytes().isascii()

    def isdecimal(self) -> bool:
        """As `str.isdecimal`."""
        return self.view.tobytes().decode().isdecimal()

    def isdigit(self) -> bool:
        """As `str.isdigit`."""
        return self.view.tobytes().decode().isdigit()

    def isidentifier(self) -> bool:
        """As `str.isidentifier`."""
        return self.view.tobytes().decode().isidentifier()

    def islower(self) -> bool:
        """As `str.islower`."""
        return self.view.tobytes().decode().islower()

    def isnumeric(self) -> bool:
        """As `str.isnumeric`."""
        return self.view.tobytes().decode().isnumeric()

    def isprintable(self) -> bool:
        """As `str.isprintable`."""
        return self.view.tobytes().decode().isprintable()

    def isspace(self) -> bool:
        """As `str.isspace`."""
        return self.view.tobytes().decode().isspace()

    def istitle(self) -> bool:
        """As `str.istitle`."""
        return self.view.tobytes().decode().istitle()

    def isupper(self) -> bool:
        """As `str.isupper`."""
        return self.view.tobytes().decode().isupper()

    # What gives new text gives a `str`

    def upper(self) -> str:
        """As `str.upper`. Rust: `to_uppercase`."""
        return str(self).upper()

    def lower(self) -> str:
        """As `str.lower`. Rust: `to_lowercase`."""
        return str(self).lower()

    def casefold(self) -> str:
        """As `str.casefold`."""
        return str(self).casefold()

    def capitalize(self) -> str:
        """As `str.capitalize`."""
        return str(self).capitalize()

    def swapcase(self) -> str:
        """As `str.swapcase`."""
        return str(self).swapcase()

    def title(self) -> str:
        """As `str.title`."""
        return str(self).title()

    def center(self, width: int, fill: str = " ") -> str:
        """As `str.center`; the width is in characters."""
        return str(self).center(width, fill)

    def ljust(self, width: int, fill: str = " ") -> str:
        """As `str.ljust`; the width is in characters."""
        return str(self).ljust(width, fill)

    def rjust(self, width: int, fill: str = " ") -> str:
        """As `str.rjust`; the width is in characters."""
        return str(self).rjust(width, fill)

    def zfill(self, width: int) -> str:
        """As `str.zfill`; the width is in characters."""
        return str(self).zfill(width)

    def expandtabs(self, tabsize: int = 8) -> str:
        """As `str.expandtabs`."""
        return str(self).expandtabs(tabsize)

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> builtins.bytes:
        """As `str.encode`: a copy of the bytes, or of the text in another encoding."""
        if encoding in ("utf-8", "utf8"):
            return self.view.tobytes()
        return str(self).encode(encoding, errors)

    def format(self, *values: Any, **named: Any) -> str:
        """As `str.format`."""
        return str(self).format(*values, **named)

    def format_map(self, mapping: Mapping[str, Any]) -> str:
        """As `str.format_map`."""
        return str(self).format_map(mapping)

    maketrans = staticmethod(str.maketrans)

    def translate(self, table: Any) -> str:
        """As `str.translate`."""
        return str(self).translate(table)

    def replace(self, old: StrLike, new: StrLike, count: int = -1) -> str:
        """As `str.replace`: new text. Rust: `replace`, `replacen`."""
        return str(self).replace(str_of(old), str_of(new), count)

    def join(self, texts: Iterable[StrLike]) -> str:
        """As `str.join`, of texts of any kind."""
        return str(self).join([str_of(text) for text in texts])


StrLike: TypeAlias = Union[str, Reads]  # noqa: UP007
"""What a function takes that reads text: a `str`, a `String`, a `Str`. It only looks."""


# Generators take a view, so that they borrow from their making on, not from their first step; and the text, so that it
# lives as long as a loop over `String(...).chars()`.


def _bytes(text: Reads, view: memoryview) -> Iterator[int]:
    yield from view


def _chars(text: Reads, view: memoryview) -> Iterator[str]:
    for _, piece in utf8.decoded(view):
        yield from piece


def _char_indices(text: Reads, view: memoryview) -> Iterator[tuple[int, str]]:
    for at, piece in utf8.decoded(view):
        for char in piece:
            yield at, char
            at += len(char.encode())


def _found(place: int) -> int:
    if place < 0:
        raise ValueError("substring not found")
    return place


def _either(one: Any) -> tuple[Any, ...]:
    return one if isinstance(one, tuple) else (one,)


def is_no_text(x: Any) -> bool:
    """Is this something that no text can be compared with or appended to?"""
    return not issubclass(type(x), (str, Reads))
