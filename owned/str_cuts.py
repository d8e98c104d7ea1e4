"""What cuts text into slices, none of which is copied: `str`'s methods, and Rust's.

`Text` is the base of everything whose text can be borrowed. The slices are `Str`s on the same buffer.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, overload

from . import utf8
from .str_reads import Reads, StrLike, bytes_of, str_of
from .utf8 import SHORT, SMALL, encoded

if TYPE_CHECKING:
    from .strs import Str
    from .text import String

Piece: Any = None
"""The class of small pieces, which stands on a higher floor, and is put here when it was made."""


def piece_class() -> Any:
    """The class of small pieces."""
    if Piece is None:
        import_module(".pieces", __package__)
    return Piece


class Text(Reads):
    """Text that lends slices of itself."""

    __slots__ = ()

    _owned_slice: type[Str]
    """The class of the slices."""
    _owned_copy: Any
    """Makes a `String` of a text: what stands on a higher floor."""

    def _cut(self, start: int, stop: int) -> Str:
        view = self.view
        part: Any = self._owned_slice()
        part.view = view[start:stop]
        return part  # type: ignore[no-any-return]

    def _small(self, at: int, text: str) -> Str:
        """A small piece of ASCII, whose characters are known."""
        part: Any = piece_class()()
        part.base, part.start, part.text = self.view, at, text
        return part  # type: ignore[no-any-return]

    def as_str(self) -> Str:
        """Borrow the whole text. Rust: `as_str`."""
        view = self.view
        part: Any = self._owned_slice()
        part.view = view[:]
        return part  # type: ignore[no-any-return]

    @overload
    def get(self, start: int, stop: int | None = None) -> Str | None: ...
    @overload
    def get(self, start: None, stop: int | None = None) -> Str | None: ...
    def get(self, start: int | None, stop: int | None = None) -> Str | None:
        """Borrow a range of bytes, or give `None` where `text[start:stop]` is no text of its own. Rust: `get`.

        >>> from owned import String
        >>> text = String("né!")
        >>> text.get(0, 1), text.get(0, 2), text.get(0, 9)
        ('n', None, None)
        """
        view = self.view
        first, last = start or 0, len(view) if stop is None else stop
        if first > last or not (utf8.is_boundary(view, first) and utf8.is_boundary(view, last)):
            return None
        return self._cut(first, last)

    def split_at(self, index: int) -> tuple[Str, Str]:
        """Borrow what is before and what is behind a byte; raises `CharBoundaryError`. Rust: `split_at`."""
        view = self.view
        if not utf8.is_boundary(view, index):
            raise utf8.boundary_error(view, index)
        return self._cut(0, index), self._cut(index, len(view))

    # Splitting

    def split(self, sep: StrLike | None = None, maxsplit: int = -1) -> list[Str]:
        """Cut at a separator, or at runs of white space, as `str.split`; the pieces are borrowed.

        >>> from owned import String
        >>> row = String("a, b, c")
        >>> row.split(", ", 1)
        ['a', 'b, c']
        """
        view = self.view
        if not sep or len(view) > SHORT:
            return self._split(view, sep, maxsplit)
        data = view.tobytes()
        found: list[Str] = []
        if not data.isascii():
            separator = encoded(sep) if type(sep) is str else bytes_of(sep)
            put_slices(found, view, data.split(separator, maxsplit), len(separator), self._owned_slice)
            return found
        one: Any
        piece = Piece or piece_class()
        between = sep if type(sep) is str else str_of(sep)
        at, gap = 0, len(between)
        for text in data.decode().split(between, maxsplit):
            size = len(text)
            if size <= SMALL:
                one = piece()
                one.base = view
                one.start = at
                one.text = text
            else:
                one = self._owned_slice()
                one.view = view[at : at + size]
            found.append(one)
            at += size + gap
        return found

    def _split(self, view: memoryview, sep: StrLike | None, maxsplit: int) -> list[Str]:
        """Cut a long text, or at white space."""
        if sep is None:
            if len(view) <= SHORT and (text := view.tobytes().decode()).isascii():
                return self._words(text, text.split(None, maxsplit))
            return [self._cut(*place) for place in utf8.words(view, maxsplit)]
        separator = _separator(sep)
        found: list[Str] = []
        if maxsplit > 0:  # Often all separators are near the beginning.
            pieces = view[: utf8.FIRST].tobytes().split(separator, maxsplit)
            if len(pieces) > maxsplit:
                del pieces[-1]
                rest = put_slices(found, view, pieces, len(separator), self._owned_slice)
                found.append(self._cut(rest, len(view)))
                return found
        for start, stop, data in utf8.between(view, separator, max(maxsplit, -1)):
            if data is not None and stop - start <= SMALL and data.isascii():
                found.append(self._small(start, data.decode()))
            else:
                found.append(self._cut(start, stop))
        return found

    def rsplit(self, sep: StrLike | None = None, maxsplit: int = -1) -> list[Str]:
        """Cut from the end, as `str.rsplit`."""
        if sep is None:
            if maxsplit < 0:
                return self.split()
            text = str(self)
            if text.isascii():
                return self._words(text, text.rsplit(None, maxsplit))
            return self._wide_words(text.rsplit(None, maxsplit))
        view, separator = self.view, _separator(sep)
        end = len(view)
        found: list[Str] = []
        while len(found) != maxsplit:
            at = utf8.find_last(view[:end], separator)
            if at < 0:
                break
            found.append(self._cut(at + len(separator), end))
            end = at
        return [self._cut(0, end), *reversed(found)]

    def _words(self, text: str, words: list[str]) -> list[Str]:
        """Find again what `str` has found in ASCII: the words in their order, with white space between them."""
        at, found = 0, []
        for word in words:
            at = text.index(word, at)
            end = at + len(word)
            found.append(self._small(at, word) if len(word) <= SMALL else self._cut(at, end))
            at = end
        return found

    def _wide_words(self, words: list[str]) -> list[Str]:
        view, at, found = self.view, 0, []
        for word in words:
            data = word.encode()
            at += utf8.find(view[at:], data)
            found.append(self._cut(at, at + len(data)))
            at += len(data)
        return found

    def split_whitespace(self) -> Iterator[Str]:
        """Iterate over the words. Rust: `split_whitespace`."""
        return _words(self, self.as_str())

    def splitlines(self, keepends: bool = False) -> list[Str]:
        """Cut into lines, as `str.splitlines`, at all its line ends."""
        at, found, view = 0, [], self.view
        for end in utf8.LINE_ENDS.finditer(utf8.contiguous(view)):
            found.append(self._cut(at, end.end() if keepends else end.start()))
            at = end.end()
        if at < len(view):
            found.append(self._cut(at, len(view)))
        return found

    def lines(self) -> Iterator[Str]:
        """Iterate over the lines, which end with `\\n` or `\\r\\n`. Rust: `lines`.

        >>> from owned import String
        >>> text = String("a\\r\\nb\\n\\nc")
        >>> [str(line) for line in text.lines()]
        ['a', 'b', '', 'c']
        """
        return _lines(self, self.view[:], self._owned_slice)

    def split_once(self, sep: StrLike) -> tuple[Str, Str] | None:
        """Cut at the first separator, if there is one. Rust: `split_once`.

        >>> from owned import String
        >>> pair = String("key=a=b")
        >>> pair.split_once("="), pair.split_once(":")
        (('key', 'a=b'), None)
        """
        separator = bytes_of(sep)
        at = utf8.find(self.view, separator)
        return None if at < 0 else (self._cut(0, at), self._cut(at + len(separator), len(self.view)))

    def rsplit_once(self, sep: StrLike) -> tuple[Str, Str] | None:
        """Cut at the last separator, if there is one. Rust: `rsplit_once`."""
        separator = bytes_of(sep)
        at = utf8.find_last(self.view, separator)
        return None if at < 0 else (self._cut(0, at), self._cut(at + len(separator), len(self.view)))

    def partition(self, sep: StrLike) -> tuple[Str, Str, Str]:
        """Cut around the first separator, as `str.partition`."""
        view, separator = self.view, _separator(sep)
        at, size, end = utf8.find(view, separator), len(separator), len(view)
        if at < 0:
            return self._cut(0, end), self._cut(end, end), self._cut(end, end)
        return self._cut(0, at), self._cut(at, at + size), self._cut(at + size, end)

    def rpartition(self, sep: StrLike) -> tuple[Str, Str, Str]:
        """Cut around the last separator, as `str.rpartition`."""
        view, separator = self.view, _separator(sep)
        at, size, end = utf8.find_last(view, separator), len(separator), len(view)
        if at < 0:
            return self._cut(0, 0), self._cut(0, 0), self._cut(0, end)
        return self._cut(0, at), self._cut(at, at + size), self._cut(at + size, end)

    # Stripping

    def strip(self, chars: StrLike | None = None) -> Str:
        """Leave out white space, or the given characters, at both ends, as `str.strip`."""
        wanted = None if chars is None else str_of(chars)
        start = utf8.after_leading(self.view, wanted)
        return self._cut(start, utf8.before_trailing(self.view, wanted, start))

    def lstrip(self, chars: StrLike | None = None) -> Str:
        """Leave out white space, or the given characters, at the beginning, as `str.lstrip`."""
        start = utf8.after_leading(self.view, None if chars is None else str_of(chars))
        return self._cut(start, len(self.view))

    def rstrip(self, chars: StrLike | None = None) -> Str:
        """Leave out white space, or the given characters, at the end, as `str.rstrip`."""
        return self._cut(0, utf8.before_trailing(self.view, None if chars is None else str_of(chars)))

    def trim(self) -> Str:
        """Leave out Unicode's white space at both ends. Rust: `trim`."""
        view = self.view
        start = utf8.after_leading(view, utf8.WHITE_SPACE)
        return self._cut(start, utf8.before_trailing(view, utf8.WHITE_SPACE, start))

    def trim_start(self) -> Str:
        """Leave out Unicode's white space at the beginning. Rust: `trim_start`."""
        view = self.view
        return self._cut(utf8.after_leading(view, utf8.WHITE_SPACE), len(view))

    def trim_end(self) -> Str:
        """Leave out Unicode's white space at the end. Rust: `trim_end`."""
        return self._cut(0, utf8.before_trailing(self.view, utf8.WHITE_SPACE))

    def strip_prefix(self, prefix: StrLike) -> Str | None:
        """Borrow what is behind a prefix, if the text begins with it. Rust: `strip_prefix`."""
        return self._cut(len(bytes_of(prefix)), len(self.view)) if self.startswith(prefix) else None

    def strip_suffix(self, suffix: StrLike) -> Str | None:
        """Borrow what is before a suffix, if the text ends with it. Rust: `strip_suffix`."""
        return self._cut(0, len(self.view) - len(bytes_of(suffix))) if self.endswith(suffix) else None

    def removeprefix(self, prefix: StrLike) -> Str:
        """Leave out a prefix, if it is there, as `str.removeprefix`."""
        found = self.strip_prefix(prefix)
        return self.as_str() if found is None else found

    def removesuffix(self, suffix: StrLike) -> Str:
        """Leave out a suffix, if it is there, as `str.removesuffix`."""
        found = self.strip_suffix(suffix) if len(bytes_of(suffix)) else None
        return self.as_str() if found is None else found

    # Owned copies

    def to_string(self) -> String:
        """Make an owner of a copy of this text. Rust: `to_string`, `to_owned`."""
        if not hasattr(Text, "_owned_copy"):
            import_module(".text", __package__)  # Which stands on a higher floor, and says how.
        made: String = Text._owned_copy(self.view.tobytes())
        return made

    to_owned = to_string

    def repeat(self, times: int) -> String:
        """Make an owner of this text so many times over. Rust: `repeat`.

        >>> from owned import Str
        >>> Str("ab").repeat(3)
        'ababab'
        """
        made = self.to_string()
        made *= times
        return made


