"""Small pieces of text: slices that note their characters.

A `memoryview` is an object of some 200 bytes. Where `split` or `lines` cuts off less than that, and it is ASCII, the
slice notes its characters, and where they begin in a view that it shares with its siblings. Questions are then answered
by a `str`, without a look at the buffer; who asks for the slice's `view` gets one made. It borrows as every slice does:
the shared view holds the buffer.

In ASCII a character is a byte, so `str`'s answers about places are right as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from . import complaints, str_cuts
from .errors import OwnershipError
from .handles import tombstone
from .ledger import Ledger, end_at
from .str_reads import StrLike, is_no_text, str_of
from .strs import AsciiStr, Making, Str, StrLayout, end_slice, ledger_of
from .utf8 import cut

T = TypeVar("T")

SPACES = "\t\n\x0b\x0c\r "
"""What of Unicode's White_Space is ASCII."""


class PieceLayout(StrLayout):
    """The fields of a small piece; also its class while it is ended."""

    __slots__ = ("base", "start", "text")

    base: Any
    start: int
    text: str

    def _owned_root(self) -> Ledger | None:
        return ledger_of(_base(self))

    def _owned_empty(self) -> None:
        this: Any = self
        this.base, this.text = None, ""


_base: Any = cast("Any", PieceLayout.__dict__["base"]).__get__
PieceLayout._owned_base = PieceLayout.__dict__["base"]