# As in `str_reads`: a generator borrows from its making on, and keeps its text alive.


def _words(text: Text, whole: Str) -> Iterator[Str]:
    for start, stop in utf8.words(whole.view):
        yield whole._cut(start, stop)


def _lines(text: Text, view: memoryview, part: Any) -> Iterator[Str]:
    piece = piece_class()
    start, total = 0, len(view)
    for at in range(0, total, utf8.WINDOW):
        window = view[at : at + utf8.WINDOW].tobytes()
        returns = b"\r" in window or view[at - 1] == 13
        pieces = window.split(b"\n")
        pieces.pop()
        end = at  # Of the line, which may have begun in an earlier window.
        line: Any
        for data in pieces:
            end += len(data)
            if returns and end > start and view[end - 1] == 13:
                line = part()
                line.view = view[start : end - 1]
            elif end - start <= SMALL and end - start == len(data) and data.isascii():
                line = piece()
                line.base = view
                line.start = start
                line.text = data.decode()
            else:
                line = part()
                line.view = view[start:end]
            yield line
            del line  # Else the last line would be borrowed until the next is asked for.
            start = end = end + 1
    if start < total:
        line = part()
        line.view = view[start:]
        yield line


def put_slices(found: list[Str], view: memoryview, pieces: list[bytes], gap: int, kind: Any) -> int:
    """Append a slice for each piece that a text begins with, a gap behind each; give where the rest begins."""
    piece = Piece or piece_class()
    at = 0
    for data in pieces:
        size = len(data)
        if size <= SMALL and data.isascii():
            one = piece()
            one.base = view
            one.start = at
            one.text = data.decode()
        else:
            one = kind()
            one.view = view[at : at + size]
        found.append(one)
        at += size + gap
    return at


def _separator(sep: StrLike) -> bytes:
    separator = bytes_of(sep)
    if not separator:
        raise ValueError("empty separator")
    return separator