class Piece(PieceLayout, AsciiStr, metaclass=Making):
    """A short slice of text that is ASCII."""

    __slots__ = ()

    _owned_layout = PieceLayout

    if not TYPE_CHECKING:

        @property
        def view(self):
            """The bytes; made when somebody asks."""
            start = self.start
            return self.base[start : start + len(self.text)]

    def _owned_move(self, frame: FrameType) -> Any:
        again = self._cut(0, len(self.text))
        end_slice(self, end_at("moved", frame))
        return again

    def _owned_clone(self, frame: FrameType) -> Any:
        return self._cut(0, len(self.text))

    # Cuts

    def _small(self, at: int, text: str) -> Str:
        part: Any = Piece()
        part.base = self.base
        part.start = self.start + at
        part.text = text
        return part  # type: ignore[no-any-return]

    def _cut(self, start: int, stop: int) -> Str:
        part: Any = Piece()
        part.base = self.base
        part.start = self.start + start
        part.text = self.text[start:stop]
        return part  # type: ignore[no-any-return]

    def __getitem__(self, key: slice) -> Str:
        text = self.text
        if type(key) is not slice or key.step is not None:
            part: Any = AsciiStr()
            part.view = cut(self.view, key)
            return part  # type: ignore[no-any-return]
        return self._small(key.indices(len(text))[0], text[key])

    def as_str(self) -> Str:
        """Borrow the whole text. Rust: `as_str`."""
        return self._small(0, self.text)

    def split(self, sep: StrLike | None = None, maxsplit: int = -1) -> list[Str]:
        """Cut at a separator, or at runs of white space, as `str.split`; the pieces are borrowed."""
        if sep is None:
            return self._words(self.text, self.text.split(None, maxsplit))
        separator = sep if type(sep) is str else str_of(sep)
        base, at, gap = self.base, self.start, len(separator)
        found: list[Str] = []
        for text in self.text.split(separator, maxsplit):
            part: Any = Piece()
            part.base = base
            part.start = at
            part.text = text
            found.append(part)
            at += len(text) + gap
        return found

    def split_once(self, sep: StrLike) -> tuple[Str, Str] | None:
        """Cut at the first separator, if there is one. Rust: `split_once`."""
        separator = str_of(sep)
        at = self.text.find(separator)
        return None if at < 0 else (self._cut(0, at), self._cut(at + len(separator), len(self.text)))

    def strip(self, chars: StrLike | None = None) -> Str:
        """Leave out white space, or the given characters, at both ends, as `str.strip`."""
        wanted = None if chars is None else str_of(chars)
        kept = self.text.rstrip(wanted)
        return self._small(len(kept) - len(kept := kept.lstrip(wanted)), kept)

    def lstrip(self, chars: StrLike | None = None) -> Str:
        """Leave out white space, or the given characters, at the beginning, as `str.lstrip`."""
        kept = self.text.lstrip(None if chars is None else str_of(chars))
        return self._small(len(self.text) - len(kept), kept)

    def rstrip(self, chars: StrLike | None = None) -> Str:
        """Leave out white space, or the given characters, at the end, as `str.rstrip`."""
        return self._small(0, self.text.rstrip(None if chars is None else str_of(chars)))

    def trim(self) -> Str:
        """Leave out Unicode's white space at both ends. Rust: `trim`."""
        return self.strip(SPACES)

    def trim_start(self) -> Str:
        """Leave out Unicode's white space at the beginning. Rust: `trim_start`."""
        return self.lstrip(SPACES)

    def trim_end(self) -> Str:
        """Leave out Unicode's white space at the end. Rust: `trim_end`."""
        return self.rstrip(SPACES)

    # Questions

    def __len__(self) -> int:
        return len(self.text)

    def is_empty(self) -> bool:
        """Is there nothing? Rust: `is_empty`."""
        return not self.text

    def find(self, part: StrLike, start: int | None = None, end: int | None = None) -> int:
        """Find the first place of a part, in bytes, or -1."""
        return self.text.find(part if type(part) is str else str_of(part), start, end)

    def rfind(self, part: StrLike, start: int | None = None, end: int | None = None) -> int:
        """Find the last place of a part, in bytes, or -1."""
        return self.text.rfind(str_of(part), start, end)

    def count(self, part: StrLike, start: int | None = None, end: int | None = None) -> int:
        """Count the places of a part; they do not overlap."""
        return self.text.count(str_of(part), start, end)

    def startswith(
        self, prefix: StrLike | tuple[StrLike, ...], start: int | None = None, end: int | None = None
    ) -> bool:
        """Does the text begin with this, or with one of these?"""
        return self.text.startswith(prefix if type(prefix) is str else _texts(prefix), start, end)

    def endswith(self, suffix: StrLike | tuple[StrLike, ...], start: int | None = None, end: int | None = None) -> bool:
        """Does the text end with this, or with one of these?"""
        return self.text.endswith(suffix if type(suffix) is str else _texts(suffix), start, end)

    def __contains__(self, part: object) -> bool:
        return str_of(part) in self.text

    def parse(self, kind: Callable[[str], T]) -> T:
        """Make a value of the text: `parse(int)`, `parse(float)`; raises what `kind` raises. Rust: `parse`."""
        return kind(self.text)

    def try_parse(self, kind: Callable[[str], T]) -> T | None:
        """Make a value of the text, or give `None` where `kind` raises `ValueError`."""
        try:
            return kind(self.text)
        except ValueError:
            return None

    # As `str`

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return repr(self.text)

    def __format__(self, spec: str) -> str:
        return format(self.text, spec)

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        kind = type(other)
        if kind is str:
            return self.text == other
        return self.text == cast("Any", other).text if kind is Piece else AsciiStr.__eq__(self, other)

    def __lt__(self, other: StrLike) -> bool:
        return NotImplemented if is_no_text(other) else self.text < str_of(other)

    def __le__(self, other: StrLike) -> bool:
        return NotImplemented if is_no_text(other) else self.text <= str_of(other)

    def __gt__(self, other: StrLike) -> bool:
        return NotImplemented if is_no_text(other) else self.text > str_of(other)

    def __ge__(self, other: StrLike) -> bool:
        return NotImplemented if is_no_text(other) else self.text >= str_of(other)


def _asking(name: str) -> Callable[[Any], bool]:
    question = getattr(str, name)

    def ask(self: Any) -> bool:
        answer: bool = question(self.text)
        return answer

    ask.__name__, ask.__doc__ = name, f"As `str.{name}`."
    return ask


for _name in "alnum alpha ascii decimal digit identifier lower numeric printable space title upper".split():
    setattr(Piece, f"is{_name}", _asking(f"is{_name}"))
del _name


def _texts(one: Any) -> Any:
    return tuple(map(str_of, one)) if isinstance(one, tuple) else str_of(one)


def _dead_piece(text: Any) -> OwnershipError:
    root, end, borrowed = _grave(text)
    return complaints.used_after_end("Str", root, end, borrowed)


_grave: Any = cast("Any", StrLayout.__dict__["view"]).__get__
DeadPiece = tombstone(PieceLayout, Str, _dead_piece)
Piece._owned_tomb = DeadPiece
Piece._owned_slice = AsciiStr
Piece.__name__ = Piece.__qualname__ = "Str"
Piece.__module__ = Str.__module__
str_cuts.Piece = Piece
